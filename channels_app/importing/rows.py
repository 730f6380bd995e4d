"""What readers of exports have in common: rows, troubles, and single values. No database, no clock."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from tickets.history import OldTicket

T = TypeVar("T")
STATUSES: Final = {
    "new": "new",
    "open": "open",
    "pending": "pending",
    "hold": "on_hold",
    "onhold": "on_hold",
    "solved": "solved",
    "resolved": "solved",
    "closed": "closed",
}
PRIORITIES: Final = {"": 2, "low": 1, "normal": 2, "medium": 2, "high": 3, "urgent": 4}
YEARS: Final = range(1990, 2101)
LONGEST_ID: Final = 60


class BadValue(Exception):
    """A value that cannot be kept; says which and why, and never quotes what people wrote."""


class UnreadableFile(Exception):
    """The whole file is not what it should be."""


@dataclass(frozen=True)
class Trouble:
    """Something of an export that is not taken over. `line` counts from 1; of a document, it counts its tickets."""

    file: str
    line: int
    ticket: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A ticket, or none when it could not be read; and what of it could not."""

    file: str
    line: int
    ticket: OldTicket | None = None
    troubles: tuple[Trouble, ...] = ()


def words(value: Any) -> str:
    """As a database keeps it: without NUL and without halves of characters."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def line_of(value: Any, longest: int) -> str:
    return " ".join(words(value).split())[:longest]


def key(value: Any, name: str) -> str:
    """An id: digits, or a short word without spaces."""
    found = words(value).strip() if not isinstance(value, (dict, list, bool)) else ""
    if not re.fullmatch(rf"[\w.:#-]{{1,{LONGEST_ID}}}", found):
        raise BadValue(f"{name} is missing or not an id")
    return found


def moment(value: Any, name: str) -> datetime:
    """An ISO date with its time; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(words(value).strip())
        found = (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadValue(f"{name} is not a date") from None
    if found.year not in YEARS:
        raise BadValue(f"{name} is not between {YEARS[0]} and {YEARS[-1]}")
    return found


def instant(value: Any, name: str) -> datetime:
    """Seconds since 1970, or an ISO date."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            value = datetime.fromtimestamp(value, UTC).isoformat()
        except (ValueError, OverflowError, OSError):
            raise BadValue(f"{name} is not a date") from None
    return moment(value, name)


def moment_or_none(value: Any, name: str) -> datetime | None:
    return moment(value, name) if words(value).strip() else None


def of_table(table: Mapping[Any, T], value: Any, name: str) -> T:
    """What a code of theirs is here."""
    found = table.get(value) if isinstance(value, (str, int)) else None
    if found is None:
        raise BadValue(f"{name} is none of {', '.join(str(code) for code in table)}")
    return found


def status(value: Any) -> str:
    found = STATUSES.get(re.sub(r"[\s_-]", "", words(value).lower()))
    if found is None:
        raise BadValue("status is none of new, open, pending, hold, solved, closed")
    return found


def priority(value: Any) -> int:
    found = PRIORITIES.get(words(value).strip().lower())
    if found is None:
        raise BadValue("priority is none of low, normal, high, urgent")
    return found
