"""The days that are counted, in the reader's own zone, and the days before them to compare with. Pure."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

DAY: Final = dt.timedelta(days=1)
LONGEST_DAYS: Final = 1100  # of a period one asks for by its days
EARLIEST: Final = dt.date(2000, 1, 1)


class Span(TextChoices):
    WEEK = "7", _("The last 7 days")
    MONTH = "30", _("The last 30 days")
    QUARTER = "90", _("The last 90 days")
    YEAR = "365", _("The last 365 days")
    THIS_MONTH = "month", _("This month")
    LAST_MONTH = "last_month", _("Last month")
    OWN = "days", _("From … to …")


@dataclass(frozen=True)
class Period:
    """Whole days, the first and the last among them. `start` to `end` are the same as moments; `end` is not in it."""

    first: dt.date
    last: dt.date
    zone: dt.tzinfo

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def start(self) -> dt.datetime:
        return midnight(self.first, self.zone)

    @property
    def end(self) -> dt.datetime:
        return midnight(self.last + DAY, self.zone)

    @property
    def before(self) -> "Period":
        """As many days right before it; before a whole month the whole month before."""
        last = self.first - DAY
        if self.is_month:
            return Period(last.replace(day=1), last, self.zone)
        return Period(self.first - self.days * DAY, last, self.zone)

    @property
    def is_month(self) -> bool:
        next_day = self.last + DAY
        return self.first.day == 1 and next_day.day == 1 and self.days <= 31

    @property
    def unit(self) -> str:
        """What one point of its picture is: a day, a week from Monday on, or a month."""
        if self.days <= 31:
            return "day"
        return "week" if self.days <= 190 else "month"

    @property
    def buckets(self) -> list[dt.date]:
        """The first day of every day, week or month that has a day in the period."""
        found = [start_of(self.unit, self.first)]
        while (following := next_of(self.unit, found[-1])) <= self.last:
            found.append(following)
        return found


def midnight(day: dt.date, zone: dt.tzinfo) -> dt.datetime:
    """When the day begins there, in UTC; where the clocks jump at midnight, right after the jump."""
    return dt.datetime.combine(day, dt.time(), tzinfo=zone).astimezone(dt.UTC)


def start_of(unit: str, day: dt.date) -> dt.date:
    if unit == "week":
        return day - day.weekday() * DAY
    return day.replace(day=1) if unit == "month" else day


def next_of(unit: str, day: dt.date) -> dt.date:
    if unit == "month":
        return (day.replace(day=1) + 32 * DAY).replace(day=1)
    return day + (7 if unit == "week" else 1) * DAY


def period_of(span: str, *, today: dt.date, zone: dt.tzinfo, days: tuple[str, str] = ("", "")) -> Period:
    """What was asked for; the last 30 days where that makes no sense. `days` are the first and the last, for OWN."""
    if span == Span.OWN:
        return own_period(days, today, zone) or period_of(Span.MONTH, today=today, zone=zone)
    if span == Span.THIS_MONTH:
        return Period(today.replace(day=1), today, zone)
    if span == Span.LAST_MONTH:
        last = today.replace(day=1) - DAY
        return Period(last.replace(day=1), last, zone)
    length = int(span) if span in (Span.WEEK, Span.QUARTER, Span.YEAR) else 30
    return Period(today - (length - 1) * DAY, today, zone)


def own_period(days: tuple[str, str], today: dt.date, zone: dt.tzinfo) -> Period | None:
    """Either may be left out: until today, or that day alone. In the wrong order they are turned round."""
    dates = []
    for text in days:
        try:
            dates.append(dt.date.fromisoformat(text))
        except ValueError:
            continue
    if not dates:
        return None
    first, last = min(dates), max(dates)
    if len(dates) == 1 and not days[1]:
        first, last = min(first, today), max(first, today)
    first, last = max(first, EARLIEST), min(last, today + 366 * DAY)
    if first > last or (last - first).days >= LONGEST_DAYS:
        return None
    return Period(first, last, zone)
