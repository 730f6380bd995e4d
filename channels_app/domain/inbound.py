"""Run a stored record: parse, screen, identify, thread, append. The outcome stands on the row."""

import logging
import traceback
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from django.conf import settings
from django.db import connection as database
from django.db import transaction

from carecenter.lib.faults import point
from carecenter.lib.rows import assignments
from carecenter.lib.time import in_seconds, now
from channels_app.domain import facts as looking
from channels_app.domain import imported
from channels_app.domain.appending import Item, append, customer_of, incoming_message, store_files
from channels_app.domain.facts import Known
from channels_app.domain.intake import raw_bytes
from channels_app.domain.returned import note_own_mails, note_returned
from channels_app.domain.screening import Verdict, oversize, screen
from channels_app.kinds.base import InboundEvent, ParseError
from channels_app.models import Connection, InboundRecord, Reason
from channels_app.registry import adapter_for
from journal.actors import SYSTEM
from journal.domain.recording import record as record_event
from journal.domain.recording import recorded_together
from tickets.domain.intake import IncomingFile, Received

logger = logging.getLogger(__name__)

LEASE_SECONDS = 30
# Pauses in seconds between tries; after the last the record has failed and waits for a person.
PAUSES = (5, 30, 120, 600, 1800, 3600)
State = InboundRecord.State


HANDFUL = 25  # records that share a transaction: what they lock is held for so long
# Locked by id, so that two who have the same records to claim do not wait for each other.
CLAIM = """
    UPDATE channels_app_inboundrecord SET tries = tries + 1, next_try_at = %s
    WHERE id IN (
        SELECT id FROM channels_app_inboundrecord
        WHERE id = ANY(%s) AND state = 'new' AND (tries = 0 OR next_try_at < %s)
            AND (NOT %s OR (tries = 0 AND blob_id IS NULL))
        ORDER BY id FOR UPDATE SKIP LOCKED
    ) RETURNING *
"""
FINISH = "UPDATE channels_app_inboundrecord SET {} WHERE id = %s AND state = 'new' AND tries = %s"


@dataclass(frozen=True)
class Read:
    """A record with what its adapter made of it; its files are on disk."""

    record: InboundRecord
    event: InboundEvent
    files: tuple[IncomingFile, ...]


class Lost(Exception):
    """Our lease ran out and another worker has the record now: nothing of ours may stay."""


def process_record(record_id: int) -> InboundRecord:
    """Run a record as `run` does; returns the row as it stands after."""
    run(record_id)
    return load(record_id)


def run(record_id: int, connections: Iterable[Connection] = ()) -> InboundRecord | None:
    """Run a record that waits, once, whoever else tries. `connections` are those read already.

    Returns it with its outcome; None when it has none yet, or another had it. An error on our side becomes a row that
    is tried again, and in the end one that is listed as failed. Raises only when the database itself is away.
    """
    for record in claim([record_id], connections):
        point("after_claim")
        return record if run_claimed(record) else None
    return None


def run_all(record_ids: Iterable[int]) -> None:
    """Run these in turn, each as `run` does; what they have in common is read and written once, so give it few.

    Small ones that were never tried share a transaction. One that fails takes no other along: it is run alone, and so
    are large ones, and those that were tried before.
    """
    ids = list(record_ids)
    records = claim(ids, only_small=True)
    point("after_claim")
    for record in run_together(records) if len(records) > 1 else records:
        run_claimed(record)
    taken = {record.pk for record in records}
    for record_id in ids:
        if record_id not in taken:
            run(record_id)


def run_together(records: Sequence[InboundRecord]) -> list[InboundRecord]:
    """Run claimed records in one transaction, each in a savepoint of its own. Returns those that must run alone."""
    read: list[Read] = []
    left: list[InboundRecord] = []
    for record in records:
        try:
            found = read_record(record)
        except Exception:  # noqa: BLE001 -- the process edge: it runs alone, and what it raises there is on its row
            left.append(record)
            continue
        if found is not None:
            read.append(found)
    try:
        return left + settle_together(read)
    except Exception as error:  # noqa: BLE001 -- the process edge: nothing of them is written, each runs alone
        logger.warning("%s records could not be run together: %s", len(read), type(error).__name__)
        return left + [one.record for one in read]


def load(record_id: int) -> InboundRecord:
    related = ("connection__inbox__brand__pool", "ticket", "message", "blob")
    return InboundRecord.objects.select_related(*related).get(pk=record_id)


