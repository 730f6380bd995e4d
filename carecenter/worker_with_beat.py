"""`celery -A carecenter.worker_with_beat worker` is the clock of the periodic tasks too, as a thread.

Celery's own `-B` forks a process for it, which takes nearly as much memory as the worker.
"""

import os
import signal
from threading import Thread
from typing import Any

from celery import bootsteps
from celery.beat import Service

from carecenter.celery import app

LONGEST_PAUSE = 1  # seconds: so long may a stop take


class Clock(Thread):
    """Sends what is due, and ends the worker when it cannot go on: one without a clock would look well."""

    def __init__(self) -> None:
        super().__init__(name="beat", daemon=True)
        self.service = Service(app, max_interval=LONGEST_PAUSE, remote_control=False)
        self.is_wanted = True

    def run(self) -> None:
        app.set_current()
        try:
            self.service.start()
        finally:
            if self.is_wanted:
                os.kill(os.getpid(), signal.SIGTERM)

    def stop(self) -> None:
        self.is_wanted = False
        self.service.stop(wait=True)


class ClockStep(bootsteps.StartStopStep):
    def create(self, worker: Any) -> Clock:
        return Clock()


app.steps["worker"].add(ClockStep)
