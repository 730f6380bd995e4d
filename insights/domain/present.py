"""How it stands at this moment: from the rows themselves, a second old at most, asked once for all who look."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import redis
from django.core.cache import cache
from django.db.models import Case, CharField, Count, Min, Q, QuerySet, Value, When

from accounts.access import grants_within, scope
from accounts.models import Grant, User
from accounts.permissions import INSIGHTS_VIEW, TICKET_REPLY
from carecenter.lib.kinds import Capability, kinds_that
from carecenter.lib.time import now
from insights.domain.cuts import Cut
from tickets.models import Contact, Delivery, Direction, Message, Ticket
from workforce.domain.presence import OFFLINE_AFTER
from workforce.models import PresenceState

KEPT_SECONDS: Final = 1  # so long all who may see the same are shown the same
TAIL: Final = 5000  # of the latest messages, among which the answers of the last hour are counted
HOUR: Final = dt.timedelta(hours=1)
DAY: Final = dt.timedelta(days=1)
AGES: Final = (("day", DAY), ("three", 3 * DAY), ("week", 7 * DAY), ("older", None))


@dataclass(frozen=True)
class Backlog:
    """Open tickets of one team by age, in the order of AGES. `name` is empty for no team."""

    team: int
    name: str
    ages: tuple[int, ...]

    @property
    def total(self) -> int:
        return sum(self.ages)


@dataclass(frozen=True)
class Present:
    """`agents`: who answers customers, by state, in the order of names. `unnamed`: how many more, by state, whom the
    reader does not know by name. `is_more`: more than could be counted.
    """

    at: dt.datetime
    waiting: int
    waiting_since: dt.datetime | None
    backlog: list[Backlog]
    agents: dict[str, list[str]]
    unnamed: dict[str, int]
    chats: int
    chats_waiting: int
    answered: int
    is_more: bool
    unsent: int
    unsent_since: dt.datetime | None

    @property
    def open(self) -> int:
        return sum(row.total for row in self.backlog)

    @property
    def available(self) -> int:
        return self.many(PresenceState.AVAILABLE)

    def many(self, state: str) -> int:
        return len(self.agents[state]) + self.unnamed[state]

    @property
    def people(self) -> list[tuple[str, int, list[str]]]:
        """By state: how many, and the names that may be said."""
        return [(state, self.many(state), names) for state, names in self.agents.items()]


def present(cut: Cut) -> Present:
    """Eight queries, and none for a while after. Without the cache it is only asked more often."""
    key = f"insights-present:{cut.user.pk}:{cut.brand}:{cut.team}"
    kept: Any = None
    try:
        kept = cache.get(key)
    except (redis.RedisError, OSError):
        kept = None
    if isinstance(kept, Present):
        return kept
    found = looked_up(cut, now())
    try:
        cache.set(key, found, KEPT_SECONDS)
    except (redis.RedisError, OSError):
        return found
    return found


def looked_up(cut: Cut, at: dt.datetime) -> Present:
    waiting = Ticket.objects.filter(cut.where()).waiting()
    waits = waiting.aggregate(many=Count("pk"), since=Min("waiting_since"))
    chats = chats_of(cut)
    answered, is_more = answered_since(cut, at - HOUR)
    unsent = unsent_of(cut, at)
    agents, unnamed = agents_of(cut, at)
    return Present(
        at=at,
        waiting=waits["many"],
        waiting_since=waits["since"],
        backlog=backlog_of(cut, at),
        agents=agents,
        unnamed=unnamed,
        chats=chats["running"],
        chats_waiting=chats["waiting"],
        answered=answered,
        is_more=is_more,
        unsent=unsent["many"],
        unsent_since=unsent["since"],
    )


def backlog_of(cut: Cut, at: dt.datetime) -> list[Backlog]:
    whens = [When(created_at__gte=at - reach, then=Value(name)) for name, reach in AGES if reach]
    age = Case(*whens, default=Value(AGES[-1][0]), output_field=CharField())
    rows = Ticket.objects.filter(cut.where()).active().annotate(age=age).order_by()
    found: dict[tuple[str, int], dict[str, int]] = {}
    for team, name, code, many in rows.values_list("team", "team__name", "age").annotate(many=Count("pk")):
        found.setdefault((name or "", team or 0), {})[code] = many
    ordered = sorted(found.items(), key=lambda item: (not item[0][1], item[0][0].casefold()))
    return [
        Backlog(team, name, tuple(counts.get(code, 0) for code, _reach in AGES))
        for (name, team), counts in ordered
    ]


def agents_of(cut: Cut, at: dt.datetime) -> tuple[dict[str, list[str]], dict[str, int]]:
    """Who may answer where the reader may see the numbers, by name; and how many more may, since they may everywhere.

    With grants for single brands or teams one knows by name only who works in these. Two queries.
    """
    answering = Grant.objects.filter(role__permissions__contains=[TICKET_REPLY])
    if cut.brand is not None:
        answering = answering.filter(Q(brand=cut.brand) | Q(brand=None))
    known = answering.filter(pk__in=grants_within(cut.user, INSIGHTS_VIEW).order_by().values("pk"))
    found: dict[str, list[str]] = {state: [] for state in PresenceState.values}
    pks = set()
    for pk, name, state in people_by(known, cut, at):
        found[state].append(name)
        pks.add(pk)
    unnamed = dict.fromkeys(PresenceState.values, 0)
    where = scope(cut.user, INSIGHTS_VIEW)
    if not where.everywhere:
        teams = {team for _brand, team in where.pairs}
        is_reached = Q() if where.brands else Q(team=None) | Q(team__in=teams)
        for pk, _name, state in people_by(answering.filter(is_reached, brand=None), cut, at):
            unnamed[state] += pk not in pks
    return found, unnamed


def people_by(grants: QuerySet[Grant], cut: Cut, at: dt.datetime) -> Iterator[tuple[int, str, str]]:
    """Whose grants these are: number, name and state, in the order of names."""
    people = User.objects.filter(pk__in=grants.order_by().values("user_id"), is_active=True)
    if cut.team:
        people = people.filter(teams=cut.team)
    columns = ("pk", "name", "presence__chosen", "presence__seen_at")
    for pk, name, chosen, seen in people.order_by("name", "pk").values_list(*columns):
        is_there = seen is not None and seen >= at - OFFLINE_AFTER
        yield pk, name, chosen if is_there else PresenceState.OFFLINE


def chats_of(cut: Cut) -> dict[str, int]:
    """Live conversations that are going on: with somebody of us, and with nobody yet."""
    rows = Contact.objects.filter(
        cut.where(through="ticket__"), ended_at__isnull=True, kind__in=kinds_that(Capability.LIVE)
    )
    return rows.aggregate(
        running=Count("pk", filter=Q(holder=Contact.Holder.AGENT)),
        waiting=Count("pk", filter=Q(holder=Contact.Holder.QUEUE)),
    )


def answered_since(cut: Cut, since: dt.datetime) -> tuple[int, bool]:
    """Answers by people of us among the latest TAIL messages; and whether these reach back far enough. Two queries."""
    tail = Message.objects.order_by("-pk")
    oldest = tail.values_list("created_at", flat=True)[TAIL - 1 : TAIL].first()
    rows = Message.objects.filter(
        cut.where(through="ticket__"),
        pk__in=tail.values("pk")[:TAIL],
        created_at__gte=since,
        direction=Direction.OUTBOUND,
        audience=Message.Audience.PUBLIC,
        author__isnull=False,
    )
    return rows.exclude(delivery=Delivery.WITHDRAWN).count(), oldest is not None and oldest >= since


def unsent_of(cut: Cut, at: dt.datetime) -> dict[str, Any]:
    """Answers that should have left by now."""
    rows: QuerySet[Message] = Message.objects.filter(
        cut.where(through="ticket__"), delivery__in=(Delivery.QUEUED, Delivery.SENDING)
    )
    due = rows.filter(Q(send_at__isnull=True) | Q(send_at__lte=at))
    return due.aggregate(many=Count("pk"), since=Min("created_at"))
