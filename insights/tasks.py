"""The courier of counting: every few seconds what has happened since is counted."""

import time

from celery import shared_task

from insights.domain import building

SECONDS = 4.0  # then it ends, so that a day's backlog does not hold a worker; the next goes on


@shared_task
def count() -> None:
    until = time.monotonic() + SECONDS
    while building.step():
        if time.monotonic() > until:
            return
