"""The lists of the desk: which tickets each view has, their order, pages by key, and counts with an end.

Reads only. Every list starts from `visible_to(user)`; a page is one index range whatever came before it.
"""

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, Q, QuerySet, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.access import scope, teams_of
from accounts.models import Grant, User
from accounts.permissions import TICKET_VIEW, Scope
from carecenter.lib.statements import KEPT, Given, Statement, Text
from tickets.models import Status, Ticket, TicketQuerySet

PAGE = 30
COUNT_LIMIT: Final = 1000
TAG_SAMPLE = 300


class View(TextChoices):
    MINE = "mine", _("My tickets")
    UNASSIGNED = "unassigned", _("Unassigned")
    TEAM = "team", _("My team")
    WAITING = "waiting", _("Waiting longest")
    SNOOZED = "snoozed", _("Snoozed")
    ALL = "all", _("All")


# Views that begin with the oldest: the longest waiting, the first to wake.
FORWARD: Final[dict[str, str]] = {View.WAITING: "waiting_since", View.SNOOZED: "snoozed_until"}


class State(TextChoices):
    ACTIVE = "active", _("Not solved")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


@dataclass(frozen=True)
class Page:
    """One page of a list; `older` is the key the next one starts after, empty on the last."""

    tickets: list[Ticket]
    older: str = ""


def tickets_in(view: str, user: User, state: str = State.ACTIVE) -> TicketQuerySet:
    """The tickets of a view, unordered. Unassigned, waiting and snoozed know only tickets that are not solved.

    A snoozed ticket is in its own view and in all; the other views of what is to be done are without it.
    """
    return _view(view, state, scope(user, TICKET_VIEW), tuple(teams_of(user)), user.pk)


def _view(view: str, state: str, where: Scope, teams: tuple[int, ...], me: int | Given) -> TicketQuerySet:
    tickets = Ticket.objects.within(where)
    if view == View.UNASSIGNED:
        return tickets.unassigned().awake()
    if view == View.WAITING:
        return tickets.waiting().awake()
    if view == View.SNOOZED:
        return tickets.snoozed()
    tickets = tickets.active() if state == State.ACTIVE else tickets.filter(status=Status(state))
    if state == State.ACTIVE and view in (View.MINE, View.TEAM):
        tickets = tickets.awake()
    if view == View.MINE:
        return tickets.filter(assignee_id=me)
    if view == View.TEAM:
        return tickets.filter(team__in=teams)
    return tickets


def ordered(view: str, user: User, state: str) -> TicketQuerySet:
    return tickets_in(view, user, state).order_by(*order_of(view))


def order_of(view: str) -> tuple[str, str]:
    return (FORWARD[view], "pk") if view in FORWARD else ("-last_message_at", "-pk")


def ids_in(view: str, user: User, *, state: str = State.ACTIVE, limit: int) -> list[int]:
    """The first tickets of a view, in its order."""
    return list(ordered(view, user, state).values_list("pk", flat=True)[:limit])


def page_of(view: str, user: User, *, state: str = State.ACTIVE, after: str = "") -> Page:
    """Thirty tickets after the key: the last written to first, else in the order of `FORWARD`."""
    moment = FORWARD.get(view, "last_message_at")
    forward = view in FORWARD
    if key := read_key(after):
        at, pk = key
        further, same = ("gte", "lte") if forward else ("lte", "gte")
        # A range the index can start from, less the ties already shown.
        tickets = ordered(view, user, state).filter(**{f"{moment}__{further}": at})
        rows = list(tickets.exclude(**{moment: at, f"pk__{same}": pk}).for_rows()[: PAGE + 1])
    else:
        first = _first_page(view, state, scope(user, TICKET_VIEW), tuple(teams_of(user)))
        rows = first.rows(me=user.pk)
    older = write_key(rows[PAGE - 1], moment) if len(rows) > PAGE else ""
    return Page(tickets=rows[:PAGE], older=older)


@lru_cache(KEPT)
def _first_page(view: str, state: str, where: Scope, teams: tuple[int, ...]) -> Statement[Ticket]:
    tickets = _view(view, state, where, teams, Given("me")).order_by(*order_of(view))
    return Statement(tickets.for_rows()[: PAGE + 1])


def write_key(row: Model, moment: str) -> str:
    at: dt.datetime = getattr(row, moment)
    return f"{at.isoformat()}~{row.pk}"


def read_key(key: str) -> tuple[dt.datetime, int] | None:
    """The place a page starts after; None for no key and for anything that is none."""
    at, _tilde, pk = key.partition("~")
    try:
        moment, number = dt.datetime.fromisoformat(at), int(pk)
        if moment.tzinfo is None or not 0 < number < 2**63:
            return None
        return moment.astimezone(dt.UTC), number  # PostgreSQL takes fewer offsets than Python
    except (ValueError, OverflowError):
        return None


def counts_for(user: User) -> dict[str, int]:
    """How many tickets each view has, in one query; none is counted beyond the limit."""
    counting = _counting(scope(user, TICKET_VIEW), tuple(teams_of(user)))
    with connection.cursor() as cursor:
        cursor.execute(*counting.ready(connection, {"me": user.pk}))
        return dict(zip(View.values, cursor.fetchone(), strict=True))


@lru_cache(KEPT)
def _counting(where: Scope, teams: tuple[int, ...]) -> Text:
    parts: list[str] = []
    params: list[Any] = []
    for view in View.values:
        tickets = _view(view, State.ACTIVE, where, teams, Given("me"))
        bounded = tickets.order_by().values("pk")[:COUNT_LIMIT]
        try:
            sql, values = bounded.query.sql_with_params()
        except EmptyResultSet:  # nothing is visible to this user, and Django knows it without asking
            parts.append("0")
            continue
        parts.append(f"(SELECT count(*) FROM ({sql}) AS bounded)")  # noqa: S608 -- Django's own SQL, values stay parameters
        params.extend(values)
    return Text(f"SELECT {', '.join(parts)}", params)


def assignees_for(ticket: Ticket) -> QuerySet[User]:
    """Colleagues who may see this ticket: the ones it can be given to."""
    here = Q(brand__isnull=True) | Q(brand_id=ticket.brand_id)
    of_team = Q(team__isnull=True) | Q(team_id=ticket.team_id) if ticket.team_id else Q(team__isnull=True)
    grants = Grant.objects.filter(here & of_team, role__permissions__contains=[TICKET_VIEW])
    return User.objects.filter(is_active=True, pk__in=grants.values("user_id")).order_by("name", "pk")


def known_tags(ticket: Ticket, *, limit: int = 40) -> list[str]:
    """Tags on the brand's latest tickets, the most used first: what an agent is likely to mean."""
    latest = Ticket.objects.filter(brand_id=ticket.brand_id).order_by("-last_message_at", "-pk")
    used = Counter(tag for tags in latest.values_list("tags", flat=True)[:TAG_SAMPLE] for tag in tags)
    return [tag for tag, _count in used.most_common(limit)]
