"""The trend as shapes: a line with its band of uncertainty, and below it how many answers. Pure; the template draws.

Coordinates are texts, so that no language puts a comma into them. The drawing is stretched to its place (lines keep
their width), words stand beside it as HTML.
"""

import datetime as dt
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from feedback.domain.results import Figure, Point
from feedback.domain.scales import SCORES
from feedback.models import Measure

WIDTH: Final = 1000
HEIGHT: Final = 240
BARS: Final = 56  # of the height, for how many answers there were
TICKS: Final = 5


@dataclass(frozen=True)
class Column:
    """One point of time: where its dot and its bar stand."""

    day: dt.date
    figure: Figure
    left: str
    width: str
    x: str
    y: str  # empty without an answer
    bar_y: str
    bar_height: str


@dataclass(frozen=True)
class Chart:
    unit: str  # day, week, month
    columns: list[Column]
    lines: list[str]  # points of a polyline each; days without answers part them
    bands: list[str]  # points of a polygon each
    grid: list[tuple[str, float]]  # y in the drawing, value; from the bottom to the top
    first: dt.date
    last: dt.date
    most: int

    width: int = WIDTH
    height: int = HEIGHT
    floor: int = HEIGHT - BARS


def scale_of(measure: str) -> tuple[float, float]:
    """From the bottom to the top of the drawing: all of the scale, so that small moves look small."""
    if measure == Measure.NPS:
        return -100, 100
    if measure == Measure.CES_1:
        return SCORES[measure][0], SCORES[measure][-1]
    return 0, 100


def chart_of(points: list[Point], measure: str, unit: str) -> Chart:
    low, high = scale_of(measure)
    step = WIDTH / max(1, len(points))
    most = max((point.figure.n for point in points), default=0)
    columns = [column_of(point, place, step, most, (low, high)) for place, point in enumerate(points)]
    runs = [list(run) for is_there, run in groupby(columns, key=lambda one: bool(one.y)) if is_there]
    values = [low + (high - low) * number / (TICKS - 1) for number in range(TICKS)]
    return Chart(
        unit=unit,
        columns=columns,
        lines=[" ".join(f"{one.x},{one.y}" for one in run) for run in runs],
        bands=[band_of(run, (low, high)) for run in runs if len(run) > 1],
        grid=[grid_line(value, (low, high)) for value in values],
        first=points[0].day,
        last=points[-1].day,
        most=most,
    )


def grid_line(value: float, scale: tuple[float, float]) -> tuple[str, float]:
    return f"{height_of(value, scale):.1f}", value


def column_of(point: Point, place: int, step: float, most: int, scale: tuple[float, float]) -> Column:
    estimate = point.figure.estimate
    bar = (BARS - 12) * point.figure.n / most if most else 0
    return Column(
        day=point.day,
        figure=point.figure,
        left=f"{place * step:.1f}",
        width=f"{step:.1f}",
        x=f"{(place + 0.5) * step:.1f}",
        y=f"{height_of(estimate.value, scale):.1f}" if estimate else "",
        bar_y=f"{HEIGHT - bar:.1f}",
        bar_height=f"{bar:.1f}",
    )


def height_of(value: float, scale: tuple[float, float]) -> float:
    low, high = scale
    share = (min(max(value, low), high) - low) / (high - low)
    return 6 + (1 - share) * (HEIGHT - BARS - 12)


def band_of(run: list[Column], scale: tuple[float, float]) -> str:
    """There along the upper ends of the intervals, back along the lower ones."""
    ends = [(one.x, one.figure.estimate) for one in run]
    up = [f"{x},{height_of(estimate.high, scale):.1f}" for x, estimate in ends if estimate]
    down = [f"{x},{height_of(estimate.low, scale):.1f}" for x, estimate in ends if estimate]
    return " ".join([*up, *reversed(down)])
