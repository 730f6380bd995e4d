"""Append what a customer sent: to their ticket, or as a new one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from carecenter.lib.blobs.models import Blob
from carecenter.lib.rows import insert
from carecenter.lib.time import now
from customers.models import Customer
from journal.actors import SYSTEM, customer_actor
from journal.domain.recording import record
from tickets.domain.contacts import end_contact, open_contact, start_contact
from tickets.domain.participants import add_participants
from tickets.domain.scanning import note_blocked
from tickets.domain.snooze import wake_locked
from tickets.domain.status import set_status
from tickets.domain.tickets import lock_living, next_number, preview_of, save_changed
from tickets.models import Attachment, Contact, Direction, Inbox, Message, Status, Ticket

Address = dict[str, str]  # {"name", "address"}


@dataclass(frozen=True)
class IncomingFile:
    blob: Blob
    name: str
    content_type: str
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True)
class IncomingMessage:
    """One message as a kind's adapter read it, files already stored."""

    kind: str
    external_id: str = ""
    in_reply_to: str = ""
    from_name: str = ""
    from_address: str = ""
    reply_to: str = ""
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    own_addresses: frozenset[str] = (
        frozenset()
    )  # those of `cc`, in lower case, that are ours: no participants
    subject: str = ""
    text: str = ""
    html: str = ""
    reply_text: str = ""
    files: tuple[IncomingFile, ...] = ()
    fields: Mapping[str, Any] = field(
        default_factory=dict
    )  # what a form asked beside its text, of a new ticket
    is_proved: bool = True  # it belongs on the ticket by more than its From: whom it names takes part too
    is_auto: bool = False
    is_bounce: bool = False
    is_unseen: bool = False  # somebody has looked: no message of the inbox has its external id
    sent_at: datetime | None = None
    happened_at: datetime | None = None  # history: it came then, before we watched, and is to wake nobody


@dataclass(frozen=True)
class Received:
    ticket: Ticket
    message: Message
    is_new: bool = False
    is_duplicate: bool = False


def receive_message(
    *, inbox: Inbox, customer: Customer | None, incoming: IncomingMessage, ticket: Ticket | None = None
) -> Received:
    """Append a message in one transaction: ticket opened or reopened, contact, message, waiting-since, events.

    A closed ticket is not reopened: the message opens a new one. The same external id in the same inbox twice, or
    by two workers at once, gives one message; the second caller gets it back marked as a duplicate.
    """
    if not incoming.is_unseen and (known := find_known(inbox, incoming.external_id)):
        return Received(ticket=known.ticket, message=known, is_duplicate=True)
    try:
        with transaction.atomic():
            return append(inbox, customer, incoming, ticket)
    except IntegrityError:
        known = find_known(inbox, incoming.external_id)
        if known is None:
            raise
        return Received(ticket=known.ticket, message=known, is_duplicate=True)


def find_known(inbox: Inbox, external_id: str) -> Message | None:
    """Seldom there, so asked for by its id alone; the rows are read when it is."""
    if not external_id:
        return None
    known = Message.objects.filter(inbox=inbox, external_id=external_id).values_list("pk", flat=True)
    pk = next(iter(known[:1]), None)
    return Message.objects.select_related("ticket").get(pk=pk) if pk is not None else None


def append(
    inbox: Inbox, customer: Customer | None, incoming: IncomingMessage, ticket: Ticket | None
) -> Received:
    if incoming.happened_at is not None:
        return append_history(inbox, customer, incoming, ticket)
    actor = customer_actor(customer.pk) if customer else SYSTEM
    target = lock_living(ticket.pk) if ticket else None
    is_new = target is None or target.status == Status.CLOSED
    if target is None or is_new:
        target = create_ticket(inbox, customer, incoming, actor=actor)
    run = start_contact if is_new else open_contact
    contact = run(target, inbox=inbox, kind=incoming.kind, direction=Direction.INBOUND, actor=actor)
    at = target.created_at if is_new else now()
    message = create_message(target, contact, customer, incoming, at=at)
    add_participants(target, customer=customer, incoming=incoming, is_new=is_new)
    record(
        "message.received",
        actor=actor,
        ticket=target,
        subject=f"message:{message.pk}",
        kind=incoming.kind,
        is_auto=incoming.is_auto,
        is_bounce=incoming.is_bounce,
    )
    if not is_new:
        update_ticket(target, message, actor=actor)
    is_automatic = incoming.is_auto or incoming.is_bounce
    if is_automatic and contact.messages.count() == 1:
        end_contact(contact, reason=Contact.EndReason.AUTOMATIC, actor=actor)
    return Received(ticket=target, message=message, is_new=is_new)


