"""Whether somebody is there, as customers read it: open now, or when it opens."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from workforce.domain.holidays import locale_of
from workforce.domain.hours import is_open, next_opening
from workforce.domain.stretches import next_closing
from workforce.models import Hours


@dataclass(frozen=True)
class Opening:
    """`words`: "Open now, until 17:00". `zone`: by whose clock, `place` its city in the page's language."""

    is_open: bool
    words: str
    zone: str
    place: str


def opening_of(hours: Hours | None, at: dt.datetime) -> Opening | None:
    """None without office hours: then there is nothing to say."""
    if hours is None:
        return None
    there = is_open(hours, at)
    until = next_closing(hours, at) if there else next_opening(hours, at)
    zone = ZoneInfo(hours.zone)
    place = get_timezone_location(zone, locale=locale_of(get_language() or "en"), return_city=True)
    return Opening(
        there, said(there, at.astimezone(zone), until and until.astimezone(zone)), hours.zone, place
    )


def said(is_there: bool, at: dt.datetime, until: dt.datetime | None) -> str:
    if until is None:
        return _("Open now") if is_there else _("Closed now")
    moment = {"when": when(at, until)}
    return _("Open now, until %(when)s") % moment if is_there else _("Closed now, opens %(when)s") % moment


def when(at: dt.datetime, then: dt.datetime) -> str:
    """17:00, Monday 9:00, 4 January 9:00: as much as it takes. Both by the same clock."""
    clock, days = time_format(then.time()), (then.date() - at.date()).days
    if days == 0:
        return clock
    day = date_format(then, "l") if days < 7 else date_format(then, "MONTH_DAY_FORMAT")
    return _("%(day)s %(clock)s") % {"day": day, "clock": clock}
