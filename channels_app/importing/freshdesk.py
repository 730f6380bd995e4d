"""Tickets as Freshdesk's API v2 gives them, with `include=requester,stats` and their conversations.

| there | here |
|---|---|
| `id`, `subject`, `tags`, `created_at` | the same; the id is found by search |
| `status` 2, 3, 4, 5; 6, 7 | open, pending, solved, closed; pending, on hold; another: open, and a line in the report |
| `priority` 1 to 4 | low, normal, high, urgent |
| `stats.resolved_at`, `stats.closed_at` | when it was solved |
| `requester`, contacts by `requester_id` | the customer |
| `description`, `attachments` | the first message, the customer's; ours where `source` is 10, an outbound mail |
| `conversations`, inside or alone with `ticket_id` | `incoming` the customer's, `private` notes, else ours |
| agents (`contact` inside) | whose answer it is |
| `spam`, `deleted` | not taken over |
"""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

from carecenter.lib.html import html_to_text
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
from channels_app.importing.rows import BadValue, Row
from tickets.history import FRESHDESK, OldMessage, OldPerson, OldTicket

STATUSES: Final = {2: "open", 3: "pending", 4: "solved", 5: "closed", 6: "pending", 7: "on_hold"}
OUTBOUND_MAIL: Final = 10


def read(paths: Sequence[Path]) -> Iterator[Row]:
    """Raises UnreadableFile."""
    return documents.read(FORM, paths)


def is_person(item: dict[str, Any]) -> bool:
    return "subject" not in item and ("email" in item or "contact" in item)


def people_of(item: dict[str, Any]) -> People:
    if not is_person(item):
        item = inner(item, "requester")
    known = inner(item, "contact") or item
    person = person_of(known) if known.get("phone") else person_of(known, "mobile")
    return {str(item["id"]): (person, "contact" in item)} if item.get("id") is not None else {}


def ticket_of(item: dict[str, Any]) -> Any:
    return item.get("ticket_id") if "body" in item else None


def read_ticket(found: Found) -> OldTicket:
    item, missing = found.item, found.missing
    if item.get("spam") or item.get("deleted"):
        raise BadValue("it was deleted in the old help desk, or spam")
    status = STATUSES.get(item.get("status", 0))
    if status is None:
        missing.append("a status of the firm's own is open here")
    stats = inner(item, "stats")
    said = [described(item), *items(item.get("conversations")), *found.alone]
    return OldTicket(
        source=FRESHDESK,
        id=rows.key(item.get("id"), "id"),
        subject=rows.line_of(item.get("subject"), 400),
        status=status or "open",
        priority=rows.of_table({1: 1, 2: 2, 3: 3, 4: 4}, item.get("priority", 2), "priority"),
        tags=tuple(rows.words(tag) for tag in items(item.get("tags"))),
        created_at=rows.moment(item.get("created_at"), "created_at"),
        solved_at=rows.moment_or_none(stats.get("resolved_at") or stats.get("closed_at"), "resolved_at"),
        requester=author_of(found, item.get("requester_id")),
        messages=messages_of("message", filter(None, said), partial(read_message, found), missing),
    )


def described(item: dict[str, Any]) -> dict[str, Any] | None:
    """The ticket's own words, as the first of its conversations."""
    if not (item.get("description_text") or item.get("description") or item.get("attachments")):
        return None
    ours = item.get("source") == OUTBOUND_MAIL
    return {
        "id": "description",
        "body": item.get("description"),
        "body_text": item.get("description_text"),
        "incoming": not ours,
        "user_id": item.get("responder_id") if ours else item.get("requester_id"),
        "created_at": item.get("created_at"),
        "attachments": item.get("attachments"),
    }


def read_message(found: Found, one: dict[str, Any]) -> OldMessage:
    html = rows.words(one.get("body"))
    is_internal = one.get("private") is True
    files = ((file.get("attachment_url"), file.get("name"), file.get("content_type"))
             for file in items(one.get("attachments")) if isinstance(file, dict))  # fmt: skip
    return OldMessage(
        external_id=f"{FRESHDESK}-{found.item['id']}-{rows.key(one.get('id'), 'id')}",
        at=rows.moment(one.get("created_at"), "created_at"),
        text=rows.words(one.get("body_text")) or html_to_text(html),
        html=html,
        is_ours=is_internal or one.get("incoming") is not True,
        is_internal=is_internal,
        author=author_of(found, one.get("user_id")),
        files=files_of(found.path.parent, files, found.missing),
    )


def author_of(found: Found, key: Any) -> OldPerson:
    known = found.person(key)
    return known[0] if known else OldPerson()


FORM: Final = Format(
    lists=("tickets", "contacts", "agents", "conversations"),
    people_of=people_of,
    ticket_of=ticket_of,
    is_person=is_person,
    number_of=lambda item: rows.key(item.get("id"), "id"),
    read=read_ticket,
)
