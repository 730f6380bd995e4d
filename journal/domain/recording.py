"""Write an event in the caller's transaction, and have its reactions run after the commit."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, transaction

from carecenter.lib.time import in_ten_seconds, now
from journal.models import Event
from journal.wiring import reactions

COLUMNS = ("name", "at", "actor", "brand_id", "ticket_id", "customer_id", "subject", "next_try_at", "tries")
INSERT = f"INSERT INTO journal_event ({', '.join(COLUMNS)}, data) VALUES "  # noqa: S608 -- constants
ROW = f"({', '.join(['%s'] * (len(COLUMNS) + 1))})"


class HasId(Protocol):
    pk: Any


# What sends the ids of a transaction's events to a worker. Set by journal.apps' tasks at start: a verb never
# enqueues, and this module stays free of Celery.
_couriers: list[Callable[[list[int]], None]] = []
_kept = threading.local()


def set_courier(courier: Callable[[list[int]], None]) -> None:
    _couriers[:] = [courier]


@contextmanager
def reactions_kept() -> Iterator[list[int]]:
    """Collects the ids of events committed in this thread meanwhile instead of sending them to a worker.

    For a worker that runs the reactions itself, right after. What it does not come to is found by the sweep.
    """
    before = getattr(_kept, "ids", None)
    _kept.ids = []
    try:
        yield _kept.ids
    finally:
        _kept.ids = before


def record(
    name: str,
    *,
    actor: str,
    brand_id: int | None = None,
    ticket: HasId | None = None,
    customer_id: int | None = None,
    subject: str = "",
    **data: Any,
) -> Event:
    """Record one fact. Must be called inside a transaction.

    The brand and the customer are taken from the ticket when not given. Unknown names raise LookupError, so that
    a misspelt event fails in the first test and not in silence.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("record() belongs inside the transaction of what it records")
    somebody_reacts = bool(reactions(name))
    if ticket is not None:
        brand_id = brand_id or getattr(ticket, "brand_id", None)
        customer_id = customer_id or getattr(ticket, "customer_id", None)
    event = Event(
        name=name,
        at=now(),
        actor=actor,
        brand_id=brand_id,
        ticket_id=ticket.pk if ticket is not None else None,
        customer_id=customer_id,
        subject=subject,
        data=data,
        next_try_at=in_ten_seconds() if somebody_reacts else None,
    )
    waiting: list[Waiting] | None = getattr(_kept, "waiting", None)
    if waiting is None:
        insert([event])
    else:
        waiting.append(Waiting(event))
    return event


@contextmanager
def recorded_together() -> Iterator[None]:
    """What is recorded in this block is written at its end by one INSERT, in the order it was recorded.

    Inside a transaction. Until then the events have no id. A block that raises writes nothing, nor is anything written
    that was recorded under a savepoint which was rolled back since.
    """
    if getattr(_kept, "waiting", None) is not None:
        yield  # the block around this one writes them
        return
    _kept.waiting = []
    try:
        yield
        waiting, _kept.waiting = _kept.waiting, None
        valid = {id(func) for _, func, *_ in connection.run_on_commit}
        insert([one.event for one in waiting if id(one) in valid])
    finally:
        _kept.waiting = None


class Waiting:
    """An event that is to be written. A callback that does nothing, for Django drops those of a lost savepoint."""

    def __init__(self, event: Event) -> None:
        self.event = event
        transaction.on_commit(self, robust=True)

    def __call__(self) -> None:
        return


def insert(events: Sequence[Event]) -> None:
    """One INSERT by hand: a mail alone records five events, and the ORM takes four times as long for each."""
    if not events:
        return
    values = [
        value for event in events for value in (*(getattr(event, n) for n in COLUMNS), json.dumps(event.data))
    ]
    with connection.cursor() as cursor:
        cursor.execute(f"{INSERT}{', '.join([ROW] * len(events))} RETURNING id", values)
        for event, (pk,) in zip(events, cursor.fetchall(), strict=True):
            event.pk = pk
            event._state.adding, event._state.db = False, connection.alias
            _after_commit(pk)


class Dispatch:
    """The callback that hands the events of one transaction to the courier."""

    def __init__(self) -> None:
        self.ids: list[int] = []

    def __call__(self) -> None:
        kept = getattr(_kept, "ids", None)
        if kept is not None:
            kept.extend(self.ids)
            return
        for courier in _couriers:
            courier(self.ids)


def _after_commit(event_id: int) -> None:
    """One message a transaction, with all its ids. Robust: a broker that is down must not fail a stored contact.

    Django drops callbacks of a savepoint that is rolled back, so we look whether ours still waits instead of
    remembering that it was registered.
    """
    dispatch = next((func for _, func, *_ in connection.run_on_commit if isinstance(func, Dispatch)), None)
    if dispatch is None:
        dispatch = Dispatch()
        transaction.on_commit(dispatch, robust=True)
    dispatch.ids.append(event_id)
