"""Couriers: the rows are the guarantee, a task that is lost is found again by the next sweep."""

from celery import shared_task

from journal.domain.dispatch import reacting
from knowledge_base.domain import meaning, publishing, visits
from knowledge_base.domain.imports import running

IMPORT_SECONDS = 20.0  # of one import in one task; then others may have the worker


@shared_task
def sweep_meaning() -> None:
    """Vectors for texts that have none, a few seconds of work; what is left waits for the next round."""
    meaning.work_out()


@shared_task
def run_import(job_id: int) -> None:
    """Work on an import for a while, then leave the worker to others for a moment."""
    if not running.claim(job_id):
        return
    with reacting():
        more = running.work(job_id, seconds=IMPORT_SECONDS)
    if more:
        running.release(job_id)
        run_import.delay(job_id)


@shared_task
def sweep_imports() -> None:
    """Go on with imports whose worker died."""
    for job_id in running.due_imports(5):
        run_import.delay(job_id)
    running.forget_old()


@shared_task
def publish_due() -> None:
    """Articles whose moment has come."""
    with reacting():
        publishing.publish_due()


@shared_task
def forget_visits() -> None:
    """Who visited is not kept longer than it is looked at."""
    visits.forget_old()
