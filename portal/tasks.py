"""Couriers of ids for the customers' own pages. The rows are the guarantee: what is lost is found again by a sweep."""

from typing import Any

from celery import shared_task
from kombu.exceptions import OperationalError

from portal.domain import codes, links, mails, pool_exports, requests, retention, running, sessions


def soon(task: Any, *ids: int) -> bool:
    """Hand it to a worker. False when the broker is away: the sweep finds the row."""
    try:
        task.delay(*ids)
    except OperationalError:
        return False
    return True


@shared_task
def send_code(code_id: int) -> None:
    mails.send_code(code_id)


@shared_task
def run_request(request_id: int) -> None:
    running.run(request_id)
    send_mails()


@shared_task
def run_export(export_id: int) -> None:
    pool_exports.run(export_id)


@shared_task
def sweep_exports() -> None:
    for pk in pool_exports.due():
        pool_exports.run(pk)
    pool_exports.forget_old()


@shared_task
def erase_old() -> None:
    retention.run_due()


@shared_task
def send_mails() -> None:
    for pk in mails.due_mails():
        mails.send_mail(pk)


@shared_task
def sweep_codes() -> None:
    """Send the codes whose fast path was lost, or that could not leave."""
    for pk in mails.due_codes():
        mails.send_code(pk)
    for pk in mails.due_mails():
        mails.send_mail(pk)


@shared_task
def sweep_requests() -> None:
    """Copies and erasures that are due; rows whose time is over."""
    for pk in requests.due():
        running.run(pk)
    for pk in mails.due_mails():
        mails.send_mail(pk)
    requests.forget_copies()
    codes.forget_old()
    mails.forget_old()
    sessions.forget_ended()
    links.forget_ended()
