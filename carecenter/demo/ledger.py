"""Rows as they pile up, and one pass that stores them in the order of their time."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from channels_app.models import ChatSession, Conversation, ConversationPart, DeliveryAttempt, InboundRecord
from journal.models import Event
from tickets.models import Attachment, Contact, Message, Participant, Ticket

BATCH = 500


@dataclass
class Happening:
    """An event whose ids are known only once the rows are stored."""

    at: datetime
    name: str
    actor: str
    ticket: Ticket | None = None
    customer_id: int | None = None
    about: tuple[str, Any] | None = None  # ("message", row)
    data: dict[str, Any] = field(default_factory=dict)
    brand_id: int | None = None

    def row(self) -> Event:
        ticket = self.ticket
        return Event(
            name=self.name,
            at=self.at,
            actor=self.actor,
            brand_id=ticket.brand_id if ticket else self.brand_id,
            ticket_id=ticket.pk if ticket else None,
            customer_id=ticket.customer_id if ticket else self.customer_id,
            subject=f"{self.about[0]}:{self.about[1].pk}" if self.about else "",
            data=self.data,
            next_try_at=None,  # nothing reacts to history
        )


@dataclass
class Ledger:
    tickets: list[Ticket] = field(default_factory=list)
    participants: list[Participant] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    chats: list[ChatSession] = field(default_factory=list)
    records: list[InboundRecord] = field(default_factory=list)
    attempts: list[DeliveryAttempt] = field(default_factory=list)
    happenings: list[Happening] = field(default_factory=list)

    def store(self) -> None:
        """Ids, ticket numbers and journal positions rise with time, as they would have."""
        self.tickets.sort(key=lambda ticket: ticket.created_at)
        for ticket, number in zip(self.tickets, take("ticket_number", len(self.tickets)), strict=True):
            ticket.number = number
        insert(Ticket, self.tickets)
        insert(Participant, self.participants)
        insert(Contact, sorted(self.contacts, key=lambda contact: contact.opened_at))
        insert(Message, sorted(self.messages, key=lambda message: message.created_at))
        insert(Attachment, self.attachments)
        self.store_chats()
        insert(InboundRecord, sorted(self.records, key=lambda record: record.received_at))
        insert(DeliveryAttempt, sorted(self.attempts, key=lambda attempt: attempt.started_at))
        store_events(self.happenings)

    def store_chats(self) -> None:
        """Each with its thread, as the first line of a real one leaves it; both sides have read to the end, so that
        nobody is mailed the rest."""
        last = {message.contact_id: message.pk for message in self.messages}
        parts = []
        self.chats.sort(key=lambda chat: chat.created_at)
        for chat in self.chats:
            contact = chat.contact
            assert contact is not None  # noqa: S101  each has been said something in
            chat.read_to = chat.agent_read_to = last[contact.pk]
            thread = Conversation(
                connection=chat.connection, key=chat.key, ticket=contact.ticket, created_at=contact.opened_at
            )
            parts.append(ConversationPart(conversation=thread, contact=contact))
        insert(ChatSession, self.chats)
        insert(Conversation, [part.conversation for part in parts])
        insert(ConversationPart, parts)


def store_events(happenings: list[Happening]) -> None:
    events = [happening.row() for happening in sorted(happenings, key=lambda happening: happening.at)]
    for event, position in zip(events, take("journal_position", len(events)), strict=True):
        event.position = position
    insert(Event, events)


def insert(model: Any, rows: list[Any]) -> None:
    model.objects.bulk_create(rows, batch_size=BATCH)


def take(sequence: str, count: int) -> list[int]:
    """The next so many numbers of a sequence."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, count])
        return [row[0] for row in cursor.fetchall()]
