"""The tickets and contacts behind a figure: exactly those it counts, the latest first, page by page."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from insights.domain.cuts import Cut
from insights.domain.metrics import Metric
from insights.domain.metrics.base import duration_field
from insights.domain.turns import turns_by
from insights.models import ContactFact
from tickets.models import Ticket

PAGE: Final = 50
MOST_EXPORTED: Final = 10_000
HITS, ALL = "hits", "all"


@dataclass(frozen=True)
class Line:
    """One row: the fact, and its ticket where the reader may see it."""

    ticket: Ticket | None
    day: dt.date | None
    reply: int | None  # seconds until the first answer
    resolve: int | None  # seconds until it was solved


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    older: str  # what the next page begins after; empty on the last


def counted(cut: Cut, metric: Metric, part: str = HITS) -> QuerySet[Any]:
    """The facts, unordered; `part`: the cases of a share, or all it was counted over."""
    behind = metric.behind
    rows = behind.model._default_manager.filter(cut.of_facts(behind.agent), **behind.base(cut))
    if behind.leaves_out is not None:
        rows = rows.exclude(behind.leaves_out(cut))
    if behind.hits is not None and part == HITS:
        rows = rows.filter(behind.hits(cut))
    if metric.at_end:
        return open_at_end(rows, cut.period.last)
    return rows.filter(**{f"{behind.day}__gte": cut.period.first, f"{behind.day}__lte": cut.period.last})


def open_at_end(rows: QuerySet[Any], day: dt.date) -> QuerySet[Any]:
    """Those done before are an index away; of the others the turns decide."""
    candidates = rows.filter(Q(done_on__isnull=True) | Q(done_on__gt=day))
    return candidates.annotate(turns=turns_by(day)).annotate(odd=F("turns") % 2).filter(odd=1)


def page_of(cut: Cut, metric: Metric, part: str, after: str = "") -> Page:
    """Two queries. A key that is none begins with the latest."""
    rows = counted(cut, metric, part)
    day = "ticket_id" if metric.at_end else metric.behind.day
    if key := read_key(after):
        on, pk = key
        older = Q(pk__lt=pk) if metric.at_end else Q(**{f"{day}__lt": on}) | Q(**{day: on}, pk__lt=pk)
        rows = rows.filter(older)
    order = ("-pk",) if metric.at_end else (f"-{day}", "-pk")
    found = list(rows.order_by(*order)[: PAGE + 1])
    shown = found[:PAGE]
    tickets = tickets_of(cut, {fact.ticket_id for fact in shown})
    lines = [line_of(fact, tickets.get(fact.ticket_id), cut, metric) for fact in shown]
    older_key = f"{lines[-1].day or cut.period.last}~{shown[-1].pk}" if len(found) > PAGE else ""
    return Page(lines, older_key)


def exported(cut: Cut, metric: Metric, part: str) -> Iterator[Line]:
    """The list from its first page on, MOST_EXPORTED at most."""
    key, given = "", 0
    while given < MOST_EXPORTED:
        page = page_of(cut, metric, part, key)
        yield from page.lines
        given += len(page.lines)
        if not (key := page.older):
            return


def line_of(fact: Any, ticket: Ticket | None, cut: Cut, metric: Metric) -> Line:
    """A contact has an answer; a ticket has a first one, and is solved."""
    day = fact.created_on if metric.at_end else getattr(fact, metric.behind.day)
    if isinstance(fact, ContactFact):
        return Line(ticket, day, getattr(fact, duration_field(cut, "answer")), None)
    reply, resolve = (getattr(fact, duration_field(cut, name)) for name in ("reply", "resolve"))
    return Line(ticket, day, reply, resolve)


def tickets_of(cut: Cut, ids: set[int]) -> dict[int, Ticket]:
    """Those of them the reader may open; a figure may count more than one may read."""
    seen = Ticket.objects.visible_to(cut.user).filter(pk__in=ids)
    return {ticket.pk: ticket for ticket in seen.select_related("customer", "assignee", "team")}


def read_key(text: str) -> tuple[dt.date, int] | None:
    on, _, pk = text.partition("~")
    if not pk.isdecimal() or not pk.isascii() or len(pk) > 18:
        return None
    try:
        return dt.date.fromisoformat(on), int(pk)
    except ValueError:
        return None
