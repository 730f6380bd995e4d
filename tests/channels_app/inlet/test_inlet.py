"""SMTP by a real client: what is answered 250 is in the table, byte for byte, and nothing else is."""

import smtplib
import socket
import ssl
import subprocess
from types import SimpleNamespace

import pytest
from django.db import connection as database

from channels_app.domain.addresses import connections_for
from channels_app.domain.intake import raw_bytes
from channels_app.inlet import receiving
from channels_app.management.commands.smtp_inlet import certificate
from channels_app.models import InboundRecord
from tests.channels_app.inlet.conftest import LIMIT, serving
from tests.factories.channels import mail

pytestmark = pytest.mark.django_db(transaction=True)
SUPPORT = "support@support.test"


def client(port):
    return smtplib.SMTP("127.0.0.1", port, timeout=20)


def stored():
    return [raw_bytes(record) for record in InboundRecord.objects.order_by("pk")]


def refusal(port, raw, to=SUPPORT):
    with client(port) as smtp, pytest.raises(smtplib.SMTPResponseException) as caught:
        smtp.sendmail("dana@example.net", [to], raw)
    return caught.value.smtp_code


def test_mail_is_stored_byte_for_byte(inlet, connection):
    raw = mail("Line\r\n.dot\r\n..two\r\n" + "x" * 200_000 + "\r\n") + b"\xff\xfe raw bytes\r\n"
    with client(inlet) as smtp:
        smtp.sendmail("dana@example.net", ["Support+abc@SUPPORT.test"], raw)
    assert stored() == [raw]
    record = InboundRecord.objects.get()
    assert record.connection == connection
    assert (record.envelope["from"], record.envelope["to"]) == (
        "dana@example.net",
        ["Support+abc@SUPPORT.test"],
    )


def test_mail_of_megabytes_with_one_endless_line_is_stored(inlet):
    raw = mail() + b"y" * 2_500_000 + b"\r\n"
    with client(inlet) as smtp:
        smtp.sendmail("dana@example.net", [SUPPORT], raw)
    assert stored() == [raw]


def test_mail_over_the_limit_is_refused_and_the_next_one_taken(inlet):
    with client(inlet) as smtp:
        smtp.ehlo()
        smtp.mail("dana@example.net")
        smtp.rcpt(SUPPORT)
        # It should refuse what is larger than the client said, and go on
        assert smtp.data(b"x" * (LIMIT + 1))[0] == 552
        assert smtp.mail("dana@example.net", [f"SIZE={LIMIT + 1}"])[0] == 552
        smtp.rset()
        smtp.sendmail("dana@example.net", [SUPPORT], mail())
    assert len(stored()) == 1


def test_foreign_recipient_is_refused(inlet):
    with client(inlet) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused) as caught:
        smtp.sendmail("dana@example.net", ["somebody@elsewhere.example"], mail())
    assert [code for code, _ in caught.value.recipients.values()] == [550]
    assert stored() == []


@pytest.mark.parametrize("local", [b"support\x00", b"support\xff", b"s\x07upport"])
def test_recipient_of_odd_bytes_is_refused_for_good(inlet, local):
    with socket.create_connection(("127.0.0.1", inlet), timeout=10) as raw:
        raw.sendall(
            b"EHLO x\r\nMAIL FROM:<dana@example.net>\r\nRCPT TO:<" + local + b"@support.test>\r\nQUIT\r\n"
        )
        answers = b""
        while piece := raw.recv(4096):
            answers += piece
    assert answers.splitlines()[-2][:1] == b"5"


def test_mail_to_two_inboxes_is_a_record_for_each(inlet, connection, other_connection):
    with client(inlet) as smtp:
        smtp.sendmail("dana@example.net", [SUPPORT, "support+x@support.test", "hello@weststern.test"], mail())
    found = InboundRecord.objects.values_list("connection_id", flat=True)
    assert sorted(found) == sorted([connection.pk, other_connection.pk])


def test_one_inbox_that_cannot_be_stored_stores_none(inlet):
    with database.cursor() as cursor:
        cursor.execute("ALTER TABLE channels_app_inboundrecord ADD CONSTRAINT only_one EXCLUDE (key WITH =)")
    try:
        with client(inlet) as smtp, pytest.raises(smtplib.SMTPDataError) as caught:
            smtp.sendmail("dana@example.net", [SUPPORT, "hello@weststern.test"], mail())
    finally:
        with database.cursor() as cursor:
            cursor.execute("ALTER TABLE channels_app_inboundrecord DROP CONSTRAINT only_one")
    assert caught.value.smtp_code == 451
    assert stored() == []


