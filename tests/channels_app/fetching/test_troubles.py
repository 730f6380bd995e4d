"""What is wrong is said by its name: to the row, to people by mail, and step by step to who tests a connection."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from carecenter.lib.time import now
from channels_app.fetching import diagnosis, watching
from channels_app.fetching.sign_in import Access
from channels_app.fetching.wire import Way
from channels_app.models import Connection, Mailbox
from tests.channels_app.fetching.conftest import Running
from tests.factories.channels import mail
from tests.flows.dovecot import PASSWORD, Authority, Dovecot
from tickets.models import Message

GOOD = Access(username="anna@x.test", how="password", password=PASSWORD)


def steps(way: Way, access: Access = GOOD, folder: str = "INBOX") -> list[tuple[str, str, str]]:
    """(stage, state, code) of each step."""
    said: list[dict[str, str]] = []
    diagnosis.diagnose(way, access, folder, said.append)
    return [(step["stage"], step["state"], step["code"]) for step in said]


def failed(stage: str, code: str) -> tuple[str, str, str]:
    return (stage, "failed", code)


def done(*stages: str) -> list[tuple[str, str, str]]:
    return [(stage, "done", "") for stage in stages]


@contextlib.contextmanager
def speaking(talk: Callable[[socket.socket], None], context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on loopback that does what `talk` does, once for each connection."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                talk(context.wrap_socket(client, server_side=True) if context else client)
                client.close()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield server.getsockname()[1]
    finally:
        server.close()


def lines(*said: bytes) -> Callable[[socket.socket], None]:
    """Says the first at once and the others one after each line it hears."""

    def talk(client: socket.socket) -> None:
        heard = client.makefile("rb")
        for line in said:
            client.sendall(line)
            tag = (heard.readline().split() or [b"x"])[0]
            client.sendall(b"")
            talk.tag = tag  # type: ignore[attr-defined]
        client.shutdown(socket.SHUT_WR)

    return talk


@pytest.mark.mail_server
def test_all_steps_of_a_good_connection(trusted: Dovecot) -> None:
    everything = ("name", "connect", "tls", "greeting", "sign_in", "folder", "idle")
    assert steps(Way("localhost", trusted.imaps, "tls")) == done(*everything)
    assert steps(Way("localhost", trusted.imap, "starttls")) == done(*everything)
    plain = [stage for stage in everything if stage != "tls"]
    assert steps(Way("localhost", trusted.imap, "plain")) == done(*plain)


@pytest.mark.mail_server
def test_wrong_password_is_said_at_the_sign_in(trusted: Dovecot) -> None:
    wrong = Access(username="anna@x.test", how="password", password="guess")
    found = steps(Way("localhost", trusted.imaps, "tls"), wrong)
    assert found == [*done("name", "connect", "tls", "greeting"), failed("sign_in", "sign_in_refused")]


@pytest.mark.mail_server
def test_folder_that_is_not_there_is_said_with_those_that_are(trusted: Dovecot) -> None:
    said: list[dict[str, str]] = []
    assert not diagnosis.diagnose(Way("localhost", trusted.imaps, "tls"), GOOD, "Suport", said.append)
    assert (said[-1]["stage"], said[-1]["code"], said[-1]["detail"]) == ("folder", "no_folder", "INBOX")


@pytest.mark.mail_server
def test_certificate_for_another_name_is_refused(trusted: Dovecot) -> None:
    found = steps(Way("127.0.0.1", trusted.imaps, "tls"))
    assert found == [*done("name", "connect"), failed("tls", "tls_name")]
    found = steps(Way("127.0.0.1", trusted.imap, "starttls"))
    assert found[-1] == failed("tls", "tls_name")


@pytest.mark.mail_server
def test_certificate_of_a_stranger_is_refused(dovecot: Dovecot) -> None:
    assert steps(Way("localhost", dovecot.imaps, "tls"))[-1] == failed("tls", "tls_untrusted")


def test_certificate_that_has_expired_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*authority.issue("old", days=-1))
    with speaking(lines(b"* OK hello\r\n"), context) as port:
        assert steps(Way("localhost", port, "tls"))[-1] == failed("tls", "tls_expired")


@pytest.mark.mail_server
def test_tls_at_a_port_of_clear_text_is_said(trusted: Dovecot) -> None:
    assert steps(Way("localhost", trusted.imap, "tls"))[-1] == failed("tls", "tls_not_spoken")


def test_nobody_listens() -> None:
    with socket.socket() as bound:  # held, so that nobody else listens there meanwhile
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
        assert steps(Way("localhost", port, "tls")) == [*done("name"), failed("connect", "refused")]


def test_name_that_leads_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "not known")

    monkeypatch.setattr(socket, "getaddrinfo", ask)
    assert steps(Way("imap.invalid", 993, "tls")) == [failed("name", "name_unknown")]


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "169.254.169.254", "192.168.1.1", "::ffff:10.0.0.1", "100.64.0.1"]
)
def test_private_networks_are_not_reached(host: str) -> None:
    assert steps(Way(host, 993, "tls")) == [failed("name", "name_private")]


def test_loopback_is_private_outside_demo_and_tests(settings: Any) -> None:
    settings.TESTING = False
    assert steps(Way("localhost", 993, "tls")) == [failed("name", "name_private")]
    settings.PRIVATE_TARGETS = ["127.0.0.0/8", "::1/128"]
    assert steps(Way("localhost", 1, "tls"))[0] == ("name", "done", "")


def test_clear_text_stays_on_this_machine() -> None:
    assert steps(Way("93.184.215.14", 143, "plain")) == [failed("name", "plain_remote")]


def test_other_servers_are_no_imap() -> None:
    with speaking(lines(b"220 mx.test ESMTP\r\n")) as port:
        assert steps(Way("localhost", port, "plain"))[-1] == failed("greeting", "not_imap")
    with speaking(lines(b"* BYE too many connections\r\n")) as port:
        assert steps(Way("localhost", port, "plain"))[-1] == failed("greeting", "turned_away")


def test_server_without_starttls_gets_no_password() -> None:
    heard: list[bytes] = []

    def talk(client: socket.socket) -> None:
        client.sendall(b"* OK hello\r\n")
        reader = client.makefile("rb")
        while line := reader.readline():
            heard.append(line)
            client.sendall(b"* CAPABILITY IMAP4rev1\r\n" + line.split()[0] + b" OK done\r\n")

    with speaking(talk) as port:
        assert steps(Way("localhost", port, "starttls"))[-1] == failed("tls", "no_starttls")
    assert b"LOGIN" not in b"".join(heard)


def talking(answer: Callable[[bytes, bytes], bytes]) -> Callable[[socket.socket], None]:
    """An IMAP server up to the folder; then `answer(tag, line)`."""
    usual = {
        b"CAPABILITY": b"* CAPABILITY IMAP4rev1 IDLE\r\n",
        b"LOGIN": b"",
        b"EXAMINE": b"* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 5] x\r\n",
    }

    def talk(client: socket.socket) -> None:
        client.sendall(b"* OK hello\r\n")
        reader = client.makefile("rb")
        while line := reader.readline():
            tag, word = line.split()[:2]
            if word in usual:
                client.sendall(usual[word] + tag + b" OK done\r\n")
            else:
                client.sendall(answer(tag, line))

    return talk


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (lambda tag, _: b"* SEARCH nothing but words\r\n" + tag + b" OK done\r\n", "odd_answer"),
        (lambda tag, _: b"* SEARCH 99999999999\r\n" + tag + b" OK done\r\n", "odd_answer"),
        (lambda tag, _: b"* SEARCH " + b"1 " * 5_000_000 + b"\r\n" + tag + b" OK done\r\n", "too_much"),
        (lambda tag, _: b"* 1 FETCH (BODY[] {900000000000}\r\nxxx", "too_much"),
        (lambda tag, _: (b"* 1 FETCH " + b"x" * 2000 + b"\r\n") * 5_000 + tag + b" OK done\r\n", "too_much"),
        (lambda tag, _: b"\x00\xff\xfe\r\n", "odd_answer"),
        (lambda tag, _: b"* BYE shutting down\r\n", "cut"),
        (lambda tag, _: tag + b" BAD what\r\n", "odd_answer"),
    ],
)
def test_hostile_answers_end_the_line_and_nothing_else(
    transactional_db: None, connection: Connection, answer: Any, code: str, fetcher: Running
) -> None:
    with speaking(talking(answer)) as port:
        connection.seal({"imap_password": PASSWORD})
        connection.save(update_fields=["sealed"])
        more = {"uid_validity": 7, "uid_next": 1, "started_at": now(), "is_on": True, "on_since": now()}
        Mailbox.objects.create(
            connection=connection, host="localhost", port=port, security="plain", username="x", **more
        )
        fetcher.until(lambda: Mailbox.objects.get().error, 20)
        fetcher.end()
    assert Mailbox.objects.get().error == code
    assert (Mailbox.objects.get().uid_next, Message.objects.count()) == (1, 0)


@pytest.mark.mail_server
def test_mail_that_the_server_does_not_give_out_is_parked_and_the_next_one_comes(
    transactional_db: None, connection: Connection, fetcher: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "PAUSES", (0.1,))
    body = mail("Fine", subject="Fine")

    def answer(tag: bytes, line: bytes) -> bytes:
        ok = tag + b" OK done\r\n"
        if b"SEARCH" in line:
            uids = [b"3"] if b"UID 3:3" in line else [b"4"] if b"UID 4:4" in line else [b"3", b"4"]
            return b"* SEARCH " + b" ".join(uids) + b"\r\n" + ok
        if b"RFC822.SIZE" in line:
            rows = [
                b'* %d FETCH (UID %d RFC822.SIZE 500 INTERNALDATE "02-Mar-2026 09:00:00 +0000")\r\n' % (n, n)
                for n in (3, 4)
            ]
            return b"".join(rows) + ok
        if b"FETCH 3" in line:
            return tag + b" NO cannot be read\r\n"
        if b"FETCH 4" in line:
            piece = body if b"<0." in line else b""
            return b"* 4 FETCH (UID 4 BODY[]<0> {%d}\r\n" % len(piece) + piece + b")\r\n" + ok
        return ok if b"LOGOUT" in line else tag + b" NO\r\n"

    with speaking(talking(answer)) as port:
        connection.seal({"imap_password": PASSWORD})
        connection.save(update_fields=["sealed"])
        more = {"uid_validity": 7, "uid_next": 3, "started_at": now(), "is_on": True, "on_since": now()}
        Mailbox.objects.create(
            connection=connection, host="localhost", port=port, security="plain", username="x", **more
        )
        fetcher.until(lambda: Message.objects.filter(subject="Fine").exists(), 30)
        fetcher.end()
    parked = connection.records.get(state="parked")
    assert (parked.reason, Mailbox.objects.get().uid_next) == ("unreadable", 5)
