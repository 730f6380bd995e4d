"""Public holidays by country and region, and the days of a schedule that follow from them.

The tables are large and few need them: they are imported when somebody asks. What was taken is written into the
schedule as days of its own, so that telling whether it is open imports nothing, and a new edition of the tables
changes no day that is over.
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any

from babel import Locale, UnknownLocaleError
from django.db import transaction

from carecenter.lib.time import now
from journal.actors import SYSTEM
from journal.domain.recording import record
from workforce.models import Hours

SHOWN = dt.timedelta(days=365)
BATCH = 500


@dataclass(frozen=True)
class Holiday:
    """`key`: its name in the language of the country, by which it is known from year to year."""

    key: str
    on: dt.date
    name: str


@cache
def codes() -> dict[str, list[str]]:
    """Regions by country."""
    from holidays import list_supported_countries

    found = list_supported_countries(include_aliases=False)
    return {country: list(regions) for country, regions in sorted(found.items())}


def countries(language: str) -> list[tuple[str, str]]:
    """(code, name in this language), by name."""
    names = locale_of(language).territories
    return sorted(((code, names.get(code, code)) for code in codes()), key=lambda one: one[1])


def locale_of(language: str) -> Locale:
    try:
        return Locale.parse(language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def regions(country: str) -> list[tuple[str, str]]:
    """(code, name as the country itself writes it), by name. Empty: it has none with days of their own."""
    if country not in codes():
        return []
    from holidays import country_holidays

    aliases = country_holidays(country).subdivisions_aliases
    names = {code: name for name, code in reversed(aliases.items())}
    return sorted(((code, names.get(code, code)) for code in codes()[country]), key=lambda one: one[1])


def days_of(country: str, region: str, years: Collection[int], language: str) -> list[Holiday]:
    """In order; nothing of a country or region that is not known."""
    if region not in ["", *codes().get(country, ["-"])]:
        return []
    from holidays import country_holidays

    known = country_holidays(country)  # without a language it speaks that of the machine
    own = country_holidays(country, subdiv=region or None, years=years, language=known.default_language)
    spoken = next((one for one in own.supported_languages if one.partition("_")[0] == language[:2]), None)
    told = country_holidays(country, subdiv=region or None, years=years, language=spoken) if spoken else own
    return [Holiday(key, on, told.get(on) or key) for on, key in sorted(own.items()) if on.year in years]


def coming(country: str, region: str, language: str) -> list[Holiday]:
    """Of the year from today on."""
    today = now().date()
    found = days_of(country, region, (today.year, today.year + 1), language)
    return [one for one in found if today <= one.on < today + SHOWN]


def with_holidays(own: list[dict[str, Any]], hours: Hours, rule: dict[str, Any]) -> list[dict[str, Any]]:
    """The special days: one's own, the holidays that are over as they were, and those to come by the rule. A day of
    one's own beats a holiday.
    """
    today = now().date()
    over = [one for one in hours.closed_days if one.get("holiday") and one["on"] < today.isoformat()]
    taken = {one["on"] for one in own}
    yearly = {one["on"][5:] for one in own if one.get("yearly")}
    left_out = rule.get("left_out", [])
    country, region = rule.get("country", ""), rule.get("region", "")
    years = (today.year, today.year + 1)
    ahead = days_of(country, region, years, rule.get("language", "en")) if country else []
    days = [
        {"on": one.on.isoformat(), "name": one.name[:120], "holiday": True}
        for one in ahead
        if one.on >= today and one.key not in left_out
    ]
    days = [one for one in days if str(one["on"])[5:] not in yearly]
    found = {one["on"]: one for one in [*over, *days] if one["on"] not in taken}
    return sorted([*own, *found.values()], key=lambda one: str(one["on"]))


def fill_ahead() -> int:
    """Write down the holidays of next year wherever they are not yet. Returns in how many schedules."""
    last = now().year + 1
    behind = Hours.objects.filter(holidays__until__lt=last).order_by("pk").values_list("pk", flat=True)
    return sum(fill_one(pk, last) for pk in list(behind[:BATCH]))


def fill_one(pk: int, last: int) -> bool:
    with transaction.atomic():
        hours = Hours.objects.select_for_update().filter(pk=pk, holidays__until__lt=last).first()
        if hours is None:
            return False
        own = [one for one in hours.closed_days if not one.get("holiday")]
        hours.closed_days = with_holidays(own, hours, hours.holidays)
        hours.holidays = {**hours.holidays, "until": last}
        hours.save(update_fields=["closed_days", "holidays"])
        record("hours.saved", actor=SYSTEM, subject=f"hours:{hours.pk}", pool=hours.pool_id)
    return True
