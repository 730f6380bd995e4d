"""The figures: satisfaction, recommendation and effort of a period, with how many answered of how many asked.

An answer counts on the day it was given (first given: a change within the day does not move it). The response rate is
of the questions that left in the period: how many of them have been answered by now. Every figure is a handful of
counts by score; reads only, and each is one index range over the brands of the reader.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db.models import Case, CharField, Count, DateField, Q, QuerySet, Value, When
from django.db.models.functions import TruncDay, TruncMonth, TruncWeek

from accounts.access import brands_for, scope, scope_q
from accounts.models import User
from accounts.permissions import FEEDBACK_READ, TICKET_VIEW
from feedback.domain.intervals import (
    DETRACTOR,
    PROMOTER,
    Estimate,
    difference,
    is_clear,
    mean,
    net_promoter,
    wilson,
)
from feedback.domain.periods import Period
from feedback.models import Answer, Invitation, Measure, Survey

FEW: Final = 20  # answers below which a figure is greyed: chance moves it more than work does
GOOD: Final = {Measure.CSAT: (4, 5), Measure.CES_2: (5, 6, 7), Measure.SETTLED: (1,)}
BREAKDOWNS: Final = ("agent", "team", "inbox", "brand")
TRUNCATED: Final[dict[str, Any]] = {"day": TruncDay, "week": TruncWeek, "month": TruncMonth}
NOW, BEFORE = "now", "before"
Counts = Mapping[int, int]  # score -> how many answers


@dataclass(frozen=True)
class Cut:
    """What is counted: whose answers the user may see, in a period, narrowed to one of something. `own`: about them."""

    user: User
    period: Period
    own: bool = False
    brand: int | None = None
    team: int | None = None
    inbox: int | None = None
    agent: int | None = None

    @property
    def narrowed(self) -> dict[str, int]:
        return {name: pk for name in BREAKDOWNS if (pk := getattr(self, name)) is not None}


@dataclass(frozen=True)
class Rate:
    """Of how many asked how many answered."""

    asked: int = 0
    answered: int = 0

    @property
    def percent(self) -> float | None:
        return 100 * self.answered / self.asked if self.asked else None


@dataclass(frozen=True)
class Figure:
    """One measure over some answers. `estimate` is a per cent, points from -100 to 100, or a mean; see `unit`."""

    measure: str
    counts: Counts = field(default_factory=dict)
    rate: Rate = Rate()

    @property
    def n(self) -> int:
        return sum(self.counts.values())

    @property
    def is_small(self) -> bool:
        return self.n < FEW

    @property
    def unit(self) -> str:
        if self.measure in GOOD:
            return "percent"
        return "points" if self.measure == Measure.NPS else "mean"

    @property
    def estimate(self) -> Estimate | None:
        return estimate_of(self.measure, self.counts)

    @property
    def mean(self) -> float | None:
        found = mean(self.counts.items())
        return found.value if found else None


@dataclass(frozen=True)
class Change:
    """Against the period before. `is_better`: in the direction that is good for this measure."""

    estimate: Estimate
    is_clear: bool
    is_better: bool


@dataclass(frozen=True)
class Card:
    figure: Figure
    change: Change | None


@dataclass(frozen=True)
class Point:
    """One day, week or month of the trend."""

    day: dt.date
    figure: Figure


@dataclass(frozen=True)
class Row:
    """One line of a breakdown. `pk` is None for answers about nobody's, or no longer existing, …"""

    pk: int | None
    name: str
    figure: Figure


def estimate_of(measure: str, counts: Counts) -> Estimate | None:
    n = sum(counts.values())
    if measure in GOOD:
        return wilson(sum(counts.get(score, 0) for score in GOOD[Measure(measure)]), n)
    if measure == Measure.NPS:
        promoters = sum(many for score, many in counts.items() if score >= PROMOTER)
        detractors = sum(many for score, many in counts.items() if score <= DETRACTOR)
        return net_promoter(promoters, detractors, n)
    return mean(counts.items())


def change_of(after: Figure, before: Figure) -> Change | None:
    """None where there is nothing to compare with."""
    if after.estimate is None or before.estimate is None:
        return None
    moved = difference(after.estimate, before.estimate)
    up = moved.value > 0
    is_sure = is_clear(moved) and not (after.is_small or before.is_small)
    return Change(moved, is_sure, up != (after.measure == Measure.CES_1))


def brand_ids(user: User, code: str) -> list[int]:
    """Ids and not a subquery: each brand is a range of the index. Kept for the request."""
    kept: dict[str, list[int]] = user.__dict__.setdefault("_brands_by_code", {})
    if code not in kept:
        kept[code] = list(brands_for(user, code).order_by("pk").values_list("pk", flat=True))
    return kept[code]


def narrowed(rows: QuerySet[Any], cut: Cut) -> QuerySet[Any]:
    """Rows with brand, team, inbox and agent that the reader may see, and asked for."""
    if cut.own:
        code = TICKET_VIEW  # one's own, as long as one works there
        rows = rows.filter(scope_q(scope(cut.user, code)), agent=cut.user)
    else:
        code = FEEDBACK_READ
        rows = rows.filter(scope_q(scope(cut.user, code)))
    return rows.filter(brand__in=brand_ids(cut.user, code), **cut.narrowed)


