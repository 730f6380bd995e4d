"""What is wrong is said by its name: to the row, to people by mail, and step by step to who tests a connection."""

import contextlib
import http.server
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from accounts.models import User
from carecenter.lib.time import now
from channels_app.domain import mailbox_alarms
from channels_app.domain.mailbox_troubles import Trouble
from channels_app.fetching import diagnosis, watching
from channels_app.fetching.sign_in import Access, fetch_token
from channels_app.fetching.wire import Way
from channels_app.models import Connection, Mailbox, MailboxAlarm
from tests.channels_app.fetching.conftest import Running, watch
from tests.factories.channels import mail
from tests.flows.dovecot import PASSWORD, Authority, Dovecot, need_dovecot
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
    with speaking(lines(b"")) as port:
        pass
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


class TokenService:
    """Gives out access tokens, and tells Dovecot whose they are."""

    def __init__(self) -> None:
        self.tokens: dict[str, str] = {}
        self.asked: list[dict[str, list[str]]] = []
        service = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"] or 0)).decode())
                status, answer = service.token(form) if self.path == "/token" else service.who(form)
                body = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                return

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def token(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        self.asked.append(form)
        if form.get("refresh_token") != ["refresh-1"]:
            return 400, {"error": "invalid_grant"}
        value = f"access-{len(self.tokens)}"
        self.tokens[value] = "anna@x.test"
        return 200, {"access_token": value, "expires_in": 3600, "token_type": "Bearer"}

    def who(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        owner = self.tokens.get(form.get("token", [""])[0])
        return 200, {"active": "true", "username": owner} if owner else {"active": "false"}


@pytest.mark.mail_server
def test_sign_in_by_oauth_at_a_real_server(monkeypatch: pytest.MonkeyPatch) -> None:
    need_dovecot()
    service = TokenService()
    with Dovecot(oauth_url=f"{service.url}/introspect") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.authority.file))
        way = Way("localhost", server.imaps, "tls")
        access = Access(
            username="anna@x.test",
            how="oauth2",
            token_url=f"{service.url}/token",
            client_id="carecenter",
            client_secret="secret",
            refresh_token="refresh-1",
        )
        assert steps(way, access)[-1] == ("idle", "done", ""), (server.root / "log").read_text()[-2000:]
        assert service.asked[0]["client_id"] == ["carecenter"]
        service.tokens.clear()  # withdrawn: what the service gives out is refused by the server
        monkeypatch.setattr(service, "who", lambda _form: (200, {"active": "false"}))
        assert steps(way, access)[-1] == failed("sign_in", "sign_in_refused")


def test_refresh_token_that_was_withdrawn_is_said() -> None:
    service = TokenService()
    access = Access(username="x", how="oauth2", token_url=f"{service.url}/token", refresh_token="gone")
    with pytest.raises(Trouble) as caught:
        fetch_token(access)
    assert (caught.value.code, caught.value.detail) == ("token_refused", "invalid_grant")
