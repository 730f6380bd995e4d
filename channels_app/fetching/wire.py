"""The line to an IMAP server: checked address, encryption or a refusal, and never more read than was asked for."""

from __future__ import annotations

import imaplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from carecenter.lib.hosts import Address, PrivateHost, UnknownHost, addresses_of, is_loopback
from carecenter.lib.trust import usual_trust
from channels_app.domain.mailbox_troubles import Stage, Trouble
from channels_app.models import Security

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0  # silence for so long is a dead line
SMALL = 512 * 1024  # bytes an answer may have where no mail is asked for
LINE = 4 * 1024 * 1024  # one line: the numbers of half a million mails

Report = Callable[[Stage, str], None]
"""Told of each step that was done, with what is worth knowing about it."""


class TooMuch(imaplib.IMAP4.abort):
    """The server sent more than it was allowed to."""


class Wire(imaplib.IMAP4):
    """imaplib on a socket that is connected already, with a limit to what one command may bring."""

    def __init__(self, sock: socket.socket, host: str, port: int) -> None:
        self._given = sock
        self.left = SMALL
        super().__init__(host, port)

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        self.host, self.port, self.sock = host, port, self._given
        self.file = self.sock.makefile("rb")

    def allow(self, size: int) -> None:
        """What the next command may bring at most. What servers say unasked counts too; it is forgotten here."""
        self.left = size
        self.untagged_responses.clear()

    def read(self, size: int) -> bytes:
        self._spend(size)
        data: bytes = self.file.read(size)  # type: ignore[assignment]  # "rb"
        if len(data) < size:
            raise self.abort("socket error: EOF in the middle")
        return data

    def readline(self) -> bytes:
        line: bytes = self.file.readline(min(LINE, max(self.left, 0)) + 1)  # type: ignore[assignment]  # "rb"
        self._spend(len(line))
        if len(line) > LINE:
            raise TooMuch("a line without end")
        return line

    def _spend(self, size: int) -> None:
        self.left -= size
        if self.left < 0:
            raise TooMuch("more than was asked for")

    def sever(self) -> None:
        """End the line from another thread: whoever waits for the server wakes up with an error."""
        try:
            # Not the SSL socket's own: it would take the cipher away from under the thread that reads.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        except OSError:
            return


class Box(BaseMailBox):
    """imap_tools' mailbox on our wire."""

    def __init__(self, wire: Wire) -> None:
        self.wire = wire
        super().__init__()

    def _get_mailbox_client(self) -> imaplib.IMAP4:
        return self.wire


@dataclass(frozen=True)
class Way:
    """How to get to a server."""

    host: str
    port: int
    security: str


def nothing(_stage: Stage, _detail: str) -> None:
    return


def open_wire(way: Way, report: Report = nothing) -> Wire:
    """A line to the server, encrypted, with its greeting read. Raises Trouble."""
    addresses = resolve(way)
    report(Stage.NAME, ", ".join(address.ip for address in addresses[:4]))
    sock = connect(addresses)
    report(Stage.CONNECT, "")
    try:
        if way.security == Security.TLS:
            sock = encrypt(sock, way.host)
            report(Stage.TLS, about_encryption(sock))
        wire = greet(sock, way)
        if way.security == Security.STARTTLS:
            start_tls(wire)
            report(Stage.TLS, about_encryption(wire.sock))
    except BaseException:
        sock.close()
        raise
    report(Stage.GREETING, "")
    return wire


def resolve(way: Way) -> list[Address]:
    try:
        addresses = addresses_of(way.host, way.port)
    except UnknownHost:
        raise Trouble("name_unknown") from None
    except PrivateHost:
        raise Trouble("name_private") from None
    if way.security == Security.PLAIN and not all(is_loopback(address.ip) for address in addresses):
        raise Trouble("plain_remote")
    return addresses


