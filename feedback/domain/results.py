"""The figures: satisfaction, recommendation and effort of a period, with how many answered of how many asked.

An answer counts on the day it was given (first given: a change within the day does not move it). The response rate is
of the questions that left in the period: how many of them have been answered by now. Every figure is a handful of
counts by score, which `reading` adds up.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from accounts.access import scope, scope_q
from accounts.permissions import FEEDBACK_READ
from feedback.domain.cuts import Cut
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
from feedback.domain.reading import Read, Told
from feedback.models import Answer, Invitation, Measure

FEW: Final = 20  # answers below which a figure is greyed: chance moves it more than work does
GOOD: Final = {Measure.CSAT: (4, 5), Measure.CES_2: (5, 6, 7), Measure.SETTLED: (1,)}
NOTHING: Final = Told()
Counts = Mapping[int, int]  # score -> how many answers


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


def figure_of(measure: str, told: Told) -> Figure:
    return Figure(measure, told.counts, Rate(told.asked, told.answered))


def cards(found: Read) -> dict[str, Card]:
    """One for every measure that was asked or answered in the period, with its change. No query."""
    made = {}
    for code in Measure.values:
        if told := found.now.get(code):
            after, before = figure_of(code, told), figure_of(code, found.before.get(code, NOTHING))
            made[code] = Card(after, change_of(after, before))
    return made


def trend(found: Read, cut: Cut, measure: str) -> list[Point]:
    """Every day, week or month of the period in its zone, those without an answer too. No query."""
    return [
        Point(day, Figure(measure, found.points.get((measure, day), NOTHING).counts))
        for day in cut.period.buckets
    ]


def breakdown(found: Read, measure: str, by: str, names: Mapping[int, str]) -> list[Row]:
    """By agent, team, inbox or brand, in the order of their names, never of their figures.

    `names`: those that are known already; one query for the others.
    """
    values = {pk: told for pk, told in found.values.get(measure, {}).items() if told}
    missing = values.keys() - names.keys() - {None}
    known = {**names, **(names_of(by, missing) if missing else {})}
    rows = [Row(pk, known.get(pk, "") if pk else "", figure_of(measure, told)) for pk, told in values.items()]
    return sorted(rows, key=lambda row: (row.pk is None, row.name.casefold(), row.pk or 0))


def names_of(by: str, ids: Iterable[int | None]) -> dict[int, str]:
    """One query for any number."""
    model: Any = Answer._meta.get_field(by).related_model
    related = ("brand",) if by == "inbox" else ()
    rows = model.objects.filter(pk__in=ids).select_related(*related)
    return {row.pk: f"{row.brand} · {row.name}" if by == "inbox" else str(row) for row in rows}


def may_name(cut: Cut, agent_id: int) -> bool:
    """Has anybody ever been asked about this person's work, where the reader may see it?"""
    asked = Invitation.objects.filter(scope_q(scope(cut.user, FEEDBACK_READ)), agent=agent_id)
    return Answer.objects.visible_to(cut.user).filter(agent=agent_id).exists() or asked.exists()
