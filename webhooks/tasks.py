"""Couriers: the journal is read on, what is due is sent, the log is cut."""

import time

from celery import shared_task

from channels_app.domain import ways_out
from webhooks.domain import following, sending

SECONDS = 10.0  # for one webhook; the next sweep goes on


@shared_task
def sweep() -> None:
    until = time.monotonic() + SECONDS
    while following.follow() and time.monotonic() < until:
        pass
    for pk in sending.due_webhooks():
        send.delay(pk)


@shared_task
def send(webhook_id: int) -> None:
    until = time.monotonic() + SECONDS
    _, courier = ways_out.http()
    sending.send_waiting(webhook_id, courier, more=lambda: time.monotonic() < until)


@shared_task
def forget() -> None:
    until = time.monotonic() + SECONDS
    while following.forget() and time.monotonic() < until:
        pass
