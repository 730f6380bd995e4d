"""The open times of a day as stretches of UTC, through the changes of the clocks."""

import datetime as dt
import zoneinfo
from collections.abc import Iterator

from workforce.domain.hours import DAY, LOOK_AHEAD_DAYS, change_between, spans_on
from workforce.models import Hours

Span = tuple[dt.datetime, dt.datetime]


def next_closing(hours: Hours, at: dt.datetime) -> dt.datetime | None:
    """Until when it is open that is open at `at`, over midnight too. None: not closed in the next 400 days."""
    zone = zoneinfo.ZoneInfo(hours.zone)
    day, until = at.astimezone(zone).date(), at
    for _day in range(LOOK_AHEAD_DAYS):
        for opening, close in sorted(open_spans(hours, day, zone)):
            if opening > until:
                return until
            until = max(until, close)
        day += DAY
        if until < dt.datetime.combine(day, dt.time(), zone):
            return until
    return None


def open_spans(hours: Hours, day: dt.date, zone: zoneinfo.ZoneInfo) -> Iterator[Span]:
    """The stretches of UTC at which the clock on the wall shows an open time of that day."""
    given = spans_on(hours, day)
    for start, end, offset in stretches(day, zone):
        midnight = dt.datetime.combine(day, dt.time(), dt.UTC) - offset
        for first, last in given:
            opening = max(start, midnight + dt.timedelta(minutes=first))
            close = min(end, midnight + dt.timedelta(minutes=last))
            if opening < close:
                yield opening, close


def stretches(
    day: dt.date, zone: zoneinfo.ZoneInfo
) -> Iterator[tuple[dt.datetime, dt.datetime, dt.timedelta]]:
    """The day in UTC, parted where the zone's offset changes."""
    start = dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC)
    end = dt.datetime.combine(day + DAY, dt.time(), zone).astimezone(dt.UTC)
    before, after = (moment.astimezone(zone).utcoffset() or dt.timedelta() for moment in (start, end))
    if before == after:
        yield start, end, before
        return
    change = change_between(start, end, zone)
    yield start, change, before
    yield change, end, after
