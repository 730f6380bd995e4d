"""From a bad rating to the follow-up and the second question; the figures as a lead sees them."""

import re

import pytest
from playwright.sync_api import expect

from carecenter.lib.time import now
from feedback.domain import sending
from feedback.models import Answer, FeedbackSettings, FollowUp, Invitation
from journal.domain import dispatch
from journal.models import Event
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.channels import ConnectionFactory
from tests.factories.customers import IdentityFactory
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory
from tests.feedback.history import generate
from tickets.domain.replies import queue_reply

pytestmark = pytest.mark.django_db(transaction=True)


def react():
    """What a worker does: the reactions to everything that happened."""
    while waiting := list(Event.objects.filter(next_try_at__isnull=False).values_list("pk", flat=True)):
        dispatch.react(waiting)


@pytest.fixture
def asked(brand, inbox, mail, dana, alice):
    """Dana had a question, alice solved it, and the question how it went has left."""
    ConnectionFactory(inbox=inbox, address="support@nordlicht.example")
    IdentityFactory(customer=dana, value=f"customer{dana.pk}@example.net")
    FeedbackSettings.objects.create(
        brand=brand, quiet_from="00:00", quiet_until="00:00", follow_up_owner="assignee"
    )
    RuleFactory(survey=SurveyFactory(brand=brand, name="Satisfaction"), delay_seconds=0)
    ticket = mail(dana, "The kettle", "It does not boil.")
    ticket.assignee = alice
    ticket.save(update_fields=["assignee"])
    queue_reply(ticket, actor=alice, html="<p>Plug it in.</p>", then="solved")
    react()
    return send(Invitation.objects.get())


def send(invitation):
    Invitation.objects.filter(pk=invitation.pk).update(send_at=now(), state="planned")
    sending.send(invitation.pk)
    invitation.refresh_from_db()
    assert invitation.state == "sent"
    return invitation


