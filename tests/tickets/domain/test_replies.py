from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from carecenter.lib.blobs.storage import store
from customers.models import Customer
from tests.tickets.domain.conftest import mail
from tickets.domain import delivery
from tickets.domain.drafts import attach, find_draft, save_draft
from tickets.domain.errors import Empty, NoRecipient, NotAllowed, TooLate
from tickets.domain.intake import receive_message
from tickets.domain.replies import add_note, queue_reply, take_back
from tickets.domain.status import MOVES, change_status
from tickets.models import Attachment, Contact, Delivery, Draft, Inbox, Message, Status, Ticket


def test_reply_is_queued_and_ends_the_waiting(ticket: Ticket, alice: User, clock: object) -> None:
    message = queue_reply(ticket, actor=alice, html="<p>It <b>left</b> today.</p>")
    ticket.refresh_from_db()
    assert (message.delivery, message.text) == (Delivery.QUEUED, "It left today.")
    assert message.to == [{"name": "Dana Duarte", "address": "dana@example.net"}]
    assert message.in_reply_to == "first@example.net"
    assert (message.send_at - message.created_at).total_seconds() == 10
    assert (ticket.waiting_since, ticket.status, ticket.assignee) == (None, Status.OPEN, alice)
    contact = Contact.objects.get()
    assert (contact.end_reason, contact.agent) == (Contact.EndReason.ANSWERED, alice)


def test_reply_costs_eleven_statements(ticket: Ticket, alice: User, django_assert_num_queries: Any) -> None:
    """Two for the savepoint; its four events are one."""
    with django_assert_num_queries(11):
        queue_reply(ticket, actor=alice, html="<p>Yes</p>")


def test_reply_goes_where_the_sender_asks(inbox: Inbox, dana: Customer, alice: User) -> None:
    ticket = receive_message(inbox=inbox, customer=dana, incoming=mail(reply_to="home@example.net")).ticket
    assert queue_reply(ticket, actor=alice, html="Yes").to[0]["address"] == "home@example.net"


def test_reply_is_sanitised(ticket: Ticket, alice: User) -> None:
    message = queue_reply(ticket, actor=alice, html='<p onclick="x()">Hi<script>alert(1)</script></p>')
    assert "script" not in message.html
    assert "onclick" not in message.html


def test_reply_and_solve(ticket: Ticket, alice: User) -> None:
    queue_reply(ticket, actor=alice, html="Done", then=Status.SOLVED)
    ticket.refresh_from_db()
    assert ticket.status == Status.SOLVED
    assert ticket.solved_at is not None


def test_empty_reply_is_refused(ticket: Ticket, alice: User) -> None:
    with pytest.raises(Empty):
        queue_reply(ticket, actor=alice, html="<p> <br></p>")


def test_reply_on_a_closed_ticket_is_refused(ticket: Ticket, alice: User) -> None:
    Ticket.objects.update(status=Status.CLOSED)
    with pytest.raises(NotAllowed):
        queue_reply(ticket, actor=alice, html="Late")


def test_reply_without_an_address_is_refused(inbox: Inbox, dana: Customer, alice: User) -> None:
    dana.identities.all().delete()
    ticket = receive_message(inbox=inbox, customer=dana, incoming=mail(from_address="")).ticket
    with pytest.raises(NoRecipient):
        queue_reply(ticket, actor=alice, html="Hello?")


def test_take_back_puts_everything_as_it_was(ticket: Ticket, alice: User) -> None:
    fields = (
        "status",
        "assignee_id",
        "waiting_since",
        "first_replied_at",
        "preview",
        "message_count",
        "solved_at",
    )
    before = Ticket.objects.values(*fields).get()
    message = queue_reply(ticket, actor=alice, html="<p>Wrong person</p>", then=Status.SOLVED)
    draft = take_back(message.pk, actor=alice)
    after = Ticket.objects.values(*fields).get()
    assert after == before
    assert "Wrong person" in draft.html
    assert Contact.objects.get().ended_at is None
    assert Message.objects.get(pk=message.pk).delivery == Delivery.WITHDRAWN


def test_take_back_keeps_files_and_what_was_typed_since(ticket: Ticket, alice: User) -> None:
    attach(ticket, author=alice, audience="public", name="a.txt", content=b"hello")
    message = queue_reply(
        ticket, actor=alice, html="See the file", draft=find_draft(ticket, author=alice, audience="public")
    )
    assert not Draft.objects.exists()
    save_draft(ticket, author=alice, audience="public", html="<p>And another</p>")
    draft = take_back(message.pk, actor=alice)
    assert "See the file" in draft.html
    assert "And another" in draft.html
    assert Attachment.objects.get().draft == draft


def test_take_back_after_it_left_is_too_late(ticket: Ticket, alice: User, clock: object) -> None:
    message = queue_reply(ticket, actor=alice, html="Gone")
    clock.shift(11)
    assert delivery.claim(message.pk)
    with pytest.raises(TooLate):
        take_back(message.pk, actor=alice)


def test_take_back_is_for_the_author(ticket: Ticket, alice: User, bob: User) -> None:
    message = queue_reply(ticket, actor=alice, html="Mine")
    with pytest.raises(TooLate):
        take_back(message.pk, actor=bob)


