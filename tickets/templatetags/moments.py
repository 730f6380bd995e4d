"""Moments that are to come, as people say them."""

import datetime as dt

from django.utils import formats, timezone

from carecenter.lib.time import now


def said(moment: dt.datetime) -> str:
    """A moment as people say it: the hour today, else the day too."""
    here, today = timezone.localtime(moment), timezone.localtime(now())
    hour = formats.time_format(here, "TIME_FORMAT")
    if here.date() == today.date():
        return hour
    if here - today < dt.timedelta(days=7):
        return f"{formats.date_format(here, 'D')} {hour}"
    return f"{formats.date_format(here, 'SHORT_DATE_FORMAT')} {hour}"
