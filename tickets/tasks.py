"""Couriers: the rows are the guarantee, a task that is lost is found again by the next sweep."""

from celery import shared_task

from tickets.domain.search import indexing

ROUNDS = 20  # batches of one sweep


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
