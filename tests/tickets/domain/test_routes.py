"""By which way an answer leaves, tried with kinds made for the test: no name of a real one counts."""

from collections.abc import Iterator

import pytest

from accounts.models import Brand, User
from carecenter.lib import kinds
from carecenter.lib.kinds import Capability, Kind
from carecenter.lib.time import now
from customers.models import Customer
from tests.factories.tickets import InboxFactory
from tickets.domain.errors import NoRecipient
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.domain.replies import queue_reply
from tickets.domain.routes import route_of
from tickets.models import Contact, Delivery, Inbox, Ticket

TALK = Kind("talk", "Talk", "message", frozenset({Capability.LIVE, Capability.ANSWERS, Capability.FETCHED}))
CARD = Kind("card", "Card", "note")


@pytest.fixture(autouse=True)
def made_up_kinds() -> Iterator[None]:
    before = dict(kinds._kinds)
    kinds.register(TALK, CARD)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def letters(brand: Brand) -> Inbox:
    return InboxFactory(brand=brand, key="letters")


@pytest.fixture
def talk(brand: Brand) -> Inbox:
    return InboxFactory(brand=brand, key="talk", kind="talk")


def write(inbox: Inbox, customer: Customer | None, ticket: Ticket | None = None, **more: str) -> Ticket:
    incoming = IncomingMessage(kind=inbox.kind, text="Hello", **more)
    return receive_message(inbox=inbox, customer=customer, incoming=incoming, ticket=ticket).ticket


def test_live_conversation_is_answered_in_itself(talk: Inbox, dana: Customer, alice: User) -> None:
    ticket = write(talk, dana)
    message = queue_reply(ticket, actor=alice, html="Hello Dana")
    # It should be there for the other side at once
    assert (message.kind, message.delivery, message.send_at) == ("talk", Delivery.SENT, None)
    assert message.sent_at is not None
    # It should go on, answered by who spoke first
    contact = Contact.objects.get()
    assert (contact.ended_at, contact.agent, contact.holder) == (None, alice, Contact.Holder.AGENT)
    assert contact.answered_at is not None


def test_answer_goes_by_mail_when_the_visitor_has_left(
    letters: Inbox, talk: Inbox, dana: Customer, alice: User
) -> None:
    ticket = write(talk, dana)
    Contact.objects.update(ended_at=now())
    message = queue_reply(ticket, actor=alice, html="You left")
    assert (message.inbox, message.kind, message.delivery) == (letters, "email", Delivery.QUEUED)
    assert message.to == [{"name": "Dana Duarte", "address": "dana@example.net"}]
    assert message.in_reply_to == ""


def test_answer_to_a_way_without_answers_goes_where_the_inbox_says(
    brand: Brand, letters: Inbox, dana: Customer
) -> None:
    later = InboxFactory(brand=brand, key="later")
    cards = InboxFactory(brand=brand, key="cards", kind="card", follow_up=later)
    assert route_of(write(cards, dana)).inbox == later
    cards.follow_up = None
    cards.save(update_fields=["follow_up"])
    assert route_of(write(cards, dana)).inbox == letters


def test_mail_after_a_chat_is_answered_by_mail(letters: Inbox, talk: Inbox, dana: Customer) -> None:
    ticket = write(talk, dana)
    write(letters, dana, ticket, from_address="dana@example.net", external_id="2@example.net")
    route = route_of(ticket)
    assert (route.inbox, route.last.external_id) == (letters, "2@example.net")


def test_nobody_to_answer_is_said(letters: Inbox, talk: Inbox) -> None:
    ticket = write(talk, None)
    Contact.objects.update(ended_at=now())
    with pytest.raises(NoRecipient, match="no e-mail address"):
        route_of(ticket)


def test_brand_without_mail_is_said(talk: Inbox, dana: Customer) -> None:
    ticket = write(talk, dana)
    Contact.objects.update(ended_at=now())
    with pytest.raises(NoRecipient, match="no inbox"):
        route_of(ticket)
