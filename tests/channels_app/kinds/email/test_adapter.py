from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from channels_app.kinds.base import (
    Config,
    ConnectionBroken,
    ParseError,
    RecipientGone,
    Rejected,
    RetryLater,
    Sent,
    Unconfirmed,
)
from channels_app.kinds.email.adapter import EmailAdapter
from channels_app.kinds.email.parse import parse_mail
from channels_app.kinds.email.transport import SmtpTransport
from tests.channels_app.kinds.email.mails import outbound
from tests.contracts.adapter import check_storable
from tests.contracts.answers import Answers
from tests.contracts.smtp_provider import Server


class TestContract(Answers):
    """Scripts are the server's answers by the command they answer; END is the end of the mail, b"" a closed line."""

    kind = "email"
    folder = Path(__file__).parent / "fixtures"
    suffix = ".eml"
    opening = "gmail_reply"
    secrets = {"username": "shop-mailer", "password": "hunter2-of-the-shop"}
    good = {}
    scripts = [
        ({}, Sent),
        ({"RCPT": b"550 5.1.1 User unknown"}, RecipientGone),
        ({"RCPT": b"450 4.2.0 Greylisted"}, RetryLater),
        ({"RCPT": b"550 5.7.1 Blocked by policy"}, Rejected),
        ({"DATA": b"451 4.3.0 later"}, RetryLater),
        ({"END": b"554 5.7.1 Spam"}, Rejected),
        ({"END": b"452 4.3.1 full"}, RetryLater),
        ({"END": b""}, Unconfirmed),
        ({"MAIL": b"553 5.7.1 not yours"}, ConnectionBroken),
        ({"MAIL": b"552 5.3.4 too big"}, Rejected),
        ({"AUTH": b"535 5.7.8 no"}, ConnectionBroken),
        ({"AUTH": b"454 4.7.0 later"}, RetryLater),
        ({"RCPT": b""}, RetryLater),
    ]

    @contextmanager
    def provider(self, script: dict[str, bytes]) -> Iterator[tuple[dict[str, Any], Any, list[Any]]]:
        answers = {".": script["END"]} if "END" in script else script
        greeting = b"250-test\r\n250-AUTH PLAIN\r\n250 SIZE 1000000"
        server = Server({"EHLO": greeting, "AUTH": b"235 ok", "DATA": b"354 go on", **answers})
        got: list[Any] = []
        yield {"host": "127.0.0.1", "port": server.port, "security": "none"}, SmtpTransport(), got
        server.thread.join(5)
        server.socket.close()
        got += [server.received] if server.received else []

    def test_taken_answer_arrives_once_under_its_id(self) -> None:
        outcome, got = self.hand_over(self.good)
        assert isinstance(outcome, Sent)
        assert [b"Message-ID: <m.1@shop.example>" in mail for mail in got] == [True]

    def check_hostile(self, raw: bytes) -> None:
        """A mail is never refused for what is in it: any bytes that are not blank give an event."""
        if raw.strip():
            check_storable(parse_mail(raw))


class Answering:
    """A transport that raises what it was given, or takes the mail."""

    def __init__(
        self, error: Exception | None = None, refused: Mapping[str, tuple[int, bytes]] | None = None
    ) -> None:
        self.error = error
        self.refused = refused or {}
        self.calls: list[tuple[str, Sequence[str], bytes]] = []

    def submit(
        self, config: Config, envelope_from: str, recipients: Sequence[str], data: bytes
    ) -> Mapping[str, tuple[int, bytes]]:
        self.calls.append((envelope_from, recipients, data))
        if self.error:
            raise self.error
        return self.refused


def refused(code: int, text: bytes) -> smtplib.SMTPRecipientsRefused:
    return smtplib.SMTPRecipientsRefused({"dana@customer.example": (code, text)})


ANSWERS = [
    (refused(550, b"5.1.1 User unknown"), RecipientGone),
    (refused(550, b"No such user here"), RecipientGone),
    (refused(550, b"5.7.1 Blocked by policy"), Rejected),
    (refused(450, b"4.2.0 Greylisted"), RetryLater),
    (refused(452, b"4.2.2 Mailbox full"), RetryLater),
    (smtplib.SMTPDataError(554, b"5.7.1 Spam"), Rejected),
    (smtplib.SMTPDataError(451, b"4.3.0 later"), RetryLater),
    (smtplib.SMTPSenderRefused(553, b"5.7.1 not yours", "help@shop.example"), ConnectionBroken),
    (smtplib.SMTPSenderRefused(552, b"5.3.4 too big", "help@shop.example"), Rejected),
    (smtplib.SMTPSenderRefused(451, b"4.7.1 later", "help@shop.example"), RetryLater),
    (smtplib.SMTPAuthenticationError(535, b"5.7.8 no"), ConnectionBroken),
    (smtplib.SMTPAuthenticationError(454, b"4.7.0 later"), RetryLater),
    (smtplib.SMTPConnectError(421, b"busy"), RetryLater),
    (smtplib.SMTPServerDisconnected("gone"), RetryLater),
    (smtplib.SMTPNotSupportedError("STARTTLS extension not supported by server."), ConnectionBroken),
    (ssl.SSLCertVerificationError("self-signed"), ConnectionBroken),
    (ConnectionRefusedError(111, "refused"), ConnectionBroken),
    (socket.gaierror(-2, "unknown name"), ConnectionBroken),
    (TimeoutError("timed out"), RetryLater),
    (ConnectionResetError(104, "reset"), RetryLater),
]


@pytest.mark.parametrize(("error", "outcome"), ANSWERS, ids=lambda value: repr(value)[:60])
def test_errors_become_outcomes(error: Exception, outcome: type) -> None:
    result = EmailAdapter().send({}, outbound(), Answering(error))

    assert isinstance(result, outcome), result


def test_a_recipient_to_try_later_outweighs_one_that_is_gone() -> None:
    error = smtplib.SMTPRecipientsRefused(
        {"a@x.example": (550, b"5.1.1 unknown"), "b@x.example": (451, b"later")}
    )

    assert isinstance(EmailAdapter().send({}, outbound(), Answering(error)), RetryLater)


def test_send_names_those_refused_beside_others_taken() -> None:
    transport = Answering(refused={"b@x.example": (550, b"no")})

    assert EmailAdapter().send({}, outbound(), transport) == Sent(
        "m.1@shop.example", refused=("b@x.example",)
    )


def test_send_uses_the_envelope_sender_of_the_connection_and_leaves_bcc_out_of_the_fields() -> None:
    transport = Answering()
    message = outbound(bcc=(("", "hidden@shop.example"),))
    EmailAdapter().send({"envelope_from": "bounces@shop.example"}, message, transport)

    ((envelope_from, recipients, data),) = transport.calls
    assert envelope_from == "bounces@shop.example"
    assert recipients == ["dana@customer.example", "hidden@shop.example"]
    assert b"hidden" not in data


def test_send_lets_unconfirmed_through() -> None:
    with pytest.raises(Unconfirmed):
        EmailAdapter().send({}, outbound(), Answering(Unconfirmed("silence")))


@pytest.mark.parametrize("to", [(), (("", "dänä@customer.example"),)])
def test_send_rejects_what_has_nowhere_to_go(to: tuple[tuple[str, str], ...]) -> None:
    transport = Answering()

    assert isinstance(EmailAdapter().send({}, outbound(to=to), transport), Rejected)
    assert transport.calls == []


@pytest.mark.parametrize("raw", [b"", b" \r\n\n "])
def test_nothing_is_a_parse_error(raw: bytes) -> None:
    with pytest.raises(ParseError):
        EmailAdapter().parse({}, raw)
