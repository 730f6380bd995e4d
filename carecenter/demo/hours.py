"""When people write and when agents answer: plausible hours in the zone of the brand."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

OPENS, CLOSES = 8, 18
SATURDAY_OPENS, SATURDAY_CLOSES = 9, 14
WEEKDAY_WEIGHTS = (1.35, 1.1, 1.0, 1.0, 0.95, 0.7, 0.6)  # Monday first
# Mails by hour of the local day: little at night, most in the morning and after dinner.
HOUR_WEIGHTS = (1, 0, 0, 0, 0, 1, 3, 6, 9, 11, 11, 10, 8, 8, 8, 8, 7, 7, 7, 8, 9, 7, 4, 2)


def open_on(day: datetime) -> tuple[int, int] | None:
    """Opening hours of a local day; None on Sundays."""
    if day.weekday() == 6:
        return None
    return (SATURDAY_OPENS, SATURDAY_CLOSES) if day.weekday() == 5 else (OPENS, CLOSES)


def is_open(at: datetime, zone: str) -> bool:
    local = at.astimezone(ZoneInfo(zone))
    hours = open_on(local)
    return hours is not None and hours[0] <= local.hour < hours[1]


def into_hours(at: datetime, zone: str, rng: random.Random) -> datetime:
    """This moment when the desk is open, else some time in the first hours of the next working day."""
    if is_open(at, zone):
        return at
    local = at.astimezone(ZoneInfo(zone))
    hours = open_on(local)
    if hours is None or local.hour >= hours[0]:
        local += timedelta(days=1)
        while open_on(local) is None:
            local += timedelta(days=1)
    first = open_on(local) or (OPENS, CLOSES)
    morning = local.replace(hour=first[0], minute=0, second=rng.randrange(60), microsecond=0)
    return morning.astimezone(at.tzinfo) + timedelta(minutes=rng.triangular(2, 150, 35))


def arrivals(count: int, *, days: int, until: datetime, rng: random.Random) -> list[datetime]:
    """Moments of new tickets over the last so many days, in order, more on Mondays and in the mornings."""
    starts = [until - timedelta(days=back) for back in range(days, -1, -1)]
    weights = [WEEKDAY_WEIGHTS[day.weekday()] for day in starts]
    found: list[datetime] = []
    while len(found) < count:
        day = rng.choices(starts, weights)[0]
        hour = rng.choices(range(24), HOUR_WEIGHTS)[0]
        at = day.replace(hour=hour, minute=rng.randrange(60), second=rng.randrange(60), microsecond=0)
        if until - timedelta(days=days) <= at <= until - timedelta(minutes=6):
            found.append(at)
    return sorted(found)
