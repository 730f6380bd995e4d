"""Write an event in the caller's transaction, and have its reactions run after the commit."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol

from django.db import connection, transaction

from carecenter.lib.time import in_ten_seconds, now
from journal.models import Event
from journal.wiring import reactions

COLUMNS = ("name", "at", "actor", "brand_id", "ticket_id", "customer_id", "subject", "next_try_at", "tries")
INSERT = (
    f"INSERT INTO journal_event ({', '.join(COLUMNS)}, data)"  # noqa: S608 -- constants
    f" VALUES ({', '.join(['%s'] * len(COLUMNS))}, %s) RETURNING id"
)


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
    insert(event)
    _after_commit(event.pk)
    return event


def insert(event: Event) -> None:
    """One INSERT by hand: a mail alone records five events, and the ORM takes four times as long for each."""
    values = [getattr(event, name) for name in COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*values, json.dumps(event.data)])
        event.pk = cursor.fetchone()[0]
    event._state.adding, event._state.db = False, connection.alias


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
