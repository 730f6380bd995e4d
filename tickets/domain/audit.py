"""The journal, to be searched by people: the latest first, in pieces that cost the same at any size.

Only tickets and positions have an index. Any other search reads at most WINDOW events a page and goes on from there.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from accounts.access import events_for
from accounts.models import Brand, User
from carecenter.lib.spreadsheets import harmless
from journal.actors import user_actor, user_id_of
from journal.models import Event
from tickets.event_words import WORDS
from tickets.models import Ticket

PAGE: Final = 50
WINDOW: Final = 100_000  # events read for a page
SLACK: Final = 1000  # positions follow commits, times the moments before them
MOST_IN_FILE: Final = 100_000
AT_ONCE: Final = 1000
COLUMNS: Final = (
    "position", "at", "event", "person", "actor", "brand", "ticket", "customer", "subject", "data",
)  # fmt: skip
CUT: Final = "file.goes_on"  # stands in the place of an event's name: there may be more
PEOPLE: Final = 20


@dataclass(frozen=True)
class Search:
    """`name` is what `is_called` takes; `until` is not included."""

    person: str = ""
    name: str = ""
    ticket: int | None = None
    brand: int | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Line:
    """An event with the names of what it is about, as they are now. `about`: the colleague it was done to."""

    event: Event
    person: str
    about: str
    brand: str
    number: int | None


@dataclass(frozen=True)
class Page:
    """`older` is where the next page begins: there may be events behind it, there need not."""

    lines: list[Line]
    older: int | None


def page(user: User, search: Search, *, before: int | None = None, most: int = PAGE) -> Page:
    events = matching(user, search)
    if events is None:
        return Page([], None)
    top = before if before is not None else newest(search.until)
    events = events.filter(position__lt=top)
    if search.ticket is not None:
        rows, floor = list(events.order_by("-position")[: most + 1]), 0
    else:
        oldest = position_at(search.since) - SLACK if search.since else 0
        floor = max(top - WINDOW, oldest, 0)
        rows = list(events.filter(position__gte=floor).order_by("-position")[: most + 1])
        floor = 0 if floor <= max(oldest, 0) else floor
    if len(rows) > most:
        return Page(named(rows[:most]), rows[most - 1].position)
    return Page(named(rows), floor or None)


def matching(user: User, search: Search) -> QuerySet[Event] | None:
    """None when nothing can be found: nobody of this name, no such ticket."""
    events = events_for(user)
    if search.ticket is not None:
        ticket = Ticket.objects.filter(number=search.ticket).values_list("pk", flat=True).first()
        if ticket is None:
            return None
        events = events.filter(ticket_id=ticket)
    if search.person:
        found = User.objects.search(search.person).order_by("pk").values_list("pk", flat=True)[:PEOPLE]
        if not found:
            return None
        events = events.filter(actor__in=[user_actor(pk) for pk in found])
    if search.name:
        events = events.filter(is_called(search.name))
    if search.brand is not None:
        events = events.filter(brand_id=search.brand)
    if search.since is not None:
        events = events.filter(at__gte=search.since)
    if search.until is not None:
        events = events.filter(at__lt=search.until)
    return events


def is_called(typed: str) -> Q:
    """By its name or the beginning of it; else by any part of its name, or of what it is called in words."""
    known = [(name, str(words).lower()) for name, words in WORDS.items()]
    if any(name.startswith(typed) for name, _words in known):
        return Q(name__startswith=typed)
    part = typed.lower()
    return Q(name__startswith=typed) | Q(
        name__in=[one for one, words in known if part in one or part in words]
    )


def newest(until: datetime | None) -> int:
    """One above the first position to look at."""
    if until is not None:
        return position_at(until) + SLACK
    last = Event.objects.filter(position__isnull=False).order_by("-position").first()
    return (last.position or 0) + 1 if last else 1


def position_at(moment: datetime) -> int:
    """The position of the first event from about this moment on, by halving: two dozen looks into the index."""
    low, high = 0, newest(None)
    while low < high:
        middle = (low + high) // 2
        row = (
            Event.objects.filter(position__gte=middle)
            .order_by("position")
            .values_list("at", flat=True)
            .first()
        )
        if row is None or row >= moment:
            high = middle
        else:
            low = middle + 1
    return low


def named(events: list[Event]) -> list[Line]:
    """Three queries for the names of people, brands and tickets."""
    people = dict(
        User.objects.filter(
            pk__in={user_id_of(code) for one in events for code in (one.actor, one.subject)} - {None}
        ).values_list("pk", "name")
    )
    brands = dict(Brand.objects.filter(pk__in={one.brand_id for one in events}).values_list("pk", "name"))
    numbers = dict(
        Ticket.objects.filter(pk__in={one.ticket_id for one in events}).values_list("pk", "number")
    )
    return [
        Line(
            event=one,
            person=people.get(user_id_of(one.actor) or 0, ""),
            about=people.get(user_id_of(one.subject) or 0, "") if one.subject != one.actor else "",
            brand=brands.get(one.brand_id or 0, ""),
            number=numbers.get(one.ticket_id or 0),
        )
        for one in events
    ]


def csv_lines(
    user: User, search: Search, *, before: int | None = None, most: int = MOST_IN_FILE
) -> Iterator[str]:
    """The same search as a table, the latest first, a piece at a time. It never ends silently: where there may be more
    than `most` lines, the last one says with which position it goes on.
    """
    yield written([COLUMNS])
    left = most
    while left > 0:
        found = page(user, search, before=before, most=min(left, AT_ONCE))
        left -= len(found.lines)
        before = found.older
        if found.lines:
            yield written(cells(line) for line in found.lines)
        if before is None:
            return
    yield written([[before, "", CUT, *[""] * (len(COLUMNS) - 4), f"before={before}"]])


def written(rows: Iterable[Sequence[Any]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def cells(line: Line) -> list[Any]:
    one = line.event
    data = " ".join(f"{key}={value}" for key, value in one.data.items())
    row = (one.position, one.at.isoformat(), one.name, line.person, one.actor, line.brand, line.number)
    return [harmless(cell) for cell in (*row, one.customer_id, one.subject, data)]
