"""Tickets as Zammad's API gives them with `expand=true`, with the articles of each.

| there | here |
|---|---|
| `number` | found by search; `id` where there is none |
| `title`, `tags`, `created_at` | subject, tags, when it began |
| `state` new, open, pending …, closed | new, open, pending, solved; another: open, and a line in the report |
| `state` merged, removed | not taken over: its articles stand on another ticket |
| `priority` 1 low, 2 normal, 3 high | the same |
| `close_at` | when it was solved |
| `customer_id` (users), `customer` | the customer |
| `articles`, in the ticket or alone with `ticket_id` | `sender` Customer the customer's, else ours; `internal` notes |
| `attachments` | `data` in base64, else the file `ticket_attachment/TICKET/ARTICLE/ATTACHMENT` beside |
"""

from collections.abc import Iterator, Sequence
from email.utils import parseaddr
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
from tickets.history import ZAMMAD, OldMessage, OldPerson, OldTicket

STATES: Final = {
    "new": "new", "open": "open", "pending reminder": "pending", "pending close": "pending", "closed": "solved",
}  # fmt: skip
GONE: Final = ("merged", "removed")


def read(paths: Sequence[Path]) -> Iterator[Row]:
    """Raises UnreadableFile."""
    return documents.read(FORM, paths)


def is_person(item: dict[str, Any]) -> bool:
    return "login" in item or "firstname" in item


def people_of(item: dict[str, Any]) -> People:
    if not is_person(item) or item.get("id") is None:
        return {}
    name = f"{rows.words(item.get('firstname'))} {rows.words(item.get('lastname'))}".strip()
    person = person_of(item | {"name": name, "phone": item.get("phone") or item.get("mobile")})
    return {str(item["id"]): (person, False)}


def ticket_of(item: dict[str, Any]) -> Any:
    return item.get("ticket_id") if "body" in item else None


def number_of(item: dict[str, Any]) -> str:
    return rows.key(item.get("number") or item.get("id"), "number")


def read_ticket(found: Found) -> OldTicket:
    item = found.item
    state = rows.words(item.get("state")).lower()
    if state in GONE:
        raise BadValue("it was merged or removed in the old help desk")
    if not state:
        raise BadValue("state is missing: read the tickets with expand=true")
    if state not in STATES:
        found.missing.append("a state of the firm's own is open here")
    said = [*items(item.get("articles")), *found.alone]
    tags = item.get("tags")
    return OldTicket(
        source=ZAMMAD,
        id=number_of(item),
        subject=rows.line_of(item.get("title"), 400),
        status=STATES.get(state, "open"),
        priority=rows.priority(rows.words(item.get("priority")).lstrip("0123456789 ")),
        tags=tuple(tags.split(",") if isinstance(tags, str) else map(rows.words, items(tags))),
        created_at=rows.moment(item.get("created_at"), "created_at"),
        solved_at=rows.moment_or_none(item.get("close_at"), "close_at"),
        requester=person_behind(found, item.get("customer_id"), item.get("customer")),
        messages=messages_of("article", said, partial(read_article, found), found.missing),
    )


def read_article(found: Found, one: dict[str, Any]) -> OldMessage:
    body = rows.words(one.get("body"))
    is_html = "html" in rows.words(one.get("content_type"))
    is_internal = one.get("internal") is True
    is_ours = is_internal or one.get("sender") != "Customer"
    written_by = one.get("origin_by_id") or one.get("created_by_id")
    return OldMessage(
        external_id=f"{ZAMMAD}-{number_of(found.item)}-{rows.key(one.get('id'), 'id')}",
        at=rows.moment(one.get("created_at"), "created_at"),
        text=html_to_text(body) if is_html else body,
        html=body if is_html else "",
        is_ours=is_ours,
        is_internal=is_internal,
        author=person_behind(found, written_by, one.get("created_by") if is_ours else one.get("from")),
        files=files_of(found.path.parent, attached(found, one), found.missing),
    )


def attached(found: Found, one: dict[str, Any]) -> Iterator[tuple[Any, Any, Any]]:
    for file in items(one.get("attachments")):
        if isinstance(file, dict):
            kinds = inner(file, "preferences")
            beside = f"ticket_attachment/{found.item.get('id')}/{one.get('id')}/{file.get('id')}"
            address = f"data:;base64,{file['data']}" if file.get("data") else beside
            yield address, file.get("filename"), kinds.get("Content-Type") or kinds.get("Mime-Type")


def person_behind(found: Found, key: Any, named: Any) -> OldPerson:
    """By the id where the export has the users; else of an address, with its name where it has one."""
    if known := found.person(key):
        return known[0]
    name, address = parseaddr(rows.line_of(named, 400))
    return OldPerson(name=name[:200], email=address[:320]) if "@" in address else OldPerson(name=name[:200])


FORM: Final = Format(
    lists=("tickets", "articles", "users"),
    people_of=people_of,
    ticket_of=ticket_of,
    is_person=is_person,
    number_of=number_of,
    read=read_ticket,
)
