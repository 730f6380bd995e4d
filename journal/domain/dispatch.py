"""Number committed events and run what reacts to them."""

import logging
import traceback
from datetime import timedelta

from django.db import connection, transaction

from carecenter.lib.time import in_seconds, now
from journal.models import Event, FailedReaction
from journal.wiring import handler, reactions

logger = logging.getLogger(__name__)

NUMBERING_LOCK = 7_210_001  # advisory lock: one numberer at a time, held until its commit
LEASE_SECONDS = 30
BATCH = 200
# Pauses between tries in seconds; after the last the reaction is parked.
PAUSES = (5, 30, 120, 600, 3600)


def number_events() -> int:
    """Give every committed event without a position the next ones, by id. Returns how many.

    A position becomes visible only with all smaller ones: the lock is held until the commit, so that a reader who
    has seen position n has seen everything below it.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
        cursor.execute(
            """
            WITH waiting AS (SELECT id FROM journal_event WHERE position IS NULL ORDER BY id LIMIT 5000),
                 numbered AS (SELECT id, nextval('journal_position') AS position FROM (SELECT id FROM waiting ORDER BY id) w)
            UPDATE journal_event e SET position = n.position FROM numbered n WHERE e.id = n.id
            """
        )
        count: int = cursor.rowcount
    return count


def react(event_ids: list[int]) -> None:
    """Run the handlers of these events, in order. Ids of rolled-back or finished events are skipped."""
    with transaction.atomic():
        waiting = Event.objects.filter(pk__in=event_ids, next_try_at__isnull=False)
        events = list(waiting.select_for_update(skip_locked=True).order_by("pk"))
        lease = Event.objects.filter(pk__in=[event.pk for event in events])
        lease.update(next_try_at=in_seconds(LEASE_SECONDS))
    for event in events:
        for path in reactions(event.name):
            run_handler(event, path)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(next_try_at=None)


def claim_due() -> list[int]:
    """Ids of events whose fast path was lost, leased so that the next sweep leaves them alone."""
    with transaction.atomic():
        due = Event.objects.filter(next_try_at__lt=now()).order_by("next_try_at")
        ids = list(due.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
        Event.objects.filter(pk__in=ids).update(next_try_at=in_seconds(LEASE_SECONDS))
    return sorted(ids)


def run_handler(event: Event, path: str) -> bool:
    """One handler on one event in a transaction of its own; a failure becomes a row. True when it worked."""
    try:
        with transaction.atomic():
            handler(path)(event)
    except Exception as error:  # the process edge: whatever a handler raises is recorded and tried again
        logger.warning("reaction %s failed on event %s: %s", path, event.pk, type(error).__name__)
        note_failure(event, path)
        return False
    return True


def note_failure(event: Event, path: str) -> None:
    with transaction.atomic():
        failure, created = FailedReaction.objects.select_for_update().get_or_create(event=event, handler=path)
        if not created:
            failure.tries += 1
        failure.error = traceback.format_exc(limit=-4)[-4000:]
        parked = failure.tries > len(PAUSES)
        failure.state = FailedReaction.State.PARKED if parked else FailedReaction.State.WAITING
        failure.next_try_at = None if parked else now() + timedelta(seconds=PAUSES[failure.tries - 1])
        failure.save(update_fields=["tries", "error", "state", "next_try_at"])


def retry_due() -> int:
    """Try failed reactions whose time has come again. Returns how many worked."""
    due = FailedReaction.objects.filter(state=FailedReaction.State.WAITING, next_try_at__lt=now())
    return sum(try_again(pk) for pk in due.order_by("next_try_at").values_list("pk", flat=True)[:BATCH])


def try_again(failure_id: int) -> bool:
    """Claim one failed reaction by a conditional UPDATE and run it. False when it failed or another has it."""
    claim = FailedReaction.objects.filter(
        pk=failure_id, state=FailedReaction.State.WAITING, next_try_at__lt=now()
    )
    if not claim.update(next_try_at=in_seconds(LEASE_SECONDS)):
        return False
    failure = FailedReaction.objects.select_related("event").get(pk=failure_id)
    if not run_handler(failure.event, failure.handler):
        return False
    FailedReaction.objects.filter(pk=failure_id).update(state=FailedReaction.State.DONE, next_try_at=None)
    return True


def replay(failure_id: int) -> bool:
    """An administrator runs a parked reaction again, now. True when it worked."""
    parked = FailedReaction.objects.filter(pk=failure_id, state=FailedReaction.State.PARKED)
    parked.update(state=FailedReaction.State.WAITING, tries=0, next_try_at=now() - timedelta(seconds=1))
    return try_again(failure_id)
