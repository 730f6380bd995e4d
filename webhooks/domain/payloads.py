"""What a request says: the event as `/api/v1/events/` shows it, ids and codes only. Texts are fetched by the API."""

import json
from typing import Any

from journal.models import Event


def id_of(event: Event) -> str:
    """The same at every try, so that the other side can drop repeats."""
    return f"event-{event.pk}"


def body_of(event: Event) -> bytes:
    said: dict[str, Any] = {"type": event.name, "timestamp": event.at.isoformat(), "data": shown(event)}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def shown(event: Event) -> dict[str, Any]:
    return {
        "position": event.position,
        "name": event.name,
        "at": event.at.isoformat().replace("+00:00", "Z"),
        "actor": event.actor,
        "brand": event.brand_id,
        "ticket": event.ticket_id,
        "customer": event.customer_id,
        "subject": event.subject,
        "data": event.data,
    }
