"""Couriers of event ids. The rows are the guarantee, these are the fast path and the sweep."""

from celery import shared_task
from kombu.exceptions import OperationalError

from journal.domain import dispatch


@shared_task
def react(event_ids: list[int]) -> None:
    dispatch.number_events()
    dispatch.react(event_ids)


@shared_task
def sweep() -> None:
    """Number and run what the fast path lost, and try failed reactions again."""
    dispatch.number_events()
    dispatch.react_to_due()
    dispatch.retry_due()


def send(event_ids: list[int]) -> None:
    """Hand ids to a worker. A broker that is down is no error: the sweep finds the rows."""
    try:
        react.delay(event_ids)
    except OperationalError:
        return
