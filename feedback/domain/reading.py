"""The counts behind a page of figures: from the sums of whole days, and from the rows where there are none.

The sums are of days in UTC, a figure is of days in the reader's zone. So the sums of the same dates are taken, and the
hours by which these days differ are put right row by row; the days that are not added up yet are read the same way.
Whatever the zone, and however far the adding up has come, the counts are those of the rows.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When

from accounts.models import User
from feedback.domain.cuts import Cut, asked, narrowed, within
from feedback.domain.periods import DAY, Period, midnight, next_of
from feedback.domain.summing import SCORES
from feedback.models import Answer, Axis, Grain, Invitation, ResultSum, SumProgress

AXES: Final = {"inbox": Axis.INBOX, "agent": Axis.AGENT}
BEFORE, BY = -1, -2  # places beside those of the buckets: the period before, and all of it by something


@dataclass
class Told:
    """How many gave each score, how many were asked, and how many of these have answered."""

    scores: Counter[int] = field(default_factory=Counter)
    asked: int = 0
    answered: int = 0

    @property
    def counts(self) -> dict[int, int]:
        return {score: many for score, many in sorted(self.scores.items()) if many}

    def __bool__(self) -> bool:
        return bool(self.counts or self.asked)


@dataclass
class Read:
    """All that one page needs, by measure. `points` by the first day of each bucket, `values` by what was asked for."""

    until: dt.date | None = None  # the days before it came from the sums
    before: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))
    now: dict[str, Told] = field(default_factory=lambda: defaultdict(Told))
    points: dict[tuple[str, dt.date], Told] = field(default_factory=lambda: defaultdict(Told))
    values: dict[str, dict[int | None, Told]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Told))
    )

    def at(self, place: int, measure: str, value: int | None, buckets: list[dt.date]) -> list[Told]:
        """Where something of this place is counted."""
        if place == BY:
            return [self.values[measure][value or None]]
        if place == BEFORE:
            return [self.before[measure]]
        return [self.now[measure], self.points[measure, buckets[place]]]


class Stretch(NamedTuple):
    """Rows of these moments count, or are taken off again."""

    low: dt.datetime
    high: dt.datetime
    place: int
    sign: int


Span = tuple[dt.datetime, dt.datetime]
SUMS: Final = ", ".join(f"sum(scores[{place}])" for place in range(1, SCORES + 1))
PLACED: Final = f"""
    SELECT CASE WHEN day >= %s THEN date_trunc(%s, day::timestamp)::date END, NULL::bigint, measure,
        ARRAY[{SUMS}]::int[], sum(asked)::int, sum(answered)::int FROM ({{rows}}) AS one GROUP BY 1, 3
"""  # noqa: S608 -- names of our own
VALUED: Final = f"""
    SELECT NULL::date, {{by}}, measure, ARRAY[{SUMS}]::int[], sum(asked)::int, sum(answered)::int
    FROM ({{rows}}) AS one GROUP BY 2, 3
"""  # noqa: S608 -- names of our own
ROWS: Final = """
    SELECT place, measure, score, CASE WHEN place = -2 THEN value END, sum(sign)::int
    FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::int[], %s::int[]) AS stretch(low, high, place, sign)
    JOIN ({rows}) AS one(at, measure, score, value) ON at >= low AND at < high
    GROUP BY 1, 2, 3, 4
