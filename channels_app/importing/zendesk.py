"""Tickets as Zendesk's API and exports give them: an object a line, or one document with `tickets` and `users`."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from carecenter.lib.html import html_to_text
from channels_app.importing import rows
from channels_app.importing.documents import People, objects, path_of, person_of
from channels_app.importing.rows import BadValue, Row, Trouble
from tickets.history import ZENDESK, OldFile, OldMessage, OldPerson, OldTicket

AGENTS: Final = ("agent", "admin")


def read(paths: Sequence[Path]) -> Iterator[Row]:
    """Every ticket of the files, in their order. People may stand in any of them. Raises UnreadableFile."""
    users: People = {}
    for path in paths:
        for _, item in objects(path, of_document):
            users.update(users_of(item))
    for path in paths:
        yield from (
            row_of(path, line, item, users) for line, item in objects(path, of_document) if is_ticket(item)
        )


def of_document(line: int, item: Any) -> Iterator[tuple[int, Any]]:
    """A document of many comes apart: its people, then its tickets; an object of one is itself."""
    if isinstance(item, list):
        yield from enumerate(item, start=1)
    elif not isinstance(item, dict):
        yield line, item
    elif isinstance(item.get("tickets"), list):
        yield line, {"users": item.get("users")}
        yield from enumerate(item["tickets"], start=1)
    else:
        yield line, item["ticket"] if isinstance(item.get("ticket"), dict) else item


def is_ticket(item: Any) -> bool:
    """What is no person is to be a ticket, and says so in the report where it is none."""
    if not isinstance(item, dict):
        return True
    return "comments" in item or not ({"users", "user", "email", "role"} & set(item))


def users_of(item: Any) -> People:
    if not isinstance(item, dict):
        return {}
    listed = item.get("users")
    found = listed if isinstance(listed, list) else [item.get("user") or ({} if is_ticket(item) else item)]
    people = (one for one in found if isinstance(one, dict) and one.get("id") is not None)
    return {str(one["id"]): (person_of(one), one.get("role") in AGENTS) for one in people}


def row_of(path: Path, line: int, item: Any, users: People) -> Row:
    number = ""
    troubles: list[Trouble] = []
    try:
        if not isinstance(item, dict):
            raise BadValue("not a JSON object")
        number = rows.key(item.get("id"), "id")
        item = item | {"id": number}
        users = users | users_of({"users": item.get("users")})
        messages = []
        for place, comment in enumerate(comments_of(item), start=1):
            try:
                message, missing = message_of(path, item, (place, comment), users)
            except BadValue as error:
                troubles.append(Trouble(path.name, line, number, f"comment {place}: {error}"))
            else:
                messages.append(message)
                troubles += [
                    Trouble(path.name, line, number, f"comment {place}: {words}") for words in missing
                ]
        return Row(path.name, line, ticket_of(item, number, messages, users), tuple(troubles))
    except BadValue as error:
        return Row(path.name, line, None, (*troubles, Trouble(path.name, line, number, str(error))))


def comments_of(item: dict[str, Any]) -> list[Any]:
    """Without comments there is its description, which is the first of them."""
    found = item.get("comments")
    if isinstance(found, list) and found:
        return found
    if not rows.words(item.get("description")).strip():
        raise BadValue("nothing was said on it: it has neither comments nor a description")
    said = {"id": "description", "body": item["description"], "created_at": item.get("created_at")}
    return [said | {"author_id": item.get("requester_id")}]


def ticket_of(item: dict[str, Any], number: str, messages: Iterable[OldMessage], users: People) -> OldTicket:
    said = tuple(sorted(messages, key=lambda message: message.at))
    if not said:
        raise BadValue("none of its comments can be read")
    if item.get("status") == "deleted":
        raise BadValue("it was deleted in the old help desk")
    tags = item.get("tags")
    metrics = item.get("metric_set")
    solved = metrics.get("solved_at") if isinstance(metrics, dict) else None
    return OldTicket(
        source=ZENDESK,
        id=number,
        subject=rows.line_of(item.get("subject") or item.get("raw_subject"), 400),
        status=rows.status(item.get("status")),
        priority=rows.priority(item.get("priority")),
        tags=tuple(rows.words(tag) for tag in tags) if isinstance(tags, list) else (),
        created_at=rows.moment(item.get("created_at"), "created_at"),
        solved_at=rows.moment_or_none(solved, "solved_at"),
        requester=users.get(str(item.get("requester_id")), (OldPerson(), False))[0],
        messages=said,
    )


def message_of(
    path: Path, item: dict[str, Any], placed: tuple[int, Any], users: People
) -> tuple[OldMessage, list[str]]:
    """The comment, and what is missing of it. Who is not among the users is a colleague, if not the requester."""
    place, comment = placed
    if not isinstance(comment, dict):
        raise BadValue("not a JSON object")
    author = comment.get("author_id")
    person, is_colleague = users.get(str(author), (OldPerson(), str(author) != str(item.get("requester_id"))))
    is_internal = comment.get("public") is False
    html = rows.words(comment.get("html_body"))
    files, missing = files_of(path.parent, comment.get("attachments"))
    message = OldMessage(
        external_id=f"{ZENDESK}-{item['id']}-{rows.key(comment.get('id', place), 'id')}",
        at=rows.moment(comment.get("created_at"), "created_at"),
        text=rows.words(comment.get("plain_body") or comment.get("body")) or html_to_text(html),
        html=html,
        is_ours=is_colleague or is_internal,
        is_internal=is_internal,
        author=person,
        files=files,
    )
    return message, missing


def files_of(folder: Path, listed: Any) -> tuple[tuple[OldFile, ...], list[str]]:
    """Those that lie beside the export, and words on each that does not."""
    files, missing = [], []
    for place, one in enumerate(listed if isinstance(listed, list) else [], start=1):
        found = path_of(folder, one.get("content_url") if isinstance(one, dict) else None)
        if found is None:
            missing.append(
                f"attachment {place} does not lie beside the file; the rest is taken over without it"
            )
        else:
            name = rows.line_of(one.get("file_name"), 255) or found.name
            files.append(OldFile(found, name, rows.line_of(one.get("content_type"), 127)))
    return tuple(files), missing