def test_answer_is_not_due_before_its_time(ticket: Ticket, alice: User, clock: object) -> None:
    message = queue_reply(ticket, actor=alice, html="Soon")
    assert delivery.due_messages(10) == []
    assert delivery.claim(message.pk) is None
    clock.shift(10)
    assert delivery.due_messages(10) == [message.pk]
    assert delivery.claim(message.pk) is not None
    assert delivery.claim(message.pk) is None


@pytest.mark.parametrize("before", Delivery.values)
@pytest.mark.parametrize("to", Delivery.values)
def test_delivery_moves_only_as_the_table_says(before: str, to: str, ticket: Ticket, alice: User) -> None:
    message = queue_reply(ticket, actor=alice, html="Hello")
    Message.objects.filter(pk=message.pk).update(delivery=before)
    moved = delivery.mark(message.pk, to)
    assert moved == (to in delivery.MOVES[before])
    assert Message.objects.get(pk=message.pk).delivery == (to if moved else before)


def test_note_answers_nobody(ticket: Ticket, alice: User) -> None:
    note = add_note(ticket, actor=alice, html="Ask the <i>warehouse</i>")
    ticket.refresh_from_db()
    assert (note.audience, note.delivery) == (Message.Audience.INTERNAL, Delivery.NONE)
    assert ticket.waiting_since is not None
    assert ticket.preview == "Where is it?"


@pytest.mark.parametrize("before", Status.values)
@pytest.mark.parametrize("to", Status.values)
def test_status_moves_only_as_the_table_says(before: str, to: str, ticket: Ticket, alice: User) -> None:
    Ticket.objects.update(status=before)
    if before == to or to in MOVES[before]:
        assert change_status(ticket, to, actor=alice).status == to
    else:
        with pytest.raises(NotAllowed), transaction.atomic():
            change_status(ticket, to, actor=alice)


def test_draft_without_text_is_none(ticket: Ticket, alice: User) -> None:
    save_draft(ticket, author=alice, audience="public", html="<p>Hm</p>")
    assert save_draft(ticket, author=alice, audience="public", html="") is None
    assert not Draft.objects.exists()


def test_same_bytes_are_stored_once(db: None) -> None:
    assert store(b"same").pk == store(b"same").pk


@pytest.mark.parametrize("trouble", [Delivery.FAILED, Delivery.UNCONFIRMED])
def test_answer_in_trouble_makes_the_ticket_work_again(
    trouble: str, ticket: Ticket, alice: User, clock: Any
) -> None:
    message = queue_reply(ticket, actor=alice, html="Done", then=Status.SOLVED)
    clock.shift(11)
    delivery.claim(message.pk)
    delivery.mark(message.pk, trouble, detail="550 no such user")
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_reply_to_of_a_later_mail_turns_the_answer_only_to_the_customers_own(
    inbox: Inbox, ticket: Ticket, dana: Customer, alice: User
) -> None:
    # It should stay with the sender: anybody can write Dana's name, our number, and where answers shall go
    forged = mail("second@example.net", reply_to="mallory@example.org")
    receive_message(inbox=inbox, customer=dana, incoming=forged, ticket=ticket)
    assert queue_reply(ticket, actor=alice, html="One").to[0]["address"] == "dana@example.net"
    # It should follow to an address we know as hers
    dana.identities.create(pool=dana.pool, kind="email", value="home@example.net")
    wanted = mail("third@example.net", reply_to="Home@example.net")
    receive_message(inbox=inbox, customer=dana, incoming=wanted, ticket=ticket)
    assert queue_reply(ticket, actor=alice, html="Two").to[0]["address"] == "Home@example.net"


def test_same_answer_sent_twice_at_once_is_one(ticket: Ticket, alice: User, bob: User, clock: Any) -> None:
    first = queue_reply(ticket, actor=alice, html="<p>It left.</p>")
    assert queue_reply(ticket, actor=alice, html="<p>It left.</p>") == first
    # It should be a second answer of a colleague, and later
    assert queue_reply(ticket, actor=bob, html="<p>It left.</p>") != first
    clock.shift(11)
    assert queue_reply(ticket, actor=alice, html="<p>It left.</p>") != first


def test_take_back_leaves_what_came_since(
    inbox: Inbox, ticket: Ticket, dana: Customer, alice: User, bob: User, clock: Any
) -> None:
    queue_reply(ticket, actor=alice, html="Done", then=Status.SOLVED)
    clock.shift(60)
    answer = queue_reply(ticket, actor=alice, html="One more thing")
    clock.shift(2)
    receive_message(inbox=inbox, customer=dana, incoming=mail("second@example.net"), ticket=ticket)
    take_back(answer.pk, actor=alice)
    ticket.refresh_from_db()
    # It should not solve the ticket again over the customer's new mail
    assert (ticket.status, ticket.waiting_since is None) == (Status.OPEN, False)
    # It should not reopen what a colleague has closed meanwhile
    answer = queue_reply(ticket, actor=alice, html="Done", then=Status.SOLVED)
    change_status(ticket, Status.CLOSED, actor=bob)
    take_back(answer.pk, actor=alice)
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
