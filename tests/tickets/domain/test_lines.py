"""Lines of a live conversation, with a kind made for the test."""

import threading
from collections.abc import Iterator

import pytest
from django.db import connection

from accounts.models import Brand, User
from carecenter.lib import kinds
from carecenter.lib.time import now
from customers.models import Customer
from tests.factories.tickets import InboxFactory
from tests.tickets.domain.test_routes import TALK, write
from tickets.domain.errors import Empty, NotAllowed
from tickets.domain.lines import hand_over, say
from tickets.models import Contact, Message


@pytest.fixture(autouse=True)
def made_up_kinds() -> Iterator[None]:
    before = dict(kinds._kinds)
    kinds.register(TALK)
    yield
    kinds._kinds.clear()
    kinds._kinds.update(before)


@pytest.fixture
def talk(brand: Brand, dana: Customer) -> Contact:
    return write(InboxFactory(brand=brand, key="talk", kind="talk"), dana).contacts.get()


def test_line_is_there_once_whatever_the_network_does(talk: Contact, alice: User) -> None:
    first, again = (say(talk, " Hello <b> ", actor=alice, client_id="1") for _ in range(2))
    assert (first.pk, first.text, first.html) == (again.pk, "Hello <b>", "<p>Hello &lt;b&gt;</p>")
    assert say(talk, "Hello", actor=alice, client_id="2").pk > first.pk


def test_ids_of_two_agents_do_not_meet(talk: Contact, alice: User, bob: User) -> None:
    assert say(talk, "I", actor=alice, client_id="1").pk != say(talk, "I", actor=bob, client_id="1").pk


def test_nothing_is_no_line(talk: Contact, alice: User) -> None:
    with pytest.raises(Empty):
        say(talk, " \n ", actor=alice)


def test_ended_conversation_takes_no_line(talk: Contact, alice: User) -> None:
    Contact.objects.update(ended_at=now())
    with pytest.raises(NotAllowed):
        say(talk, "Too late", actor=alice)
    with pytest.raises(NotAllowed):
        hand_over(talk, to=alice, actor=alice)


def test_handing_over_names_the_next_or_nobody(talk: Contact, alice: User, bob: User) -> None:
    hand_over(talk, to=bob, actor=alice)
    talk.refresh_from_db()
    assert (talk.agent, talk.holder) == (bob, Contact.Holder.AGENT)
    hand_over(talk, to=None, actor=bob)
    talk.refresh_from_db()
    assert (talk.agent, talk.holder) == (None, Contact.Holder.QUEUE)


@pytest.mark.django_db(transaction=True)
def test_same_line_of_two_requests_at_once_is_one(talk: Contact, alice: User) -> None:
    said: list[int] = []

    def speak() -> None:
        try:
            said.append(say(talk, "Hello", actor=alice, client_id="1").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=speak) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(said) == 4
    assert len(set(said)) == 1
    assert Message.objects.filter(direction="out").count() == 1
