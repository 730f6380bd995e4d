"""Mails for tests of the e-mail kind."""

from __future__ import annotations

import datetime
from typing import Any

from channels_app.kinds.base import InboundEvent, OutboundMessage
from channels_app.kinds.email.parse import parse_mail


def outbound(**changes: Any) -> OutboundMessage:
    values: dict[str, Any] = {
        "message_id": "m.1@shop.example",
        "from_address": "help@shop.example",
        "from_name": "Shop help",
        "to": (("Dana", "dana@customer.example"),),
        "sent_at": datetime.datetime(2026, 3, 2, 9, 0, tzinfo=datetime.UTC),
        "subject": "Your order",
        "text": "Hello Dana",
        **changes,
    }
    return OutboundMessage(**values)


def read(body: str | bytes = "Hello", **fields: str | bytes) -> InboundEvent:
    """The event of a mail with these fields; `content_type=…` is written Content-Type."""
    lines = {b"From": b"dana@customer.example", b"To": b"help@shop.example", b"Subject": b"Hi"}
    for name, value in fields.items():
        lines[name.replace("_", "-").title().encode()] = value.encode() if isinstance(value, str) else value
    header = b"".join(name + b": " + value + b"\n" for name, value in lines.items())
    return parse_mail(header + b"\n" + (body.encode() if isinstance(body, str) else body))


def multipart(*parts: str | bytes, subtype: str = "mixed") -> InboundEvent:
    """A multipart mail of parts, each with its own fields, an empty line and its body."""
    pieces = [part.encode() if isinstance(part, str) else part for part in parts]
    body = b"".join(b"--b\n" + piece + b"\n" for piece in pieces) + b"--b--\n"
    return read(body, content_type=f'multipart/{subtype}; boundary="b"')
