"""The adapter of kind api: the contract in `kinds/base.py` over signed requests, both ways."""

from __future__ import annotations

import http
from collections.abc import Mapping
from typing import Protocol

from carecenter.lib import signing
from carecenter.lib.html import html_to_text
from carecenter.lib.http import Answer, NoAnswer, TooSlow, Unreachable
from channels_app.kinds.api.payloads import Sender, answer_body, read_message
from channels_app.kinds.base import (
    Config,
    ConnectionBroken,
    InboundEvent,
    OutboundMessage,
    Outcome,
    Person,
    RecipientGone,
    Rejected,
    RetryLater,
    Sent,
    SignatureError,
    SignedRequest,
)

RETRY_SECONDS = 60
LONGEST_WAIT = 3600
LATER = (408, 425, 429)
SETUP = (401, 403, 404, 405, 407)


class Courier(Protocol):
    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer: ...


class ApiAdapter:
    """Signed JSON in and out. Holds nothing, so one instance serves every connection."""

    def verify(self, config: Config, request: SignedRequest) -> None:
        secrets = signing.good_at(config.get("messages"), request.received_at)
        if not secrets:
            raise SignatureError("this inbox has no secret")
        try:
            signing.check(secrets, headers=request.headers, body=request.body, at=request.received_at)
        except (signing.BadSignature, ValueError) as error:
            raise SignatureError(str(error)) from None

    def parse(self, config: Config, raw: bytes) -> list[InboundEvent]:
        """A message without a conversation begins one of its own, by its id."""
        message = read_message(raw)
        if message is None:
            return []
        text = message.text or html_to_text(message.html)
        return [
            InboundEvent(
                external_id=message.id,
                conversation=message.conversation or ("" if message.in_reply_to else message.id),
                in_reply_to=message.in_reply_to,
                references=(message.in_reply_to,) if message.in_reply_to else (),
                sender_name=message.sender.name,
                sender_address=message.sender.email,
                subject=message.subject,
                text=text,
                html=message.html,
                reply_text=text,
                attachments=message.attachments,
                sent_at=message.sent_at,
                people=people_of(message.sender, config),
            )
        ]

    def send(self, config: Config, message: OutboundMessage, transport: Courier) -> Outcome:
        """Never Unconfirmed: who receives drops repeats by the webhook-id, so what may have left is sent again."""
        secrets = signing.good_at(config.get("answers"), message.sent_at)
        if not secrets or not config.get("url"):
            return ConnectionBroken("this inbox has no address for answers, or no secret")
        body = answer_body(message)
        headers = signing.headers_for(secrets, id=message.message_id, at=message.sent_at, body=body)
        try:
            answer = transport.post(str(config["url"]), body, {"Content-Type": "application/json", **headers})
        except Unreachable as error:
            return ConnectionBroken(str(error))
        except TooSlow as error:
            return RetryLater(RETRY_SECONDS, str(error))
        except NoAnswer as error:
            return RetryLater(RETRY_SECONDS, f"{error}; sent again under the same webhook-id")
        return outcome_of(answer, message.message_id)


def people_of(sender: Sender, config: Config) -> tuple[Person, ...]:
    """Who wrote, by what the site vouches for first; the rest are claims."""
    vouched = config.get("vouches_for") or ()
    known = (("external", sender.external_id), ("email", sender.email), ("phone", sender.phone))
    people = [Person(kind, value, "api" if kind in vouched else "") for kind, value in known if value]
    return tuple(sorted(people, key=lambda person: not person.verified_by))


def outcome_of(answer: Answer, message_id: str) -> Outcome:
    """What a status means. Words of the other side are left out: they may repeat what we sent."""
    status = answer.status
    reason = f"{status} {phrase_of(status)}".strip()
    if 200 <= status < 300:
        return Sent(message_id)
    if status == 410:
        return RecipientGone(reason)
    if status in LATER or status >= 500:
        return RetryLater(wait_of(answer), reason)
    if status in SETUP or status < 400:
        return ConnectionBroken(reason)
    return Rejected(reason)


def phrase_of(status: int) -> str:
    try:
        return http.HTTPStatus(status).phrase
    except ValueError:
        return ""


def wait_of(answer: Answer) -> int:
    """Retry-After in seconds; a date in it is not worth its trouble."""
    asked = answer.headers.get("retry-after", "").strip()
    return (
        min(int(asked), LONGEST_WAIT)
        if asked.isascii() and asked.isdecimal() and len(asked) < 8
        else RETRY_SECONDS
    )
