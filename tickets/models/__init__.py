"""The work: inboxes, tickets, contacts, messages. Verbs are in `domain/`."""

from tickets.models.articles import TicketArticle
from tickets.models.bulk import BulkItem, BulkJob
from tickets.models.canned import CannedReply
from tickets.models.inboxes import Inbox
from tickets.models.joins import TicketMerge, TicketSplit
from tickets.models.messages import Attachment, Contact, Delivery, Direction, Draft, Message
from tickets.models.search import SavedView, SearchRow, SearchTask, SearchWord
from tickets.models.signatures import Signature
from tickets.models.tickets import ACTIVE, DONE_INDEXES, Participant, Priority, Status, Ticket, TicketQuerySet
from tickets.models.uploads import Upload

__all__ = [
    "ACTIVE",
    "DONE_INDEXES",
    "Attachment",
    "BulkItem",
    "BulkJob",
    "CannedReply",
    "Contact",
    "Delivery",
    "Direction",
    "Draft",
    "Inbox",
    "Message",
    "Participant",
    "Priority",
    "SavedView",
    "SearchRow",
    "SearchTask",
    "SearchWord",
    "Signature",
    "Status",
    "Ticket",
    "TicketArticle",
    "TicketMerge",
    "TicketQuerySet",
    "TicketSplit",
    "Upload",
]
