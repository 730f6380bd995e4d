"""The adapter of kind form. What the page stores is JSON of our own making (`channels_app/domain/sheets.py`)."""

from __future__ import annotations

import re
from typing import Any

from channels_app.kinds import items
from channels_app.kinds.base import (
    Config,
    InboundEvent,
    OutboundMessage,
    Outcome,
    ParseError,
    Rejected,
    SignatureError,
    SignedRequest,
)

NAME, SUBJECT, TEXT = 120, 300, 50_000
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")


class FormAdapter:
    """Sheets in, nothing out: answers go by mail. Holds nothing, so one instance serves every connection."""

    def verify(self, config: Config, request: SignedRequest) -> None:
        """Sheets come from our own page, never in a signed request."""
        raise SignatureError("a form takes no signed requests")

    def parse(self, config: Config, raw: bytes) -> list[InboundEvent]:
        """The typed address is a claim. A sheet without a subject is called by the first words of its text."""
        data = items.load_object(raw)
        if items.text_of(data, "type", 100) != "sheet":
            return []
        items.only(data, "type", "id", "name", "email", "subject", "text", "attachments", "fields")
        email = items.line_of(data, "email", 320, needed=True)
        if not _EMAIL.fullmatch(email):
            raise ParseError("email: is no e-mail address.")
        text = items.text_of(data, "text", TEXT, needed=True)
        return [
            InboundEvent(
                external_id=items.line_of(data, "id", 200, needed=True),
                sender_name=items.line_of(data, "name", NAME),
                sender_address=email,
                subject=items.line_of(data, "subject", SUBJECT) or first_words(text),
                text=text,
                reply_text=text,
                attachments=items.files_of(data),
                fields=items.object_of(data, "fields"),
            )
        ]

    def send(self, config: Config, message: OutboundMessage, transport: Any) -> Outcome:
        return Rejected("a form carries no answers")


def first_words(text: str, limit: int = 60) -> str:
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rsplit(" ", 1)[0] + "…"
