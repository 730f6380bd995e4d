"""Numbers and cases as files: CSV for programs, a workbook for people, PDF for paper. What would run is harmless."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.permissions import INSIGHTS_VIEW
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.time import now
from feedback.domain.export import lines
from insights.domain import cards, charts, export, lists, self_service
from insights.domain.cuts import Cut
from insights.domain.direct import TooMany
from insights.domain.metrics import Metric
from insights.domain.reading import Read, read
from insights.domain.workbook import Sheet, workbook
from insights.filters import Choices, choices, read_cut
from insights.paper.content import Paper
from insights.paper.papers import of_numbers
from insights.views.pages import known, too_many

NUMBERS: Final = "numbers"
CASES: Final = "cases"
Response = TypeVar("Response", bound=HttpResponseBase)
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked(request: StaffRequest) -> tuple[Cut, Choices]:
    return choices(read_cut(request.GET, request.user))


def card_rows(cut: Cut, found: Read) -> list[list[Any]]:
    beside = self_service.cards(cut, now())
    return [export.card_row(card) for card in (*cards.cards(cut, found).values(), *beside)]


@require_safe
@needs(INSIGHTS_VIEW)
def numbers_csv(request: StaffRequest) -> HttpResponseBase:
    """All numbers of the dashboard; with `what` the table behind one of its pictures."""
    cut, offered = asked(request)
    try:
        found = read(cut)
    except TooMany as error:
        return too_many(request, cut, offered, error)
    what = request.GET.get("what", NUMBERS)
    if what in charts.CHARTS:
        chart = charts.CHARTS[what](cut, found)
        return csv_file(lines([str(name) for name in chart.head], export.chart_rows(chart)), what, cut)
    return csv_file(lines(export.CARD_COLUMNS, card_rows(cut, found)), NUMBERS, cut)


@require_safe
@needs(INSIGHTS_VIEW)
def numbers_xlsx(request: StaffRequest) -> HttpResponseBase:
    """The same, all of it: the numbers, and each picture's table on a sheet of its own."""
    cut, offered = asked(request)
    try:
        found = read(cut)
    except TooMany as error:
        return too_many(request, cut, offered, error)
    tables = [
        Sheet(str(chart.title), chart.head, export.chart_rows(chart)) for chart in charts.charts(cut, found)
    ]
    return xlsx_file([Sheet(NUMBERS, export.CARD_COLUMNS, card_rows(cut, found)), *tables], NUMBERS, cut)


@require_safe
@needs(INSIGHTS_VIEW)
def numbers_pdf(request: StaffRequest) -> HttpResponse:
    """The page on paper."""
    cut, offered = asked(request)
    try:
        found = read(cut)
    except TooMany as error:
        return too_many(request, cut, offered, error)
    return pdf_file(of_numbers(cut, offered, found), f"{NUMBERS}-{days_of(cut)}")


@require_safe
@needs(INSIGHTS_VIEW)
def cases_csv(request: StaffRequest) -> HttpResponseBase:
    """The cases behind a number, as many as the list has, up to a limit."""
    cut, _offered = asked(request)
    metric = known(request.GET.get("metric", ""))
    keys = export.own_keys(request.user)
    head = (*export.CASE_COLUMNS, *keys)
    return csv_file(lines(head, case_rows(request, cut, metric, keys)), metric.code, cut)


@require_safe
@needs(INSIGHTS_VIEW)
def cases_xlsx(request: StaffRequest) -> HttpResponseBase:
    cut, _offered = asked(request)
    metric = known(request.GET.get("metric", ""))
    keys = export.own_keys(request.user)
    sheet = Sheet(CASES, (*export.CASE_COLUMNS, *keys), case_rows(request, cut, metric, keys))
    return xlsx_file([sheet], metric.code, cut)


def case_rows(request: StaffRequest, cut: Cut, metric: Metric, keys: list[str]) -> Iterator[list[Any]]:
    part = lists.ALL if request.GET.get("part") == lists.ALL else lists.HITS
    return (export.case_row(line, keys) for line in lists.exported(cut, metric, part))


def csv_file(content: Iterable[str], name: str, cut: Cut) -> StreamingHttpResponse:
    response = StreamingHttpResponse(content, content_type="text/csv; charset=utf-8")
    return as_file(response, f"{name}-{days_of(cut)}.csv")


def xlsx_file(sheets: list[Sheet], name: str, cut: Cut) -> HttpResponse:
    response = HttpResponse(workbook(sheets), content_type=XLSX)
    return as_file(response, f"{name}-{days_of(cut)}.xlsx")


def pdf_file(paper: Paper, name: str) -> HttpResponse:
    from insights.paper.document import pdf  # large, and needed seldom

    return as_file(HttpResponse(pdf(paper), content_type="application/pdf"), f"{name}.pdf")


def days_of(cut: Cut) -> str:
    return f"{cut.period.first.isoformat()}-{cut.period.last.isoformat()}"


def as_file(response: Response, name: str) -> Response:
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store, private"
    return response
