"""From a query string to what is counted, and the choices beside it. What makes no sense is left out."""

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from accounts.access import teams_for
from accounts.models import User
from accounts.permissions import FEEDBACK_READ
from carecenter.lib.time import now
from feedback.domain.answer_lists import Wanted
from feedback.domain.cuts import BREAKDOWNS, Cut, brands_of
from feedback.domain.periods import Period, Span, period_of
from feedback.domain.reading import people_in
from feedback.domain.results import may_name
from feedback.models import Measure
from tickets.models import Inbox

KEPT = ("span", "first", "last", "measure", "by", *BREAKDOWNS)


@dataclass(frozen=True)
class Choice:
    """One of the selects of the filter bar."""

    name: str
    options: list[tuple[int, str]]
    chosen: int | None


def read_period(params: QueryDict) -> Period:
    """In the zone of who asks."""
    zone: dt.tzinfo = timezone.get_current_timezone()
    days = (params.get("first", "")[:10], params.get("last", "")[:10])
    return period_of(span_of(params), today=now().astimezone(zone).date(), zone=zone, days=days)


def span_of(params: QueryDict) -> str:
    span = params.get("span", "")
    return span if span in Span.values else str(Span.MONTH)


def read_cut(params: QueryDict, user: User) -> Cut:
    """Everybody's answers in the user's scope, narrowed by what the query names."""
    narrowed = {name: number_in(params.get(name)) for name in BREAKDOWNS}
    cut = Cut(user=user, period=read_period(params), **narrowed)  # type: ignore[arg-type]
    if cut.agent is not None and not may_name(cut, cut.agent):
        cut = replace(cut, agent=None)
    return cut


def read_wanted(params: QueryDict, cut: Cut) -> Wanted:
    measure = params.get("measure", "")
    return Wanted(
        cut=cut,
        measure=measure if measure in Measure.values else "",
        score=number_in(params.get("score")),
        words=params.get("q", "")[:200].replace("\x00", ""),
        with_comment=params.get("comments") == "1",
    )


def choices(cut: Cut, until: dt.date | None = None) -> list[Choice]:
    """Brand, team, inbox and agent: only such as the reader may ask for. Four queries. `until`: see `Read`."""
    brands = brands_of(cut.user, FEEDBACK_READ)
    ids = [brand.pk for brand in brands]
    teams = teams_for(cut.user, FEEDBACK_READ)
    inboxes = Inbox.objects.filter(brand__in=ids).select_related("brand").order_by("brand__name", "name")
    options: dict[str, Any] = {
        "brand": [(row.pk, row.name) for row in brands],
        "team": [(row.pk, row.name) for row in teams],
        "inbox": [
            (row.pk, f"{row.brand.name} · {row.name}" if len(ids) > 1 else row.name) for row in inboxes
        ],
        "agent": sorted(people_in(cut, until).items(), key=lambda one: (one[1].casefold(), one[0])),
    }
    return [Choice(name, options[name], getattr(cut, name)) for name in BREAKDOWNS[::-1]]


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