def answers_in(cut: Cut, *, since: dt.datetime | None = None) -> QuerySet[Answer]:
    """The answers that are counted, unordered; `since` for the period before as well."""
    within = Q(answered_at__gte=since or cut.period.start, answered_at__lt=cut.period.end)
    return narrowed(Answer.objects.filter(within), cut)


def asked_in(cut: Cut, *, since: dt.datetime | None = None) -> QuerySet[Invitation]:
    """The questions that left; what a customer rated unasked has no kind and is no answer to one."""
    within = Q(sent_at__gte=since or cut.period.start, sent_at__lt=cut.period.end, sent_at__isnull=False)
    return narrowed(Invitation.objects.filter(within).exclude(kind=""), cut)


def when(moment: str, cut: Cut) -> Case:
    """Does a row belong to the period or to the one before?"""
    is_now = When(**{f"{moment}__gte": cut.period.start}, then=Value(NOW))
    return Case(is_now, default=Value(BEFORE), output_field=CharField())


# Of rows and not of keys: the key is not in the indexes that are read alone.
MANY = Count("*")
ANSWERED = Count("state", filter=Q(state=Invitation.State.ANSWERED))


def cards(cut: Cut) -> dict[str, Card]:
    """One for every measure that was asked or answered in the period, with its change. Three queries."""
    since = cut.period.before.start
    counts: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
    found = answers_in(cut, since=since).annotate(when=when("answered_at", cut))
    for measure, moment, score, many in found.values_list("measure", "when", "score").annotate(many=MANY):
        counts[measure, moment][score] = many
    rates = rates_since(cut, since)
    made = {}
    for code in Measure.values:
        if not counts.get((code, NOW)) and (code, NOW) not in rates:
            continue
        after, before = (
            Figure(code, counts.get((code, moment), {}), rates.get((code, moment), Rate()))
            for moment in (NOW, BEFORE)
        )
        made[code] = Card(after, change_of(after, before))
    return made


def rates_since(cut: Cut, since: dt.datetime) -> dict[tuple[str, str], Rate]:
    """By measure and `when`. Counted by survey, which is in the index, and then put together: two queries."""
    asked = asked_in(cut, since=since).annotate(when=when("sent_at", cut))
    found = list(asked.values_list("survey", "when").annotate(many=MANY, answered=ANSWERED))
    surveys = Survey.objects.filter(pk__in={survey for survey, *_ in found})
    measures = dict(surveys.values_list("pk", "measure"))
    rates: dict[tuple[str, str], Rate] = defaultdict(Rate)
    for survey, moment, many, answered in found:
        key = (measures[survey], moment)
        rates[key] = Rate(rates[key].asked + many, rates[key].answered + answered)
    return rates


def trend(cut: Cut, measure: str) -> list[Point]:
    """Every day, week or month of the period in its zone, those without an answer too. One query."""
    start = TRUNCATED[cut.period.unit]("answered_at", tzinfo=cut.period.zone, output_field=DateField())
    counts: dict[dt.date, dict[int, int]] = defaultdict(dict)
    rows = answers_in(cut).filter(measure=measure).annotate(bucket=start)
    for day, score, many in rows.values_list("bucket", "score").annotate(many=MANY):
        counts[day][score] = many
    return [Point(day, Figure(measure, counts.get(day, {}))) for day in cut.period.buckets]


def breakdown(cut: Cut, measure: str, by: str) -> list[Row]:
    """By agent, team, inbox or brand, in the order of their names, never of their figures. Three queries."""
    counts: dict[int | None, dict[int, int]] = defaultdict(dict)
    rows = answers_in(cut).filter(measure=measure)
    for pk, score, many in rows.values_list(by, "score").annotate(many=MANY):
        counts[pk][score] = many
    asked = asked_in(cut).filter(survey__measure=measure)
    rates = {
        pk: Rate(all_, answered)
        for pk, all_, answered in asked.values_list(by).annotate(many=MANY, answered=ANSWERED)
    }
    names = names_of(by, {pk for pk in (*counts, *rates) if pk is not None})
    known = [
        Row(pk, names.get(pk, ""), Figure(measure, counts.get(pk, {}), rates.get(pk, Rate())))
        for pk in {*counts, *rates}
    ]
    return sorted(known, key=lambda row: (row.pk is None, row.name.casefold(), row.pk or 0))


def names_of(by: str, ids: set[int]) -> dict[int | None, str]:
    """One query for any number."""
    model: Any = Answer._meta.get_field(by).related_model
    related = ("brand",) if by == "inbox" else ()
    rows = model.objects.filter(pk__in=ids).select_related(*related)
    return {row.pk: f"{row.brand} · {row.name}" if by == "inbox" else str(row) for row in rows}


def agents_in(cut: Cut) -> list[tuple[int, str]]:
    """Whose work the answers of the period are about, by name; who is asked for among them. Two queries."""
    everybody = replace(cut, agent=None)
    ids = set(answers_in(everybody).order_by().values_list("agent", flat=True).distinct()) - {None}
    if cut.agent is not None:
        ids.add(cut.agent)
    names = names_of("agent", ids)
    return sorted(((pk, names[pk]) for pk in ids if pk in names), key=lambda one: (one[1].casefold(), one[0]))


def may_name(cut: Cut, agent_id: int) -> bool:
    """Has anybody ever been asked about this person's work, where the reader may see it?"""
    asked = Invitation.objects.filter(scope_q(scope(cut.user, FEEDBACK_READ)), agent=agent_id)
    return Answer.objects.visible_to(cut.user).filter(agent=agent_id).exists() or asked.exists()
