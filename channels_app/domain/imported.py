"""What is particular to mail fetched from a mailbox: history that wakes nobody, and mails without their text."""

from datetime import datetime
from typing import Any

from channels_app.domain.intake import raw_bytes
from channels_app.domain.screening import IGNORED, PARKED, Verdict
from channels_app.kinds.base import ParseError
from channels_app.models import InboundRecord, Reason
from channels_app.registry import adapter_for


def happened_at(record: InboundRecord) -> datetime | None:
    """When a mail of the first import arrived in its mailbox; None for what is new, or what a person wants opened."""
    moment = record.envelope.get("history")
    return datetime.fromisoformat(moment) if moment and not record.skip_screens else None


def quietly(verdict: Verdict | None) -> Verdict | None:
    """Of history nothing waits for a decision: thousands of newsletters would. Many at once are no storm."""
    if verdict is None or verdict.reason == Reason.STORM:
        return None
    return Verdict(IGNORED, verdict.reason)


def withheld(record: InboundRecord) -> Verdict | None:
    """Only the header could be had, of a mail that is too large or that its server does not give out."""
    if record.envelope.get("unfetched"):
        return Verdict(PARKED, Reason.UNREADABLE)
    return Verdict(PARKED, Reason.OVERSIZE) if record.envelope.get("cut") else None


def outline_of(record: InboundRecord) -> dict[str, Any]:
    """Columns of a record for the list, from the header that is all there is of it."""
    if not ({"cut", "unfetched"} & set(record.envelope)):
        return {}
    try:
        events = adapter_for(record.connection.inbox.kind).parse({}, raw_bytes(record))
    except ParseError:
        return {}
    return (
        {"sender": events[0].sender_address.lower()[:320], "subject": events[0].subject[:400]}
        if events
        else {}
    )
