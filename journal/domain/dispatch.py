"""Number committed events and run what reacts to them.

Who may run an event is decided by its row: the fast path takes rows nobody has taken yet (`tries` 0), the sweep
takes rows whose time has come, and taking is a conditional claim that gives the row a new time. So a late
message of the broker and the sweep never run one event side by side, and a crash only costs the lease.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, QuerySet

from carecenter.lib.redaction import describe
from carecenter.lib.time import in_seconds, now
from journal.domain.recording import reactions_kept
from journal.models import Event, FailedReaction
from journal.wiring import Together, handler, table

logger = logging.getLogger(__name__)

State = FailedReaction.State
NUMBERING_LOCK = 7_210_001  # advisory lock: one numberer at a time, held until its commit
LEASE_SECONDS = 60  # for the handlers of CHUNK events
CHUNK = 100
ALONE = 20  # events a sweep takes one by one at most
ROUNDS = 5  # chunks a sweep takes at most
RUNS = 5  # an event whose worker died so often is parked: it may be what kills the worker
# Pauses between tries of a failed reaction in seconds; after the last it is parked.
PAUSES = (5, 30, 120, 600, 3600)


def number_events() -> int:
    """Give every committed event without a position the next ones, by id. Returns how many.

    A position becomes visible only with all smaller ones: the lock is held until the commit, so that a reader who
    has seen position n has seen everything below it. (Numbers may be left out, when a numberer rolls back.)
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBERING_LOCK])
        # A statement of its own after the lock: its snapshot sees what the numberer before us has committed.
        # FOR UPDATE takes the rows by id, as those who settle them do, so that the two cannot lock each other out.
        cursor.execute(
            """
            WITH waiting AS (SELECT id FROM journal_event WHERE position IS NULL ORDER BY id LIMIT 5000 FOR UPDATE),
                 numbered AS (SELECT id, nextval('journal_position') AS position
                              FROM (SELECT id FROM waiting ORDER BY id) AS in_order)
            UPDATE journal_event e SET position = n.position FROM numbered n WHERE e.id = n.id
            """
        )
        count: int = cursor.rowcount
    return count


def react(event_ids: list[int]) -> None:
    """The fast path: run the handlers of these events, in order.

    Ids of events that were rolled back, or that the sweep has had, are skipped.
    """
    ids = sorted(event_ids)
    for start in range(0, len(ids), CHUNK):
        rows = Event.objects.filter(pk__in=ids[start : start + CHUNK], tries=0, next_try_at__isnull=False)
        run(claim(rows.order_by("pk"), CHUNK))


def react_to_due() -> int:
    """The guarantee: run what the fast path lost, or a dying worker left. Returns how many events were taken.

    Events that were taken before come one by one, so that one which kills its worker takes no other along.
    """
    taken = 0
    for _ in range(ROUNDS):
        events = claim(
            Event.objects.filter(next_try_at__lt=now(), tries__lt=2).order_by("next_try_at"), CHUNK
        )
        run(events)
        taken += len(events)
        if len(events) < CHUNK:
            break
    for _ in range(ALONE):
        events = claim(Event.objects.filter(next_try_at__lt=now(), tries__gte=2).order_by("next_try_at"), 1)
        run(events)
        taken += len(events)
        if not events:
            break
    return taken


@contextmanager
def reacting() -> Iterator[None]:
    """For a worker's loop: what it records is numbered and reacted to here, after it, without a message each.

    A loop that raises leaves its events to the sweep.
    """
    with reactions_kept() as ids:
        yield
        for _ in range(ROUNDS):
            batch, ids[:] = list(ids), []
            if not batch:
                return
            number_events()
            react(batch)


def claim(rows: QuerySet[Event], limit: int) -> list[Event]:
    """Take at most so many of the rows for LEASE_SECONDS, in the order they happened; others' rows are left out."""
    with transaction.atomic():
        events = list(rows.select_for_update(skip_locked=True)[:limit])
        taken = Event.objects.filter(pk__in=[event.pk for event in events])
        taken.update(next_try_at=in_seconds(LEASE_SECONDS), tries=F("tries") + 1)
    return sorted(events, key=lambda event: event.pk)


def run(events: list[Event]) -> None:
    """Run the handlers of claimed events and settle the events. `event.tries` is from before the claim."""
    done = run_together([event for event in events if event.tries == 0])
    for event in events:
        again = event.tries > 0
        settled = set(event.failures.values_list("handler", flat=True)) if again else set()
        for path in paths_of(event):
            if path in settled or (event.pk, path) in done:
                continue  # a settled one has a row of its own and is tried again by that
            if event.tries >= RUNS:
                park_unrun(event, path)
            elif error := run_handler(event, path):
                note_failure(event, path, error)
    Event.objects.filter(pk__in=[event.pk for event in events]).update(next_try_at=None)


