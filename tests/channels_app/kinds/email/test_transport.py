"""The SMTP conversation against a scripted server on loopback."""

from __future__ import annotations

import smtplib
from collections.abc import Callable, Iterator

import pytest

from channels_app.kinds.base import Unconfirmed
from channels_app.kinds.email.transport import SmtpTransport
from tests.contracts.smtp_provider import Server

MAIL = b".Odd: x\r\n\r\n.hidden dot\r\n"


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(**answers: bytes) -> Server:
        given = {name.replace("END", ".").replace("_", " "): value for name, value in answers.items()}
        servers.append(Server({"DATA": b"354 go on", **given}))
        return servers[-1]

    yield start
    for server in servers:
        server.socket.close()


def submit(server: Server, *recipients: str, **config: object) -> dict[str, tuple[int, bytes]]:
    settings = {"host": "127.0.0.1", "port": server.port, **config}
    return dict(
        SmtpTransport().submit(settings, "help@shop.example", recipients or ("dana@x.example",), MAIL)
    )


def test_submit_hands_over_with_dots_doubled(serve: Callable[..., Server]) -> None:
    server = serve()

    assert submit(server) == {}
    server.thread.join(5)
    assert server.received == b"..Odd: x\r\n\r\n..hidden dot\r\n"


def test_submit_names_recipients_that_were_refused(serve: Callable[..., Server]) -> None:
    server = serve(**{"RCPT TO:<B@X.EXAMPLE>": b"550 5.1.1 unknown"})

    assert submit(server, "a@x.example", "b@x.example") == {"b@x.example": (550, b"5.1.1 unknown")}


def test_submit_stops_where_all_are_refused(serve: Callable[..., Server]) -> None:
    server = serve(RCPT=b"550 5.1.1 unknown")

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        submit(server)
    assert server.received == b""


@pytest.mark.parametrize("silence", [b"", b"what?"])
def test_submit_without_an_answer_after_the_last_byte_is_unconfirmed(
    serve: Callable[..., Server], silence: bytes
) -> None:
    with pytest.raises(Unconfirmed):
        submit(serve(END=silence))


def test_submit_is_confirmed_though_the_server_hangs_up_at_once(serve: Callable[..., Server]) -> None:
    assert submit(serve(QUIT=b"")) == {}


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA"])
def test_submit_cut_off_before_the_data_has_not_left(serve: Callable[..., Server], step: str) -> None:
    with pytest.raises(smtplib.SMTPServerDisconnected):
        submit(serve(**{step: b""}))


def test_submit_refuses_to_go_on_in_clear_text(serve: Callable[..., Server]) -> None:
    server = serve()

    with pytest.raises(smtplib.SMTPNotSupportedError):
        submit(server, security="starttls", username="u", password="secret")
    assert server.received == b""


def test_submit_refuses_an_unknown_kind_of_security(serve: Callable[..., Server]) -> None:
    with pytest.raises(ValueError, match="sometimes"):
        submit(serve(), security="sometimes")
