"""What is counted: whose work the reader may see, in which days, narrowed to a brand, a team, a way or a person."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q

from accounts.access import brands_for, scope, scope_q
from accounts.models import Brand, User
from accounts.permissions import INSIGHTS_VIEW, TICKET_VIEW
from feedback.domain.periods import DAY, Period, next_of
from insights.domain.buckets import HOUR
from insights.models import Axis, Grain
from tickets.models import Ticket

NAMES: Final = {"kind": Axis.KIND, "inbox": Axis.INBOX, "agent": Axis.AGENT}


@dataclass(frozen=True)
class Cut:
    """All of it is asked for together. `team`, `inbox` and `agent` 0: of none.

    `work`: durations in office hours. `target`: of the service level, in seconds.
    """

    user: User
    period: Period
    brand: int | None = None
    team: int | None = None
    kind: str | None = None
    inbox: int | None = None
    agent: int | None = None
    tag: str | None = None
    work: bool = False
    target: int = HOUR
    own: bool = False  # one's own work, where one works: what anybody may see of themselves

    @property
    def permission(self) -> str:
        return TICKET_VIEW if self.own else INSIGHTS_VIEW

    @property
    def ways(self) -> dict[str, Any]:
        """What is asked for of those that the sums are kept by, each on its own."""
        return {name: value for name in NAMES if (value := getattr(self, name)) is not None}

    @property
    def axis(self) -> Axis | None:
        """Which sums answer. None: what is asked for together has none, the facts do."""
        ways = list(self.ways)
        if self.tag is not None or len(ways) > 1:
            return None
        return NAMES[ways[0]] if ways else Axis.KIND

    def where(self, *, of_sums: bool = False, through: str = "") -> Q:
        """Over anything with `brand_id` and `team_id`: what the grants cover, and what is asked for.

        `through`: of another row, as "ticket__". The brands are named too, since they lead the indexes. In sums the
        team of no team is 0.
        """
        brand, team = f"{through}brand", f"{through}team"
        found = scope_q(scope(self.user, self.permission), brand=brand, team=team)
        found &= Q(**{f"{brand}_id__in": brand_ids(self.user, self.permission)})
        if self.brand is not None:
            found &= Q(**{f"{brand}_id": self.brand})
        if self.team is not None:
            found &= Q(
                **({f"{team}_id": self.team} if self.team or of_sums else {f"{team}_id__isnull": True})
            )
        return found

    def of_facts(self, agent: str) -> Q:
        """The same and all else that is asked for, over facts; `agent`: the column of whose work it is."""
        found = self.where()
        for name, value in self.ways.items():
            column = {"kind": "kind", "inbox": "inbox_id", "agent": agent}[name]
            found &= Q(**({column: value} if value else {f"{column}__isnull": True}))
        if self.tag is not None:
            tagged = Ticket.objects.filter(tags__contains=[self.tag]).order_by().values("pk")
            found &= Q(ticket_id__in=tagged)
        return found


def own_cut(user: User, period: Period) -> Cut:
    """Their own work and nobody else's."""
    return Cut(user, period, agent=user.pk, own=True)


def brand_ids(user: User, code: str = INSIGHTS_VIEW) -> list[int]:
    """Kept for the request."""
    kept: dict[str, list[int]] = user.__dict__.setdefault("_insight_brands", {})
    if code not in kept:
        kept[code] = list(brands_for(user, code).order_by("pk").values_list("pk", flat=True))
    return kept[code]


def keep_brands(user: User, brands: Iterable[Brand]) -> None:
    """They were read already: for `brand_ids`."""
    user.__dict__.setdefault("_insight_brands", {})[INSIGHTS_VIEW] = sorted(brand.pk for brand in brands)


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
