"""The work: inboxes, tickets, contacts, messages. Verbs are in `domain/`."""

from tickets.models.inboxes import Inbox
from tickets.models.messages import Attachment, Contact, Delivery, Direction, Draft, Message
from tickets.models.tickets import ACTIVE, DONE_INDEXES, Participant, Priority, Status, Ticket, TicketQuerySet

__all__ = [
    "ACTIVE",
    "DONE_INDEXES",
    "Attachment",
    "Contact",
    "Delivery",
    "Direction",
    "Draft",
    "Inbox",
    "Message",
    "Participant",
    "Priority",
    "Status",
    "Ticket",
    "TicketQuerySet",
]
