"""Couriers of ids. The rows are the guarantee: a task that is lost is found again by a sweep."""

import time
from collections.abc import Callable, Iterable
from typing import TypeVar

from celery import shared_task
from kombu.exceptions import OperationalError

from channels_app.domain import chat_leaving, inbound, mailbox_alarms, mailbox_tests, outbox, ticket_imports
from journal.domain.dispatch import reacting
from tickets.domain.delivery import due_messages, expired_claims

BATCH = 100
# A sweep ends after so long, so that one backlog does not hold both threads of a worker; the next goes on.
SWEEP_SECONDS = 5.0
IMPORT_SECONDS = 60.0  # of one import in one task; then others may have the worker
T = TypeVar("T")


@shared_task
def process_inbound(record_ids: list[int]) -> None:
    with reacting():
        inbound.run_all(record_ids)


@shared_task
def deliver(message_id: int) -> None:
    outbox.deliver_message(message_id)


@shared_task
def sweep_inbound() -> None:
    """Run records whose fast path was lost, whose worker died, or whose next try has come."""
    with reacting():
        for_a_while(inbound.run_all, inbound.due_handfuls(BATCH))


@shared_task
def sweep_outbox() -> None:
    """Send what is due, and settle what a dead sender left."""
    for_a_while(outbox.expire_claim, expired_claims(BATCH))
    for_a_while(outbox.deliver_message, due_messages(BATCH))


@shared_task
def sweep_chats() -> None:
    """End the chats that their visitors have left."""
    for_a_while(chat_leaving.end_left, chat_leaving.left_sessions(BATCH))


@shared_task
def watch_mailboxes() -> None:
    """Notice mailboxes in trouble, above all when nobody fetches, and tell people."""
    mailbox_alarms.check_all()
    for_a_while(mailbox_alarms.deliver, mailbox_alarms.due())
    mailbox_alarms.forget_old()
    mailbox_tests.tidy()


@shared_task
def run_mailbox_test(test_id: int) -> None:
    """Test a connection; each step is on the row as soon as it is known."""
    from channels_app.fetching.testing import run  # brings the IMAP client along

    run(test_id)


@shared_task
def run_ticket_import(job_id: int) -> None:
    """Work on it for a while, then leave the worker to others for a moment."""
    with reacting():
        more = ticket_imports.work(job_id, seconds=IMPORT_SECONDS)
    if more:
        run_ticket_import.delay(job_id)


@shared_task
def sweep_ticket_imports() -> None:
    """Go on with those whose task was lost or whose worker died."""
    for job_id in ticket_imports.due(5):
        run_ticket_import.delay(job_id)
    ticket_imports.forget_old()


def import_soon(job_id: int) -> bool:
    """False when the broker is away: the sweep finds the row."""
    try:
        run_ticket_import.delay(job_id)
    except OperationalError:
        return False
    return True


def for_a_while(verb: Callable[[T], object], rows: Iterable[T]) -> None:
    until = time.monotonic() + SWEEP_SECONDS
    for row in rows:
        verb(row)
        if time.monotonic() > until:
            return


def send_inbound(record_ids: Iterable[int]) -> bool:
    """Hand records to a worker. False when the broker is away: the sweep finds the rows."""
    waiting = list(record_ids)
    try:
        for start in range(0, len(waiting), inbound.HANDFUL):
            process_inbound.delay(waiting[start : start + inbound.HANDFUL])
    except OperationalError:
        return False
    return True
