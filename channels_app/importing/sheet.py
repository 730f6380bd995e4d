"""A table with a row for each message; rows with the same id are one ticket."""

import csv
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from channels_app.importing import rows
from channels_app.importing.rows import BadValue, Row, Trouble, UnreadableFile
from tickets.history import CSV, OldMessage, OldPerson, OldTicket

COLUMNS: Final = (
    "id", "subject", "status", "priority", "tags", "created_at", "customer_name", "customer_email", "message",
    "message_at", "direction", "audience",
)  # fmt: skip
OURS: Final = {"in": False, "inbound": False, "out": True, "outbound": True}
INTERNAL: Final = {"": False, "public": False, "internal": True}
LONGEST_FIELD: Final = 20_000_000


@dataclass
class Gathered:
    """What the rows of one ticket have said so far; the first good one tells what the ticket is."""

    line: int
    head: dict[str, Any] = field(default_factory=dict)
    messages: dict[str, OldMessage] = field(default_factory=dict)


def read(paths: Sequence[Path]) -> Iterator[Row]:
    """Troubles first, then every ticket in the order of its first row. A file is held whole. Raises UnreadableFile."""
    for path in paths:
        tickets: dict[str, Gathered] = {}
        for line, values in lines_of(path):
            number = rows.line_of(values.get("id"), rows.LONGEST_ID) if values else ""
            try:
                if values is None:
                    raise BadValue("this row is not CSV")
                take(tickets, line, values)
            except BadValue as error:
                yield Row(path.name, line, None, (Trouble(path.name, line, number, str(error)),))
        yield from (Row(path.name, found.line, ticket_of(found)) for found in tickets.values())


def lines_of(path: Path) -> Iterator[tuple[int, dict[str, Any] | None]]:
    """(line, values); None for a row that cannot be told apart."""
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        table = csv.DictReader(file, delimiter=delimiter_of(file))
        try:
            missing = set(COLUMNS) - set(table.fieldnames or ())
        except csv.Error:
            missing = set(COLUMNS)
        if missing:
            raise UnreadableFile(f"{path.name} lacks the columns {', '.join(sorted(missing))}")
        while True:
            try:
                yield table.line_num + 1, next(table)
            except StopIteration:
                return
            except csv.Error:
                yield table.line_num, None


def delimiter_of(file: IO[str]) -> str:
    """Spreadsheets of half the world write semicolons."""
    first = file.readline()
    file.seek(0)
    return ";" if first.count(";") > first.count(",") else ","


def take(tickets: dict[str, Gathered], line: int, values: dict[str, Any]) -> None:
    number = rows.key(values["id"], "id")
    at = rows.moment(values["message_at"], "message_at")
    is_ours = OURS.get(rows.words(values["direction"]).strip().lower())
    is_internal = INTERNAL.get(rows.words(values["audience"]).strip().lower())
    if is_ours is None:
        raise BadValue("direction is neither in nor out")
    if is_internal is None:
        raise BadValue("audience is neither public nor internal")
    head = head_of(values)
    found = tickets.setdefault(number, Gathered(line))
    found.head = found.head or head | {"id": number}
    asks = not (is_ours or is_internal)
    message = OldMessage(
        external_id=f"{CSV}-{number}-{print_of(values, at, (is_ours, is_internal))}",
        at=at,
        text=rows.words(values["message"]),
        is_ours=not asks,
        is_internal=is_internal,
        author=head["requester"] if asks else OldPerson(),
    )
    found.messages.setdefault(message.external_id, message)


def head_of(values: dict[str, Any]) -> dict[str, Any]:
    tags = rows.words(values["tags"]).replace(";", ",").split(",")
    person = OldPerson(
        name=rows.line_of(values["customer_name"], 200), email=rows.line_of(values["customer_email"], 320)
    )
    return {
        "subject": rows.line_of(values["subject"], 400),
        "status": rows.status(values["status"]),
        "priority": rows.priority(values["priority"]),
        "tags": tuple(tag.strip() for tag in tags if tag.strip()),
        "created_at": rows.moment_or_none(values["created_at"], "created_at"),
        "requester": person,
    }


def print_of(values: dict[str, Any], at: datetime, side: tuple[bool, bool]) -> str:
    """What tells the messages of a ticket apart, wherever in the file they stand; twice the same is once."""
    parts = (at.isoformat(), *map(str, side), rows.words(values["message"]))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def ticket_of(found: Gathered) -> OldTicket:
    messages = tuple(sorted(found.messages.values(), key=lambda message: message.at))
    head = found.head | {"created_at": found.head["created_at"] or messages[0].at}
    return OldTicket(source=CSV, messages=messages, **head)
