"""The webchat adapter: `parse` of the contract in `kinds/base.py`. Answers are fetched, so nothing is sent."""

from __future__ import annotations

from typing import Any

from channels_app.kinds.base import (
    Attachment,
    Config,
    InboundEvent,
    OutboundMessage,
    Outcome,
    Person,
    Rejected,
    SignatureError,
    SignedRequest,
)
from channels_app.kinds.webchat import payloads

SUBJECT = 80  # characters of the first line that name the ticket


class WebchatAdapter:
    """Lines of visitors. Holds nothing, so one instance serves every connection."""

    def verify(self, config: Config, request: SignedRequest) -> None:
        """Lines come with their visitor's token, which the page of the chat compares with its session."""
        raise SignatureError("a chat takes no signed requests")

    def parse(self, config: Config, raw: bytes) -> list[InboundEvent]:
        """One event for a line or a note left behind, [] for other types."""
        line = payloads.read(raw)
        return [event_of(line)] if line is not None else []

    def send(self, config: Config, message: OutboundMessage, transport: Any) -> Outcome:
        """A row written is an answer sent: visitors read it from us."""
        return Rejected("answers of a chat are fetched, not sent")


def event_of(line: payloads.Line) -> InboundEvent:
    visitor = line.visitor
    return InboundEvent(
        external_id=line.external_id,
        sender_address=visitor.email,
        sender_name=visitor.name,
        subject=subject_of(line),
        text=line.text,
        reply_text=line.text,
        sent_at=line.sent_at,
        conversation=line.session,
        people=people_of(line),
        attachments=tuple(Attachment(file.name, file.content_type, file.content) for file in line.files),
    )


def subject_of(line: payloads.Line) -> str:
    """The beginning of what was said first, whole words; of a file its name."""
    said = " ".join(line.text.split()) or ", ".join(file.name for file in line.files)
    if len(said) <= SUBJECT:
        return said
    whole = said[:SUBJECT].rpartition(" ")[0]
    return f"{whole or said[:SUBJECT]}…"


def people_of(line: payloads.Line) -> tuple[Person, ...]:
    """Who it is. A signed user is the site's customer; anybody else is only ever the visitor of this thread.

    What else they are known by goes along once: an address that a visitor typed is a claim, and a claim is not theirs
    when somebody else of the pool has it.
    """
    visitor = line.visitor
    this_thread = Person("external", f"visitor:{line.session}")
    if not (visitor.is_signed and visitor.external_id):
        also = (Person("email", visitor.email),) if visitor.email else ()
        return (this_thread, *also) if line.introduces else (this_thread,)
    surest = Person("external", visitor.external_id, "site")
    also = (
        (Person("email", visitor.email, "site"),) if visitor.email and (line.introduces or line.joins) else ()
    )
    return (surest, *also, this_thread) if line.joins else (surest, *also)
