"""A chat is over: how it went is asked in the chat while the visitor looks at it, by mail when they have left."""

import datetime as dt

import pytest

from carecenter.lib.time import now
from channels_app.domain.chat_sessions import touch
from channels_app.models import ChatSession
from channels_app.tasks import sweep_chats, sweep_outbox
from feedback.models import Answer, Invitation
from feedback.tasks import sweep_surveys
from journal.actors import user_actor
from tests.factories.surveys import RuleFactory, SurveyFactory
from tickets.domain.lines import end, say
from tickets.domain.status import change_status
from tickets.models import Contact, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def survey(brand):
    return SurveyFactory(brand=brand, look="faces")


@pytest.fixture
def rule(survey):
    return RuleFactory(survey=survey, trigger="ended", kinds=["webchat"], delay_seconds=0)


@pytest.fixture
def talked(visitor, mail, alice, clock, rule, after_commit):
    """Kim asked, Alice answered."""
    with after_commit():
        visitor.begin(email="kim@example.net", name="Kim")
        visitor.say("Is it waterproof?")
        contact = Contact.objects.get()
        say(contact, "Yes, to 3,000 mm.", actor=alice, client_id="alice-line-1")
    return contact


def asked():
    """Messages of the system itself: what was not read goes out in the name of who said it."""
    return list(Message.objects.filter(is_auto=True, author=None).order_by("pk"))


def test_agent_ends_the_chat_and_the_question_is_its_last_line(talked, visitor, alice, after_commit):
    with after_commit():
        end(talked, reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
    invitation = Invitation.objects.get()
    (message,) = asked()
    assert (invitation.state, invitation.message, message.contact, message.delivery) == (
        "sent", message, talked, "sent"
    )  # fmt: skip
    last = visitor.lines()[-1]
    assert (last["side"], last["author"]) == ("out", "Nordlicht Home")
    assert f"/s/{invitation.key}/" in last["text"]
    assert invitation.key not in message.text


def test_question_counts_as_no_answer_of_ours(talked, alice, after_commit):
    before = Ticket.objects.get()
    with after_commit():
        end(talked, reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
    after = Ticket.objects.get()
    assert (after.status, after.first_replied_at, after.waiting_since, after.preview) == (
        before.status, before.first_replied_at, before.waiting_since, before.preview
    )  # fmt: skip


def test_visitor_who_ends_it_is_asked_in_the_chat(talked, visitor, after_commit):
    with after_commit():
        visitor.post("end/")
    assert [message.kind for message in asked()] == ["webchat"]


def test_visitor_who_left_is_asked_by_mail(talked, clock, settings, after_commit):
    with after_commit():
        clock.shift(120)
        sweep_chats()
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.kind, invitation.message.kind) == ("sent", "webchat", "email")
    assert invitation.message.to == [{"name": "Kim", "address": "kim@example.net"}]
    clock.shift(60)
    sweep_outbox()
    raw = "".join(file.read_text() for file in settings.MAIL_DIR.glob("*.eml")).replace("=\n", "")
    assert f"/s/{invitation.key}/" in raw


def test_visitor_who_left_no_address_finds_the_question_on_coming_back(
    visitor, mail, alice, clock, rule, after_commit
):
    with after_commit():
        visitor.begin(name="Kim")
        visitor.say("Is it waterproof?")
        say(Contact.objects.get(), "Yes.", actor=alice, client_id="alice-line-1")
        clock.shift(120)
        sweep_chats()
    assert [message.kind for message in asked()] == ["webchat"]
    assert f"/s/{Invitation.objects.get().key}/" in visitor.lines()[-1]["text"]


def test_visitor_whom_nobody_answered_is_not_asked(visitor, mail, clock, rule, after_commit):
    with after_commit():
        visitor.begin(email="kim@example.net", name="Kim")
        visitor.say("Hello?")
        visitor.post("end/")
    assert (Invitation.objects.count(), asked()) == (0, [])


def test_chat_that_is_solved_is_asked_about_once(talked, clock, rule, alice, after_commit):
    RuleFactory(survey=rule.survey, position=1, delay_seconds=3600)
    with after_commit():
        change_status(talked.ticket, "solved", actor=alice)
    clock.shift(dt.timedelta(hours=2))
    sweep_surveys()
    assert [message.kind for message in asked()] == ["webchat"]
    assert list(Invitation.objects.values_list("state", "why")) == [("sent", "")]


def test_solved_hours_after_the_chat_is_asked_by_mail(talked, clock, rule, alice, after_commit):
    rule.delete()
    RuleFactory(survey=SurveyFactory(brand=talked.ticket.brand), delay_seconds=3600)
    with after_commit():
        end(talked, reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
        change_status(talked.ticket, "solved", actor=alice)
    clock.shift(dt.timedelta(hours=1))
    sweep_surveys()
    assert [message.kind for message in asked()] == ["email"]


def test_chat_that_went_on_is_not_asked_about(talked, visitor, clock, rule, alice, after_commit):
    rule.delay_seconds = 300
    rule.save(update_fields=["delay_seconds"])
    with after_commit():
        end(talked, reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
        visitor.say("One more thing")
        clock.shift(400)
        touch(ChatSession.objects.get().pk)
    sweep_surveys()
    assert (Invitation.objects.get().state, asked()) == ("cancelled", [])


def test_copy_of_the_chat_holds_a_link_that_opens_for_the_visitor_alone(
    talked, visitor, clock, settings, alice, after_commit
):
    with after_commit():
        end(talked, reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
    visitor.post("transcript/")
    clock.shift(60)
    sweep_outbox()
    raw = "".join(file.read_text() for file in settings.MAIL_DIR.glob("*.eml")).replace("=\n", "")
    key = Invitation.objects.get().key
    assert f"/s/{key}/" in raw
    assert not Message.objects.filter(text__contains=key).exists()


def test_typing_the_number_of_another_question_opens_nothing(
    talked, visitor, clock, settings, brand, after_commit
):
    from tests.factories.surveys import InvitationFactory

    foreign = InvitationFactory(survey=SurveyFactory(brand=brand))
    with after_commit():
        visitor.say(f"http://127.0.0.1:8000/s/~{foreign.pk}/")
        visitor.post("transcript/")
        visitor.post("end/")
    clock.shift(60)
    sweep_outbox()
    raw = "".join(file.read_text() for file in settings.MAIL_DIR.glob("*.eml"))
    assert foreign.key not in raw
    assert foreign.key not in str(visitor.lines())


def test_card_answers_with_the_way_of_the_chat(talked, visitor, alice, after_commit):
    with after_commit():
        end(talked, reason=Contact.EndReason.FINISHED, actor=user_actor(alice.pk))
    key = Invitation.objects.get().key
    visitor.client.post(
        f"/s/{key}/card/", {"score": "4"}, headers={"Authorization": f"Bearer {visitor.token}"}
    )
    given = Answer.objects.get()
    assert (given.score, given.way, given.agent, given.answered_at) == (4, "chat", alice, now())
