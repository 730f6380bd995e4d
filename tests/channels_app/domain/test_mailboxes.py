"""A mailbox as a row: its secrets, whose it is, and where its cursor stands."""

import io
from datetime import timedelta
from typing import Any

import pytest

from accounts.models import User
from carecenter.lib.time import now
from channels_app.domain import mailboxes
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.domain.mailboxes import Holding, LostClaim
from channels_app.models import Connection, Mailbox
from tests.factories.channels import mail

SETTINGS = {
    "host": "imap.example.com",
    "port": 993,
    "security": "tls",
    "username": "support",
    "folder": "INBOX",
    "sign_in": "password",
    "token_url": "",
    "client_id": "",
    "mark_seen": False,
    "import_days": 0,
    "is_on": True,
}


@pytest.fixture
def mailbox(connection: Connection, admin: User) -> Mailbox:
    return mailboxes.save_settings(connection, SETTINGS, {"imap_password": "first"}, actor=admin)


def held(mailbox: Mailbox, holder: str = "one", seconds: float = 20) -> Holding:
    found = mailboxes.claim(mailbox.pk, holder, seconds=seconds)
    assert found is not None
    return found


def test_empty_secret_keeps_the_stored_one(connection: Connection, mailbox: Mailbox, admin: User) -> None:
    connection.refresh_from_db()
    connection.seal({**connection.opened(), "other": "kept too"})
    connection.save(update_fields=["sealed"])
    mailboxes.save_settings(connection, {**SETTINGS, "port": 143}, {"imap_password": ""}, actor=admin)
    connection.refresh_from_db()
    assert connection.opened() == {"imap_password": "first", "other": "kept too"}
    assert "first" not in connection.sealed


def test_another_place_is_read_from_its_beginning(
    connection: Connection, mailbox: Mailbox, admin: User
) -> None:
    mailboxes.move_cursor(mailboxes.enter(held(mailbox), uid_validity=7, uid_next=5), 5, arrived_at=now())
    same = mailboxes.save_settings(connection, {**SETTINGS, "port": 143}, {}, actor=admin)
    assert (same.uid_validity, same.uid_next) == (7, 6)
    other = mailboxes.save_settings(connection, {**SETTINGS, "folder": "Support"}, {}, actor=admin)
    assert (other.uid_validity, other.uid_next) == (None, 1)


def test_mailbox_is_worked_on_by_one(mailbox: Mailbox, clock: Any) -> None:
    mailboxes.switch(mailbox, is_on=True, actor=User())
    held(mailbox, "one", seconds=20)
    assert mailboxes.claim(mailbox.pk, "two", seconds=20) is None
    clock.shift(15)
    assert mailboxes.renew("one", seconds=20) == {mailbox.pk}
    clock.shift(15)
    assert mailboxes.claim(mailbox.pk, "two", seconds=20) is None
    clock.shift(6)
    assert mailboxes.claim(mailbox.pk, "two", seconds=20) is not None


def test_loser_notes_nothing_any_more(mailbox: Mailbox) -> None:
    first = mailboxes.enter(held(mailbox), uid_validity=7, uid_next=5)
    Mailbox.objects.update(held_until=now() - timedelta(seconds=1))
    held(mailbox, "two")
    with pytest.raises(LostClaim):
        mailboxes.move_cursor(first, 5, arrived_at=None)
    with pytest.raises(LostClaim):
        mailboxes.note_good(first, can_idle=True)
    assert Mailbox.objects.get().uid_next == 5


def test_changed_settings_end_the_claim(connection: Connection, mailbox: Mailbox, admin: User) -> None:
    holding = mailboxes.enter(held(mailbox), uid_validity=7, uid_next=5)
    mailboxes.save_settings(connection, {**SETTINGS, "host": "other.example.com"}, {}, actor=admin)
    with pytest.raises(LostClaim):
        mailboxes.move_cursor(holding, 5, arrived_at=None)


def test_cursor_only_goes_forward(mailbox: Mailbox) -> None:
    holding = mailboxes.enter(held(mailbox), uid_validity=7, uid_next=5)
    mailboxes.move_cursor(holding, 8, arrived_at=now())
    with pytest.raises(LostClaim):
        mailboxes.move_cursor(holding, 6, arrived_at=now())
    assert (Mailbox.objects.get().uid_next, Mailbox.objects.get().fetched) == (9, 1)


def test_what_came_before_it_was_switched_on_is_history(mailbox: Mailbox) -> None:
    found = mailboxes.enter(held(mailbox), uid_validity=7, uid_next=500).mailbox
    assert (found.uid_next, found.backlog, found.started_at) == (500, "import", mailbox.on_since)
    assert mailboxes.is_history(found, now() - timedelta(minutes=2))
    assert not mailboxes.is_history(found, now())


def test_mended_password_does_not_move_the_start(
    connection: Connection, mailbox: Mailbox, admin: User
) -> None:
    """What came while the sign-in was refused is new, not history."""
    Mailbox.objects.update(on_since=now() - timedelta(hours=3))
    saved = mailboxes.save_settings(connection, SETTINGS, {"imap_password": "right"}, actor=admin)
    found = mailboxes.enter(held(saved), uid_validity=7, uid_next=500).mailbox
    assert not mailboxes.is_history(found, now() - timedelta(hours=2))


def test_new_numbers_make_all_since_the_start_a_backlog(mailbox: Mailbox) -> None:
    holding = mailboxes.enter(held(mailbox), uid_validity=7, uid_next=500)
    found = mailboxes.enter(holding, uid_validity=8, uid_next=300).mailbox
    assert (found.uid_next, found.backlog, found.backlog_next, found.backlog_below) == (300, "rescan", 1, 300)
    assert found.started_at == holding.mailbox.started_at
    assert mailboxes.is_history(found, now() - timedelta(days=1))
    assert not mailboxes.is_history(found, now())


def test_same_bytes_under_another_number_are_found(connection: Connection, mailbox: Mailbox) -> None:
    (first,) = store_raw([connection], keep_bytes(io.BytesIO(mail("A"))), external_id="imap:x:1:1")
    store_raw([connection], keep_bytes(io.BytesIO(mail("B"))), external_id="imap:x:1:2")
    assert mailboxes.find_same(connection, keep_bytes(io.BytesIO(mail("A")))) == first
    assert mailboxes.find_same(connection, keep_bytes(io.BytesIO(mail("C")))) is None


def test_large_mails_are_compared_by_their_blobs(connection: Connection) -> None:
    large = mail("line of text\r\n" * 40_000)
    (first,) = store_raw([connection], keep_bytes(io.BytesIO(large)), external_id="imap:x:1:1")
    assert first.blob is not None
    assert mailboxes.find_same(connection, keep_bytes(io.BytesIO(large))) == first


def test_key_tells_places_apart(mailbox: Mailbox) -> None:
    mailbox.uid_validity = 7
    here = mailboxes.key_of(mailbox, 5)
    mailbox.folder = "Other"
    assert (here.endswith(":7:5"), here == mailboxes.key_of(mailbox, 5)) == (True, False)
