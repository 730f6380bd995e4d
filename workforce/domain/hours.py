"""Is it open, and when next: on the wall clock of the hours' own zone, right through the changes of the clocks."""

import datetime
import zoneinfo
from collections.abc import Iterator
from itertools import pairwise

from workforce.models import Hours

DAY = datetime.timedelta(days=1)
LOOK_AHEAD_DAYS = 400


def is_open(hours: Hours, at: datetime.datetime) -> bool:
    """A span holds its first minute and not its last: 09:00 to 17:00 is closed at 17:00."""
    local = at.astimezone(zoneinfo.ZoneInfo(hours.zone))
    if is_closed_day(hours, local.date()):
        return False
    minute = local.hour * 60 + local.minute
    return any(start <= minute < end for start, end in spans(hours, local.weekday()))


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
    """Why it is closed today: the name of the day, empty when it is an ordinary one."""
    on = at.astimezone(zoneinfo.ZoneInfo(hours.zone)).date().isoformat()
    return next((str(day.get("name", "")) for day in hours.closed_days if day.get("on") == on), "")


def is_closed_day(hours: Hours, day: datetime.date) -> bool:
    return any(closed.get("on") == day.isoformat() for closed in hours.closed_days)


def spans(hours: Hours, weekday: int) -> list[tuple[int, int]]:
    """The open spans of a weekday in minutes from midnight."""
    given = hours.weekly[weekday] if weekday < len(hours.weekly) else []
    return [(minutes(start), minutes(end)) for start, end in given]


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
    for start, _end in spans(hours, day.weekday()):
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
