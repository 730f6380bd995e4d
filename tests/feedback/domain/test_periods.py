import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from feedback.domain.periods import Period, midnight, period_of

TODAY = dt.date(2026, 3, 2)
BERLIN = ZoneInfo("Europe/Berlin")


def asked(span, days=("", ""), today=TODAY):
    period = period_of(span, today=today, zone=BERLIN, days=days)
    return period.first.isoformat(), period.last.isoformat()


@pytest.mark.parametrize(
    ("span", "days", "first", "last"),
    [
        ("7", ("", ""), "2026-02-24", "2026-03-02"),
        ("30", ("", ""), "2026-02-01", "2026-03-02"),
        ("month", ("", ""), "2026-03-01", "2026-03-02"),
        ("last_month", ("", ""), "2026-02-01", "2026-02-28"),
        ("days", ("2026-01-05", "2026-01-09"), "2026-01-05", "2026-01-09"),
        ("days", ("2026-01-09", "2026-01-05"), "2026-01-05", "2026-01-09"),
        ("days", ("2026-02-20", ""), "2026-02-20", "2026-03-02"),
        ("days", ("", "2026-02-20"), "2026-02-20", "2026-02-20"),
        ("days", ("soon", "2026-13-40"), "2026-02-01", "2026-03-02"),
        ("days", ("1800-01-01", "9999-12-31"), "2026-02-01", "2026-03-02"),
        ("nonsense", ("", ""), "2026-02-01", "2026-03-02"),
    ],
)
def test_period_is_what_was_asked_for_or_thirty_days(span, days, first, last):
    assert asked(span, days) == (first, last)


def test_before_are_as_many_days_and_before_a_month_the_month():
    week = Period(dt.date(2026, 2, 24), TODAY, BERLIN).before
    assert (week.first, week.last) == (dt.date(2026, 2, 17), dt.date(2026, 2, 23))
    month = Period(dt.date(2026, 2, 1), dt.date(2026, 2, 28), BERLIN).before
    assert (month.first, month.last) == (dt.date(2026, 1, 1), dt.date(2026, 1, 31))


def test_a_day_of_the_clock_change_has_its_own_length():
    change = Period(dt.date(2026, 3, 29), dt.date(2026, 3, 29), BERLIN)
    assert change.end - change.start == dt.timedelta(hours=23)
    back = Period(dt.date(2026, 10, 25), dt.date(2026, 10, 25), BERLIN)
    assert back.end - back.start == dt.timedelta(hours=25)


def test_where_the_clocks_jump_at_midnight_the_day_begins_after_the_jump():
    assert midnight(dt.date(2026, 3, 29), ZoneInfo("Asia/Beirut")) == dt.datetime(
        2026, 3, 28, 22, tzinfo=dt.UTC
    )


def test_buckets_are_days_then_weeks_from_monday_then_months():
    days = Period(dt.date(2026, 2, 24), TODAY, BERLIN)
    assert (days.unit, len(days.buckets)) == ("day", 7)
    weeks = Period(dt.date(2026, 1, 1), TODAY, BERLIN)
    assert (weeks.unit, weeks.buckets[0], weeks.buckets[-1]) == ("week", dt.date(2025, 12, 29), TODAY)
    months = Period(dt.date(2025, 3, 3), TODAY, BERLIN)
    assert (months.unit, months.buckets[0], months.buckets[-1]) == (
        "month",
        dt.date(2025, 3, 1),
        dt.date(2026, 3, 1),
    )
    assert len(months.buckets) == 13
