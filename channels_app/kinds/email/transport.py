"""The wire of outgoing mail: one SMTP conversation, encrypted unless it stays on this machine or was switched off.

Tells apart what failed before the mail was handed over, which may be tried again, and silence after its last
byte, which may not (`Unconfirmed`).
"""

from __future__ import annotations

import ipaddress
import smtplib
import ssl
from collections.abc import Mapping, Sequence
from typing import Protocol

from carecenter.lib.trust import usual_trust
from channels_app.kinds.base import Config, Unconfirmed

_TIMEOUT_SECONDS = 30
_DATA_TIMEOUT_SECONDS = 300


class Transport(Protocol):
    """Hands one mail to the next server. Raises smtplib's and OSError's errors where nothing left, else Unconfirmed."""

    def submit(
        self, config: Config, envelope_from: str, recipients: Sequence[str], data: bytes
    ) -> Mapping[str, tuple[int, bytes]]:
        """The recipients that were refused while others were taken, each with its answer."""
        ...


class SmtpTransport:
    """`config`: host, port, security ("starttls", "tls", "none"), username, password, verify (bool), helo."""

    def submit(
        self, config: Config, envelope_from: str, recipients: Sequence[str], data: bytes
    ) -> Mapping[str, tuple[int, bytes]]:
        client = _connect(config)
        try:
            if config.get("username"):
                client.login(str(config["username"]), str(config.get("password", "")))
            return _transfer(client, envelope_from, recipients, data)
        finally:
            client.close()


def _connect(config: Config) -> smtplib.SMTP:
    host, port = str(config["host"]), int(config.get("port") or 587)
    security = str(config.get("security") or ("none" if _is_loopback(host) else "starttls"))
    helo = str(config["helo"]) if config.get("helo") else None
    context = usual_trust()
    if config.get("verify") is False:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    if security == "tls":
        return smtplib.SMTP_SSL(host, port, local_hostname=helo, timeout=_TIMEOUT_SECONDS, context=context)
    client = smtplib.SMTP(host, port, local_hostname=helo, timeout=_TIMEOUT_SECONDS)
    try:
        client.ehlo_or_helo_if_needed()
        if security == "starttls":
            client.starttls(context=context)  # raises where the server does not offer it: never in clear text
            client.ehlo()
        elif security != "none":
            raise ValueError(f"unknown security {security!r}")
    except BaseException:
        client.close()
        raise
    return client


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _transfer(
    client: smtplib.SMTP, envelope_from: str, recipients: Sequence[str], data: bytes
) -> Mapping[str, tuple[int, bytes]]:
    options = [f"size={len(data)}"] if client.does_esmtp and client.has_extn("size") else []
    code, answer = client.mail(envelope_from, options)
    if code != 250:
        raise smtplib.SMTPSenderRefused(code, answer, envelope_from)
    refused: dict[str, tuple[int, bytes]] = {}
    for recipient in recipients:
        code, answer = client.rcpt(recipient)
        if code not in (250, 251):
            refused[recipient] = (code, answer)
        if code == 421:
            break
    if len(refused) == len(recipients) or any(code == 421 for code, _ in refused.values()):
        raise smtplib.SMTPRecipientsRefused(refused)
    code, answer = client.docmd("DATA")
    if code != 354:
        raise smtplib.SMTPDataError(code, answer)
    code, answer = _send_data(client, data)
    if code // 100 != 2:
        raise smtplib.SMTPDataError(code, answer)
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        pass  # the mail is taken; how the server says good-bye changes nothing
    return refused


def _send_data(client: smtplib.SMTP, data: bytes) -> tuple[int, bytes]:
    """The server's answer to the whole mail. Raises OSError while its end is not sent yet, Unconfirmed after that."""
    if client.sock:
        client.sock.settimeout(_DATA_TIMEOUT_SECONDS)
    lines = data if data.endswith(b"\r\n") else data + b"\r\n"
    client.send(_stuff(lines))
    try:
        client.send(b".\r\n")
        code, answer = client.getreply()
    except (smtplib.SMTPException, OSError) as error:
        raise Unconfirmed(f"no answer after the mail was handed over: {type(error).__name__}") from error
    if code // 100 not in (2, 4, 5):
        raise Unconfirmed(f"no answer that can be understood after the mail was handed over: {code}")
    return code, answer


def _stuff(data: bytes) -> bytes:
    stuffed = data.replace(b"\r\n.", b"\r\n..")
    return b"." + stuffed if stuffed.startswith(b".") else stuffed
