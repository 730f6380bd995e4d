"""How many tickets were open as a day began: what came in before it, less what went."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import IntegerField, Q, Sum, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce


def flows(days: Iterable[dt.date]) -> tuple[Q, dict[str, Any]]:
    """Sums over rows of tallies as n0, n1 … for each day; and the rows it takes."""
    flow = Coalesce(number("in"), Value(0)) - Coalesce(number("out"), Value(0))
    needed, sums = Q(), {}
    for place, day in enumerate(days):
        needed |= before_q(day)
        sums[f"n{place}"] = Sum(flow, filter=before_q(day))
    return needed, sums


def number(code: str) -> Cast:
    return Cast(KT(f"numbers__{code}"), IntegerField())


def before_q(day: dt.date) -> Q:
    """Months that were over, and the days of its own month before it."""
    month = day.replace(day=1)
    return Q(grain="m", day__lt=month) | Q(grain="d", day__gte=month, day__lt=day)
