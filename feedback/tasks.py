"""Couriers: the rows are the guarantee, a task that is lost is found again by the next sweep."""

import time

from celery import shared_task

from feedback.domain import sending, summing
from journal.domain.dispatch import reacting

BATCH = 200
# A sweep ends after so long, so that a day's backlog does not hold a worker; the next goes on.
SWEEP_SECONDS = 4.0


@shared_task
def send_survey(invitation_id: int) -> None:
    """One that is due now: who sits in a chat does not wait for the sweep."""
    with reacting():
        sending.send(invitation_id)


@shared_task
def sweep_surveys() -> None:
    """Ask what is due, and what somebody who died had taken."""
    until = time.monotonic() + SWEEP_SECONDS
    with reacting():
        for invitation_id in sending.due(BATCH):
            sending.send(invitation_id)
            if time.monotonic() > until:
                return


@shared_task
def add_up() -> None:
    """What has been answered and asked since goes into the sums of the results."""
    until = time.monotonic() + SWEEP_SECONDS
    while summing.step():
        if time.monotonic() > until:
            return
