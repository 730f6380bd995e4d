"""Watching a real Dovecot: what arrives is a ticket in seconds, once, and the mailbox stays as it was."""

import datetime
import time
from typing import Any

import pytest

from carecenter.lib.time import now
from channels_app.domain import mailboxes
from channels_app.domain.intake import raw_bytes
from channels_app.domain.mailboxes import LostClaim
from channels_app.fetching import session, watching, wire
from channels_app.fetching.session import Session
from channels_app.models import Connection, InboundRecord, Mailbox
from tests.channels_app.fetching.conftest import Running
from tests.factories.channels import mail
from tests.flows.dovecot import Dovecot, Proxy
from tickets.models import Message, Status, Ticket

pytestmark = [pytest.mark.mail_server, pytest.mark.django_db(transaction=True)]


def letter(number: int, **headers: str) -> bytes:
    return mail(
        f"Question {number}.", subject=f"Kettle {number}", message_id=f"<{number}@example.net>", **headers
    )


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
    fetcher.until(lambda: subjects() == ["Kettle 1", "Kettle 2"])
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
    trusted.put(user, letter(1), at=now() - datetime.timedelta(minutes=5))
    fetcher.until(lambda: is_watched(mailbox))
    trusted.put(user, letter(2))
    fetcher.until(lambda: subjects() == ["Kettle 2"])
    assert InboundRecord.objects.count() == 1


def test_what_came_while_the_server_was_not_to_be_reached_is_new(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running
) -> None:
    Mailbox.objects.update(on_since=now() - datetime.timedelta(hours=3))
    trusted.put(user, letter(1), at=now() - datetime.timedelta(hours=4))
    trusted.put(user, letter(2), at=now() - datetime.timedelta(hours=2))
    fetcher.until(lambda: subjects() == ["Kettle 2"])
    assert Ticket.objects.get().status == Status.NEW


def test_without_idle_the_mailbox_is_asked(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running, settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAILBOX_POLL_SECONDS = 1
    monkeypatch.setattr(Session, "can_idle", False)
    fetcher.until(lambda: is_watched(mailbox))
    trusted.put(user, letter(1))
    fetcher.until(lambda: subjects() == ["Kettle 1"], 5)
    mailbox.refresh_from_db()
    assert mailbox.can_idle is False


def test_line_cut_in_the_middle_of_a_mail_loses_and_doubles_nothing(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PAUSES", (0.2,))
    with Proxy(trusted.imaps) as proxy:
        Mailbox.objects.update(port=proxy.port, revision=2)
        fetcher.until(lambda: is_watched(mailbox))
        long_one = mail("x" * 60 + "\r\n" + ("line of a large mail\r\n" * 20_000), subject="Large")
        # The signed-in line is cut, then twice in the middle of the mail.
        proxy.cut_after = [40_000, 200_000]
        proxy.cut()
        trusted.put(user, letter(1), long_one, letter(2))
        fetcher.until(lambda: len(subjects()) == 3, 30)
        assert proxy.connections >= 4
    assert subjects() == ["Kettle 1", "Kettle 2", "Large"]
    assert InboundRecord.objects.count() == 3
    stored = raw_bytes(InboundRecord.objects.get(size__gt=100_000))
    assert stored == long_one


def test_server_that_restarts_is_found_again(
    mailbox: Mailbox, user: str, fetcher: Running, monkeypatch: pytest.MonkeyPatch, connection: Connection
) -> None:
    monkeypatch.setattr(watching, "PAUSES", (0.5,))
    with Dovecot() as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority.file))
        Mailbox.objects.update(port=server.imaps, revision=2)
        fetcher.until(lambda: is_watched(mailbox))
        server.stop()
        fetcher.until(lambda: Mailbox.objects.get().error_since is not None)
        assert Mailbox.objects.get().error in {"refused", "cut"}
        server.start()
        server.put(user, letter(1))
        fetcher.until(lambda: subjects() == ["Kettle 1"], 20)
        fetcher.until(lambda: Mailbox.objects.get().error_since is None)
        fetcher.end()


