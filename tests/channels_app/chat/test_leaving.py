"""The visitor leaves: the conversation ends, and goes on by mail."""

import pytest

from channels_app.domain.chat_sessions import touch
from channels_app.models import ChatSession
from channels_app.tasks import sweep_chats
from tests.channels_app.chat.conftest import Browser
from tickets.domain.lines import end, say
from tickets.domain.routes import route_of
from tickets.models import Contact, Message, Ticket

pytestmark = pytest.mark.django_db


def mails():
    return list(Message.objects.filter(kind="email").order_by("pk"))


@pytest.fixture
def talked(visitor, mail, alice, clock, after_commit):
    """Kim asked, Alice answered twice."""
    with after_commit():
        visitor.begin(email="kim@example.net", name="Kim")
        visitor.say("Is it waterproof?")
        contact = Contact.objects.get()
        say(contact, "Yes, to 3,000 mm.", actor=alice, client_id="alice-line-1")
        say(contact, "Shall I put one aside?", actor=alice, client_id="alice-line-2")
    return contact


def test_chat_ends_when_its_visitor_has_been_away_for_a_while(talked, clock):
    clock.shift(60)
    sweep_chats()
    assert Contact.objects.get().ended_at is None
    clock.shift(40)
    sweep_chats()
    assert Contact.objects.get().end_reason == "left"


def test_visitor_who_shows_a_sign_of_life_stays(talked, clock):
    clock.shift(80)
    touch(ChatSession.objects.get().pk)
    clock.shift(80)
    sweep_chats()
    assert Contact.objects.get().ended_at is None


def test_what_was_not_read_goes_in_one_mail(visitor, talked, clock, after_commit):
    first_answer = visitor.lines()[1]["position"]
    visitor.post("seen/", {"read_to": first_answer})
    clock.shift(100)
    with after_commit():
        sweep_chats()
        sweep_chats()

    (mail,) = mails()
    assert (mail.to, mail.is_auto, mail.inbox.key) == (
        [{"name": "Kim", "address": "kim@example.net"}],
        True,
        "mail",
    )
    assert "Shall I put one aside?" in mail.text
    assert "3,000 mm" not in mail.text
    assert [line["text"] for line in visitor.lines()][-1] == "Shall I put one aside?"


def test_who_read_everything_gets_no_mail(visitor, talked, clock, after_commit):
    visitor.post("seen/", {"read_to": 2**40})
    assert ChatSession.objects.get().read_to == visitor.lines()[-1]["position"]
    clock.shift(100)
    with after_commit():
        sweep_chats()
    assert mails() == []


def test_anonymous_visitor_gets_no_mail(visitor, mail, alice, clock, after_commit):
    visitor.begin()
    visitor.say("Hello")
    say(Contact.objects.get(), "Hello!", actor=alice)
    clock.shift(100)
    with after_commit():
        sweep_chats()
    assert (Contact.objects.get().end_reason, mails()) == ("left", [])


def test_next_answer_goes_by_mail(visitor, talked, clock):
    clock.shift(100)
    sweep_chats()
    route = route_of(Ticket.objects.get())
    assert (route.inbox.key, route.to["address"]) == ("mail", "kim@example.net")


def test_copy_goes_at_the_end_to_the_address_of_this_chat(visitor, talked, after_commit):
    answer = visitor.post("transcript/", {"email": "eve@example.net"})
    assert answer.json()["sent_to"] == "kim@example.net"
    assert mails() == []
    with after_commit():
        end(talked, reason="finished", actor="system")

    (mail,) = mails()
    assert mail.to[0]["address"] == "kim@example.net"
    order = [mail.text.index(words) for words in ("Is it waterproof?", "3,000 mm", "Shall I put one aside?")]
    assert order == sorted(order)


def test_copy_of_a_chat_that_is_over_goes_at_once_and_once(visitor, talked, after_commit):
    visitor.post("end/")
    visitor.post("transcript/")
    assert len(mails()) == 1
    visitor.post("transcript/")
    assert len(mails()) == 2  # asked again


def test_few_copies_go_to_one_address(visitor, talked, after_commit):
    """Anybody can type anybody's address, in as many chats as they like."""
    visitor.post("end/")
    sent = [visitor.post("transcript/").status_code for _ in range(6)]
    assert sent == [200] * 5 + [429]
    assert len(mails()) == 5
    another = Browser()
    another.begin(email="KIM@example.net")
    another.say("Hello")
    assert another.post("transcript/").status_code == 429


def test_copy_needs_an_address(visitor, mail):
    visitor.begin()
    visitor.say("Hello")
    assert visitor.post("transcript/").status_code == 409
    answer = visitor.post("transcript/", {"email": "kim@example.net"})
    assert (answer.status_code, answer.json()["sent_to"]) == (200, "kim@example.net")


def test_copy_speaks_the_visitors_language(visitor, mail):
    visitor.begin(email="kim@example.net", language="de-AT")
    visitor.say("Hallo")
    visitor.post("end/")
    visitor.post("transcript/")
    assert mails()[0].subject in ("Ihr Chat mit Nordlicht Home", "Your chat with Nordlicht Home")


def test_note_left_behind_is_answered_by_mail(visitor, mail):
    visitor.begin(email="kim@example.net")
    answer = visitor.say("Please call me back", note=True)

    contact = Contact.objects.get()
    assert (answer.status_code, contact.end_reason) == (200, "left")
    assert route_of(Ticket.objects.get()).to["address"] == "kim@example.net"


def test_note_needs_an_address(visitor):
    visitor.begin()
    assert visitor.say("Please call me back", note=True).status_code == 400


def test_answer_to_our_mail_comes_back_to_the_ticket(visitor, talked, clock, after_commit):
    from channels_app.domain.outbox import deliver_message

    clock.shift(100)
    with after_commit():
        sweep_chats()
    (mail,) = mails()
    clock.shift(60)
    deliver_message(mail.pk)
    mail.refresh_from_db()
    assert mail.delivery == "sent"
    assert mail.external_id.startswith(Ticket.objects.get().token)
