"""Is it open, and when next: on the wall clock of the hours' own zone, right through the changes of the clocks."""

import datetime
import zoneinfo
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

from workforce.models import Hours

DAY: Final = datetime.timedelta(days=1)
LOOK_AHEAD_DAYS: Final = 400
Week = list[list[list[str]]]


def is_open(hours: Hours, at: datetime.datetime) -> bool:
    """A span holds its first minute and not its last: 09:00 to 17:00 is closed at 17:00."""
    local = at.astimezone(zoneinfo.ZoneInfo(hours.zone))
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in spans_on(hours, local.date()))


def next_opening(hours: Hours, at: datetime.datetime) -> datetime.datetime | None:
    """The first moment from `at` on when it is open, in UTC: `at` itself when it is. None: not in the next 400 days."""
    at = at.astimezone(datetime.UTC)
    if is_open(hours, at):
        return at
    zone = zoneinfo.ZoneInfo(hours.zone)
    day = at.astimezone(zone).date()
    for _day in range(LOOK_AHEAD_DAYS):
        for moment in sorted(candidates(hours, day, zone)):
            if moment >= at and is_open(hours, moment):
                return moment
        day += DAY
    return None


def closed_day_name(hours: Hours, at: datetime.datetime) -> str:
    """Why it is closed or shorter today: the name of the day, empty when it is an ordinary one."""
    day = special_day(hours, at.astimezone(zoneinfo.ZoneInfo(hours.zone)).date())
    return str(day.get("name", "")) if day else ""


def special_day(hours: Hours, day: datetime.date) -> dict[str, Any] | None:
    """The entry of a day that is closed or has times of its own. One of its very date beats one of every year."""
    on = day.isoformat()
    yearly = None
    for one in hours.closed_days:
        given = str(one.get("on", ""))
        if given == on:
            return dict(one)
        if one.get("yearly") and given[4:] == on[4:] and given <= on:
            yearly = dict(one)
    return yearly


def spans_on(hours: Hours, day: datetime.date) -> list[tuple[int, int]]:
    """The open spans of a day in minutes from midnight: its own when it is a special day, else those of the week."""
    special = special_day(hours, day)
    if special is not None:
        return [(minutes(start), minutes(end)) for start, end in special.get("open", [])]
    return spans(week_on(hours, day), day.weekday())


def week_on(hours: Hours, day: datetime.date) -> Week:
    """The week as it held on that day."""
    past = (one["weekly"] for one in hours.earlier if day.isoformat() < one["until"])
    return next(past, hours.weekly)


def spans(weekly: Week, weekday: int) -> list[tuple[int, int]]:
    given = weekly[weekday] if weekday < len(weekly) else []
    return [(minutes(start), minutes(end)) for start, end in given]


def week_minutes(weekly: Week) -> int:
    return sum(end - start for weekday in range(7) for start, end in spans(weekly, weekday))


def minutes(clock: str) -> int:
    """ "09:30" as minutes from midnight; "24:00" is the end of the day. Raises ValueError."""
    hour, minute = (int(part) for part in clock.split(":"))
    if not (0 <= hour < 24 and 0 <= minute < 60) and (hour, minute) != (24, 0):
        raise ValueError(clock)
    return hour * 60 + minute


def candidates(hours: Hours, day: datetime.date, zone: zoneinfo.ZoneInfo) -> Iterator[datetime.datetime]:
    """Moments of the day at which it may open: the starts of its spans, both times when an hour comes twice, and
    the moment the clocks change: put forward they may jump into a span, put back they may fall into one."""
    midnight = datetime.datetime.combine(day, datetime.time(), zone)
    for start, _end in spans_on(hours, day):
        wall = midnight + datetime.timedelta(minutes=start)  # arithmetic on the wall clock
        for fold in (0, 1):
            yield wall.replace(fold=fold).astimezone(datetime.UTC)
    steps = [(midnight + datetime.timedelta(hours=hour)).astimezone(datetime.UTC) for hour in (0, 12, 24)]
    for before, after in pairwise(steps):
        if before.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            yield change_between(before, after, zone)


def change_between(
    before: datetime.datetime, after: datetime.datetime, zone: zoneinfo.ZoneInfo
) -> datetime.datetime:
    """The moment between the two, to the second, at which the zone's offset changes."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > datetime.timedelta(seconds=1):
        middle = before + datetime.timedelta(seconds=(after - before).total_seconds() // 2)
        before, after = (middle, after) if middle.astimezone(zone).utcoffset() == offset else (before, middle)
    return after
