"""What is counted: whose work the reader may see, in which days, narrowed to a brand, a team, a way or a person."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from accounts.access import brands_for, scope, scope_q
from accounts.models import Brand, User
from accounts.permissions import INSIGHTS_VIEW
from feedback.domain.periods import DAY, Period, next_of
from insights.domain.buckets import HOUR
from insights.models import Axis, Grain

NAMES: Final = {"kind": Axis.KIND, "inbox": Axis.INBOX, "agent": Axis.AGENT}


@dataclass(frozen=True)
class Cut:
    """`only` is one way or person: ("kind", "email"), ("inbox", "3") or ("agent", "5"). `team` 0: tickets of no team.

    `work`: durations in office hours. `target`: of the service level, in seconds.
    """

    user: User
    period: Period
    brand: int | None = None
    team: int | None = None
    only: tuple[str, str] | None = None
    work: bool = False
    target: int = HOUR

    @property
    def axis(self) -> Axis:
        return NAMES[self.only[0]] if self.only else Axis.KIND

    def where(self) -> Q:
        """Over anything with `brand_id` and `team_id`: what the grants cover, and what is asked for.

        The brands are named too, since they lead the indexes.
        """
        found = scope_q(scope(self.user, INSIGHTS_VIEW)) & Q(brand_id__in=brand_ids(self.user))
        if self.brand is not None:
            found &= Q(brand_id=self.brand)
        if self.team is not None:
            found &= Q(team_id=self.team)
        return found


def brand_ids(user: User) -> list[int]:
    """Kept for the request."""
    kept: list[int] | None = user.__dict__.get("_insight_brands")
    if kept is None:
        kept = list(brands_for(user, INSIGHTS_VIEW).order_by("pk").values_list("pk", flat=True))
        user.__dict__["_insight_brands"] = kept
    return kept


def keep_brands(user: User, brands: Iterable[Brand]) -> None:
    """They were read already: for `brand_ids`."""
    user.__dict__["_insight_brands"] = sorted(brand.pk for brand in brands)


def months_in(first: dt.date, last: dt.date) -> Iterator[dt.date]:
    """The first days of the months that lie wholly in it."""
    month = first if first.day == 1 else next_of("month", first)
    while (following := next_of("month", month)) - DAY <= last:
        yield month
        month = following


def days_q(first: dt.date, last: dt.date, *, by_month: bool) -> Q:
    """Rows that together make up these days: whole months where there are such, else days."""
    months = list(months_in(first, last)) if by_month else []
    if not months:
        return Q(grain=Grain.DAY, day__gte=first, day__lte=last)
    after = next_of("month", months[-1])
    found = Q(grain=Grain.MONTH, day__gte=months[0], day__lt=after)
    if first < months[0]:
        found |= Q(grain=Grain.DAY, day__gte=first, day__lt=months[0])
    if after <= last:
        found |= Q(grain=Grain.DAY, day__gte=after, day__lte=last)
    return found
