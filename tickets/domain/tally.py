"""What a ticket's row says about its messages, counted anew: after messages went to or came from another ticket."""

import datetime as dt

from django.db.models import QuerySet

from tickets.domain.tickets import preview_of
from tickets.models import Delivery, Direction, Message, Ticket

TALLIED = ("message_count", "first_replied_at", "last_message_at", "last_kind", "preview")


def tally(ticket: Ticket) -> tuple[str, ...]:
    """Set the fields of `TALLIED` on a locked ticket; the caller saves them."""
    messages = ticket.messages.exclude(delivery=Delivery.WITHDRAWN)
    ticket.message_count = messages.count()
    answers = messages.filter(direction=Direction.OUTBOUND, audience=Message.Audience.PUBLIC)
    ticket.first_replied_at = answers.order_by("created_at").values_list("created_at", flat=True).first()
    latest = messages.filter(audience=Message.Audience.PUBLIC, is_auto=False, is_bounce=False)
    last = (latest if latest.exists() else messages).order_by("-created_at", "-pk").first()
    if last is not None:
        ticket.last_message_at = last.created_at
        ticket.last_kind = last.kind
        ticket.preview = preview_of(last.reply_text or last.text)
    return TALLIED


def waiting_from(ticket: Ticket) -> dt.datetime | None:
    """When the first message of the customer came that is younger than our last word."""
    public = ticket.messages.filter(audience=Message.Audience.PUBLIC).exclude(delivery=Delivery.WITHDRAWN)
    ours = public.filter(author__isnull=False).order_by("-created_at").values_list("created_at", flat=True)
    theirs = from_customer(public)
    if (spoken := ours.first()) is not None:
        theirs = theirs.filter(created_at__gt=spoken)
    return theirs.order_by("created_at").values_list("created_at", flat=True).first()


def from_customer(messages: QuerySet[Message]) -> QuerySet[Message]:
    return messages.filter(direction=Direction.INBOUND, author__isnull=True, is_auto=False, is_bounce=False)


def answered_since(ticket: Ticket, at: dt.datetime) -> bool:
    """Has a colleague spoken to the customer since then?"""
    ours = ticket.messages.filter(author__isnull=False, audience=Message.Audience.PUBLIC, created_at__gt=at)
    return ours.exclude(delivery=Delivery.WITHDRAWN).exists()