def claim(
    record_ids: Iterable[int], connections: Iterable[Connection] = (), *, only_small: bool = False
) -> list[InboundRecord]:
    """Take those of these records nobody works on, by id. `tries` counts the claims: our fence at the end.

    With all that taking them in reads: one that waits has neither ticket nor message, and few have a blob.
    """
    taken = InboundRecord.objects.raw(CLAIM, [in_seconds(LEASE_SECONDS), list(record_ids), now(), only_small])
    records = sorted(taken, key=lambda record: record.pk)
    known = {one.pk: one for one in connections}
    if wanted := {record.connection_id for record in records} - set(known):
        known |= Connection.objects.select_related("inbox__brand__pool").in_bulk(wanted)
    for record in records:
        record.connection = known[record.connection_id]
    return records


def due_handfuls(limit: int) -> list[list[int]]:
    """Due records as `run_all` takes them. One that was tried before comes alone: it may be what kills its worker."""
    due = InboundRecord.objects.filter(state=State.NEW, next_try_at__lt=now()).order_by("next_try_at", "pk")
    handfuls: list[list[int]] = []
    for was_tried, some in groupby(due.values_list("pk", "tries")[:limit], key=lambda pair: pair[1] > 0):
        ids, size = [pk for pk, _ in some], 1 if was_tried else HANDFUL
        handfuls += [ids[start : start + size] for start in range(0, len(ids), size)]
    return handfuls


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
    found = read_record(record)
    if found is not None:
        (item,), known = looking.look([(record.connection, found.event)])
        settle_event(found, item, known)
        point("after_outcome")


def settle_together(read: Sequence[Read]) -> list[InboundRecord]:
    """All of them in one transaction. Returns those whose savepoint was rolled back; raises when nothing is left."""
    if not read:
        return []
    items, known = looking.look([(one.record.connection, one.event) for one in read])
    left: list[InboundRecord] = []
    with transaction.atomic(), recorded_together():
        for one, item in zip(read, items, strict=True):
            try:
                settle_event(one, item, known)
            except Exception:  # noqa: BLE001 -- the process edge: it runs alone, and what it raises there is on its row
                known.forget(item)
                left.append(one.record)
    point("after_outcome")
    return left


def read_record(record: InboundRecord) -> Read | None:
    """What is in it; None when it came to its end without that."""
    inbox = record.connection.inbox
    unread = None if record.skip_screens else unread_verdict(record)
    if unread:
        finish(record, state=unread.state, reason=unread.reason, **imported.outline_of(record))
        return None
    try:
        events = adapter_for(inbox.kind).parse(record.connection.opened(), raw_bytes(record))
    except ParseError as error:
        finish(record, state=State.PARKED, reason=Reason.UNREADABLE, error=str(error))
        return None
    if not events:
        finish(record, state=State.IGNORED, reason=Reason.UNREADABLE, error="of a type that is not read")
        return None
    return Read(record, events[0], store_files(events[0].attachments))


def unread_verdict(record: InboundRecord) -> Verdict | None:
    """Why a record is not even read."""
    verdict = imported.withheld(record) or oversize(record.size, settings.MAIL_SIZE_LIMIT)
    return imported.quietly(verdict) if imported.happened_at(record) else verdict


def settle_event(one: Read, item: Item, known: Known) -> None:
    record, event = one.record, one.event
    read: dict[str, Any] = {"sender": looking.normal(item.address)[:320], "subject": event.subject[:400]}
    with transaction.atomic(), recorded_together():
        found = looking.gather(record, item, known)
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
        seen = {"is_proved": found.is_proved, "is_unseen": known.is_unseen(item)}
        incoming = incoming_message(item, one.files, **seen)
        incoming = replace(incoming, happened_at=happened_at) if happened_at is not None else incoming
        customer = customer_of(item, ticket, known.people)
        received = append(item, incoming, customer=customer, ticket=ticket)
        note_returned(found.returned)
        point("before_outcome")
        finish(record, **outcome_of(received), **read)


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
        values = {
            "state": state,
            "reason": reason,
            "next_try_at": None,
            "ended_at": now(),
            "error": "",
            **columns,
        }
        changes, params = assignments(InboundRecord, values.items())
        with database.cursor() as cursor:
            cursor.execute(FINISH.format(changes), [*params, record.pk, record.tries])
            if not cursor.rowcount:
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
