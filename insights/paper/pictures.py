"""The dashboard's pictures in lines and bars, from the tables of the page and in its colours."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from django.utils.translation import gettext as _
from reportlab.lib.colors import Color, linearlyInterpolatedColor

from insights.domain.buckets import DAY, HOUR, MINUTE
from insights.domain.charts import Chart
from insights.paper.content import Picture
from insights.paper.sheet import (
    FIRST,
    INK,
    PALE,
    QUIET,
    SECOND,
    STRONG,
    THIRD,
    Pen,
    Sheet,
    fitted,
    width_of,
    wrapped,
    writable,
)  # fmt: skip
from insights.templatetags.insight_words import duration_words, plain, row_words

TEXT: Final = 7.0
PLOT: Final = 112.0
AXIS: Final = 34.0
ROW: Final = 17.0
WHITE: Final = Color(1, 1, 1)
STEPS: Final = (
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    HOUR,
    4 * HOUR,
    12 * HOUR,
    DAY,
    3 * DAY,
    7 * DAY,
    30 * DAY,
    90 * DAY,
)
INKS: Final = {"flow": (FIRST, SECOND, THIRD), "speed": (FIRST, THIRD), "waits": (FIRST,)}
BARS: Final = {"flow": 2, "speed": 0, "waits": 1}  # so many columns are bars, the others lines


@dataclass(frozen=True)
class Scale:
    """From a value to a height above the floor of the plot. `ticks`: values that have a line, with their words."""

    low: float
    high: float
    ticks: list[tuple[float, str]]
    is_log: bool = False

    def height(self, value: float) -> float:
        if not self.is_log:
            return PLOT * value / self.high
        value = min(max(value, self.low), self.high)
        return PLOT * math.log(value / self.low) / math.log(self.high / self.low)


def height_of(picture: Picture, room: float) -> float:
    head = 14 + 10 * len(hint_lines(picture, room)) + 8
    if picture.chart.is_empty:
        return head + 14
    if picture.chart.code == "hours":
        return head + ROW * len(picture.chart.rows) + 14
    return head + (14 if len(INKS[picture.chart.code]) > 1 else 0) + PLOT + 12


def hint_lines(picture: Picture, room: float) -> list[str]:
    about = [*wrapped(picture.about, room, 8, 2)] if picture.about else []
    return [*about, *wrapped(picture.chart.hint, room, 8, 2)]


def draw(sheet: Sheet, picture: Picture, x: float, top: float, room: float) -> None:
    chart, y = picture.chart, top - 10
    sheet.write(x, y, str(chart.title), Pen(11, font=STRONG), room)
    y -= 13
    for line in hint_lines(picture, room):
        sheet.write(x, y, line, Pen(8, ink=QUIET), room)
        y -= 10
    y -= 2
    if chart.is_empty:
        sheet.write(x, y, _("Nothing in these days."), Pen(8.5, ink=QUIET), room)
    elif chart.code == "hours":
        heat_map(sheet, chart, x, y, room)
    else:
        plot(sheet, chart, x, y, room)


def plot(sheet: Sheet, chart: Chart, x: float, top: float, room: float) -> None:
    """Bars side by side and lines above them, over one axis."""
    bars, inks = BARS[chart.code], INKS[chart.code]
    columns = [[cells[place].value for _name, cells in chart.rows] for place in range(len(inks))]
    scale = durations(columns) if chart.code == "speed" else counts(columns)
    if len(inks) > 1:
        legend(sheet, [str(name) for name in chart.head[1 : 1 + len(inks)]], inks, x, top, room)
        top -= 14
    floor, left, width = top - PLOT - 4, x + AXIS, room - AXIS
    for tick, words in scale.ticks:
        sheet.rule(left, floor + scale.height(tick), width)
        sheet.write_right(left - 5, floor + scale.height(tick) - 2.5, words, TEXT)
    step = width / len(chart.rows)
    thick = min(0.72 * step / max(bars, 1), 18.0)
    for number in range(bars):
        for place, value in enumerate(columns[number]):
            if value:
                at = left + (place + 0.5) * step + (number - bars / 2) * thick
                sheet.bar(at, floor, thick * 0.92, max(scale.height(value), 0.6), inks[number], radius=1.5)
    for number in range(bars, len(inks)):
        points = [
            None if value is None else (left + (place + 0.5) * step, floor + scale.height(value))
            for place, value in enumerate(columns[number])
        ]
        trace(sheet, points, inks[number])
    names = [row_words(name, chart.unit) for name, _cells in chart.rows]
    under(sheet, names, left, floor - 10, step)


def counts(columns: Sequence[Sequence[float | None]]) -> Scale:
    """From nothing, in four steps of a round number or fewer."""
    most = max([1.0, *(value for column in columns for value in column if value)])
    rough = most / 4
    size = 10 ** math.floor(math.log10(rough))
    step = max(1, next(size * by for by in (1, 2, 2.5, 5, 10) if size * by >= rough))
    step = math.ceil(step)
    high = step * math.ceil(most / step)
    return Scale(0, high, [(value, plain(value, 0)) for value in range(0, high + 1, step)])


def durations(columns: Sequence[Sequence[float | None]]) -> Scale:
    """By factors: a minute and a week have their place on it."""
    known = [value for column in columns for value in column if value]
    low = max([step for step in STEPS if step <= min(known)], default=STEPS[0])
    high = min([step for step in STEPS if step >= max(known) and step > low], default=4 * STEPS[-1])
    ticks = [step for step in STEPS if low <= step <= high]
    return Scale(low, high, [(step, duration_words(step)) for step in ticks], is_log=True)


def legend(sheet: Sheet, names: list[str], inks: Sequence[Color], x: float, y: float, room: float) -> None:
    each = room / len(names)
    for name, ink in zip(names, inks, strict=True):
        words = fitted(writable(name), each - 16, 8)
        sheet.bar(x, y - 1, 9, 6, ink, radius=1.5)
        sheet.write(x + 13, y - 0.5, words, Pen(8, ink=QUIET), each)
        x += width_of(words, 8) + 30


def trace(sheet: Sheet, points: Sequence[tuple[float, float] | None], ink: Color) -> None:
    """A line from point to point; days without anything part it, and one alone is a dot."""
    sheet.canvas.setStrokeColor(ink)
    sheet.canvas.setLineWidth(1.4)
    for one, other in pairwise(points):
        if one and other:
            sheet.canvas.line(*one, *other)
    if len(points) <= 40:
        for point in points:
            if point:
                sheet.canvas.setFillColor(ink)
                sheet.canvas.circle(*point, 1.7, stroke=0, fill=1)


def under(sheet: Sheet, names: list[str], left: float, y: float, step: float) -> None:
    """Every so many of them, so that none touches the next."""
    widest = max(width_of(name, TEXT) for name in names) + 6
    every = max(1, math.ceil(widest / step))
    for place in range(0, len(names), every):
        sheet.write_middle(left + (place + 0.5) * step, y, names[place], TEXT)


def heat_map(sheet: Sheet, chart: Chart, x: float, top: float, room: float) -> None:
    """A line for each channel, a field for each hour, with its number."""
    left = min(96.0, max(width_of(str(name), 8) for name, _cells in chart.rows) + 10)
    step = (room - left) / max(1, len(chart.head) - 1)
    most = max([1.0, *(cell.value for _name, cells in chart.rows for cell in cells if cell.value)])
    y = top - ROW + 8
    for name, cells in chart.rows:
        sheet.write(x, y + 4.5, str(name), Pen(8, ink=INK), left - 6)
        for place, cell in enumerate(cells):
            value = cell.value or 0
            share = math.sqrt(value / most)
            ink = linearlyInterpolatedColor(PALE, FIRST, 0, 1, share)
            sheet.bar(x + left + place * step + 0.7, y, step - 1.4, ROW - 2, ink, radius=2)
            if value:
                words = plain(value, 0)
                size = min(6.5, 6.5 * (step - 3) / width_of(words, 6.5))
                middle = x + left + (place + 0.5) * step
                sheet.write_middle(middle, y + 5, words, size, ink=WHITE if share > 0.55 else INK)
        y -= ROW
    for place, name in enumerate(chart.head[1:]):
        sheet.write_middle(x + left + (place + 0.5) * step, y + 6, str(name), TEXT)
