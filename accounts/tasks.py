"""Couriers of account mails."""

from celery import shared_task

from accounts.domain import mails, throttle
from accounts.web_sessions import SessionStore


@shared_task
def deliver_mail(mail_id: int) -> None:
    mails.deliver(mail_id)


@shared_task
def sweep_mails() -> None:
    """Send what the fast path lost or could not send, and drop what is of no use any more."""
    for mail_id in mails.due():
        mails.deliver(mail_id)
    mails.forget_old()
    throttle.sweep()


@shared_task
def sweep_sessions() -> None:
    """Drop web sessions that have run out."""
    SessionStore.clear_expired()
