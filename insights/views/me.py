"""An agent's own page: my work, what customers said of it, my trend. Nobody else's number is on it."""

import datetime as dt
from typing import Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import TICKET_REPLY
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.time import now
from feedback.domain import answer_lists, results
from feedback.domain.periods import Period, Span, period_of
from insights.domain import cards, charts, lists, own_work
from insights.domain.buckets import ERROR
from insights.domain.cuts import own_cut
from insights.domain.metrics import REGISTRY
from insights.domain.reading import read
from insights.models import Progress

WEEKS: Final = 13
COMMENTS: Final = 6
METRICS: Final = (
    "solved", "first_contact", "reopened", "again_7", "one_touch", "reply_median", "resolve_median", "contacts",
)  # fmt: skip


def month(zone: dt.tzinfo) -> Period:
    return period_of(Span.MONTH, today=now().astimezone(zone).date(), zone=zone)


def weeks(zone: dt.tzinfo) -> Period:
    """Whole weeks from Monday on, and the one that goes on."""
    today = now().astimezone(zone).date()
    monday = today - dt.timedelta(days=today.weekday())
    return Period(monday - dt.timedelta(weeks=WEEKS - 1), today, zone)


@require_safe
@needs(TICKET_REPLY)
def me(request: StaffRequest) -> HttpResponse:
    zone: dt.tzinfo = timezone.get_current_timezone()
    cut, long = own_cut(request.user, month(zone)), own_cut(request.user, weeks(zone))
    made, trend = cards.cards(cut, read(cut)), read(long)
    said = results.Cut(request.user, cut.period, own=True)
    wanted = answer_lists.Wanted(said, with_comment=True)
    progress = Progress.objects.filter(pk=1).first()
    context = {
        "area": "insights",
        "tab": "mine",
        "is_own": True,
        "cut": cut,
        "desk": own_work.at_hand(request.user, now()),
        "cards": [made[code] for code in METRICS],
        "charts": [charts.mine(long, trend), charts.speed(long, trend)],
        "comments": answer_lists.page_of(wanted, limit=COMMENTS).answers,
        "progress": progress,
        "error": 100 * ERROR,
        "kept": [],
    }
    return render(request, "insights/me.html", context)


@require_safe
@needs(TICKET_REPLY)
def my_cases(request: StaffRequest) -> HttpResponse:
    """Exactly the tickets or contacts that a number of one's own counts."""
    metric = REGISTRY.get(request.GET.get("metric", ""))
    if metric is None or metric.code not in METRICS:
        raise Http404
    cut = own_cut(request.user, month(timezone.get_current_timezone()))
    part = lists.ALL if request.GET.get("part") == lists.ALL else lists.HITS
    figure = metric.figure(cut, read(cut).now)
    context = {
        "area": "insights",
        "is_own": True,
        "cut": cut,
        "metric": metric,
        "figure": figure,
        "part": part,
        "many": figure.n if part == lists.ALL else figure.listed,
        "page": lists.page_of(cut, metric, part, request.GET.get("after", "")),
        "kept": [],
    }
    return render(request, "insights/cases.html", context)