def test_silent_line_is_given_up(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running, monkeypatch: pytest.MonkeyPatch, settings
) -> None:
    """A dead TCP line answers nothing and says nothing of it."""
    settings.MAILBOX_POLL_SECONDS = 1
    monkeypatch.setattr(watching, "PAUSES", (0.2,))
    for room in (wire, session):  # the silence may begin before the line waits for mail, or while it does
        monkeypatch.setattr(room, "ANSWER_SECONDS", 1.0)
    with Proxy(trusted.imaps) as proxy:
        Mailbox.objects.update(port=proxy.port, revision=2)
        fetcher.until(lambda: is_watched(mailbox))
        proxy.silent.set()
        fetcher.until(lambda: Mailbox.objects.get().error == "silent", 10)
        proxy.silent.clear()
        trusted.put(user, letter(1))
        fetcher.until(lambda: subjects() == ["Kettle 1"])
        fetcher.end()


def test_mails_numbered_anew_are_not_doubled(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PAUSES", (0.2,))
    trusted.put(user, letter(0), at=now() - datetime.timedelta(days=3))  # from before: stays there
    fetcher.until(lambda: is_watched(mailbox))
    nameless = mail("No Message-ID", subject="Kettle 2", message_id="")
    trusted.put(user, letter(1), nameless)
    fetcher.until(lambda: subjects() == ["Kettle 1", "Kettle 2"])
    before = Mailbox.objects.get().uid_validity
    fetcher.end()
    trusted.renumber(user)
    again = Running()
    trusted.put(user, letter(3))
    again.until(lambda: Mailbox.objects.get().uid_validity != before)
    again.until(lambda: not Mailbox.objects.get().backlog and len(subjects()) >= 3)
    trusted.put(user, letter(4))
    again.until(lambda: "Kettle 4" in subjects())
    again.end()
    assert subjects() == ["Kettle 1", "Kettle 2", "Kettle 3", "Kettle 4"]
    assert Ticket.objects.count() == 4


def test_two_fetchers_share_and_double_nothing(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running
) -> None:
    other = Running()
    fetcher.until(lambda: is_watched(mailbox))
    other.look()
    trusted.put(user, *[letter(number) for number in range(20)])
    fetcher.until(lambda: other.look() or len(subjects()) == 20)
    assert Mailbox.objects.get().holder == fetcher.fetcher.holder
    fetcher.end()
    trusted.put(user, letter(20))
    other.until(lambda: len(subjects()) == 21)
    assert Mailbox.objects.get().holder == other.fetcher.holder
    other.end()
    assert InboundRecord.objects.count() == 21


def test_mail_over_the_limit_is_parked_with_its_header(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running, settings
) -> None:
    settings.MAIL_SIZE_LIMIT = 100_000
    fetcher.until(lambda: is_watched(mailbox))
    large = mail("y" * 70 + "\r\n" + "too much\r\n" * 30_000, subject="Too large")
    trusted.put(user, large, letter(1))
    fetcher.until(lambda: subjects() == ["Kettle 1"])
    parked = InboundRecord.objects.get(state="parked")
    assert (parked.reason, parked.subject, parked.sender) == ("oversize", "Too large", "dana@example.net")
    assert parked.size > 300_000
    assert len(raw_bytes(parked)) < 2000


def test_marks_as_read_only_when_set(mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running) -> None:
    Mailbox.objects.update(mark_seen=True)
    trusted.put(user, letter(0))
    fetcher.until(lambda: is_watched(mailbox))
    trusted.put(user, letter(1))
    fetcher.until(lambda: b"\\Seen" in trusted.flags(user)[1])
    assert b"\\Seen" not in trusted.flags(user)[0]


def test_switched_off_mailbox_is_let_go(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running
) -> None:
    fetcher.until(lambda: is_watched(mailbox))
    Mailbox.objects.update(is_on=False)
    fetcher.until(lambda: not fetcher.fetcher.watchers)
    trusted.put(user, letter(1))
    time.sleep(1)
    assert (subjects(), Mailbox.objects.get().holder) == ([], "")


def test_mail_that_was_stored_before_the_cursor_moved_is_one(
    mailbox: Mailbox, trusted: Dovecot, user: str, fetcher: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a crash in between: it is fetched again and found to be there."""
    fetcher.until(lambda: is_watched(mailbox))
    real, failures = mailboxes.move_cursor, iter([True])

    def dies_once(*given: Any, **named: Any) -> None:
        if next(failures, False):
            raise LostClaim("dead")
        real(*given, **named)

    monkeypatch.setattr(mailboxes, "move_cursor", dies_once)
    trusted.put(user, mail("No Message-ID", subject="Kettle 1", message_id=""), letter(2))
    fetcher.until(lambda: Mailbox.objects.get().uid_next == 3 and len(subjects()) == 2)
    assert next(failures, None) is None
    assert (subjects(), InboundRecord.objects.count()) == (["Kettle 1", "Kettle 2"], 2)
