"""The adapter of kind portal. The customers' pages store JSON of our own making (`channels_app/domain/letters.py`)."""

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
    Person,
    Rejected,
    SignatureError,
    SignedRequest,
)

NAME, SUBJECT, TEXT = 200, 400, 50_000
_EMAIL = re.compile(r"[^\s@<>]{1,64}@[^\s@<>]{1,255}")


class PortalAdapter:
    """Letters in, nothing out: answers go by mail. Holds nothing, so one instance serves every connection."""

    def verify(self, config: Config, request: SignedRequest) -> None:
        """Letters come from our own pages, never in a signed request."""
        raise SignatureError("these pages take no signed requests")

    def parse(self, config: Config, raw: bytes) -> list[InboundEvent]:
        """`ticket` is our own signed token; `proof` says how the page knew that the address is theirs, "" for not."""
        data = items.load_object(raw)
        if items.text_of(data, "type", 100) != "letter":
            return []
        items.only(data, "type", "id", "ticket", "name", "email", "proof", "subject", "text", "attachments")
        email = items.line_of(data, "email", 320, needed=True)
        if not _EMAIL.fullmatch(email):
            raise ParseError("email: is no e-mail address.")
        text = items.text_of(data, "text", TEXT)
        files = items.files_of(data)
        if not text and not files:
            raise ParseError("text: is needed.")
        token = items.line_of(data, "ticket", 100)
        proof = items.line_of(data, "proof", 40)
        return [
            InboundEvent(
                external_id=items.line_of(data, "id", 200, needed=True),
                sender_name=items.line_of(data, "name", NAME),
                sender_address=email,
                subject=items.line_of(data, "subject", SUBJECT),
                text=text,
                reply_text=text,
                attachments=files,
                reply_tokens=(token,) if token else (),
                people=(Person("email", email, proof),) if proof else (),
            )
        ]

    def send(self, config: Config, message: OutboundMessage, transport: Any) -> Outcome:
        return Rejected("these pages carry no answers")
