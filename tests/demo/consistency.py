"""What a ticket's row says must follow from its messages: computed anew, for rows that no verb has written."""

from typing import Any

from tickets.domain.tickets import preview_of
from tickets.models import Delivery, Direction, Message, Status, Ticket

WRITTEN = ("email", "webchat")  # what the other side wrote itself; the rest was logged by one of us
SHOWN = ("message_count", "preview", "last_message_at", "last_kind", "first_replied_at", "waiting_since")


def row_of(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in SHOWN}


def recomputed(ticket: Ticket, messages: list[Message]) -> dict[str, Any]:
    """By the rules of the verbs: notes count but do not show; automatic mail shows but wakes nobody."""
    public = [message for message in messages if message.audience == Message.Audience.PUBLIC]
    shown = [message for message in public if message.delivery != Delivery.WITHDRAWN]
    last = (shown or messages[:1])[-1]  # an internal case shows what it was opened with
    answers = [m for m in shown if m.direction == Direction.OUTBOUND and m.kind in WRITTEN]
    return {
        "message_count": len(messages),
        "preview": preview_of(last.reply_text or last.text),
        "last_message_at": last.created_at if shown else ticket.created_at,
        "last_kind": last.kind,
        "first_replied_at": answers[0].created_at if answers else None,
        "waiting_since": waiting_since(ticket, public),
    }


def waiting_since(ticket: Ticket, public: list[Message]) -> Any:
    """The oldest message of the customer since we last answered, called or solved."""
    if ticket.status in (Status.SOLVED, Status.CLOSED):
        return None
    since = None
    for message in public:
        is_logged = message.kind not in WRITTEN
        if message.direction == Direction.OUTBOUND or is_logged:
            since = None
        elif not (message.is_auto or message.is_bounce):
            since = since or message.created_at
    return since


def differences() -> list[tuple[int, dict[str, Any], dict[str, Any]]]:
    """Every ticket whose row says something else than its messages."""
    by_ticket: dict[int, list[Message]] = {}
    for message in Message.objects.order_by("pk"):
        by_ticket.setdefault(message.ticket_id, []).append(message)
    found = []
    for ticket in Ticket.objects.order_by("pk"):
        says, should = row_of(ticket), recomputed(ticket, by_ticket[ticket.pk])
        if says != should:
            found.append((ticket.pk, says, should))
    return found
