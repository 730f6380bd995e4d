"""Seconds between two moments while it was open, on the wall clock of the hours' own zone, through its changes."""

import datetime as dt
import zoneinfo
from bisect import bisect_right

from workforce.domain.stretches import open_spans
from workforce.models import Hours

DAY = dt.timedelta(days=1)
LONGEST = dt.timedelta(days=3650)
Span = tuple[dt.datetime, dt.datetime]


class OpenTime:
    """How long it was open between two moments. Days are worked out once and kept: make one for many questions."""

    def __init__(self, hours: Hours) -> None:
        self.hours = hours
        self.zone = zoneinfo.ZoneInfo(hours.zone)
        self._days: dict[dt.date, list[Span]] = {}
        self._first: dt.date | None = None
        self._starts: list[dt.date] = []
        self._before: list[float] = []  # open seconds before each of the days since the first

    def seconds(self, start: dt.datetime, end: dt.datetime) -> int:
        """0 when the end is not after the start. More than ten years are ten years."""
        end = min(end, start + LONGEST)
        if end <= start:
            return 0
        return round(self._until(end, start) - self._until(start, start))

    def _until(self, moment: dt.datetime, earliest: dt.datetime) -> float:
        """Open seconds from the first day known up to the moment."""
        self._reach(earliest.astimezone(self.zone).date() - DAY, moment.astimezone(self.zone).date())
        day = moment.astimezone(self.zone).date()
        place = bisect_right(self._starts, day) - 1
        return self._before[place] + sum(
            (min(moment, close) - opening).total_seconds()
            for opening, close in self._of(day)
            if moment > opening
        )

    def _reach(self, first: dt.date, last: dt.date) -> None:
        """Sums for all days from the first to the last."""
        if self._first is None or first < self._first:
            self._first, self._starts, self._before = first.replace(day=1), [], []
        while not self._starts or self._starts[-1] < last:
            if not self._starts:
                self._starts.append(self._first)
                self._before.append(0.0)
                continue
            day = self._starts[-1]
            total = sum((close - opening).total_seconds() for opening, close in self._of(day))
            self._starts.append(day + DAY)
            self._before.append(self._before[-1] + total)

    def _of(self, day: dt.date) -> list[Span]:
        if day not in self._days:
            self._days[day] = list(open_spans(self.hours, day, self.zone))
        return self._days[day]
