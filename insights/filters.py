"""From a query string to what is counted, and the choices beside it. What makes no sense is left out."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import brands_for, grants_within, scope, teams_for
from accounts.models import Brand, Team, User
from accounts.permissions import INSIGHTS_VIEW
from carecenter.lib.kinds import kind_choices
from carecenter.lib.time import now
from feedback.domain.periods import Period, Span, period_of
from insights.domain.buckets import HOUR, TARGETS
from insights.domain.cuts import NAMES, Cut, keep_brands
from tickets.models import Inbox

KEPT: Final = ("span", "first", "last", "brand", "team", "only", "clock", "target")


@dataclass(frozen=True)
class Option:
    value: str
    label: Any
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    """The selects of the filter bar; `only` in groups."""

    brands: list[Option]
    teams: list[Option]
    only: list[tuple[str, list[Option]]]
    zones: list[str]  # of the brands that are counted


def read_period(params: QueryDict) -> Period:
    """What is today is said by the reader's zone; each ticket counts on the days of its own brand."""
    zone: dt.tzinfo = timezone.get_current_timezone()
    days = (params.get("first", "")[:10], params.get("last", "")[:10])
    return period_of(span_of(params), today=now().astimezone(zone).date(), zone=zone, days=days)


def span_of(params: QueryDict) -> str:
    span = params.get("span", "")
    return span if span in Span.values else str(Span.MONTH)


def read_cut(params: QueryDict, user: User) -> Cut:
    target = number_in(params.get("target"))
    return Cut(
        user=user,
        period=read_period(params),
        brand=number_in(params.get("brand")),
        team=number_in(params.get("team")),
        only=read_only(params.get("only", "")),
        work=params.get("clock") == "work",
        target=target if target in TARGETS else HOUR,
    )


def read_only(text: str) -> tuple[str, str] | None:
    name, _sign, value = text.partition("-")
    if name not in NAMES:
        return None
    if name == "kind":
        return (name, value) if value in dict(kind_choices()) else None
    return (name, value) if number_in(value) is not None else None


def choices(cut: Cut) -> tuple[Cut, Choices]:
    """The cut without what the reader may not ask for, and what they may. Four queries."""
    brands = list(brands_for(cut.user, INSIGHTS_VIEW))
    keep_brands(cut.user, brands)
    teams = teams_in(cut.user)
    inboxes = list(
        Inbox.objects.filter(brand__in=brands).select_related("brand").order_by("brand__name", "name")
    )
    agents = people_in(cut.user)
    cut = replace(
        cut,
        brand=cut.brand if cut.brand in {one.pk for one in brands} else None,
        team=cut.team if cut.team in {one.pk for one in teams} else None,
        only=allowed(cut.only, inboxes, agents),
    )
    several = len(brands) > 1
    groups = [
        (_("Channels"), options(cut, "kind", kind_choices())),
        (_("Inboxes"), options(cut, "inbox", [(one.pk, inbox_name(one, several)) for one in inboxes])),
        (_("People"), options(cut, "agent", [(one.pk, one.name) for one in agents])),
    ]
    counted = [one for one in brands if cut.brand in (None, one.pk)]
    return cut, Choices(
        brands=rows(brands, cut.brand),
        teams=rows(teams, cut.team),
        only=[(name, group) for name, group in groups if group],
        zones=sorted({one.zone for one in counted}),
    )


def teams_in(user: User) -> list[Team]:
    """Those whose tickets the reader may count; with grants for single teams only these."""
    where, teams = scope(user, INSIGHTS_VIEW), teams_for(user, INSIGHTS_VIEW)
    if not (where.everywhere or where.brands):
        teams = teams.filter(pk__in={team for _brand, team in where.pairs})
    return list(teams)


def people_in(user: User) -> list[User]:
    """Who works where the reader may see the numbers, by name."""
    within = grants_within(user, INSIGHTS_VIEW).order_by().values("user_id")
    return list(User.objects.filter(pk__in=within).order_by("name", "pk"))


def allowed(only: tuple[str, str] | None, inboxes: list[Inbox], agents: list[User]) -> tuple[str, str] | None:
    if only is None or only[0] == "kind":
        return only
    known = inboxes if only[0] == "inbox" else agents
    return only if int(only[1]) in {one.pk for one in known} else None


def inbox_name(inbox: Inbox, with_brand: bool) -> str:
    return f"{inbox.brand.name} · {inbox.name}" if with_brand else inbox.name


def rows(found: list[Brand] | list[Team], chosen: int | None) -> list[Option]:
    return [Option(str(one.pk), one.name, one.pk == chosen) for one in found]


def options(cut: Cut, name: str, pairs: list[tuple[Any, Any]]) -> list[Option]:
    return [Option(f"{name}-{value}", label, cut.only == (name, str(value))) for value, label in pairs]


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
