"""How a chat stands, for the visitor's page: who answers, how long it may take, whether anybody is there."""

from datetime import datetime, timedelta
from statistics import median
from typing import Any

import redis
from django.core.cache import cache

from carecenter.lib.time import now
from channels_app.models import ChatSession, Connection
from tickets.models import Contact
from workforce.domain.hours import is_open, next_opening

RECENT = 40  # chats that the expected wait is taken from
FEWEST = 5  # below this we do not guess
THERE = timedelta(seconds=120)
REMEMBER_SECONDS = 20


def opening(connection: Connection, at: datetime | None = None) -> tuple[bool, datetime | None]:
    """(is somebody there by the office hours, when next). An inbox without hours is always open."""
    hours = connection.inbox.hours
    moment = at or now()
    if hours is None or is_open(hours, moment):
        return True, None
    return False, next_opening(hours, moment)


def expected_wait(connection: Connection) -> int | None:
    """Seconds until the first answer: the median of the latest answered chats; None while there are too few."""
    known: Any = cache_get(f"chat-wait:{connection.pk}")
    if known is None:
        rows = ChatSession.objects.filter(connection=connection, contact__answered_at__isnull=False)
        moments = rows.order_by("-pk").values_list("contact__queued_at", "contact__answered_at")[:RECENT]
        waits = [(answered - queued).total_seconds() for queued, answered in moments if queued and answered]
        known = int(median(waits)) if len(waits) >= FEWEST else -1
        cache_set(f"chat-wait:{connection.pk}", known)
    return known if known >= 0 else None


def place_in_queue(session: ChatSession) -> int | None:
    """1 for who is next; None for who is not waiting. Counts those whose page is still open."""
    contact = session.contact
    if contact is None or contact.ended_at is not None or contact.holder != Contact.Holder.QUEUE:
        return None
    ahead = ChatSession.objects.filter(
        connection=session.connection_id,
        seen_at__gt=now() - THERE,
        contact__ended_at__isnull=True,
        contact__holder=Contact.Holder.QUEUE,
        contact__lt=contact.pk,
    )
    return ahead.count() + 1


def state_of(connection: Connection, session: ChatSession | None) -> dict[str, Any]:
    """Everything but the lines."""
    is_there, opens_at = opening(connection)
    state: dict[str, Any] = {
        "open": is_there,
        "opens_at": opens_at.isoformat() if opens_at else None,
        "wait": expected_wait(connection) if is_there else None,
    }
    if session is None:
        return state
    contact = session.contact
    agent = contact.agent if contact is not None else None
    return state | {
        "name": session.visitor_name,
        "has_email": bool(session.visitor_email),
        "going": contact is not None and contact.ended_at is None,
        "ended": contact is not None and contact.ended_at is not None,
        "agent": agent.name if agent and contact and contact.holder == Contact.Holder.AGENT else "",
        "answered": contact is not None and contact.answered_at is not None,
        "place": place_in_queue(session),
        "read_to": session.read_to,
        "agent_read_to": session.agent_read_to,
        "transcript": session.wants_transcript,
    }


def cache_get(key: str) -> Any:
    """A Valkey that is away only costs the count."""
    try:
        return cache.get(key)
    except (redis.RedisError, OSError):
        return None


def cache_set(key: str, value: Any) -> None:
    try:
        cache.set(key, value, REMEMBER_SECONDS)
    except (redis.RedisError, OSError):
        return
