"""One number by brand, team, inbox, channel, person or tag. In the order of names: nobody is ranked.

From the sums where they have an answer, else from the facts. A ticket with two tags is in both rows.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Final

from django.db import connection
from django.utils.translation import gettext as _

from carecenter.lib.kinds import kind_choices, kind_of
from insights.domain import direct, reading
from insights.domain.cuts import NAMES, Cut, days_q
from insights.domain.flows import flows
from insights.domain.metrics import Figure, Metric
from insights.domain.reading import Side
from insights.models import Axis

BY: Final = ("team", "kind", "inbox", "agent", "tag", "brand")
OTHERS: Final = ""  # what the reader may not choose, all together
MOST_TAGS: Final = 200
TAGS_READ: Final = 1000  # of the most frequent, among which those of a number are looked for

OPEN: Final = "SELECT {value}, count(*)::int FROM ({rows}) AS fact {more} GROUP BY 1"


@dataclass(frozen=True)
class Row:
    """`value` as the filter takes it; empty for what has no filter. `is_linked`: its filter shows what it counts."""

    value: str
    name: str
    figure: Figure
    is_linked: bool = True


@dataclass(frozen=True)
class Table:
    by: str
    rows: list[Row] = field(default_factory=list)
    most: int = 0  # so many of the most frequent, where there are more; 0: all of them


def table(cut: Cut, metric: Metric, by: str, names: dict[str, dict[str, str]]) -> Table:
    """Rows that have a case. `names`: what the reader may choose, by filter and value."""
    found = merged(sides(cut, by, at_end=metric.at_end), by, names)
    rows = [
        Row(value, name_of(by, value, names), metric.figure(cut, side), is_linked(cut, by, value))
        for value, side in found.items()
    ]
    rows = [row for row in rows if row.figure.n]
    most = MOST_TAGS if by == "tag" and len(rows) > MOST_TAGS else 0
    if most:
        rows = sorted(rows, key=lambda row: (-row.figure.n, row.name))[:most]
    return Table(by, sorted(rows, key=lambda row: (row.value in (OTHERS, "0"), row.name.casefold())), most)


def is_linked(cut: Cut, by: str, value: str) -> bool:
    """One filter a page: a row of another tag than the one filtered by counts what has both, and no filter does."""
    if by == "tag":
        return bool(value) and cut.tag in (None, value)
    return value != OTHERS and (by != "kind" or value in dict(kind_choices()))


def sides(cut: Cut, by: str, *, at_end: bool) -> dict[str, Side]:
    """The period by value. One query, of the facts two, by tag four; one more for what was open before."""
    axis, period = axis_for(cut, by), cut.period
    found: dict[str, Side] = defaultdict(Side)
    if axis is None:
        tags = direct.frequent_tags(cut, period.first, TAGS_READ) if by == "tag" else []
        sums = direct.summed(cut, period.first, by, tags)
        opened = open_of_facts(cut, by, tags) if at_end else {}
    else:
        column = {"brand": "brand_id", "team": "team_id"}.get(by, "value")
        rows = reading.rows_of(cut, axis)
        days = days_q(period.first, period.last, by_month=period.unit == "month")
        sums = reading.added_up(cut, rows.filter(days), column, direct.ANY)
        needed, sums_before = flows([period.first])
        opened = (
            dict(rows.filter(needed).values_list(column).annotate(**sums_before).order_by()) if at_end else {}
        )
    for _bucket, value, code, many in sums:
        if value is not None:
            found[value].numbers[code] += many
    for value, many in opened.items():
        found[str(value)].open_before = many or 0
    return dict(found)


def axis_for(cut: Cut, by: str) -> Axis | None:
    """Which sums answer; None: only the facts do."""
    if cut.tag is not None or by == "tag":
        return None
    if by not in NAMES:
        return cut.axis
    return None if set(cut.ways) - {by} else NAMES[by]


def open_of_facts(cut: Cut, by: str, tags: list[str]) -> dict[str, int]:
    """How many tickets were open as the period began, by value. One query."""
    inner = direct.open_facts(cut, cut.period.first)
    if inner is None:
        return {}
    sql, params = inner
    value = direct.value_of(by, "assignee_id")
    more = direct.TAGGED if by == "tag" else ""
    with connection.cursor() as cursor:
        cursor.execute(OPEN.format(value=value, rows=sql, more=more), [*params, tags] if more else params)
        return dict(cursor.fetchall())


def merged(found: dict[str, Side], by: str, names: dict[str, dict[str, str]]) -> dict[str, Side]:
    """Those the reader may not choose become one."""
    if by in ("tag", "kind"):
        return found
    kept = {value: side for value, side in found.items() if value == "0" or value in names[by]}
    rest = [side for value, side in found.items() if value not in kept]
    if rest:
        numbers: Counter[str] = Counter()
        for side in rest:
            numbers.update(side.numbers)
        kept[OTHERS] = Side(numbers, sum(side.open_before for side in rest))
    return kept


def name_of(by: str, value: str, names: dict[str, dict[str, str]]) -> str:
    if by == "tag":
        return value
    if by == "kind":
        return str(kind_of(value).label)
    if value == OTHERS:
        return _("Other people") if by == "agent" else _("Others")
    none = {"team": _("No team"), "inbox": _("No inbox"), "agent": _("Nobody")}
    return names[by].get(value) or none[by]
