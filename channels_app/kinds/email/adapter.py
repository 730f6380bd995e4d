"""The e-mail adapter: `parse` and `send` of the contract in `kinds/base.py`."""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Mapping

from channels_app.kinds.base import (
    Config,
    ConnectionBroken,
    InboundEvent,
    OutboundMessage,
    Outcome,
    ParseError,
    RecipientGone,
    Rejected,
    RetryLater,
    Sent,
    SignatureError,
    SignedRequest,
)
from channels_app.kinds.email.compose import compose, recipients_of
from channels_app.kinds.email.parse import parse_mail
from channels_app.kinds.email.transport import Transport

_RETRY_SECONDS = 300
_BUSY_SECONDS = 900
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_GONE = re.compile(
    r"user (?:unknown|not found|doesn'?t exist)|unknown (?:user|recipient|mailbox|address)|"
    r"no such (?:user|mailbox|recipient|address)"
    r"|(?:mailbox|recipient|address|account) (?:not found|unknown|unavailable|does not exist|disabled|"
    r"has been disabled)"
    r"|does not exist|invalid (?:recipient|mailbox)|recipient (?:address )?rejected: (?:undeliverable|"
    r"user unknown|access denied)"
    r"|not a valid (?:user|mailbox)|no mailbox here|address rejected",
    re.IGNORECASE,
)


class EmailAdapter:
    """Mail in and out. Holds nothing, so one instance serves every connection."""

    def verify(self, config: Config, request: SignedRequest) -> None:
        """Mail comes by SMTP or from a mailbox, never in a request."""
        raise SignatureError("mail takes no requests")

    def parse(self, config: Config, raw: bytes) -> list[InboundEvent]:
        """One event for any non-empty bytes."""
        try:
            return [parse_mail(raw)]
        except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError) as error:
            # Nothing known does this. If something does, the mail is parked for a person, not tried for an hour.
            raise ParseError(f"{type(error).__name__} while reading") from error

    def send(self, config: Config, message: OutboundMessage, transport: Transport) -> Outcome:
        """Raises Unconfirmed, and nothing else, where the mail may have left without an answer."""
        recipients = recipients_of(message)
        if not recipients:
            return Rejected("no recipient")
        if not all(recipient.isascii() for recipient in recipients):
            return Rejected("an address has letters that mail servers do not take before its @")
        data = compose(message)
        envelope_from = str(config.get("envelope_from") or message.from_address)
        try:
            refused = transport.submit(config, envelope_from, recipients, data)
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return outcome_of_error(error)
        return Sent(message.message_id, refused=tuple(refused))


def outcome_of_error(error: Exception) -> Outcome:
    """What an error of the transport means; all of them say that nothing was handed over."""
    name = type(error).__name__
    match error:
        case smtplib.SMTPRecipientsRefused():
            return _outcome_of_refusals(error.recipients)
        case smtplib.SMTPAuthenticationError() if error.smtp_code // 100 != 4:
            return ConnectionBroken(f"sign-in refused: {_reason(error.smtp_code, error.smtp_error)}")
        case smtplib.SMTPSenderRefused():
            return _outcome_of_sender(error.smtp_code, error.smtp_error)
        case smtplib.SMTPConnectError():
            return RetryLater(_RETRY_SECONDS, _reason(error.smtp_code, error.smtp_error))
        case smtplib.SMTPResponseException():
            return outcome_of(error.smtp_code, error.smtp_error)
    # SMTPException is an OSError too: the narrow ones come first.
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return RetryLater(_RETRY_SECONDS, f"server closed the connection: {error}")
    broken = (smtplib.SMTPException, ssl.SSLError, ConnectionRefusedError, socket.gaierror, ValueError)
    if isinstance(error, broken):
        return ConnectionBroken(f"{name}: {error}")
    return RetryLater(_RETRY_SECONDS, f"connection lost: {name}: {error}")


def outcome_of(code: int, answer: bytes | str) -> Outcome:
    """What a server's answer to the mail means."""
    reason = _reason(code, answer)
    if code // 100 == 4:
        return RetryLater(_BUSY_SECONDS if code in (421, 450, 451, 452) else _RETRY_SECONDS, reason)
    if code in (530, 534, 535, 538):
        return ConnectionBroken(reason)
    if code // 100 == 5:
        return Rejected(reason)
    return RetryLater(_RETRY_SECONDS, f"unexpected answer: {reason}")


def _outcome_of_sender(code: int, answer: bytes | str) -> Outcome:
    """Our own address refused: the connection is set up wrong, whoever we write to. Size is the mail's own fault."""
    outcome = outcome_of(code, answer)
    if isinstance(outcome, Rejected) and code not in (552, 523):
        return ConnectionBroken(f"sender refused: {outcome.reason}")
    return outcome


def _outcome_of_refusals(refusals: Mapping[str, tuple[int, bytes]]) -> Outcome:
    """All recipients refused: later if any of them may be taken later, else gone if all are unknown there."""
    outcomes = [_outcome_of_recipient(code, answer) for code, answer in refusals.values()]
    for kind in (RetryLater, ConnectionBroken, Rejected):
        for outcome in outcomes:
            if isinstance(outcome, kind):
                return outcome
    return outcomes[0] if outcomes else RetryLater(_RETRY_SECONDS, "no recipient was answered")


def _outcome_of_recipient(code: int, answer: bytes | str) -> Outcome:
    reason = _reason(code, answer)
    enhanced = _ENHANCED.search(reason)
    if code // 100 == 5 and code not in (530, 535):
        if enhanced and enhanced[0] in ("5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"):
            return RecipientGone(reason)
        if code in (550, 551, 553) and _GONE.search(reason) and not (enhanced and enhanced[2] == "7"):
            return RecipientGone(reason)
    return outcome_of(code, answer)


def _reason(code: int, answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return f"{code} {' '.join(text.split())}"[:500]
