"""Couriers: the rows are the guarantee, a task that is lost is found again by the next sweep."""

from celery import shared_task

from knowledge_base.domain import meaning


@shared_task
def sweep_meaning() -> None:
    """Vectors for texts that have none, a few seconds of work; what is left waits for the next round."""
    meaning.work_out()
