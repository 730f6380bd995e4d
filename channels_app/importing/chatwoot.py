"""Conversations as Chatwoot's API gives them, with the messages of each.

| there | here |
|---|---|
| `id`, `labels`, `created_at` | id (found by search), tags, when it began |
| `additional_attributes.mail_subject` | the subject; without it the first words that were said |
| `status` open, pending, snoozed, resolved | open, new, on hold, solved |
| `priority` | the same; without one normal |
| `meta.sender` | the customer |
| `messages`, inside or alone with `conversation_id` | `incoming` theirs, `private` notes, else ours; no `activity` |
| `content_attributes.email.html_content.full` | the mail as it was formatted |
| `attachments[].data_url` | a path beside the export, or a `data:` URL |
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from channels_app.importing import documents, rows
from channels_app.importing.documents import (
    Format,
    Found,
    People,
    files_of,
    inner,
    items,
    messages_of,
    person_of,
)
from channels_app.importing.rows import Row
from tickets.history import CHATWOOT, OldMessage, OldTicket

STATUSES: Final = {"open": "open", "pending": "new", "snoozed": "on_hold", "resolved": "solved"}
TYPES: Final = {
    0: "incoming", 1: "outgoing", 2: "activity", 3: "template",
    "incoming": "incoming", "outgoing": "outgoing", "activity": "activity", "template": "template",
}  # fmt: skip
FIRST_WORDS: Final = 80


def read(paths: Sequence[Path]) -> Iterator[Row]:
    """Raises UnreadableFile."""
    return documents.read(FORM, paths)


def nobody(_: dict[str, Any]) -> People:
    """Each message brings its sender along."""
    return {}


def is_person(item: dict[str, Any]) -> bool:
    return "email" in item and "status" not in item


def ticket_of(item: dict[str, Any]) -> Any:
    return item.get("conversation_id") if "message_type" in item else None


def read_ticket(found: Found) -> OldTicket:
    item = found.item
    said = [*items(item.get("messages")), *found.alone]
    messages = messages_of("message", said, partial(read_message, found), found.missing)
    subject = rows.line_of(inner(item, "additional_attributes").get("mail_subject"), 400)
    return OldTicket(
        source=CHATWOOT,
        id=rows.key(item.get("id"), "id"),
        subject=subject or rows.line_of(messages[0].text, FIRST_WORDS) or f"#{item['id']}",
        status=rows.of_table(STATUSES, item.get("status"), "status"),
        priority=rows.priority(item.get("priority")),
        tags=tuple(rows.words(tag) for tag in items(item.get("labels"))),
        created_at=rows.instant(item.get("created_at", item.get("timestamp")), "created_at"),
        requester=person_of(inner(inner(item, "meta"), "sender"), "phone_number"),
        messages=messages,
    )


def read_message(found: Found, one: dict[str, Any]) -> OldMessage | None:
    kind = rows.of_table(TYPES, one.get("message_type"), "message_type")
    if kind == "activity":
        return None
    mail = inner(inner(one, "content_attributes"), "email")
    is_internal = one.get("private") is True
    files = ((file.get("data_url"), file.get("name"), None)
             for file in items(one.get("attachments")) if isinstance(file, dict))  # fmt: skip
    return OldMessage(
        external_id=f"{CHATWOOT}-{found.item['id']}-{rows.key(one.get('id'), 'id')}",
        at=rows.instant(one.get("created_at"), "created_at"),
        text=rows.words(one.get("content")),
        html=rows.words(inner(mail, "html_content").get("full")),
        is_ours=is_internal or kind != "incoming",
        is_internal=is_internal,
        author=person_of(inner(one, "sender"), "phone_number"),
        files=files_of(found.path.parent, files, found.missing),
    )


FORM: Final = Format(
    lists=("payload", "conversations"),
    people_of=nobody,
    ticket_of=ticket_of,
    is_person=is_person,
    number_of=lambda item: rows.key(item.get("id"), "id"),
    read=read_ticket,
)
