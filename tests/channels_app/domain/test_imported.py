"""What lay in a mailbox before it was watched becomes history: nobody waits, nobody is woken, nothing is reopened."""

import io
from datetime import UTC, datetime

from channels_app.domain import inbound
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection, InboundRecord
from journal.models import Event
from tests.factories.channels import arrive, mail
from tickets.models import Message, Status, Ticket

THEN = datetime(2025, 5, 4, 12, 0, tzinfo=UTC)


def history(connection: Connection, raw: bytes, **more: str) -> InboundRecord:
    envelope = {"from": "", "to": [], "history": THEN.isoformat(), **more}
    (record,) = store_raw([connection], keep_bytes(io.BytesIO(raw)), envelope=envelope)
    return inbound.process_record(record.pk)


def test_old_mail_is_a_solved_ticket_with_its_own_date(connection: Connection) -> None:
    record = history(connection, mail())
    assert record.state == "done"
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.waiting_since, ticket.created_at, ticket.last_message_at, ticket.solved_at) == (
        Status.SOLVED, None, THEN, THEN, THEN,
    )  # fmt: skip
    assert ticket.customer is not None
    assert Message.objects.get().created_at == THEN
    contact = ticket.contacts.get()
    assert (contact.opened_at, contact.ended_at) == (THEN, THEN)
    names = set(Event.objects.values_list("name", flat=True))
    assert {"ticket.imported", "message.imported"} <= names
    assert not {"ticket.created", "message.received", "contact.opened"} & names


def test_old_answer_joins_its_thread_and_reopens_nothing(connection: Connection) -> None:
    history(connection, mail())
    history(connection, mail("And?", message_id="<second@example.net>", in_reply_to="<first@example.net>"))
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.message_count, ticket.waiting_since) == (Status.SOLVED, 2, None)


def test_new_mail_reopens_what_was_history(connection: Connection) -> None:
    history(connection, mail())
    new = mail("Again.", message_id="<second@example.net>", in_reply_to="<first@example.net>")
    inbound.process_record(arrive(connection, new).pk)
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.waiting_since is None) == (Status.OPEN, False)


def test_old_newsletters_wait_for_no_decision(connection: Connection) -> None:
    record = history(connection, mail(auto_submitted="auto-generated"))
    assert (record.state, record.reason, Ticket.objects.count()) == ("ignored", "automatic", 0)


def test_the_same_mail_again_is_a_duplicate(connection: Connection) -> None:
    history(connection, mail())
    again = history(connection, mail(), uid="2")
    (other,) = store_raw([connection], keep_bytes(io.BytesIO(mail())), external_id="imap:x:1:9")
    assert again.state == "done"
    assert inbound.process_record(other.pk).reason == "duplicate"
    assert Message.objects.count() == 1


def test_mail_of_which_only_the_header_came_is_parked_by_its_name(connection: Connection) -> None:
    head = mail().partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
    envelope = {"from": "", "to": [], "cut": "yes"}
    (record,) = store_raw([connection], keep_bytes(io.BytesIO(head)), envelope=envelope)
    parked = inbound.process_record(record.pk)
    assert (parked.state, parked.reason) == ("parked", "oversize")
    assert (parked.subject, parked.sender) == ("Kettle", "dana@example.net")
