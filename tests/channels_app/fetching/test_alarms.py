"""People are told of a mailbox in trouble: once, by mail, also when the process that fetches is dead."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from carecenter.lib.time import now
from channels_app.domain import mailbox_alarms
from channels_app.fetching import watching
from channels_app.models import Connection, Mailbox, MailboxAlarm
from tests.channels_app.fetching.conftest import Running, watch
from tests.flows.dovecot import PASSWORD, Dovecot


@pytest.mark.mail_server
@pytest.mark.django_db(transaction=True)
def test_wrong_password_is_told_by_mail_once_and_that_it_works_again(
    connection: Connection,
    trusted: Dovecot,
    user: str,
    fetcher: Running,
    admin: User,
    lead: User,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(watching, "LONG_PAUSES", (0.3,))
    mailbox = watch(connection, trusted, user)
    connection.seal({"imap_password": "changed there"})
    connection.save(update_fields=["sealed"])
    fetcher.until(lambda: Mailbox.objects.get().error == "sign_in_refused")
    for _ in range(3):
        mailbox_alarms.check_all()
        for alarm in mailbox_alarms.due():
            mailbox_alarms.deliver(alarm)
    (told,) = MailboxAlarm.objects.all()
    assert (told.user, told.kind, told.state) == (admin, "broken", "sent")
    (sent,) = Path(settings.MAIL_DIR).glob("*.eml")
    assert "does not accept user name and password" in sent.read_text()
    connection.seal({"imap_password": PASSWORD})
    connection.save(update_fields=["sealed"])
    fetcher.until(lambda: Mailbox.objects.get().error_since is None)
    for _ in range(2):
        mailbox_alarms.check_all()
    assert list(MailboxAlarm.objects.order_by("pk").values_list("kind", flat=True)) == ["broken", "works"]
    mailbox.refresh_from_db()
    assert mailbox.alarm_since is None


def test_alarm_fires_when_the_fetcher_itself_is_dead(connection: Connection, admin: User, clock: Any) -> None:
    mailbox = Mailbox.objects.create(
        connection=connection,
        host="imap.example.com",
        username="x",
        is_on=True,
        on_since=now(),
        last_good_at=now(),
    )
    clock.shift(timedelta(minutes=3))
    mailbox_alarms.check_all()
    assert not MailboxAlarm.objects.exists()
    clock.shift(timedelta(minutes=1, seconds=30))  # within five minutes of the last good fetch
    mailbox_alarms.check_all()
    alarm = MailboxAlarm.objects.get()
    assert (alarm.user, alarm.kind, alarm.error) == (admin, "broken", "nobody_fetches")
    mailbox.refresh_from_db()
    assert mailbox.is_in_trouble


def test_passing_trouble_is_not_told(connection: Connection, admin: User, clock: Any) -> None:
    Mailbox.objects.create(
        connection=connection,
        host="imap.example.com",
        username="x",
        is_on=True,
        on_since=now(),
        last_good_at=now(),
        error="cut",
        error_since=now(),
    )
    clock.shift(timedelta(minutes=2))
    mailbox_alarms.check_all()
    assert not MailboxAlarm.objects.exists()
