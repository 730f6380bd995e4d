"""Couriers: the rows are the guarantee, a task that is lost is found again by the next sweep."""

from celery import shared_task

from journal.domain.dispatch import reacting
from tickets.domain import bulk, scanning, snooze, team_ending, uploads
from tickets.domain.search import indexing, saved

ROUNDS = 20  # batches of one sweep
BULK_ROUNDS = 5  # seconds of a bulk job in one task
WOKEN = 200  # tickets of one sweep
SCAN_SECONDS = 5.0


@shared_task
def sweep_search() -> None:
    """Write the search rows of what has changed."""
    for _ in range(ROUNDS):
        if indexing.index_due() < indexing.BATCH:
            return


@shared_task
def forget_search_words() -> None:
    """A few of the words that nobody uses any more go with every round, and views deleted a day ago."""
    indexing.forget_words()
    saved.purge_views()


@shared_task
def wake_snoozed() -> None:
    """Wake the tickets whose time has come."""
    with reacting():
        for pk in snooze.due_tickets(WOKEN):
            snooze.wake_due(pk)


@shared_task
def run_bulk(job_id: int) -> None:
    """Work on a job for a few seconds, then leave the worker to others for a moment."""
    if not bulk.claim(job_id):
        return
    for _ in range(BULK_ROUNDS):
        with reacting():  # desks see what is done each second
            more = bulk.run_some(job_id, seconds=1.0)
        if not more:
            return
    bulk.release(job_id)
    run_bulk.delay(job_id)


@shared_task
def sweep_bulk() -> None:
    """Go on with jobs whose worker died."""
    for job_id in bulk.due_jobs(10):
        run_bulk.delay(job_id)
    bulk.forget_old()


@shared_task
def sweep_scans() -> None:
    """Have the scanner look at what came, the oldest first, for some seconds."""
    with reacting():
        scanning.scan_due(seconds=SCAN_SECONDS)


@shared_task
def clear_ended_teams() -> None:
    """Some windows of what still names a team that has ended."""
    for team in team_ending.ended_teams():
        for _ in range(ROUNDS):
            if not team_ending.clear(team.pk):
                break


@shared_task
def sweep_uploads() -> None:
    """Forget files that no message has named within a day."""
    uploads.forget_old()
