import datetime
import zoneinfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workforce.domain.hours import closed_day_name, is_open, next_opening
from workforce.domain.stretches import next_closing
from workforce.models import Hours

MINUTE = datetime.timedelta(minutes=1)
NINE_TO_FIVE = [[["09:00", "17:00"]] for _ in range(5)]
CHRISTMAS = [{"on": "2026-12-25", "name": "Christmas Day"}]


def hours(weekly=None, zone="Europe/Berlin", closed=()):
    return Hours(zone=zone, weekly=NINE_TO_FIVE if weekly is None else weekly, closed_days=list(closed))


def at(text, zone="Europe/Berlin", fold=0):
    wall = datetime.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(zone), fold=fold)
    return wall.astimezone(datetime.UTC)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T08:59", False),
        ("2026-03-02T09:00", True),
        ("2026-03-02T16:59", True),
        ("2026-03-02T17:00", False),
        ("2026-03-07T12:00", False),
    ],
)
def test_is_open_holds_the_first_minute_and_not_the_last(moment, expected):
    assert is_open(hours(), at(moment)) is expected


def test_is_open_reads_the_clock_of_its_own_zone():
    assert is_open(hours(zone="Asia/Tokyo"), at("2026-03-02T01:00")) is True


def test_closed_day_beats_the_week_and_has_a_name():
    closed = hours(closed=CHRISTMAS)

    assert is_open(closed, at("2026-12-25T12:00")) is False
    assert closed_day_name(closed, at("2026-12-25T12:00")) == "Christmas Day"
    assert next_opening(closed, at("2026-12-24T17:30")) == at("2026-12-28T09:00")


def test_next_closing_goes_over_midnight_and_breaks():
    night = hours(weekly=[[["20:00", "24:00"]], [["00:00", "02:00"], ["09:00", "12:00"]]])

    assert next_closing(night, at("2026-03-02T21:00")) == at("2026-03-03T02:00")
    assert next_closing(night, at("2026-03-03T09:00")) == at("2026-03-03T12:00")
    assert next_closing(hours(weekly=[[["00:00", "24:00"]]] * 7), at("2026-03-02T21:00")) is None


def test_next_opening_is_now_when_open_and_none_when_never():
    assert next_opening(hours(), at("2026-03-02T12:00")) == at("2026-03-02T12:00")
    assert next_opening(hours(weekly=[]), at("2026-03-02T12:00")) is None


def test_next_opening_keeps_the_wall_clock_over_a_change_of_the_clocks():
    friday, monday = at("2026-03-27T18:00"), next_opening(hours(), at("2026-03-27T18:00"))

    assert monday == at("2026-03-30T09:00")
    assert monday - friday == datetime.timedelta(hours=62)  # an hour less than by the wall clock


def test_spans_that_start_in_the_missing_hour_open_when_the_clocks_jump():
    night = hours(weekly=[[]] * 6 + [[["02:30", "05:00"]]])

    assert next_opening(night, at("2026-03-29T00:00")) == at("2026-03-29T03:00")


def test_an_hour_that_comes_twice_opens_twice():
    night = hours(weekly=[[]] * 6 + [[["02:30", "02:45"]]])

    assert next_opening(night, at("2026-10-25T02:50")) == at("2026-10-25T02:30", fold=1)


CLOCKS = st.lists(st.integers(0, 24 * 4), min_size=0, max_size=6, unique=True).map(sorted)
ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Havana"]
CHANGES = ["2026-03-28", "2026-10-24", "2026-03-07", "2026-10-31", "2026-04-04", "2026-10-03", "2026-06-10"]


def spans(quarters):
    clocks = [f"{quarter // 4:02}:{quarter % 4 * 15:02}" for quarter in quarters]
    return [list(pair) for pair in zip(clocks[::2], clocks[1::2], strict=False)]


@settings(max_examples=60, deadline=None)
@given(
    weekly=st.lists(CLOCKS.map(spans), min_size=7, max_size=7),
    zone=st.sampled_from(ZONES),
    day=st.sampled_from(CHANGES),
    minutes=st.integers(0, 1440),
)
def test_next_opening_is_the_first_open_minute_counted_one_by_one(weekly, zone, day, minutes):
    one = hours(weekly=weekly, zone=zone)
    start = datetime.datetime.fromisoformat(day).replace(tzinfo=datetime.UTC) + minutes * MINUTE
    counted = next((m for m in (start + n * MINUTE for n in range(2 * 1440)) if is_open(one, m)), None)
    found = next_opening(one, start)

    if counted is None:
        assert found is None or found >= start + 2 * 1440 * MINUTE
    else:
        assert found == counted