def append_history(
    inbox: Inbox, customer: Customer | None, incoming: IncomingMessage, ticket: Ticket | None
) -> Received:
    """A mail from before we watched, with its own date: on a ticket that is solved, or on the one it belongs to.

    Nothing is reopened, nobody waits, and the events are others than those of new work: no clock, count or notice.
    """
    actor, at = customer_actor(customer.pk) if customer else SYSTEM, incoming.happened_at or now()
    target = lock_living(ticket.pk) if ticket else None
    is_new = target is None
    if target is None:
        target = create_solved_ticket(inbox, customer, incoming, at=at)
        record("ticket.imported", actor=actor, ticket=target, kind=incoming.kind, inbox=inbox.pk)
    contact = Contact.objects.create(
        ticket=target,
        inbox=inbox,
        kind=incoming.kind,
        direction=Direction.INBOUND,
        customer_id=target.customer_id,
        opened_at=at,
        ended_at=at,
        end_reason=Contact.EndReason.SOLVED,
    )
    message = create_message(target, contact, customer, incoming, at=at)
    add_participants(target, customer=customer, incoming=incoming, is_new=is_new)
    record(
        "message.imported", actor=actor, ticket=target, subject=f"message:{message.pk}", kind=incoming.kind
    )
    if not is_new:
        target.message_count += 1
        later = target.last_message_at < at
        if later:
            target.last_message_at, target.preview = at, preview_of(incoming.reply_text or incoming.text)
        save_changed(target, "message_count", *(("last_message_at", "preview") if later else ()))
    return Received(ticket=target, message=message, is_new=is_new)


def create_solved_ticket(
    inbox: Inbox, customer: Customer | None, incoming: IncomingMessage, *, at: datetime
) -> Ticket:
    return Ticket.objects.create(
        number=next_number(),
        brand_id=inbox.brand_id,
        inbox=inbox,
        customer=customer,
        subject=incoming.subject[:400],
        status=Status.SOLVED,
        team_id=inbox.default_team_id,
        last_kind=incoming.kind,
        created_at=at,
        last_message_at=at,
        solved_at=at,
        preview=preview_of(incoming.reply_text or incoming.text),
        message_count=1,
    )


def create_ticket(
    inbox: Inbox, customer: Customer | None, incoming: IncomingMessage, *, actor: str
) -> Ticket:
    """The row as it stands with its first message: to write it and then change it costs every index twice."""
    at = now()
    ticket = Ticket(
        brand_id=inbox.brand_id,
        inbox=inbox,
        customer=customer,
        subject=incoming.subject[:400],
        team_id=inbox.default_team_id,
        last_kind=incoming.kind,
        created_at=at,
        updated_at=at,
        last_message_at=at,
        waiting_since=at,
        preview=preview_of(incoming.reply_text or incoming.text),
        message_count=1,
        fields=dict(incoming.fields),
    )
    insert(ticket, drawn={"number": "ticket_number"})
    record(
        "ticket.created", actor=actor, ticket=ticket, kind=incoming.kind, inbox=inbox.pk, team=ticket.team_id
    )
    return ticket


def create_message(
    ticket: Ticket, contact: Contact, customer: Customer | None, incoming: IncomingMessage, *, at: datetime
) -> Message:
    message = Message(
        ticket=ticket,
        contact=contact,
        inbox_id=contact.inbox_id,
        kind=incoming.kind,
        direction=Direction.INBOUND,
        customer=customer,
        from_name=incoming.from_name[:200],
        from_address=incoming.from_address[:320],
        reply_to=incoming.reply_to[:320],
        to=incoming.to,
        cc=incoming.cc,
        subject=incoming.subject[:400],
        text=incoming.text,
        html=incoming.html,
        reply_text=incoming.reply_text,
        external_id=incoming.external_id[:400],
        in_reply_to=incoming.in_reply_to[:400],
        is_auto=incoming.is_auto,
        is_bounce=incoming.is_bounce,
        sent_at=incoming.sent_at,
        created_at=at,
    )
    insert(message)
    hang(incoming.files, message)
    return message


def hang(files: Sequence[IncomingFile], message: Message) -> None:
    rows = [
        Attachment(
            message=message,
            blob=file.blob,
            name=file.name[:255],
            content_type=file.content_type[:127],
            content_id=file.content_id[:255],
            is_inline=file.is_inline,
        )
        for file in files
    ]
    if rows:
        Attachment.objects.bulk_create(rows)
        note_blocked(rows)


def update_ticket(ticket: Ticket, message: Message, *, actor: str) -> None:
    """What the list shows, who waits, and reopening, on a ticket there is. Automatic mail changes none of it."""
    ticket.message_count += 1
    if message.is_auto or message.is_bounce:
        save_changed(ticket, "message_count")
        return
    ticket.last_message_at = message.created_at
    ticket.last_kind = message.kind
    ticket.preview = preview_of(message.reply_text or message.text)
    ticket.waiting_since = ticket.waiting_since or message.created_at
    save_changed(ticket, "last_message_at", "last_kind", "preview", "message_count", "waiting_since")
    wake_locked(ticket, actor=actor, reason="customer")
    if ticket.status in (Status.PENDING, Status.ON_HOLD, Status.SOLVED):
        set_status(ticket, Status.OPEN, actor=actor)