def test_database_that_refuses_gives_try_again(inlet):
    with database.cursor() as cursor:
        cursor.execute("ALTER TABLE channels_app_inboundrecord RENAME TO gone")
    try:
        assert refusal(inlet, mail()) == 451
    finally:
        with database.cursor() as cursor:
            cursor.execute("ALTER TABLE gone RENAME TO channels_app_inboundrecord")
    # It should take the same mail later
    with client(inlet) as smtp:
        smtp.sendmail("dana@example.net", [SUPPORT], mail())
    assert len(stored()) == 1


def test_full_disk_gives_try_again(inlet, settings, tmp_path):
    (tmp_path / "full").write_text("a file where the folder should be")
    settings.BLOB_DIR = tmp_path / "full"
    assert refusal(inlet, mail("x" * 400_000)) == 451
    assert stored() == []


def test_full_disk_while_the_mail_comes_gives_try_again(inlet, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    with client(inlet) as smtp:
        with pytest.raises(smtplib.SMTPDataError) as caught:
            smtp.sendmail("dana@example.net", [SUPPORT], mail("x" * 900_000))
        assert caught.value.smtp_code == 451
        # It should have read the mail to its end: the conversation goes on
        smtp.sendmail("dana@example.net", [SUPPORT], mail())
    assert len(stored()) == 1


def test_empty_mail_is_refused(inlet):
    assert refusal(inlet, b"\r\n \r\n") == 554


def test_client_gone_in_the_middle_of_its_mail_leaves_nothing(inlet):
    with socket.create_connection(("127.0.0.1", inlet)) as raw:
        raw.sendall(b"EHLO x\r\nMAIL FROM:<dana@example.net>\r\nRCPT TO:<support@support.test>\r\nDATA\r\n")
        raw.sendall(b"Subject: half\r\n\r\nhalf a mail")
    assert stored() == []
    with client(inlet) as smtp:
        assert smtp.noop()[0] == 250


def test_pipelined_commands_behind_a_mail_are_answered(inlet):
    with socket.create_connection(("127.0.0.1", inlet), timeout=10) as raw:
        raw.sendall(b"EHLO x\r\nMAIL FROM:<dana@example.net>\r\nRCPT TO:<support@support.test>\r\nDATA\r\n")
        raw.sendall(b"Subject: a\r\n\r\none\r\n.\r\nNOOP\r\nQUIT\r\n")
        answers = b""
        while piece := raw.recv(4096):
            answers += piece
    assert [line[:3] for line in answers.splitlines()[-3:]] == [b"250", b"250", b"221"]
    assert stored() == [b"Subject: a\r\n\r\none\r\n"]


def test_one_client_too_many_is_told_to_come_later(inlet):
    clients = [client(inlet) for _ in range(4)]
    with pytest.raises(smtplib.SMTPConnectError) as caught:
        client(inlet)
    assert caught.value.smtp_code == 421
    for smtp in clients:
        smtp.quit()
    # It should take a client again once others are gone
    client(inlet).quit()


def test_closed_inbox_takes_no_mail(inlet, connection):
    connection.inbox.is_active = False
    connection.inbox.save(update_fields=["is_active"])
    with client(inlet) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
        smtp.sendmail("dana@example.net", [SUPPORT], mail())


def test_starttls_with_a_certificate(connection, settings, tmp_path, monkeypatch):
    """The command's own server, on a certificate made here."""
    make_certificate(tmp_path)
    monkeypatch.setenv("CARECENTER_SMTP_CERT", str(tmp_path / "cert.pem"))
    monkeypatch.setenv("CARECENTER_SMTP_KEY", str(tmp_path / "key.pem"))
    trust = ssl.create_default_context(cafile=str(tmp_path / "cert.pem"))
    with serving(certificate()) as port, client(port) as smtp:
        smtp._host = "localhost"  # smtplib's name of what the certificate is checked for
        assert smtp.starttls(context=trust)[0] == 220
        smtp.sendmail("dana@example.net", [SUPPORT], mail())
    assert stored() == [mail()]


def make_certificate(folder):
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    command += [
        "-addext",
        "subjectAltName=DNS:localhost",
        "-keyout",
        folder / "key.pem",
        "-out",
        folder / "cert.pem",
    ]
    subprocess.run(command, check=True, capture_output=True)


def test_address_of_ours_is_kept_for_a_moment_and_a_strangers_is_not(connection, monkeypatch):
    asked, clock = [], [100.0]
    monkeypatch.setattr(receiving, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(
        receiving, "connections_for", lambda found: asked.append(list(found)) or connections_for(found)
    )
    ours = receiving.Ours()
    for _ in range(2):
        assert ours.among([SUPPORT, "else@support.test"]) == {SUPPORT: connection}
    assert asked == [[SUPPORT, "else@support.test"], ["else@support.test"]]

    connection.is_active = False
    connection.save()
    clock[0] += receiving.KNOWN_SECONDS
    assert ours.among([SUPPORT]) == {}
    connection.is_active = True
    connection.save()
    assert ours.among([SUPPORT]) == {SUPPORT: connection}
