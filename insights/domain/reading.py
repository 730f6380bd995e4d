"""The sums of a cut. A page reads the rows of its days and months, however many tickets are behind them."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import redis
from django.core.cache import cache
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from accounts.access import scope
from feedback.domain.periods import Period
from insights.domain import direct
from insights.domain.cuts import Cut, brand_ids, days_q
from insights.domain.flows import flows
from insights.models import Axis, Progress, Tally

Numbers = Counter[str]
KEPT_SECONDS: Final = 900


@dataclass
class Side:
    """One period: all of it, and how many tickets were open when it began."""

    numbers: Numbers = field(default_factory=Counter)
    open_before: int = 0

    @property
    def backlog(self) -> int:
        return self.open_before + self.numbers["in"] - self.numbers["out"]

    def counts(self, name: str) -> dict[int, int]:
        """The buckets of one duration."""
        return buckets_in(self.numbers, name)


@dataclass
class Read:
    """All that one page needs. `points` by the first day of each bucket, `values` by way or person, of the period."""

    now: Side
    before: Side
    points: dict[dt.date, Numbers]
    values: dict[str, Numbers]


def buckets_in(numbers: Numbers, name: str) -> dict[int, int]:
    begin = f"{name}."
    return {int(code[len(begin) :]): many for code, many in numbers.items() if code.startswith(begin)}


# The database adds up: each row has many numbers, and there is one a day, team and way. Of the two clocks only the one
# that is asked for.
CLOCKS: Final = {
    False: "strpos(one.code, '_work.') = 0",
    True: "strpos(one.code, '.') = 0 OR strpos(one.code, '_work.') > 0 OR starts_with(one.code, 'hour.')",
}
FINE: Final = """
    SELECT CASE WHEN rows.day >= %s THEN date_trunc(%s, rows.day::timestamp)::date END AS bucket,
        rows.{by}::text AS value, one.code, sum(one.many::int)::int AS many
    FROM ({rows}) AS rows, jsonb_each_text(rows.numbers) AS one(code, many)
    WHERE {clock}
    GROUP BY 1, 2, 3
"""


def read(cut: Cut) -> Read:
    """From the sums, kept for as long as they stay what they are: one query; else two more. Where the sums have no
    answer two of the facts, and one for how many these are.
    """
    if cut.axis is None:
        return read_anew(cut)
    version = Progress.objects.filter(pk=1).values_list("version", flat=True).first()
    key = f"insights-read:{sha256(repr((version, told_apart(cut))).encode()).hexdigest()}"
    kept: Any = None
    try:
        kept = cache.get(key)
    except (redis.RedisError, OSError):
        kept = None
    if isinstance(kept, Read):
        return kept
    found = read_anew(cut)
    try:
        cache.set(key, found, KEPT_SECONDS)
    except (redis.RedisError, OSError):
        return found
    return found


def told_apart(cut: Cut) -> tuple[object, ...]:
    """All that decides which sums are read: where the reader may look, not who it is."""
    where, period = scope(cut.user, cut.permission), cut.period
    seen = (where.everywhere, sorted(where.brands), sorted(where.pairs, key=repr))
    asked = (cut.brand, cut.team, cut.kind, cut.inbox, cut.agent, cut.work)
    return seen, brand_ids(cut.user, cut.permission), period.first, period.last, asked


def read_anew(cut: Cut) -> Read:
    period = cut.period
    found = summed(cut) if cut.axis else direct.summed(cut, period.before.first)
    sides = {"now": Side(), "before": Side()}
    points: dict[dt.date, Numbers] = defaultdict(Counter)
    values: dict[str, Numbers] = defaultdict(Counter)
    for bucket, value, code, many in found:
        if value is not None:
            values[value][code] += many
        elif bucket is None:
            sides["before"].numbers[code] += many
        else:
            sides["now"].numbers[code] += many
            points[bucket][code] += many
    opened = open_at(cut, (period.before.first, period.first))
    sides["before"].open_before, sides["now"].open_before = opened
    return Read(sides["now"], sides["before"], dict(points), dict(values))


def summed(cut: Cut) -> direct.Sums:
    """By the first day of each bucket of the period and by code; of hours also by way. One query."""
    period, before = cut.period, cut.period.before
    now_q = days_q(period.first, period.last, by_month=period.unit == "month")
    before_q = days_q(before.first, before.last, by_month=True)
    return added_up(cut, rows_of(cut, cut.axis).filter(now_q | before_q), "value", direct.HOURS)


def added_up(cut: Cut, rows: QuerySet[Tally], by: str, codes: str) -> direct.Sums:
    """Rows of sums by bucket and code, and of the period by one of their columns and these codes. One query."""
    try:
        inner, params = rows.values_list("day", by, "numbers").query.sql_with_params()
    except EmptyResultSet:  # a reader without brands
        return []
    period = cut.period
    with connection.cursor() as cursor:
        fine = FINE.format(rows=inner, by=by, clock=CLOCKS[cut.work])
        asked = [period.first, period.unit, *params]
        cursor.execute(direct.TWO_WAYS.format(fine=fine, codes=codes), asked)
        found: direct.Sums = cursor.fetchall()
    return found


def rows_of(cut: Cut, axis: Axis | None) -> QuerySet[Tally]:
    """On this axis; what is asked for is of it, or of none."""
    rows = Tally.objects.filter(cut.where(of_sums=True), axis=axis)
    asked = list(cut.ways.values())
    return rows.filter(value=str(asked[0])) if asked else rows


def open_at(cut: Cut, days: Iterable[dt.date]) -> list[int]:
    """How many tickets were open as each of these days began. One query."""
    wanted = list(days)
    if cut.axis is None:
        found = direct.open_at(cut, wanted)
    else:
        needed, sums = flows(wanted)
        found = rows_of(cut, cut.axis).filter(needed).aggregate(**sums)
    return [found[f"n{place}"] or 0 for place in range(len(wanted))]


def series(period: Period, points: dict[dt.date, Numbers]) -> list[tuple[dt.date, Numbers]]:
    """Every day, week or month of the period, those without anything too."""
    return [(day, points.get(day, Counter())) for day in period.buckets]


def open_after(side: Side, points: list[tuple[dt.date, Numbers]]) -> list[int]:
    """The backlog at the end of each bucket."""
    found, stand = [], side.open_before
    for _day, numbers in points:
        stand += numbers["in"] - numbers["out"]
        found.append(stand)
    return found
