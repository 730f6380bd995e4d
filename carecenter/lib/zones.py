"""Time zones by their IANA name."""

import zoneinfo
from functools import cache

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

REGIONS = frozenset(
    [
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    ]
)


@cache
def names() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())


@cache
def offered() -> tuple[str, ...]:
    """Those to choose from: places, and UTC. Without the hundred old names that also are zones, such as W-SU."""
    return ("UTC", *(name for name in sorted(names()) if name.partition("/")[0] in REGIONS and "/" in name))


def is_zone(value: str) -> None:
    """Validator of model and form fields. Raises ValidationError."""
    if value not in names():
        raise ValidationError(_("%(zone)s is not a time zone."), params={"zone": value})