@pytest.fixture
def customer(chromium, live_server):
    """A browser nobody has signed in with."""
    context = chromium.new_context(base_url=live_server.url, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def say(customer, key, score, comment=""):
    """As somebody who opens the link of the mail."""
    customer.goto(f"/s/{key}/")
    customer.get_by_label(score, exact=True).check(force=True)
    customer.locator("textarea").first.fill(comment)
    customer.get_by_role("button", name="Send").click()
    customer.wait_for_url("**/thanks/**")
    react()


def tick_steps(page):
    """Three are done, one of them after all not; what is being written stays."""
    page.get_by_label("Note").fill("She gets a new one.")
    for step in ("Listen", "Acknowledge", "Fix"):
        page.get_by_role("checkbox", name=step).click()
        expect(page.get_by_role("checkbox", name=step)).to_be_checked()
    page.get_by_role("checkbox", name="Acknowledge").click()
    expect(page.get_by_role("checkbox", name="Acknowledge")).not_to_be_checked()
    expect(page.get_by_label("Note")).to_have_value("She gets a new one.")


def look_at_the_conversation(page):
    page.get_by_role("link", name="Open the conversation").click()
    expect(page.locator("#conversation")).to_contain_text("It does not boil.")
    expect(page.locator("#ticket-feedback")).to_contain_text("1 of 5")
    page.locator("#ticket-feedback").get_by_role("link", name="Open follow-up").click()


def test_from_a_bad_rating_to_the_follow_up_and_the_second_question(asked, customer, open_page, alice, axe):
    say(customer, asked.key, "Very bad", "Third time, and still no working kettle!")
    assert Answer.objects.get().is_angry
    page = open_page(alice, "/desk/feedback/follow-ups/")
    expect(page.get_by_role("link", name="Feedback, 1 to follow up")).to_be_visible()
    expect(page.get_by_role("link", name="Follow-ups 1")).to_be_visible()
    page.get_by_role("link", name="Dana Duarte").click()
    expect(page.get_by_text("Third time, and still no working kettle!")).to_be_visible()
    expect(page.get_by_text("Read as angry because of")).to_be_visible()
    tick_steps(page)
    look_at_the_conversation(page)
    page.get_by_label("Note").fill("She gets a new one.")
    page.get_by_label("Put right").check()
    page.get_by_role("button", name="End the follow-up").click()
    expect(page.get_by_role("heading", name="Ended")).to_be_visible()
    expect(page.locator("[data-waiting=feedback]:visible")).to_have_count(0)
    react()

    say(customer, send(Invitation.objects.get(follow_up__isnull=False)).key, "No, not yet")
    page.reload()
    expect(page.get_by_role("heading", name="Open", exact=True)).to_be_visible()
    expect(page.get_by_text("No, not settled")).to_be_visible()
    assert FollowUp.objects.get().note == "She gets a new one."
    assert axe(page) == []


@pytest.fixture
def history(brand, second_brand, team, alice, bob, dana, ticket_of):
    """Half a year of answers, some with words, and two follow-ups."""
    generate([brand, second_brand], seed=11, count=700, until=now(), days=80)
    survey = SurveyFactory(brand=brand, name="Satisfaction")
    said = [
        (5, "Alice answered within minutes and knew what she was talking about. Thank you!", alice),
        (4, "Friendly, and the lamp came the next day.", bob),
        (3, "", alice),
        (1, "Third time I write, and still no working kettle. This is a joke!", alice),
        (2, "Zu langsam. Ich warte seit Wochen auf die Lampe.", bob),
    ]
    made = []
    for score, comment, agent in said * 6:
        asked = InvitationFactory(
            survey=survey, ticket=ticket_of(dana), agent=agent, team=team, state="answered"
        )
        made.append(AnswerFactory(invitation=asked, score=score, comment=comment, is_angry=score == 1))
    late = FollowUpFactory(answer=made[3], owner=alice, due_at=now(), listened_at=now(), fixed_at=now())
    FollowUpFactory(answer=made[4], owner=None)
    FollowUpFactory(answer=made[8], owner=bob, ended_at=now(), ended_by=bob, outcome="made_good")
    return late


@pytest.fixture
def ticket_of(mail):
    tickets = {}

    def find(customer):
        if customer.pk not in tickets:
            tickets[customer.pk] = mail(customer, "The kettle", "It does not boil.")
        return tickets[customer.pk]

    return find


def test_pages_read_well_in_every_look(history, open_page, second_brand, lead, axe, picture):
    from tests.factories.accounts import grant

    grant(lead, "Lead", brand=second_brand)
    lead.teams.add(*history.answer.team.members.first().teams.all())
    pages = {
        "results": "/desk/feedback/?span=90",
        "nps": "/desk/feedback/?measure=nps&span=90&by=team",
        "answers": "/desk/feedback/answers/?comments=1",
        "follow-ups": "/desk/feedback/follow-ups/?view=all",
        "follow-up": f"/desk/feedback/follow-ups/{history.pk}/",
        "mine": "/desk/feedback/mine/",
        "customer": f"/desk/customers/{history.answer.invitation.customer_id}/",
        "ticket": f"/desk/tickets/{history.ticket_id}/",
    }
    for size, theme in LOOKS:
        page = open_page(
            history.owner if size == "tablet" else lead, pages["follow-ups"], size=size, theme=theme
        )
        for name, path in pages.items():
            page.goto(path)
            settle(page)
            picture(page, f"feedback-{name}-{size}-{theme}")
            if name not in ("customer", "ticket"):
                assert axe(page) == [], (name, size, theme)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, size)


def test_filters_narrow_without_a_reload_and_a_figure_leads_to_its_answers(history, open_page, lead):
    page = open_page(lead, "/desk/feedback/?span=30")
    page.get_by_label("Agent", exact=True).select_option(label="Bob Brown")
    expect(page).to_have_url(re.compile("agent="))
    expect(page.locator(".figure-card").first).to_contain_text("12 answers")
    page.locator(".scores a").first.click()
    expect(page.get_by_role("heading", name="Answers")).to_be_visible()
    expect(page.get_by_role("list", name="Answers").get_by_role("listitem")).to_have_count(6)