def run_together(events: list[Event]) -> set[tuple[int, str]]:
    """Handlers that take many events, each once with all of its events. Returns which reactions are done.

    Those of a handler that raises are not: they run one by one, where the one that fails gets its row.
    """
    waiting: dict[str, list[Event]] = {}
    for event in events:
        for path in paths_of(event):
            waiting.setdefault(path, []).append(event)
    done: set[tuple[int, str]] = set()
    for path, mine in waiting.items():
        reaction = handler(path)
        if len(mine) > 1 and isinstance(reaction, Together) and run_many(reaction, mine, path):
            done.update((event.pk, path) for event in mine)
    return done


def run_many(reaction: Together, events: list[Event], path: str) -> bool:
    try:
        with transaction.atomic():
            reaction.react(events)
    except Exception as error:  # noqa: BLE001  the process edge: each of them is run alone, and recorded there
        logger.warning("reaction %s failed on %s events at once: %s", path, len(events), type(error).__name__)
        return False
    return True


def paths_of(event: Event) -> tuple[str, ...]:
    """An event whose name has left the wiring since must not stop the others: it has no reactions any more."""
    paths = table().get(event.name)
    if paths is None:
        logger.error("event %s: the name %s is not in the wiring", event.pk, event.name)
    return paths or ()


def run_handler(event: Event, path: str) -> Exception | None:
    """One handler on one event in a transaction of its own. Returns what it raised, None when it worked."""
    try:
        with transaction.atomic():
            handler(path)(event)
    except Exception as error:  # noqa: BLE001  the process edge: whatever a handler raises becomes a row
        logger.warning("reaction %s failed on event %s: %s", path, event.pk, type(error).__name__)
        return error
    return None


def note_failure(event: Event, path: str, error: Exception) -> None:
    """The first failure of a reaction; the row is tried again after a pause."""
    first = {"error": describe(error), "next_try_at": in_seconds(PAUSES[0])}
    FailedReaction.objects.get_or_create(event=event, handler=path, defaults=first)


def park_unrun(event: Event, path: str) -> None:
    """Put a reaction aside without running it: its event was taken RUNS times and no worker came back."""
    text = "Every worker that took this event ended before it was done."
    parked = {"error": text, "state": State.PARKED, "tries": event.tries}
    FailedReaction.objects.get_or_create(event=event, handler=path, defaults=parked)


def retry_due() -> int:
    """Try failed reactions whose time has come again. Returns how many worked."""
    due = FailedReaction.objects.filter(state=State.WAITING, next_try_at__lt=now())
    return sum(try_again(pk) for pk in due.order_by("next_try_at").values_list("pk", flat=True)[:ALONE])


def try_again(failure_id: int) -> bool:
    """Claim one failed reaction by a conditional UPDATE and run it. False when it failed or another has it.

    The try is counted with the claim, so that a handler that kills its worker is parked in the end as well.
    """
    waiting = FailedReaction.objects.filter(pk=failure_id, state=State.WAITING, next_try_at__lt=now())
    if not waiting.update(next_try_at=in_seconds(LEASE_SECONDS), tries=F("tries") + 1):
        return False
    mine = FailedReaction.objects.filter(pk=failure_id)
    failure = mine.select_related("event").get()
    if failure.tries > len(PAUSES) + 1:
        mine.update(state=State.PARKED, next_try_at=None)
        return False
    error = run_handler(failure.event, failure.handler)
    if error is None:
        mine.update(state=State.DONE, next_try_at=None)
    elif failure.tries > len(PAUSES):
        mine.update(state=State.PARKED, next_try_at=None, error=describe(error))
    else:
        mine.update(next_try_at=in_seconds(PAUSES[failure.tries - 1]), error=describe(error))
    return error is None


def replay(failure_id: int) -> bool:
    """An administrator runs a parked reaction again, now, with all its tries before it. True when it worked.

    False too when it is not parked: done, or still tried by itself.
    """
    parked = FailedReaction.objects.filter(pk=failure_id, state=State.PARKED)
    due = now() - timedelta(seconds=1)
    return bool(parked.update(state=State.WAITING, tries=0, next_try_at=due)) and try_again(failure_id)