"""


def read(cut: Cut, by: str = "") -> Read:
    """Three queries for any period, and one for how far it is added up; `by` agent, team, inbox or brand."""
    progress = SumProgress.objects.filter(pk=1).first()
    until = progress.until if progress else None
    found = Read(until)
    parts = [(axis_of(cut), "")] + ([(axis_of(cut, by), by)] if by else [])
    add_sums(found, cut, parts, until)
    stretches: list[Stretch] = []
    for _axis, name in parts:
        places = [(BY, cut.period)] if name else list(places_of(cut.period))
        stretches += stretches_of(places, until)
    add_rows(found, cut, by, stretches)
    return found


def axis_of(cut: Cut, by: str = "") -> Axis:
    """Which sums answer."""
    wanted = {*cut.ways, *({by} & AXES.keys())}
    if len(wanted) > 1:
        return Axis.BOTH
    return AXES[wanted.pop()] if wanted else Axis.ALL


def starts_of(period: Period) -> list[dt.date]:
    """The first day of each bucket, in the period."""
    return [max(day, period.first) for day in period.buckets]


def places_of(period: Period) -> Iterator[tuple[int, Period]]:
    """The buckets by their numbers, and the period before."""
    yield BEFORE, period.before
    starts = starts_of(period)
    ends = [day - DAY for day in starts[1:]] + [period.last]
    for place, (first, last) in enumerate(zip(starts, ends, strict=True)):
        yield place, Period(first, last, period.zone)


def stretches_of(places: list[tuple[int, Period]], until: dt.date | None) -> list[Stretch]:
    """What has to be read row by row beside the sums of the days before `until`."""
    found = []
    for place, days in places:
        wanted = (days.start, days.end)
        last = min(days.last + DAY, until) if until else days.first
        summed = (midnight(days.first, dt.UTC), midnight(max(last, days.first), dt.UTC))
        found += [Stretch(*span, place, 1) for span in without(wanted, summed)]
        found += [Stretch(*span, place, -1) for span in without(summed, wanted)]
    return found


def without(one: Span, other: Span) -> list[Span]:
    """What of the first is not in the second."""
    low, high = one
    if other[0] >= other[1] or other[1] <= low or other[0] >= high:
        return [one] if low < high else []
    return [span for span in ((low, other[0]), (other[1], high)) if span[0] < span[1]]


def add_sums(found: Read, cut: Cut, parts: list[tuple[Axis, str]], until: dt.date | None) -> None:
    """One query."""
    period, buckets = cut.period, cut.period.buckets
    asked_for, params = [], []
    for axis, by in parts:
        days = days_before(cut, until, by_value=bool(by))
        if days is None:
            continue
        rows = ResultSum.objects.filter(days, within(cut), axis=axis, **of_sums(cut, axis))
        try:
            inner, own = rows.query.sql_with_params()
        except EmptyResultSet:  # a reader without brands
            continue
        column = {"brand": "brand_id", "team": "team_id"}.get(by, "value")
        if (axis, by) == (Axis.BOTH, "agent"):
            column = "agent_id"
        asked_for.append((VALUED if by else PLACED).format(rows=inner, by=column))
        params += [*own] if by else [period.first, period.unit, *own]
    if not asked_for:
        return
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked_for), params)
        for day, value, measure, scores, left, done in cursor.fetchall():
            place = BY if value is not None else BEFORE if day is None else buckets.index(day)
            for told in found.at(place, measure, value, buckets):
                told.scores.update(dict(enumerate(scores)))
                told.asked += left
                told.answered += done


def of_sums(cut: Cut, axis: Axis) -> dict[str, int]:
    """What is asked for, by the columns of the sums of this axis."""
    asked_for = {"brand_id": cut.brand, "team_id": cut.team, "value": next(iter(cut.ways.values()), None)}
    if axis == Axis.BOTH:
        asked_for |= {"value": cut.ways.get("inbox"), "agent_id": cut.ways.get("agent")}
    return {name: pk for name, pk in asked_for.items() if pk is not None}


def days_before(cut: Cut, until: dt.date | None, *, by_value: bool) -> Q | None:
    """Sums of the period, and of the one before where its buckets are wanted, as far as there are any."""
    period, last = cut.period, until - DAY if until else None
    if last is None:
        return None
    found = days_q(period.first, min(period.last, last), by_month=by_value or period.unit == "month")
    if by_value:
        return found
    return found | days_q(period.before.first, min(period.before.last, last), by_month=True)


def days_q(first: dt.date, last: dt.date, *, by_month: bool) -> Q:
    """Rows that together make up these days: whole months where there are such, else days."""
    begin = first if first.day == 1 else next_of("month", first)
    end = (last + DAY).replace(day=1)
    if not by_month or begin >= end:
        return Q(grain=Grain.DAY, day__gte=first, day__lte=last)
    return (
        Q(grain=Grain.MONTH, day__gte=begin, day__lt=end)
        | Q(grain=Grain.DAY, day__gte=first, day__lt=begin)
        | Q(grain=Grain.DAY, day__gte=end, day__lte=last)
    )


def add_rows(found: Read, cut: Cut, by: str, stretches: list[Stretch]) -> None:
    """Two queries, of the answers and of the questions."""
    if not stretches:
        return
    value = F(f"{by}_id") if by else Value(None, output_field=IntegerField())
    done = Case(When(state=Invitation.State.ANSWERED, then=Value(1)), default=Value(0))
    answers = narrowed(Answer.objects.all(), cut).annotate(value=value)
    questions = asked(cut).annotate(done=done, value=value)
    buckets = cut.period.buckets
    for place, measure, score, pk, many in placed(
        answers.values_list("answered_at", "measure", "score", "value"), stretches
    ):
        for told in found.at(place, measure, pk, buckets):
            told.scores[score] += many
    for place, measure, is_done, pk, many in placed(
        questions.values_list("sent_at", "survey__measure", "done", "value"), stretches
    ):
        for told in found.at(place, measure, pk, buckets):
            told.asked += many
            told.answered += many * is_done


def placed(rows: QuerySet[Any], stretches: list[Stretch]) -> list[tuple[Any, ...]]:
    """(place, measure, score, value, how many) of the rows in these stretches."""
    try:
        inner, params = rows.query.sql_with_params()
    except EmptyResultSet:
        return []
    columns = [list(column) for column in zip(*stretches, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(ROWS.format(rows=inner), [*columns, *params])
        return cursor.fetchall()


def people_in(cut: Cut, until: dt.date | None) -> dict[int, str]:
    """Whose work the period is about, by name, whichever person or inbox is asked for. One query.

    For a choice, so the days are taken as they are added up, some hours off the reader's.
    """
    everybody, period = replace(cut, agent=None, inbox=None), cut.period
    last = min(period.last, until - DAY) if until else period.first - DAY
    summed = ResultSum.objects.filter(
        days_q(period.first, last, by_month=True),
        within(cut),
        axis=Axis.AGENT,
        **of_sums(everybody, Axis.AGENT),
    )
    since = max(period.start, midnight(until, dt.UTC)) if until else period.start
    answers = narrowed(Answer.objects.filter(answered_at__gte=since, answered_at__lt=period.end), everybody)
    questions = asked(everybody).filter(sent_at__gte=since, sent_at__lt=period.end)
    known = Q(pk__in=summed.values("value")) | Q(pk__in=answers.values("agent"))
    people = User.objects.filter(known | Q(pk__in=questions.values("agent")))
    return dict(people.order_by("name", "pk").values_list("pk", "name"))
