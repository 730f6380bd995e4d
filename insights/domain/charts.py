"""The dashboard's pictures as tables: what the page shows, what its script draws, and what the CSV holds."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carecenter.lib.kinds import kind_of
from insights.domain.buckets import DAY, HOUR, MINUTE, grouped, percentile
from insights.domain.cuts import Cut
from insights.domain.metrics.base import duration_code
from insights.domain.reading import Numbers, Read, buckets_in, open_after, series
from insights.models import Axis

LIMITS: Final = (15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 7 * DAY)
HOURS: Final = 24


@dataclass(frozen=True)
class Cell:
    """`value` for the script and the file, None for nothing; `unit`: "count" or "seconds"."""

    value: float | None
    unit: str = "count"


@dataclass(frozen=True)
class Chart:
    """`head` names the columns. Each row begins with what it is about: a day, a duration, a channel."""

    code: str
    title: str
    hint: str
    head: list[Any]
    rows: list[tuple[Any, list[Cell]]]
    unit: str = ""  # of the first column: day, week or month; "" for words

    @property
    def is_empty(self) -> bool:
        return not any(cell.value for _name, cells in self.rows for cell in cells)


def flow(cut: Cut, read: Read) -> Chart:
    points = series(cut.period, read.points)
    stands = open_after(read.now, points)
    rows: list[tuple[Any, list[Cell]]] = [
        (day, [Cell(numbers["created"]), Cell(numbers["solved"]), Cell(stand)])
        for (day, numbers), stand in zip(points, stands, strict=True)
    ]
    head = [_("From"), _("New tickets"), _("Solved"), _("Open at the end")]
    hint = _("What came in, what was solved, and what was open when the day, week or month ended.")
    return Chart("flow", _("In and out"), hint, head, rows, cut.period.unit)


def speed(cut: Cut, read: Read) -> Chart:
    rows: list[tuple[Any, list[Cell]]] = [
        (day, speed_cells(cut, numbers)) for day, numbers in series(cut.period, read.points)
    ]
    head = [_("From"), _("Median"), _("90 of 100"), _("Answered")]
    hint = _("How long customers waited for the first answer, by the day it was given.")
    return Chart("speed", _("First answer"), hint, head, rows, cut.period.unit)


def speed_cells(cut: Cut, numbers: Numbers) -> list[Cell]:
    counts = buckets_in(numbers, duration_code(cut, "reply"))
    found = [percentile(counts, rank) for rank in (0.5, 0.9)]
    cells = [Cell(round(one.estimate.value) if one else None, "seconds") for one in found]
    return [*cells, Cell(sum(counts.values()))]


def waits(cut: Cut, read: Read) -> Chart:
    """How many first answers took how long."""
    counts = grouped(read.now.counts(duration_code(cut, "reply")), LIMITS)
    rows: list[tuple[Any, list[Cell]]] = [
        (name, [Cell(many)]) for name, many in zip([*LIMITS, None], counts, strict=True)
    ]
    hint = _("How many customers had their first answer after how long.")
    return Chart("waits", _("How long they waited"), hint, [_("Up to"), _("Tickets")], rows, "seconds")


def hours(_cut: Cut, read: Read, axis: Axis | None) -> Chart:
    """Contacts by channel and hour. With an inbox or a person chosen they are all one line."""
    lines: list[tuple[Any, Numbers]] = [(_("All channels"), read.now.numbers)]
    if axis in (None, Axis.KIND):
        lines = [
            (str(kind_of(kind).label), numbers)
            for kind, numbers in sorted(read.values.items())
            if numbers["contacts"]
        ]
    rows = [(name, [Cell(numbers[f"hour.{hour}"]) for hour in range(HOURS)]) for name, numbers in lines]
    head = [_("Channel"), *(f"{hour}" for hour in range(HOURS))]
    hint = _("When customers came, by the clock of their brand.")
    return Chart("hours", _("Contacts by channel and hour"), hint, head, rows)


def mine(cut: Cut, read: Read) -> Chart:
    """One person's weeks."""
    rows: list[tuple[Any, list[Cell]]] = [
        (day, [Cell(numbers["solved"]), Cell(numbers["reopened"])])
        for day, numbers in series(cut.period, read.points)
    ]
    head = [_("From"), _("Solved"), _("Opened again")]
    hint = _("What I solved, and what of it was opened again, by the week of the solving.")
    return Chart("mine", _("My weeks"), hint, head, rows, cut.period.unit)


CHARTS: Final[dict[str, Callable[[Cut, Read], Chart]]] = {
    "flow": flow,
    "speed": speed,
    "waits": waits,
    "hours": lambda cut, read: hours(cut, read, cut.axis),
}


# What each is called before it is made.
TITLES: Final = {
    "flow": gettext_lazy("In and out"),
    "speed": gettext_lazy("First answer"),
    "waits": gettext_lazy("How long they waited"),
    "hours": gettext_lazy("Contacts by channel and hour"),
}


def charts(cut: Cut, read: Read) -> list[Chart]:
    return [make(cut, read) for make in CHARTS.values()]


def first_cell(name: Any) -> Any:
    """As a file has it: days as dates, the last duration as nothing."""
    return name.isoformat() if isinstance(name, dt.date) else name
