"""Watching a real Dovecot: what arrives is a ticket in seconds, once, and the mailbox stays as it was."""

import datetime
import time

import pytest

from carecenter.lib.time import now
from channels_app.models import InboundRecord, Mailbox
from tests.channels_app.fetching.conftest import Running
from tests.factories.channels import mail
from tests.flows.dovecot import Dovecot
from tickets.models import Message, Status, Ticket

pytestmark = [pytest.mark.mail_server, pytest.mark.django_db(transaction=True)]


def letter(number: int, **headers: str) -> bytes:
    return mail(f"Question {number}.", subject=f"Kettle {number}", message_id=f"<{number}@example.net>", **headers)


def subjects() -> list[str]:
    return sorted(Message.objects.values_list("subject", flat=True))


def is_watched(mailbox: Mailbox) -> bool:
    mailbox.refresh_from_db()
    return mailbox.last_good_at is not None


def test_new_mail_is_a_ticket_within_seconds(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running
) -> None:
    fetcher.until(lambda: is_watched(mailbox))
    begun = time.monotonic()
    trusted.put(user, letter(1))
    fetcher.until(lambda: subjects() == ["Kettle 1"])
    assert time.monotonic() - begun < 3  # the poll comes after 60
    ticket = Ticket.objects.get()
    assert (ticket.status, ticket.waiting_since is None) == (Status.NEW, False)
    mailbox.refresh_from_db()
    assert (mailbox.can_idle, mailbox.fetched, mailbox.uid_next, mailbox.error) == (True, 1, 2, "")


def test_flags_stay_as_they_are(mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running) -> None:
    trusted.put(user, letter(1), flags="(\\Flagged)")
    before = trusted.flags(user)
    fetcher.until(lambda: is_watched(mailbox))
    trusted.put(user, letter(2))
    fetcher.until(lambda: subjects() == ["Kettle 2"])
    fetcher.end()
    after = trusted.flags(user)
    assert after[0] == before[0]
    assert b"\\Seen" not in b"".join(after)


def test_first_import_is_history_that_wakes_nobody(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running
) -> None:
    Mailbox.objects.update(import_days=30)
    days = [now() - datetime.timedelta(days=count) for count in (60, 20, 10)]
    for number, at in enumerate(days):
        trusted.put(user, letter(number), at=at)
    before = trusted.flags(user)
    fetcher.until(lambda: is_watched(mailbox) and not Mailbox.objects.get().backlog)
    fetcher.until(lambda: len(subjects()) == 2)
    assert subjects() == ["Kettle 1", "Kettle 2"]
    for ticket in Ticket.objects.all():
        assert (ticket.status, ticket.waiting_since) == (Status.SOLVED, None)
        assert not ticket.contacts.filter(ended_at__isnull=True).exists()
    opened = Ticket.objects.get(subject="Kettle 1").created_at
    assert abs(opened - days[1]) < datetime.timedelta(seconds=2)
    assert trusted.flags(user) == before
    mailbox.refresh_from_db()
    assert (mailbox.backlog_done, mailbox.backlog_total) == (2, 2)


def test_what_lay_there_before_stays_there_unless_wanted(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running
) -> None:
    trusted.put(user, letter(1))
    fetcher.until(lambda: is_watched(mailbox))
    trusted.put(user, letter(2))
    fetcher.until(lambda: subjects() == ["Kettle 2"])
    assert InboundRecord.objects.count() == 1
