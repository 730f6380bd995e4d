"""Couriers: the rows are the guarantee, a task that is lost is found again by the next sweep."""

from celery import shared_task

from journal.domain.dispatch import reacting
from tickets.domain import snooze
from tickets.domain.search import indexing

ROUNDS = 20  # batches of one sweep
WOKEN = 200  # tickets of one sweep


@shared_task
def sweep_search() -> None:
    """Write the search rows of what has changed."""
    for _ in range(ROUNDS):
        if indexing.index_due() < indexing.BATCH:
            return


@shared_task
def forget_search_words() -> None:
    """A few of the words that nobody uses any more go with every round."""
    indexing.forget_words()


@shared_task
def wake_snoozed() -> None:
    """Wake the tickets whose time has come."""
    with reacting():
        for pk in snooze.due_tickets(WOKEN):
            snooze.wake_due(pk)
