"""The Celery application. Tasks carry ids; the database holds the truth."""

import os
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import setup_logging, task_prerun, worker_ready
from django.db import close_old_connections

from carecenter import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")

broker.install()
app = Celery("carecenter")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["carecenter.lib.blobs"])


@setup_logging.connect
def log_as_settings_say(**_: Any) -> None:
    """With a receiver Celery adds no handler of its own: those would print errors with what they quote."""


@task_prerun.connect
def check_database(sender: Any = None, **_: Any) -> None:
    """As a request does: a connection that broke, or outlived a restart of PostgreSQL, is made anew.

    Not for a task that runs within its caller, whose connection it is.
    """
    if not getattr(getattr(sender, "request", None), "is_eager", False):
        close_old_connections()


@worker_ready.connect
def tell_supervisor(**_: Any) -> None:
    """Touch the file the supervisor waits for."""
    if path := os.environ.get("CARECENTER_WORKER_READY_FILE"):
        Path(path).touch()
