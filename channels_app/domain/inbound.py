"""Run a stored record: parse, screen, identify, thread, append. The outcome stands on the row."""

import logging
import traceback
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db import transaction

from carecenter.lib.faults import point
from carecenter.lib.time import in_seconds, now
from channels_app.domain import facts as looking
from channels_app.domain import imported
from channels_app.domain.appending import append, customer_of, incoming_message, store_files
from channels_app.domain.intake import raw_bytes
from channels_app.domain.returned import note_own_mails, note_returned
from channels_app.domain.screening import Verdict, oversize, screen
from channels_app.kinds.base import InboundEvent, ParseError
from channels_app.models import Connection, InboundRecord, Reason
from channels_app.registry import adapter_for
from journal.actors import SYSTEM
from journal.domain.recording import record as record_event
from tickets.domain.intake import Received

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30
# Pauses in seconds between tries; after the last the record has failed and waits for a person.
PAUSES = (5, 30, 120, 600, 1800, 3600)
State = InboundRecord.State


CLAIM = """
    UPDATE channels_app_inboundrecord SET tries = tries + 1, next_try_at = %s
    WHERE id = %s AND state = 'new' AND (tries = 0 OR next_try_at < %s)
"""


class Lost(Exception):
    """Our lease ran out and another worker has the record now: nothing of ours may stay."""


def process_record(record_id: int) -> InboundRecord:
    """Run a record as `run` does; returns the row as it stands after."""
    run(record_id)
    return load(record_id)


def run(record_id: int, connections: dict[int, Connection] | None = None) -> InboundRecord | None:
    """Run a record that waits, once, whoever else tries. `connections` are those read already, by id.

    Returns it with its outcome; None when it has none yet, or another had it. An error on our side becomes a row that
    is tried again, and in the end one that is listed as failed. Raises only when the database itself is away.
    """
    if not claim(record_id):
        return None
    point("after_claim")
    record = load_to_run(record_id, {} if connections is None else connections)
    return record if run_claimed(record) else None


def run_all(record_ids: Iterable[int]) -> None:
    """Run these in turn, each as `run` does; connections are read once for all of them, so give it few."""
    connections: dict[int, Connection] = {}
    for record_id in record_ids:
        run(record_id, connections)


def load(record_id: int) -> InboundRecord:
    related = ("connection__inbox__brand__pool", "ticket", "message", "blob")
    return InboundRecord.objects.select_related(*related).get(pk=record_id)


def load_to_run(record_id: int, connections: dict[int, Connection]) -> InboundRecord:
    """What taking it in reads. A record that waits has neither ticket nor message, and few have a blob."""
    record = InboundRecord.objects.get(pk=record_id)
    known = connections.get(record.connection_id)
    if known is None:
        wanted = Connection.objects.select_related("inbox__brand__pool")
        known = connections[record.connection_id] = wanted.get(pk=record.connection_id)
    record.connection = known
    return record


def claim(record_id: int) -> bool:
    """Take a record nobody works on by a conditional UPDATE. `tries` counts the claims: our fence at the end."""
    with database.cursor() as cursor:
        cursor.execute(CLAIM, [in_seconds(LEASE_SECONDS), record_id, now()])
        return bool(cursor.rowcount)


