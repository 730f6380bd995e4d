"""Celery's side of presence and office hours."""

from celery import shared_task

from workforce.domain import holidays
from workforce.domain.presence import sweep_gone


@shared_task
def sweep_presence() -> None:
    sweep_gone()


@shared_task
def fill_holidays() -> None:
    holidays.fill_ahead()
