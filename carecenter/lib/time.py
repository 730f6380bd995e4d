"""The only clock."""

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    """The present, aware, in UTC."""
    return timezone.now()


def in_seconds(seconds: float) -> datetime.datetime:
    """The moment so many seconds from now."""
    return now() + datetime.timedelta(seconds=seconds)
