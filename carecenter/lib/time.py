"""The only clock."""

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    """The present, aware, in UTC."""
    return timezone.now()


def in_seconds(seconds: float) -> datetime.datetime:
    """The moment so many seconds from now."""
    return now() + datetime.timedelta(seconds=seconds)


def in_ten_seconds() -> datetime.datetime:
    """A default for rows that a fast path takes at once and a sweep only after that was lost."""
    return in_seconds(10)
