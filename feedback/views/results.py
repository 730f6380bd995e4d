"""What customers said, as figures: everybody's for who may see them, one's own for oneself; and the answers behind."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, Final

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.permissions import FEEDBACK_READ
from accounts.views.guard import StaffRequest, needs
from feedback.charts import chart_of
from feedback.domain import answer_lists, export
from feedback.domain.cuts import BREAKDOWNS, Cut
from feedback.domain.periods import Span
from feedback.domain.reading import Read, read
from feedback.domain.results import FEW, breakdown, cards, trend
from feedback.domain.scales import SCORES
from feedback.filters import KEPT, Choice, choices, read_cut, read_period, read_wanted, span_of
from feedback.models import Measure

COMMENTS: Final = 8
ORDER: Final = (Measure.CSAT, Measure.NPS, Measure.CES_1, Measure.CES_2, Measure.SETTLED)


@require_safe
@needs(FEEDBACK_READ)
def results(request: StaffRequest) -> HttpResponse:
    """A constant number of queries, whatever is counted."""
    cut = read_cut(request.GET, request.user)
    by = asked_by(request)
    found = read(cut, by)
    context, offered = figures(request, cut, found), choices(cut, found.until)
    if measure := context["measure"]:
        context |= {"rows": breakdown(found, measure, by, names_in(offered, by))}
    context |= {
        "choices": offered,
        "by": by,
        "breakdowns": BREAKDOWNS,
        "tab": "results",
        "answers_url": reverse("feedback:answers"),
        "kept": kept(request, context["measure"]),
    }
    return render(request, "feedback/results.html", context)


def asked_by(request: StaffRequest) -> str:
    by = request.GET.get("by", "")
    return by if by in BREAKDOWNS else BREAKDOWNS[0]


def names_in(offered: list[Choice], by: str) -> dict[int, str]:
    return next(dict(one.options) for one in offered if one.name == by)


@require_safe
@login_required
def mine(request: StaffRequest) -> HttpResponse:
    """What customers said of one's own work, against one's own before: no names beside it, no ranks."""
    cut = Cut(user=request.user, period=read_period(request.GET), own=True)
    context = {
        **figures(request, cut, read(cut)),
        "tab": "mine",
        "answers_url": reverse("feedback:my_answers"),
    }
    return render(request, "feedback/mine.html", context)


def kept(request: StaffRequest, measure: str) -> list[tuple[str, str]]:
    """What a search in the comments takes along from the page."""
    given = [(name, value) for name in KEPT if name != "by" and (value := request.GET.get(name, ""))]
    return list({**dict(given), "measure": measure, "comments": "1"}.items())


def figures(request: StaffRequest, cut: Cut, told: Read) -> dict[str, Any]:
    """The cards, and of the measure that is looked at its trend, its distribution and the latest comments."""
    found = cards(told)
    shown = [found[code] for code in ORDER if code in found]
    asked_for = request.GET.get("measure", "")
    measure = asked_for if asked_for in found else (shown[0].figure.measure if shown else "")
    context = {
        "area": "feedback",
        "cut": cut,
        "cards": shown,
        "measure": measure,
        "spans": Span.choices,
        "span": span_of(request.GET),
        "zone": str(cut.period.zone),
        "few": FEW,
    }
    if not measure:
        return context
    figure = found[measure].figure
    wanted = answer_lists.Wanted(cut, measure=measure, with_comment=True)
    return context | {
        "figure": figure,
        "chart": chart_of(trend(told, cut, measure), measure, cut.period.unit),
        "scores": [
            (score, figure.counts.get(score, 0)) for score in sorted(SCORES[Measure(measure)], reverse=True)
        ],
        "most": max([*figure.counts.values(), 1]),
        "comments": answer_lists.page_of(wanted, limit=COMMENTS).answers,
    }


@require_safe
@needs(FEEDBACK_READ)
def answers(request: StaffRequest) -> HttpResponse:
    """The answers that a figure counts, one by one; with words in `q` those whose comment has them."""
    return answer_page(request, read_cut(request.GET, request.user), "results")


@require_safe
@login_required
def my_answers(request: StaffRequest) -> HttpResponse:
    return answer_page(request, Cut(user=request.user, period=read_period(request.GET), own=True), "mine")


def answer_page(request: StaffRequest, cut: Cut, tab: str) -> HttpResponse:
    wanted = read_wanted(request.GET, cut)
    page = answer_lists.page_of(wanted, request.GET.get("after", ""))
    context = {
        "area": "feedback",
        "tab": tab,
        "back": reverse(f"feedback:{tab}"),
        "cut": cut,
        "wanted": wanted,
        "page": page,
        "choices": choices(cut) if tab == "results" else [],
        "spans": Span.choices,
        "span": span_of(request.GET),
        "scores": sorted(SCORES[Measure(wanted.measure)]) if wanted.measure else [],
        "measures": ORDER,
    }
    return render(request, "feedback/answers.html", context)


@require_safe
@needs(FEEDBACK_READ)
def answers_csv(request: StaffRequest) -> HttpResponseBase:
    """The same answers as a file, the latest first."""
    wanted = read_wanted(request.GET, read_cut(request.GET, request.user))
    zone: dt.tzinfo = timezone.get_current_timezone()
    rows = (export.answer_row(answer, zone) for answer in answer_lists.exported(wanted))
    return csv_file(export.lines(export.ANSWER_COLUMNS, rows), "answers", wanted.cut)


@require_safe
@needs(FEEDBACK_READ)
def figures_csv(request: StaffRequest) -> HttpResponseBase:
    """The breakdown as a file; without a measure all of them, one below the other."""
    cut = read_cut(request.GET, request.user)
    by = asked_by(request)
    found = read(cut, by)
    asked_for = request.GET.get("measure", "")
    measures = [asked_for] if asked_for in Measure.values else list(cards(found))
    names = names_in(choices(cut, found.until), by)
    rows = [export.figure_row(row) for measure in measures for row in breakdown(found, measure, by, names)]
    return csv_file(export.lines(export.FIGURE_COLUMNS, rows), "figures", cut)


def csv_file(lines: Iterator[str], name: str, cut: Cut) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    days = f"{cut.period.first.isoformat()}-{cut.period.last.isoformat()}"
    response["Content-Disposition"] = f'attachment; filename="feedback-{name}-{days}.csv"'
    response["Cache-Control"] = "no-store, private"
    return response