def due_records(limit: int) -> list[int]:
    """Ids of records whose fast path was lost, or whose next try has come; the oldest first."""
    due = InboundRecord.objects.filter(state=State.NEW, next_try_at__lt=now()).order_by("next_try_at", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def run_claimed(record: InboundRecord) -> bool:
    """Bring a record to its end, unless it took its worker down with it each time: it must not spin for ever.

    True when that is written.
    """
    try:
        if record.tries > len(PAUSES) + 1:
            finish(record, state=State.FAILED, reason=Reason.ERROR, error="the worker died each time")
        else:
            settle(record)
    except Lost:
        return False
    except Exception as error:  # noqa: BLE001 -- the process edge: it is recorded on the row and tried again
        logger.warning("inbound %s failed: %s", record.pk, type(error).__name__)
        note_failure(record)
        return False
    return True


def settle(record: InboundRecord) -> None:
    """One claimed record to its end. All its effects and its outcome are one transaction."""
    inbox = record.connection.inbox
    unread = None if record.skip_screens else unread_verdict(record)
    if unread:
        finish(record, state=unread.state, reason=unread.reason, **imported.outline_of(record))
        return
    try:
        events = adapter_for(inbox.kind).parse(record.connection.opened(), raw_bytes(record))
    except ParseError as error:
        finish(record, state=State.PARKED, reason=Reason.UNREADABLE, error=str(error))
        return
    if not events:
        finish(record, state=State.IGNORED, reason=Reason.UNREADABLE, error="of a type that is not read")
        return
    settle_event(record, events[0])


def unread_verdict(record: InboundRecord) -> Verdict | None:
    """Why a record is not even read."""
    verdict = imported.withheld(record) or oversize(record.size, settings.MAIL_SIZE_LIMIT)
    return imported.quietly(verdict) if imported.happened_at(record) else verdict


def settle_event(record: InboundRecord, event: InboundEvent) -> None:
    item = looking.read_item(record.connection, event)
    read: dict[str, Any] = {"sender": looking.normal(item.address)[:320], "subject": event.subject[:400]}
    files = store_files(event.attachments)
    with transaction.atomic():
        found = looking.gather(record, item)
        if event.is_bounce:
            note_own_mails(event)
        verdict = None if record.skip_screens else screen(found.facts)
        happened_at = imported.happened_at(record)
        if happened_at is not None:
            verdict = imported.quietly(verdict)
        if verdict is not None:
            note_returned(found.returned)
            finish(record, state=verdict.state, reason=verdict.reason, ticket=found.ticket, **read)
            return
        ticket = found.returned[0][0].ticket if found.returned else found.ticket
        incoming = incoming_message(item, files, is_proved=found.is_proved)
        incoming = replace(incoming, happened_at=happened_at) if happened_at is not None else incoming
        received = append(item, incoming, customer=customer_of(item, ticket), ticket=ticket)
        note_returned(found.returned)
        point("before_outcome")
        finish(record, **outcome_of(received), **read)
    point("after_outcome")


def outcome_of(received: Received) -> dict[str, Any]:
    """Columns of the record for what became of it."""
    known = {"ticket": received.ticket, "message": received.message}
    if received.is_duplicate:
        return {"state": State.IGNORED, "reason": Reason.DUPLICATE, **known}
    return {"state": State.DONE, "opened_ticket": received.is_new, **known}


def finish(record: InboundRecord, *, state: str, reason: str = "", **columns: Any) -> None:
    """Write the outcome if the record is still ours, and set it on the object.

    Raises Lost, so that the transaction around it leaves nothing.
    """
    # No savepoint: whoever called us inside a transaction must give all of it up when we raise.
    with transaction.atomic(savepoint=False):
        mine = InboundRecord.objects.filter(pk=record.pk, state=State.NEW, tries=record.tries)
        values = {
            "state": state,
            "reason": reason,
            "next_try_at": None,
            "ended_at": now(),
            "error": "",
            **columns,
        }
        if not mine.update(**values):
            raise Lost
        for name, value in values.items():
            setattr(record, name, value)
        if state == State.PARKED:
            brand_id = record.connection.inbox.brand_id
            subject = f"inbound:{record.pk}"
            record_event("intake.parked", actor=SYSTEM, brand_id=brand_id, subject=subject, reason=reason)


def note_failure(record: InboundRecord) -> None:
    """The error on the row, with the next try, or FAILED after the last. Must be called in its `except` block."""
    is_last = record.tries > len(PAUSES)
    mine = InboundRecord.objects.filter(pk=record.pk, state=State.NEW, tries=record.tries)
    error = traceback.format_exc(limit=-6)[-4000:]
    if is_last:
        ended = {"state": State.FAILED, "reason": Reason.ERROR, "next_try_at": None, "ended_at": now()}
        mine.update(error=error, **ended)
    else:
        mine.update(error=error, next_try_at=in_seconds(PAUSES[record.tries - 1]))
