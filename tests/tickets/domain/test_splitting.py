from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from customers.models import Customer
from journal.models import Event
from tests.tickets.domain.conftest import mail
from tests.tickets.domain.test_merging import row
from tickets.domain.assignment import claim_unassigned
from tickets.domain.errors import CannotUndo, NotAllowed
from tickets.domain.intake import receive_message
from tickets.domain.merging import merge
from tickets.domain.replies import queue_reply
from tickets.domain.splitting import split, unsplit
from tickets.domain.threading import find_ticket
from tickets.domain.tokens import reply_token
from tickets.models import Contact, Inbox, Message, Ticket


@pytest.fixture
def more(clock: Any, inbox: Inbox, dana: Customer, ticket: Ticket) -> Callable[[str], Message]:
    """`more("text")` is one more mail of dana's on her ticket, an hour later."""

    def write(text: str) -> Message:
        clock.shift(3600)
        incoming = mail(f"{text[:5]}@example.net".lower(), text=text, reply_text=text, subject="Re: late")
        return receive_message(inbox=inbox, customer=dana, incoming=incoming, ticket=ticket).message

    return write


def test_split_makes_a_ticket_of_its_own(
    clock: Any, ticket: Ticket, more: Callable[[str], Message], dana: Customer, alice: User
) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    other = more("By the way, an invoice please.")
    since = row(ticket)["waiting_since"]

    made = split(ticket, [other.pk], subject="Invoice", actor=alice).made

    other.refresh_from_db()
    assert (other.ticket, other.contact.ticket_id) == (made, made.pk)
    new, old = row(made), row(ticket)
    assert (made.subject, made.customer, made.inbox, made.assignee) == ("Invoice", dana, ticket.inbox, alice)
    assert (new["waiting_since"], new["message_count"], new["status"]) == (other.created_at, 1, "open")
    assert (old["waiting_since"], old["message_count"], old["preview"]) == (since, 1, "Where is it?")
    assert [p.address for p in made.participants.all()] == ["dana@example.net"]
    assert {contact.ended_at for contact in Contact.objects.all()} == {None}
    lines = Event.objects.filter(name="ticket.split").order_by("pk")
    assert [(line.ticket_id, line.data["number"]) for line in lines] == [
        (ticket.pk, made.number),
        (made.pk, ticket.number),
    ]


def test_undo_gives_back_the_ticket_as_it_was(
    clock: Any, inbox: Inbox, ticket: Ticket, more: Callable[[str], Message], alice: User
) -> None:
    queue_reply(ticket, actor=alice, html="<p>Soon.</p>")
    first, second = more("Invoice please."), more("And a refund.")
    before = row(ticket), list(ticket.messages.order_by("pk").values_list("pk", "contact"))
    contacts = list(Contact.objects.order_by("pk").values())

    done = split(ticket, [second.pk], subject="", actor=alice)
    whole = split(ticket, [first.pk], subject="", actor=alice)
    unsplit(whole, actor=alice)
    unsplit(done, actor=alice)

    assert (row(ticket), list(ticket.messages.order_by("pk").values_list("pk", "contact"))) == before
    assert list(Contact.objects.order_by("pk").values()) == contacts
    made = Ticket.objects.get(pk=done.made_id)
    assert (made.status, made.merged_into) == ("closed", ticket)
    found = find_ticket(inbox=inbox, address="", reply_tokens=[reply_token(made)])
    assert found == (ticket, "token")
    with pytest.raises(CannotUndo, match="undone already"):
        unsplit(done, actor=alice)


def test_what_came_since_stays_on_the_new_ticket(
    clock: Any, inbox: Inbox, dana: Customer, ticket: Ticket, more: Callable[[str], Message], alice: User
) -> None:
    done = split(ticket, [more("Invoice please.").pk], subject="", actor=alice)
    receive_message(inbox=inbox, customer=dana, incoming=mail("later@example.net"), ticket=done.made)
    unsplit(done, actor=alice)
    made = row(done.made)
    assert (made["message_count"], made["merged_into_id"], made["status"]) == (1, None, "new")
    assert row(ticket)["message_count"] == 2
    assert Message.objects.get(external_id="later@example.net").contact.ticket_id == done.made_id


def test_refused_splits(clock: Any, ticket: Ticket, more: Callable[[str], Message], alice: User) -> None:
    other = more("Invoice please.")
    first = ticket.messages.order_by("pk").first()
    for ids, words in (([], "Choose"), ([other.pk, 10**9], "Choose"), ([first.pk, other.pk], "has to stay")):
        with pytest.raises(NotAllowed, match=words):
            split(ticket, ids, subject="", actor=alice)
    Message.objects.filter(pk=other.pk).update(delivery="sending")
    with pytest.raises(NotAllowed, match="being sent"):
        split(ticket, [other.pk], subject="", actor=alice)


def test_a_split_ticket_that_was_merged_is_not_put_back(
    clock: Any, inbox: Inbox, dana: Customer, ticket: Ticket, more: Callable[[str], Message], alice: User
) -> None:
    done = split(ticket, [more("Invoice please.").pk], subject="", actor=alice)
    merge(done.made, into=ticket, actor=alice)
    with pytest.raises(CannotUndo, match="Undo that merge first"):
        unsplit(done, actor=alice)


def test_an_answer_that_comes_back_has_answered_again(
    clock: Any, ticket: Ticket, more: Callable[[str], Message], alice: User
) -> None:
    clock.shift(60)
    answer = queue_reply(ticket, actor=alice, html="<p>It left yesterday.</p>")
    later = more("And where is it now?")
    done = split(ticket, [answer.pk], subject="", actor=alice)
    assert row(ticket)["waiting_since"] != later.created_at
    unsplit(done, actor=alice)
    assert row(ticket)["waiting_since"] == later.created_at
