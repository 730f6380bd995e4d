"""From a query string to what is counted, and the choices beside it. What makes no sense is left out."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.access import brands_within, grants_in, scope, scope_q, teams_in_pools_of
from accounts.models import Brand, Team, User
from accounts.permissions import INSIGHTS_VIEW, Scope
from carecenter.lib.kinds import kind_choices
from carecenter.lib.statements import KEPT as PREPARED
from carecenter.lib.statements import Statement
from carecenter.lib.time import now
from feedback.domain.periods import Period, Span, period_of
from insights.domain.buckets import HOUR, TARGETS
from insights.domain.cuts import Cut, brand_ids, keep_brands
from tickets.models import Inbox, Ticket

KEPT: Final = (
    "span", "first", "last", "brand", "team", "kind", "inbox", "agent", "tag", "clock", "target",
)  # fmt: skip
LONGEST_TAG: Final = 60
TAG_SAMPLE: Final = 300  # of the latest tickets, for the tags one may choose from; any other may be typed


@dataclass(frozen=True)
class Option:
    value: str
    label: Any
    is_chosen: bool


@dataclass(frozen=True)
class Choices:
    """The selects of the filter bar, each by the name of its parameter; and words beside them."""

    selects: list[tuple[str, Any, Any, list[Option]]]  # name, label, what none is called, options
    zones: list[str]  # of the brands that are counted
    names: dict[str, dict[str, str]]  # of every brand, team, inbox, person and channel there is to choose


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
        kind=kind if (kind := params.get("kind")) in dict(kind_choices()) else None,
        inbox=number_in(params.get("inbox")),
        agent=number_in(params.get("agent")),
        tag=params.get("tag", "").strip()[:LONGEST_TAG].replace("\x00", "") or None,
        work=params.get("clock") == "work",
        target=target if target in TARGETS else HOUR,
    )


def choices(cut: Cut) -> tuple[Cut, Choices]:
    """The cut without what the reader may not ask for, and what they may. Four queries."""
    names, zones = names_for(cut.user)
    cut = allowed(cut, names)
    counted = [zone for brand, zone in zones.items() if cut.brand in (None, brand)]
    return cut, Choices(selects=selects(cut, names), zones=sorted(set(counted)), names=names)


def names_for(user: User) -> tuple[dict[str, dict[str, str]], dict[int, str]]:
    """What the reader may choose by filter and value, and the zones of their brands. Four queries."""
    where = scope(user, INSIGHTS_VIEW)
    brands = _brands(where).rows()
    keep_brands(user, brands)
    several = len(brands) > 1
    names = {
        "brand": {str(one.pk): one.name for one in brands},
        "team": {str(one.pk): one.name for one in teams_in(user)},
        "kind": {code: str(label) for code, label in kind_choices()},
        "inbox": {str(one.pk): inbox_name(one, several) for one in _inboxes(where).rows()},
        "agent": {str(one.pk): one.name for one in people_in(user)},
    }
    return names, {one.pk: one.zone for one in brands}


def allowed(cut: Cut, names: dict[str, dict[str, str]]) -> Cut:
    """Without what the reader may not ask for."""
    kept: dict[str, Any] = {
        name: value
        for name in ("brand", "team", "inbox", "agent")
        if (value := getattr(cut, name)) is not None and may_choose(name, str(value), names)
    }
    return replace(cut, **{"brand": None, "team": None, "inbox": None, "agent": None} | kept)


def may_choose(name: str, value: str, names: dict[str, dict[str, str]]) -> bool:
    """0 is what has no team, inbox or person."""
    return value in names[name] or (value == "0" and name != "brand")


def selects(cut: Cut, names: dict[str, dict[str, str]]) -> list[tuple[str, Any, Any, list[Option]]]:
    """Those in which there is something to choose, or something chosen."""
    words = {
        "brand": (_("Brand"), _("All brands"), ""),
        "team": (_("Team"), _("All teams"), _("No team")),
        "kind": (_("Channel"), _("All channels"), ""),
        "inbox": (_("Inbox"), _("All inboxes"), _("No inbox")),
        "agent": (_("Person"), _("Everybody"), _("Nobody")),
    }
    found = []
    for name, (label, every, none) in words.items():
        chosen = getattr(cut, name)
        rows = [Option(value, said, str(chosen) == value) for value, said in names[name].items()]
        if none:
            rows.append(Option("0", none, chosen == 0))
        if len(names[name]) > 1 or chosen is not None:
            found.append((name, label, every, rows))
    return found


def known_tags(user: User) -> list[str]:
    """Of the latest tickets the reader counts, the frequent first. One query."""
    where = scope_q(scope(user, INSIGHTS_VIEW)) & Q(brand_id__in=brand_ids(user))
    latest = Ticket.objects.filter(where).order_by("-last_message_at", "-pk").values_list("tags", flat=True)
    used = Counter(tag for tags in latest[:TAG_SAMPLE] for tag in tags)
    return [tag for tag, _many in used.most_common(40)]


def teams_in(user: User) -> list[Team]:
    """Those whose tickets the reader may count; with grants for single teams only these."""
    return _teams(scope(user, INSIGHTS_VIEW)).rows()


def people_in(user: User) -> list[User]:
    """Who works where the reader may see the numbers, by name."""
    return _people(scope(user, INSIGHTS_VIEW)).rows()


@lru_cache(PREPARED)
def _brands(where: Scope) -> Statement[Brand]:
    return Statement(brands_within(where))


@lru_cache(PREPARED)
def _inboxes(where: Scope) -> Statement[Inbox]:
    inboxes = Inbox.objects.filter(brand__in=brands_within(where).order_by().values("pk"))
    return Statement(inboxes.select_related("brand").order_by("brand__name", "name"))


@lru_cache(PREPARED)
def _teams(where: Scope) -> Statement[Team]:
    teams = teams_in_pools_of(where)
    if not (where.everywhere or where.brands):
        teams = teams.filter(pk__in={team for _brand, team in where.pairs})
    return Statement(teams)


@lru_cache(PREPARED)
def _people(where: Scope) -> Statement[User]:
    within = grants_in(where).order_by().values("user_id")
    return Statement(User.objects.filter(pk__in=within).order_by("name", "pk"))


def inbox_name(inbox: Inbox, with_brand: bool) -> str:
    return f"{inbox.brand.name} · {inbox.name}" if with_brand else inbox.name


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
