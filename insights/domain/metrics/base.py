"""What a metric is: words for people, sums for the figure, and a filter for the tickets it counts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from feedback.domain.intervals import Estimate, wilson
from insights.domain.buckets import percentile, within
from insights.domain.cuts import Cut
from insights.domain.reading import Numbers, Side, buckets_in
from insights.models import ContactFact, TicketFact

FEW: Final = 20  # below it a share or a duration is greyed: chance moves it more than work does
Words = Any  # a lazy translation


class Section(TextChoices):
    """In the order of the dashboard: what came of the work, how fast it was, how much there was."""

    OUTCOME = "outcome", _("Outcomes")
    SELF_SERVICE = "self_service", _("Self-service")
    SPEED = "speed", _("Speed")
    VOLUME = "volume", _("Volume")


class Unit(TextChoices):
    COUNT = "count", _("Number")
    PERCENT = "percent", _("Per cent")
    SECONDS = "seconds", _("Duration")


@dataclass(frozen=True)
class Figure:
    """`value` is None of nothing. `hits`: the cases that make the share; `n`: all it was counted over."""

    value: float | None = None
    n: int = 0
    hits: int | None = None
    estimate: Estimate | None = None
    is_early: bool = False  # it rests on too little, by another rule than FEW

    @property
    def is_small(self) -> bool:
        return self.estimate is not None and (self.is_early or self.n < FEW)

    @property
    def listed(self) -> int:
        """How many cases a click on the figure shows."""
        return self.n if self.hits is None else self.hits


@dataclass(frozen=True)
class Behind:
    """Which rows a metric counts: their day, whose work they are, and what they must be like.

    `base` and `hits` are filters; `hits` narrows `base` to the cases that make a share. Given as functions of the cut
    where they depend on the clock or the target.
    """

    model: type[TicketFact] | type[ContactFact]
    day: str
    agent: str
    base: Callable[[Cut], Mapping[str, Any]]
    hits: Callable[[Cut], Any] | None = None
    leaves_out: Callable[[Cut], Any] | None = None


@dataclass(frozen=True, kw_only=True)
class Definition:
    """A number in words. `better`: "up", "down", or nothing where more is neither good nor bad."""

    code: str
    section: Section
    unit: Unit
    better: str
    name: Words
    formula: Words
    population: Words
    when: Words  # which day it counts on
    at_end: bool = False  # of a moment, the end of the period: made from a side and not from its sums alone
    caution: Words = field(default="")


@dataclass(frozen=True, kw_only=True)
class Metric(Definition):
    """One that is counted from facts. `of` makes the figure from the sums."""

    of: Callable[[Cut, Numbers], Figure]
    behind: Behind

    def figure(self, cut: Cut, side: Side) -> Figure:
        if self.at_end:
            return Figure(float(side.backlog), side.backlog)
        return self.of(cut, side.numbers)


def counted(code: str) -> Callable[[Cut, Numbers], Figure]:
    def of(_cut: Cut, numbers: Numbers) -> Figure:
        return Figure(float(numbers[code]), numbers[code])

    return of


def share_of(hits: int, n: int) -> Figure:
    found = wilson(hits, n)
    return Figure(found.value, n, hits, found) if found else Figure(hits=0)


def share(hits: str, base: str) -> Callable[[Cut, Numbers], Figure]:
    def of(_cut: Cut, numbers: Numbers) -> Figure:
        return share_of(numbers[hits], numbers[base])

    return of


def duration_code(cut: Cut, name: str) -> str:
    return f"{name}_work" if cut.work else name


def duration_field(cut: Cut, name: str) -> str:
    return f"{name}_work_seconds" if cut.work else f"{name}_seconds"


def duration(name: str, rank: float) -> Callable[[Cut, Numbers], Figure]:
    def of(cut: Cut, numbers: Numbers) -> Figure:
        found = percentile(buckets_in(numbers, duration_code(cut, name)), rank)
        return Figure(found.estimate.value, found.n, None, found.estimate) if found else Figure()

    return of


def level(treatment: str) -> Callable[[Cut, Numbers], Figure]:
    """The three ways to treat customers who left before anybody answered."""

    def of(cut: Cut, numbers: Numbers) -> Figure:
        answered = within(buckets_in(numbers, duration_code(cut, "answer")), cut.target)
        left = within(buckets_in(numbers, duration_code(cut, "left")), cut.target)
        offered = numbers["offered"]
        if treatment == "ignore":
            return share_of(answered, offered - left)
        return share_of(answered + left if treatment == "positive" else answered, offered)

    return of