def connect(addresses: list[Address]) -> socket.socket:
    """The first that takes us. What the last one said is told."""
    trouble = Trouble("unreachable")
    for address in addresses[:4]:
        sock = socket.socket(address.family, socket.SOCK_STREAM)
        sock.settimeout(CONNECT_SECONDS)
        try:
            sock.connect((address.ip, address.port))
        except TimeoutError:
            trouble = Trouble("connect_timeout")
        except ConnectionRefusedError:
            trouble = Trouble("refused")
        except OSError as error:
            trouble = Trouble("unreachable", error.strerror or "")
        else:
            sock.settimeout(ANSWER_SECONDS)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            return sock
        sock.close()
    raise trouble


def encrypt(sock: socket.socket, host: str) -> ssl.SSLSocket:
    sock.settimeout(CONNECT_SECONDS)
    try:
        wrapped = usual_trust().wrap_socket(sock, server_hostname=host)
    except (OSError, ValueError) as error:
        raise trouble_of_tls(error) from error
    wrapped.settimeout(ANSWER_SECONDS)
    return wrapped


def trouble_of_tls(error: Exception) -> Trouble:
    if isinstance(error, ssl.SSLCertVerificationError):
        said = str(error.verify_message or "")
        if error.verify_code in (62, 64):  # X509_V_ERR_HOSTNAME_MISMATCH, ..._IP_ADDRESS_MISMATCH
            return Trouble("tls_name", said)
        return Trouble("tls_expired" if error.verify_code == 10 else "tls_untrusted", said)
    if isinstance(error, ssl.SSLError) and error.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
        return Trouble("tls_not_spoken")
    if isinstance(error, TimeoutError):
        return Trouble("tls_not_spoken")
    return Trouble("tls_failed", str(getattr(error, "reason", "") or ""))


def greet(sock: socket.socket, way: Way) -> Wire:
    try:
        return Wire(sock, way.host, way.port)
    except TimeoutError:
        # A server that waits for TLS says nothing either.
        raise Trouble("not_imap" if way.security == Security.TLS else "tls_not_spoken") from None
    except (imaplib.IMAP4.error, OSError, UnicodeError) as error:
        said = words_of(error)
        raise Trouble("turned_away" if "BYE" in said else "not_imap") from error


def start_tls(wire: Wire) -> None:
    if "STARTTLS" not in wire.capabilities:
        raise Trouble("no_starttls")
    wire.allow(SMALL)
    try:
        wire.starttls(usual_trust())
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise trouble_of_tls(error) from error


def about_encryption(sock: Any) -> str:
    """Protocol and end of the certificate, for who looks at the test."""
    ends = str((sock.getpeercert() or {}).get("notAfter", ""))
    return f"{sock.version()}, {ends}" if ends else str(sock.version())


def words_of(error: BaseException) -> str:
    """What the server said, on one line, for people; an error of imap_tools repeats the whole answer."""
    if isinstance(error, ImapToolsError):
        result = getattr(error, "command_result", None)
        data = result[1] if isinstance(result, tuple) and len(result) > 1 else ""
        last = data[-1] if isinstance(data, list) and data else data
    else:
        last = error.args[0] if error.args else ""
    text = last.decode("utf-8", "replace") if isinstance(last, bytes) else str(last)
    return "".join(char if char.isprintable() else " " for char in text)[:300].strip()


def trouble_of(error: BaseException) -> Trouble:
    """What an error on an open line means."""
    if isinstance(error, Trouble):
        return error
    if isinstance(error, TooMuch) or isinstance(
        error.__context__, TooMuch
    ):  # imaplib dresses its errors anew
        return Trouble("too_much")
    if isinstance(error, TimeoutError):
        return Trouble("silent")
    if isinstance(error, imaplib.IMAP4.abort):
        said = words_of(error)  # of a good-bye, its words
        return Trouble("odd_answer" if "unexpected" in said else "cut", said)
    if isinstance(error, OSError):
        return Trouble("cut", error.strerror or "")
    return Trouble("odd_answer", words_of(error))
