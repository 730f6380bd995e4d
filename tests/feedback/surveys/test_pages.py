"""The page of the key: what opens it, what counts, and what is said when it does not."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from customers.domain.consent import wants_surveys
from feedback.models import Answer, Invitation
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import TicketFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def invitation(survey, brand, dana):
    return InvitationFactory(survey=survey, ticket=TicketFactory(brand=brand, customer=dana))


@pytest.fixture
def browser():
    """Keeps to the rules of a browser that sends no cookies."""
    return Client(enforce_csrf_checks=True)


def page(invitation, name="page"):
    return reverse(f"survey:{name}", args=[invitation.key])


def checked(response):
    html = response.content.decode()
    return [
        part.split('"')[0]
        for part in html.split('name="score" value="')[1:]
        if " checked" in part.split(">")[0]
    ]


def test_link_of_the_mail_fills_the_choice_in_and_keeps_nothing(browser, invitation):
    response = browser.get(page(invitation), {"score": "4"})
    assert (response.status_code, checked(response), Answer.objects.count()) == (200, ["4"], 0)
    assert "How was the help you got from Nordlicht Home?" in response.content.decode()


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_mail_scanner_votes_for_nothing(method, browser, invitation):
    for query in ("", "?score=1", "?score=5&comment=x", "?answer=1"):
        getattr(browser, method)(page(invitation) + query)
        getattr(browser, method)(page(invitation, "card") + query)
        getattr(browser, method)(page(invitation, "never") + query)
    invitation.refresh_from_db()
    assert (Answer.objects.count(), invitation.state, wants_surveys(invitation.customer)) == (0, "sent", True)


@pytest.mark.parametrize("score", ["0", "6", "-1", "five", "", "4.5", "٤", "9" * 50, "<script>"])
def test_choice_that_is_none_is_not_filled_in(score, browser, invitation):
    assert checked(browser.get(page(invitation), {"score": score})) == []


def test_sending_keeps_the_answer_and_says_thanks(browser, invitation):
    response = browser.post(page(invitation), {"score": "5", "comment": "Quick."})
    assert (response.status_code, response.url) == (302, page(invitation, "thanks"))
    given = Answer.objects.get()
    assert (given.score, given.comment, given.way) == (5, "Quick.", "mail")
    said = browser.get(response.url).content.decode()
    assert "Thank you!" in said
    assert page(invitation) in said  # to change it


def test_sending_without_a_choice_says_so_and_keeps_the_words(browser, invitation):
    response = browser.post(page(invitation), {"comment": "Hm <b>"})
    html = response.content.decode()
    assert (response.status_code, Answer.objects.count()) == (422, 0)
    assert "Please choose one of the answers." in html
    assert "Hm &lt;b&gt;" in html


@pytest.mark.parametrize("score", ["0", "6", "five", "1e0", "٤"])
def test_sending_a_choice_that_is_none_is_refused(score, browser, invitation):
    assert browser.post(page(invitation), {"score": score}).status_code == 422
    assert Answer.objects.count() == 0


def test_answering_twice_changes_the_answer(browser, invitation):
    browser.post(page(invitation), {"score": "5", "comment": "Good"})
    again = browser.get(page(invitation))
    assert (checked(again), "Good" in again.content.decode()) == (["5"], True)
    browser.post(page(invitation), {"score": "2", "comment": "Broke"})
    assert list(Answer.objects.values_list("score", "comment")) == [(2, "Broke")]


def test_click_on_another_link_shows_the_new_choice_and_the_old_words(browser, invitation):
    browser.post(page(invitation), {"score": "5", "comment": "Good"})
    again = browser.get(page(invitation), {"score": "1"})
    assert (checked(again), "Good" in again.content.decode()) == (["1"], True)
    assert Answer.objects.get().score == 5


def test_changing_after_a_day_is_refused_in_words(clock, browser, invitation):
    browser.post(page(invitation), {"score": "5"})
    clock.shift(DAY)
    for response in (browser.get(page(invitation)), browser.post(page(invitation), {"score": "1"})):
        assert response.status_code == 410
        assert "It can be changed for a day" in response.content.decode()
    assert Answer.objects.get().score == 5


def test_late_answer_is_refused_in_words(clock, browser, invitation):
    clock.shift(30 * DAY)
    for response in (browser.get(page(invitation)), browser.post(page(invitation), {"score": "1"})):
        assert response.status_code == 410
        assert "The time to answer is over" in response.content.decode()
    assert Answer.objects.count() == 0


def test_deleted_ticket_is_said_in_words(browser, invitation):
    Invitation.objects.update(ticket=None)
    for response in (browser.get(page(invitation)), browser.post(page(invitation), {"score": "1"})):
        assert response.status_code == 410
        assert "This conversation has been deleted" in response.content.decode()
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("name", ["page", "thanks", "never", "card"])
@pytest.mark.parametrize("key", ["a" * 26, "short", "A" * 26, "x" * 300])
def test_forged_key_is_said_in_words_and_names_no_brand(name, key, browser, invitation):
    address = reverse(f"survey:{name}", args=[key])
    for response in (browser.get(address), browser.post(address, {"score": "5"})):
        assert response.status_code == 404
        assert "Nordlicht" not in response.content.decode()
        assert "This link is not known here" in response.content.decode()
    assert Answer.objects.count() == 0


def test_address_leaks_to_nobody(browser, invitation):
    response = browser.get(page(invitation))
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Robots-Tag"] == "noindex"
    assert response["X-Frame-Options"] == "DENY"
    assert not response.cookies


def test_page_shows_nothing_of_the_ticket(browser, invitation):
    invitation.ticket.subject = "Secret kettle"
    invitation.ticket.save(update_fields=["subject"])
    html = browser.get(page(invitation)).content.decode()
    assert "Secret" not in html
    assert "Dana" not in html


def test_page_speaks_the_invitations_language(browser, invitation, survey):
    Invitation.objects.update(language="de")
    survey.words = {"de": {"question": "Wie war's?", "thanks": "Danke dir!"}, "en": {"question": "Well?"}}
    survey.save(update_fields=["words"])
    response = browser.get(page(invitation), headers={"accept-language": "en"})
    assert "Wie war&#x27;s?" in response.content.decode()
    browser.post(page(invitation), {"score": "5"})
    assert "Danke dir!" in browser.get(page(invitation, "thanks")).content.decode()


def test_further_questions_are_asked_and_kept(browser, invitation, survey):
    options = [{"key": "1", "words": {"en": "Mail", "de": "Post"}}, {"key": "2", "words": {"en": "Chat"}}]
    survey.questions = [
        {"key": "way", "type": "choice", "words": {"en": "Which way do you like?"}, "options": options},
        {"key": "more", "type": "text", "words": {"de": "Noch etwas?"}},
    ]
    survey.save(update_fields=["questions"])
    html = browser.get(page(invitation)).content.decode()
    assert "Which way do you like?" in html
    assert "Noch etwas?" in html  # in any language rather than not at all
    browser.post(page(invitation), {"score": "5", "more_way": "2", "more_more": "No."})
    assert Answer.objects.get().more == {"way": "2", "more": "No."}
    browser.post(page(invitation), {"score": "5", "more_way": "3"})
    assert Answer.objects.get().more == {"way": "2", "more": "No."}  # no such option: refused


def test_do_not_ask_again_is_kept_when_it_is_sent(browser, invitation):
    assert browser.get(page(invitation, "never")).status_code == 405
    response = browser.post(page(invitation, "never"))
    assert "We will not ask you again" in response.content.decode()
    assert not wants_surveys(invitation.customer)


def test_flood_from_one_network_ends_at_a_limit(browser, invitation, settings):
    settings.SURVEY_RATE_PER_MINUTE = {"net": 5, "key": 100}
    statuses = [browser.get(reverse("survey:page", args=[f"{n:a>26}"])).status_code for n in range(8)]
    assert statuses == [404] * 5 + [429] * 3
    response = browser.post(page(invitation), {"score": "5"})
    assert (response.status_code, Answer.objects.count()) == (429, 0)
    assert "That was a lot at once" in response.content.decode()


def test_flood_on_one_link_ends_at_a_limit(browser, invitation, settings):
    settings.SURVEY_RATE_PER_MINUTE = {"net": 100, "key": 3}
    assert [browser.get(page(invitation)).status_code for _ in range(5)] == [200] * 3 + [429] * 2


def test_card_of_the_chat_asks_and_keeps(browser, invitation):
    asked = browser.get(page(invitation, "card")).json()
    assert ([step["score"] for step in asked["steps"]], asked["score"]) == ([1, 2, 3, 4, 5], None)
    kept = browser.post(page(invitation, "card"), {"score": "2", "comment": ""}).json()
    assert (kept["score"], Answer.objects.get().way) == (2, "chat")
    browser.post(page(invitation, "card"), {"score": "2", "comment": "Slow"})
    assert list(Answer.objects.values_list("score", "comment")) == [(2, "Slow")]


def test_card_says_in_words_what_is_wrong(clock, browser, invitation):
    refused = browser.post(page(invitation, "card"), {"score": "7"})
    assert (refused.status_code, refused.json()["detail"]) == (422, "Please choose one of the answers.")
    clock.shift(31 * DAY)
    late = browser.post(page(invitation, "card"), {"score": "1"})
    assert (late.status_code, late.json()["detail"]) == (410, "The time to answer this question is over.")


def test_colleague_sees_the_question_and_cannot_answer_it(client_for, alice, charlie, invitation):
    address = reverse("survey:shown", args=[invitation.pk])
    html = client_for(alice).get(address).content.decode()
    assert "Only their own link takes an answer." in html
    assert invitation.key not in html
    assert client_for(alice).post(address, {"score": "5"}).status_code == 405
    assert client_for(charlie).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("measure", ["csat", "nps", "ces1", "ces2", "settled"])
def test_every_scale_has_its_steps(measure, browser, brand):
    from feedback.domain.scales import SCORES

    invitation = InvitationFactory(survey=SurveyFactory(brand=brand, measure=measure, look="faces"))
    html = browser.get(page(invitation)).content.decode()
    assert html.count('name="score"') == len(SCORES[measure])
