"""Bytes of a mail to one `InboundEvent`. Pure, bounded, and never at a loss: any non-empty bytes give an event."""

from __future__ import annotations

import re
from collections.abc import Iterable

from channels_app.kinds.base import AddressPair, InboundEvent, ParseError
from channels_app.kinds.email.automatic import find_auto_reason
from channels_app.kinds.email.body import Body, read_body
from channels_app.kinds.email.bounces import is_report, read_bounces
from channels_app.kinds.email.charsets import clean
from channels_app.kinds.email.headers import Headers
from channels_app.kinds.email.mime import Part, read_mail
from channels_app.kinds.email.replies import find_reply
from channels_app.kinds.email.words import (
    decode_words,
    normalise_address,
    parse_addresses,
    parse_date,
    parse_ids,
)

MAX_BYTES = 64 * 1024 * 1024
_KEPT_HEADERS = (
    "authentication-results",
    "auto-submitted",
    "content-language",
    "importance",
    "list-id",
    "list-unsubscribe",
    "organization",
    "precedence",
    "return-path",
    "thread-topic",
    "x-auto-response-suppress",
    "x-autoreply",
    "x-carecenter-loop",
    "x-loop",
    "x-mailer",
    "x-priority",
    "x-spam-flag",
    "x-spam-status",
)
_ENVELOPE = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
)
_PLUS = re.compile(r"\+([^@\s]{6,200})@")


def parse_mail(raw: bytes) -> InboundEvent:
    """The event in these bytes. Raises ParseError for no bytes, or more than MAX_BYTES of them."""
    if not raw.strip():
        raise ParseError("empty mail")
    if len(raw) > MAX_BYTES:
        raise ParseError(f"mail of {len(raw)} bytes is over the limit of {MAX_BYTES}")
    root, warnings = read_mail(raw)
    body = read_body(root)
    return _build_event(root, body, (*warnings, *body.warnings))


def _build_event(root: Part, body: Body, warnings: Iterable[str]) -> InboundEvent:
    headers, hint = root.headers, body.hint
    name, address = _find_sender(headers, hint)
    text, own_text = body.texts()
    subject = decode_words(headers.get("subject"), hint)[:2000]
    to, cc = _addresses(headers, "to", hint), _addresses(headers, "cc", hint)
    delivered = tuple(
        dict.fromkeys(pair[1] for field in _ENVELOPE for pair in _addresses(headers, field, hint))
    )
    references, in_reply_to = _ids(headers, "references"), _ids(headers, "in-reply-to")
    bounces = read_bounces(root, body, subject=subject, sender=address, text=own_text or text)
    reason = find_auto_reason(
        headers, subject=subject, sender=address, is_bounce=bool(bounces), is_report=is_report(body, text)
    )
    return InboundEvent(
        external_id=next(iter(_ids(headers, "message-id")), ""),
        in_reply_to=in_reply_to[0] if in_reply_to else "",
        references=references,
        sender_address=address,
        sender_name=name,
        reply_to=_addresses(headers, "reply-to", hint),
        to=to,
        cc=cc,
        delivered_to=delivered,
        subject=subject,
        text=text,
        html=body.html(),
        reply_text=find_reply(own_text or text, body.html(own=bool(own_text)), subject=subject),
        attachments=tuple(body.attachments),
        sent_at=parse_date(headers.get("date")),
        is_auto=bool(reason),
        auto_reason=reason,
        is_bounce=bool(bounces),
        bounces=bounces,
        headers=_kept_headers(headers, hint),
        reply_tokens=_find_tokens(
            (*to, *cc, *(("", item) for item in delivered)), (*in_reply_to, *reversed(references))
        ),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _find_sender(headers: Headers, hint: str | None) -> AddressPair:
    """From, else Sender, Reply-To or the envelope's sender; the first that holds an address."""
    fallback: AddressPair = ("", "")
    for field in ("from", "sender", "reply-to", "return-path", "x-original-from"):
        pairs = _addresses(headers, field, hint)
        for name, address in pairs:
            if "@" in address:
                return name or fallback[0], address
        if fallback == ("", "") and pairs:
            fallback = next((pair for pair in pairs if pair[1]), pairs[0])
        if field == "from" and fallback[1]:
            break
    return fallback


def _addresses(headers: Headers, field: str, hint: str | None) -> tuple[AddressPair, ...]:
    pairs: list[AddressPair] = []
    for value in headers.all(field):
        pairs += parse_addresses(value, hint)
    return tuple(dict.fromkeys(pairs))[:500]


def _ids(headers: Headers, field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(found for value in headers.all(field) for found in parse_ids(value)))[:200]


def _kept_headers(headers: Headers, hint: str | None) -> dict[str, str]:
    return {name: decode_words(headers.get(name), hint)[:2000] for name in _KEPT_HEADERS if headers.has(name)}


def _find_tokens(pairs: Iterable[AddressPair], ids: Iterable[str]) -> tuple[str, ...]:
    """What may be our signed token: the plus part of an address it came to, the left part of an id it refers to."""
    found: list[str] = []
    for _, address in pairs:
        found += _PLUS.findall(address)
    for identifier in ids:
        left = identifier.partition("@")[0]
        found += [left, *_PLUS.findall(identifier)] if 6 <= len(left) <= 200 else []
    return tuple(dict.fromkeys(clean(token) for token in found))[:100]


__all__ = ["MAX_BYTES", "normalise_address", "parse_mail"]
