"""Open seconds against a clock that looks every minute."""

import datetime as dt
import random

import pytest

from insights.domain.business import OpenTime
from workforce.domain.hours import is_open
from workforce.models import Hours

NIGHTS = [[["22:00", "24:00"]], [["00:00", "04:30"], ["09:00", "17:00"]]] * 3 + [[["01:30", "02:30"]]]
DAYS = [[["09:00", "12:30"], ["13:00", "17:30"]]] * 5
ALWAYS = [[["00:00", "24:00"]]] * 7
# Berlin, New York and Lord Howe (half an hour) around their changes; Kathmandu has none.
PLACES = [
    ("Europe/Berlin", dt.datetime(2026, 3, 27, tzinfo=dt.UTC)),
    ("Europe/Berlin", dt.datetime(2026, 10, 23, tzinfo=dt.UTC)),
    ("America/New_York", dt.datetime(2026, 10, 30, tzinfo=dt.UTC)),
    ("Australia/Lord_Howe", dt.datetime(2026, 4, 3, tzinfo=dt.UTC)),
    ("Asia/Kathmandu", dt.datetime(2026, 5, 1, tzinfo=dt.UTC)),
]


@pytest.mark.parametrize("weekly", [NIGHTS, DAYS, ALWAYS, []])
@pytest.mark.parametrize(("zone", "begin"), PLACES)
def test_seconds_are_the_minutes_it_was_open(zone, begin, weekly):
    hours = Hours(zone=zone, weekly=weekly, closed_days=[{"on": "2026-10-26"}, {"on": "2026-05-02"}])
    clock, dice = OpenTime(hours), random.Random(zone)
    shown = [is_open(hours, begin + dt.timedelta(minutes=minute)) for minute in range(5 * 1440)]
    for _ in range(12):
        first, last = sorted(dice.sample(range(5 * 1440), 2))
        start, end = (begin + dt.timedelta(minutes=minute) for minute in (first, last))

        assert clock.seconds(start, end) == 60 * sum(shown[first:last])


def test_seconds_count_parts_of_a_minute():
    clock = OpenTime(Hours(zone="UTC", weekly=DAYS))
    start = dt.datetime(2026, 3, 2, 12, 29, 30, tzinfo=dt.UTC)

    assert clock.seconds(start, start + dt.timedelta(minutes=31, seconds=15)) == 30 + 45


def test_seconds_before_what_was_asked_first_are_right_too():
    clock = OpenTime(Hours(zone="UTC", weekly=ALWAYS))
    late = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
    early = dt.datetime(2024, 2, 28, tzinfo=dt.UTC)
    assert clock.seconds(late, late + dt.timedelta(days=1)) == 86_400

    assert clock.seconds(early, early + dt.timedelta(days=2)) == 2 * 86_400
    assert clock.seconds(early, late) == int((late - early).total_seconds())


def test_nothing_passes_backwards():
    clock = OpenTime(Hours(zone="UTC", weekly=ALWAYS))
    moment = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)

    assert clock.seconds(moment, moment - dt.timedelta(hours=1)) == 0
