"""The pipe as a mail server uses it: exit code and one line of JSON."""

import io
import json
import types

import pytest
from django.core.management import call_command
from django.db import connection as database

from channels_app.models import InboundRecord
from tests.factories.channels import mail
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def pipe(monkeypatch, capsys):
    """`pipe(raw)` gives (exit code, the lines it printed)."""

    def run(raw, inbox="support", **options):
        monkeypatch.setattr("sys.stdin", types.SimpleNamespace(buffer=io.BytesIO(raw)))
        code = 0
        try:
            call_command("pipe_mail", inbox=inbox, **options)
        except SystemExit as ended:
            code = ended.code
        return code, [json.loads(line) for line in capsys.readouterr().out.splitlines()]

    return run


def test_mail_opens_a_ticket(pipe, connection):
    code, lines = pipe(mail())
    message = Message.objects.get()
    assert (code, lines) == (
        0,
        [{"ticket": message.ticket_id, "message": message.pk, "new": True, "parked": False}],
    )


def test_same_mail_again_names_the_same_message(pipe, connection):
    _, first = pipe(mail())
    code, second = pipe(mail())
    assert (code, second) == (0, [{**first[0], "new": False}])
    # By another way, it is a duplicate
    _, third = pipe(mail(received="from mx2"))
    assert third == [{**first[0], "new": False}]
    assert Ticket.objects.count() == 1


def test_automatic_mail_is_parked(pipe, connection):
    code, lines = pipe(mail(Auto_Submitted="auto-generated"))
    assert (code, lines) == (0, [{"ticket": None, "message": None, "new": False, "parked": True}])


@pytest.mark.parametrize(
    "raw", [b"\x00\xff\xfe\x01" * 50, b"Subject", b"\n\nonly a body\n", b"From: =?x?\r\n" * 9]
)
def test_strangers_bytes_are_stored_whatever_they_are(pipe, connection, raw):
    code, lines = pipe(raw)
    assert (code, len(lines)) == (0, 1)
    assert bytes(InboundRecord.objects.get().raw) == raw


@pytest.mark.parametrize("raw", [b"", b" \r\n\r\n", b"x" * 300_001])
def test_nothing_or_too_much_is_refused_for_good(pipe, connection, settings, raw):
    settings.MAIL_SIZE_LIMIT = 300_000
    assert pipe(raw) == (65, [])
    assert not InboundRecord.objects.exists()


def test_unknown_inbox_keeps_the_mail_at_its_server(pipe, connection):
    assert pipe(mail(), inbox="nobody") == (75, [])


def test_full_disk_keeps_the_mail_at_its_server(pipe, connection, settings, tmp_path):
    (tmp_path / "full").write_text("a file where the folder should be")
    settings.BLOB_DIR = tmp_path / "full"
    assert pipe(mail("x" * 400_000)) == (75, [])


@pytest.mark.django_db(transaction=True)
def test_database_away_keeps_the_mail_at_its_server(pipe, connection):
    with database.cursor() as cursor:
        cursor.execute("ALTER TABLE channels_app_inboundrecord RENAME TO gone")
    try:
        assert pipe(mail()) == (75, [])
    finally:
        with database.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO channels_app_inboundrecord")


def test_envelope_finds_the_ticket(pipe, connection):
    from channels_app.domain.addresses import reply_address

    pipe(mail())
    ticket = Ticket.objects.get()
    to = reply_address("support@support.test", ticket)
    _, lines = pipe(mail("More", message_id="<2@example.net>"), recipient=to, sender="dana@example.net")
    assert (lines[0]["ticket"], lines[0]["new"]) == (ticket.pk, False)
