"""What we read of a message, and what we write of an answer. docs/api.md describes both."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels_app.kinds import items
from channels_app.kinds.base import Attachment, OutboundMessage, ParseError

TEXT = 200_000
HTML = 1_000_000
_EMAIL = re.compile(r"[^\s@<>()\[\],;:\"\\]{1,64}@[^\s@<>()\[\],;:\"\\]{1,255}")
FIELDS = (
    "id", "type", "conversation", "from", "subject", "text", "html", "attachments", "in_reply_to", "sent_at",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sender:
    name: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the other program wrote it."""

    id: str
    conversation: str
    sender: Sender
    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]
    in_reply_to: str
    sent_at: datetime | None


def read_message(raw: bytes) -> Message | None:
    """None for a type we do not read. Raises ParseError."""
    data = items.load_object(raw)
    if items.text_of(data, "type", 100) not in ("", "message"):
        return None
    items.only(data, *FIELDS)
    message = Message(
        id=items.line_of(data, "id", 200, needed=True),
        conversation=items.line_of(data, "conversation", 200),
        sender=read_sender(items.object_of(data, "from")),
        subject=items.line_of(data, "subject", 400),
        text=items.text_of(data, "text", TEXT),
        html=items.text_of(data, "html", HTML),
        attachments=items.files_of(data),
        in_reply_to=items.line_of(data, "in_reply_to", 400),
        sent_at=items.moment_of(data, "sent_at"),
    )
    if not (message.text or message.html or message.attachments):
        raise ParseError("text: is needed, or html, or attachments.")
    return message


def read_sender(data: Mapping[str, Any]) -> Sender:
    where = "from/"
    items.only(data, "name", "email", "phone", "external_id", where=where)
    email = items.line_of(data, "email", 320, where=where)
    if email and not _EMAIL.fullmatch(email):
        raise ParseError("from/email: is no e-mail address.")
    return Sender(
        name=items.line_of(data, "name", 200, where=where),
        email=email,
        phone=items.line_of(data, "phone", 40, where=where),
        external_id=items.line_of(data, "external_id", 200, where=where),
    )


def answer_body(message: OutboundMessage) -> bytes:
    """The JSON of an answer. Sent again it differs in its timestamp alone."""
    name, address = message.to[0] if message.to else ("", "")
    data = {
        "id": message.message_id,
        "conversation": message.conversation,
        "author": message.author_name,
        "to": {"name": name, "email": address},
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "attachments": [
            {
                "name": file.name,
                "content_type": file.content_type,
                "content": base64.b64encode(file.content).decode(),
            }
            for file in message.attachments
        ],
    }
    body = {"type": "answer.created", "timestamp": message.sent_at.isoformat(), "data": data}
    return json.dumps(body, ensure_ascii=False).encode()
