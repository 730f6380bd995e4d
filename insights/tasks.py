"""The couriers: every few seconds what has happened since is counted; dashboards leave when they are due."""

import time

from celery import shared_task

from carecenter.lib import mailer
from insights.board_letter import letter
from insights.domain import board_mails, building

SECONDS = 4.0  # then it ends, so that a day's backlog does not hold a worker; the next goes on


@shared_task
def count() -> None:
    until = time.monotonic() + SECONDS
    while building.step():
        if time.monotonic() > until:
            return


@shared_task
def mail_boards() -> None:
    for pk in board_mails.due():
        mail = board_mails.claim(pk)
        if mail is None:
            continue
        try:
            message = letter(mail)
            board_mails.leave(mail)
            mailer.send(message)
        except Exception as error:  # noqa: BLE001 -- the row says so, and those behind it get theirs
            board_mails.settle(mail, error)
        else:
            board_mails.settle(mail)
