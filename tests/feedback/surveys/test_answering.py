import datetime as dt

import pytest

from feedback.domain.answering import Said, answer, find_invitation, rate
from feedback.domain.errors import Gone, NotAllowed, NotValid, TooLate
from feedback.models import Answer, Invitation
from journal.models import Event
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import TicketFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def invitation(survey, brand, dana, alice):
    ticket = TicketFactory(brand=brand, customer=dana, assignee=alice)
    return InvitationFactory(survey=survey, ticket=ticket, agent=alice)


def told():
    return list(Event.objects.filter(name="survey.answered").order_by("pk"))


def test_answer_is_kept_with_whose_it_is(invitation, alice):
    given = answer(invitation, Said(5, " Quick and kind. ", way="chat"))
    invitation.refresh_from_db()
    assert (given.score, given.comment, given.way, given.measure) == (5, "Quick and kind.", "chat", "csat")
    assert (given.agent, invitation.state) == (alice, "answered")
    (event,) = told()
    assert (event.subject, event.actor) == (f"answer:{given.pk}", f"customer:{invitation.customer_id}")
    assert (event.data["score"], event.data["before"], event.ticket_id) == (5, None, invitation.ticket_id)
    assert "Quick" not in str(event.data)


def test_same_answer_again_changes_nothing(invitation):
    answer(invitation, Said(4, "Good"))
    answer(invitation, Said(4, "Good"))
    assert (Answer.objects.count(), len(told())) == (1, 1)


def test_answer_may_be_changed_for_a_day(clock, invitation):
    answer(invitation, Said(5))
    clock.shift(DAY - dt.timedelta(seconds=1))
    given = answer(invitation, Said(1, "It broke again."))
    assert (Answer.objects.get().score, given.answered_at < given.changed_at) == (1, True)
    assert [event.data["before"] for event in told()] == [None, 5]
    clock.shift(1)
    with pytest.raises(TooLate):
        answer(invitation, Said(3))
    assert Answer.objects.get().score == 1


def test_answer_that_comes_too_late_is_refused(clock, invitation):
    clock.shift(30 * DAY - dt.timedelta(seconds=1))
    find_invitation(invitation.key)
    answer(invitation, Said(5))
    Answer.objects.all().delete()
    clock.shift(1)
    with pytest.raises(TooLate):
        answer(invitation, Said(5))
    assert Answer.objects.count() == 0


def test_answer_about_a_deleted_ticket_is_refused(invitation):
    Invitation.objects.update(ticket=None)
    with pytest.raises(Gone):
        answer(invitation, Said(5))


@pytest.mark.parametrize(
    ("measure", "good", "bad"),
    [
        ("csat", (1, 5), (0, 6)),
        ("nps", (0, 10), (11,)),
        ("ces1", (1, 5), (0, 6)),
        ("ces2", (1, 7), (0, 8)),
        ("settled", (0, 1), (2,)),
    ],
)
def test_scores_of_each_scale(measure, good, bad, brand):
    survey = SurveyFactory(brand=brand, measure=measure)
    for score in good:
        assert answer(InvitationFactory(survey=survey), Said(score)).score == score
    for score in bad:
        with pytest.raises(NotValid):
            answer(InvitationFactory(survey=survey), Said(score))


def test_further_answers_are_kept_by_their_keys(invitation, survey):
    survey.questions = [
        {
            "key": "a",
            "type": "choice",
            "words": {"en": "A?"},
            "options": [{"key": "1", "words": {"en": "x"}}],
        },
        {"key": "b", "type": "scale", "words": {"en": "B?"}},
        {"key": "c", "type": "text", "words": {"en": "C?"}},
    ]
    survey.save(update_fields=["questions"])
    given = answer(invitation, Said(5, more={"a": "1", "b": "9", "c": " words ", "d": "none"}))
    assert given.more == {"a": "1", "c": "words"}
    assert answer(invitation, Said(5, more={"a": "2", "b": "3"})).more == {"b": "3"}


def test_angry_words_are_noticed_whatever_the_score(invitation):
    assert answer(invitation, Said(5, "This is a disgrace, never again!")).is_angry
    assert not answer(invitation, Said(5, "Thank you, all good.")).is_angry


def test_nul_bytes_and_novels_are_cut(invitation):
    given = answer(invitation, Said(3, "\0" + "x" * 5000))
    assert given.comment == "x" * 4000


@pytest.mark.parametrize("key", ["", "a", "A" * 26, "a" * 25, "a" * 27, "1" * 26, "ä" * 26, "a" * 26])
def test_forged_key_finds_nothing(key, invitation):
    assert find_invitation(key) is None


@pytest.mark.parametrize("state", ["planned", "sending", "cancelled", "dropped"])
def test_key_that_was_never_given_out_finds_nothing(state, invitation):
    Invitation.objects.update(state=state)
    assert find_invitation(invitation.key) is None


def test_rating_in_the_help_centre_answers_what_was_asked(invitation, dana):
    given = rate(invitation.ticket, dana, 2, "Slow")
    assert (given.invitation, given.way) == (invitation, "portal")


def test_rating_in_the_help_centre_keeps_what_else_was_said(survey, invitation, dana):
    survey.questions = [{"key": "c", "type": "text", "words": {"en": "Why?"}, "options": []}]
    survey.save(update_fields=["questions"])
    answer(find_invitation(invitation.key), Said(4, more={"c": "So quick"}))
    assert (rate(invitation.ticket, dana, 5).score, Answer.objects.get().more) == (5, {"c": "So quick"})


def test_rating_that_nobody_asked_for_has_a_row_that_says_so(survey, brand, dana, alice):
    ticket = TicketFactory(brand=brand, customer=dana, assignee=alice)
    given = rate(ticket, dana, 5)
    invitation = given.invitation
    assert (invitation.kind, invitation.rule, invitation.state, invitation.agent) == (
        "",
        None,
        "answered",
        alice,
    )
    rate(ticket, dana, 3)
    assert (Answer.objects.count(), Answer.objects.get().score) == (1, 3)


def test_rating_a_day_later_is_refused(clock, survey, brand, dana):
    ticket = TicketFactory(brand=brand, customer=dana)
    rate(ticket, dana, 5)
    clock.shift(DAY)
    with pytest.raises(TooLate):
        rate(ticket, dana, 1)


def test_rating_where_the_brand_asks_for_none_is_refused(brand, dana):
    with pytest.raises(NotAllowed):
        rate(TicketFactory(brand=brand, customer=dana), dana, 5)
