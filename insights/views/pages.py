"""The dashboard, the cases behind each of its numbers, and what the numbers mean."""

from typing import Any, Final

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.access import has
from accounts.permissions import ARTICLES_READ, INSIGHTS_VIEW
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.time import now
from feedback.domain.periods import Span
from insights.domain import breakdown, building, cards, charts, lists, self_service
from insights.domain.buckets import ERROR, TARGETS
from insights.domain.cuts import Cut
from insights.domain.direct import TooMany
from insights.domain.metrics import REGISTRY, Metric, Section, metric_of
from insights.domain.reading import read
from insights.filters import KEPT, Choices, choices, known_tags, read_cut, span_of
from insights.models import Progress

BY_WORDS: Final = {
    "team": _("By team"),
    "kind": _("By channel"),
    "inbox": _("By inbox"),
    "agent": _("By person"),
    "tag": _("By tag"),
    "brand": _("By brand"),
}


@require_safe
@needs(INSIGHTS_VIEW)
def dashboard(request: StaffRequest) -> HttpResponse:
    """A constant number of queries, however many tickets are behind it."""
    cut, offered = choices(read_cut(request.GET, request.user))
    try:
        found = read(cut)
    except TooMany as error:
        return too_many(request, cut, offered, error)
    made = cards.cards(cut, found)
    sections = [
        (section, [card for card in made.values() if card.metric.section == section]) for section in Section
    ]
    context = page(request, cut, offered) | {
        "sections": [(section, shown) for section, shown in sections if shown],
        "charts": charts.charts(cut, found),
        "is_empty": not any(card.figure.n or card.before.n for card in made.values()),
    }
    return render(request, "insights/dashboard.html", context)


@require_safe
@needs(INSIGHTS_VIEW)
def beside(request: StaffRequest) -> HttpResponse:
    """What customers said and found by themselves: a part of the dashboard that comes after it."""
    cut, offered = choices(read_cut(request.GET, request.user))
    context = page(request, cut, offered) | {
        "said": cards.said(cut),
        "found": self_service.cards(cut, now()),
        "deflection_query": deflection_query(request, cut),
    }
    return render(request, "insights/_beside.html", context)


@require_safe
@needs(INSIGHTS_VIEW)
def tags(request: StaffRequest) -> HttpResponse:
    """Tags to choose from, when one is about to."""
    return render(request, "insights/_tags.html", {"tags": known_tags(request.user)})


def deflection_query(request: StaffRequest, cut: Cut) -> str | None:
    """Where the numbers of visitors lead to; None for who may not look there."""
    if not has(request.user, ARTICLES_READ):
        return None
    return f"?days={cut.period.days}" + (f"&brand={cut.brand}" if cut.brand else "")


def too_many(request: StaffRequest, cut: Cut, offered: Choices, error: TooMany) -> HttpResponse:
    """What is asked for together would be looked up fact by fact, and there are too many."""
    return render(request, "insights/too_many.html", page(request, cut, offered) | {"many": error.many})


def page(request: StaffRequest, cut: Cut, offered: Choices) -> dict[str, Any]:
    """What all pages of numbers show: the filters, and how fresh the numbers are."""
    progress = Progress.objects.filter(pk=1).first()
    return {
        "area": "insights",
        "cut": cut,
        "choices": offered,
        "spans": Span.choices,
        "span": span_of(request.GET),
        "targets": TARGETS,
        "progress": progress,
        "share_done": building.share_done(progress) if progress else None,
        "error": 100 * ERROR,
        "kept": [(name, value) for name in KEPT if (value := request.GET.get(name, ""))],
    }


@require_safe
@needs(INSIGHTS_VIEW)
def cases(request: StaffRequest) -> HttpResponse:
    """Exactly the tickets or contacts that a number counts. The count above them is the number's own."""
    metric = known(request.GET.get("metric", ""))
    cut, offered = choices(read_cut(request.GET, request.user))
    part = lists.ALL if request.GET.get("part") == lists.ALL else lists.HITS
    by = asked if (asked := request.GET.get("by")) in breakdown.BY else breakdown.BY[0]
    try:
        figure = metric.figure(cut, read(cut).now)
        table = breakdown.table(cut, metric, by, offered.names)
    except TooMany as error:
        return too_many(request, cut, offered, error)
    context = page(request, cut, offered) | {
        "metric": metric,
        "by": by,
        "table": table,
        "ways": [(one, BY_WORDS[one]) for one in breakdown.BY],
        "figure": figure,
        "part": part,
        "many": figure.n if part == lists.ALL else figure.listed,
        "page": lists.page_of(cut, metric, part, request.GET.get("after", "")),
    }
    return render(request, "insights/cases.html", context)


def known(code: str) -> Metric:
    metric = metric_of(code)
    if metric is None:
        raise Http404
    return metric


@require_safe
@needs(INSIGHTS_VIEW)
def definitions(request: StaffRequest) -> HttpResponse:
    """What every number means, from the same registry that counts it."""
    told_all = [*REGISTRY.values(), *self_service.SELF_SERVICE.values()]
    sections = [(section, [told for told in told_all if told.section == section]) for section in Section]
    context = {"area": "insights", "sections": sections, "error": 100 * ERROR}
    return render(request, "insights/definitions.html", context)
