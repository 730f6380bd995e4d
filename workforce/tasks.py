"""Celery's side of presence."""

from celery import shared_task

from workforce.domain.presence import sweep_gone


@shared_task
def sweep_presence() -> None:
    sweep_gone()
