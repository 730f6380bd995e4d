"""Time zones by their IANA name."""

import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


@cache
def names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


def is_zone(value: str) -> None:
    """Validator of model and form fields. Raises ValidationError."""
    if value not in names():
        raise ValidationError(_("%(zone)s is not a time zone."), params={"zone": value})
