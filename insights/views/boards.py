"""Dashboards of one's own: put together from tiles, shared with a team, mailed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import Team
from accounts.permissions import INSIGHTS_VIEW
from accounts.views.guard import StaffRequest, needs
from feedback.domain.periods import Span
from insights.board_form import BoardForm, MailForm, NameForm
from insights.domain import board_mails, boards, charts
from insights.domain.buckets import ERROR, TARGETS
from insights.domain.metrics import Definition, Section, metrics_in
from insights.domain.self_service import SELF_SERVICE
from insights.filters import KEPT, choices, read_cut, teams_in
from insights.models import Board, BoardMail, Progress
from insights.paper.papers import of_board
from insights.tiles import shown
from insights.views.files import pdf_file

CHART_WORDS = charts.TITLES


@require_safe
@needs(INSIGHTS_VIEW)
def board_list(request: StaffRequest) -> HttpResponse:
    context = {
        "area": "insights",
        "boards": boards.visible_to(request.user)[: 2 * boards.MOST_BOARDS],
        "gone": boards.deleted_lately(request.user),
        "form": NameForm(),
    }
    return render(request, "insights/boards.html", context)


@require_POST
@needs(INSIGHTS_VIEW)
def board_new(request: StaffRequest) -> HttpResponse:
    form = NameForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give it a name."))
        return redirect("insights:boards")
    try:
        board = boards.make(request.user, form.cleaned_data["name"])
    except boards.BoardError:
        messages.error(request, _("You have very many. Delete one first."))
        return redirect("insights:boards")
    return redirect("insights:board", pk=board.pk)


def board_for(request: StaffRequest, pk: int, *, own: bool = False) -> Board:
    board = boards.find_for(request.user, pk)
    if board is None or (own and board.owner_id != request.user.pk):
        raise Http404
    return board


def own_teams(request: StaffRequest) -> Any:
    return Team.objects.filter(pk__in=[team.pk for team in teams_in(request.user)]).order_by("name")


@require_safe
@needs(INSIGHTS_VIEW)
def board(request: StaffRequest, pk: int) -> HttpResponse:
    found = board_for(request, pk)
    is_own = found.owner_id == request.user.pk
    mail = BoardMail.objects.filter(board=found, user=request.user).first()
    context: dict[str, Any] = {
        "area": "insights",
        "board": found,
        "is_owner": is_own,
        "tiles": shown(found, request.user),
        "mail": mail,
        "mail_form": MailForm(
            initial={"every": mail.every, "hour": mail.hour, "with_pdf": mail.with_pdf} if mail else None
        ),
        "progress": Progress.objects.filter(pk=1).first(),
        "error": 100 * ERROR,
    }
    if is_own:
        _cut, offered = choices(read_cut(request.GET, request.user))
        context |= {
            "form": BoardForm(initial={"name": found.name, "team": found.team}, teams=own_teams(request)),
            "sections": [(section, told_in(section)) for section in Section],
            "pictures": list(CHART_WORDS.items()),
            "spans": [one for one in Span.choices if one[0] != Span.OWN],
            "selects": offered.selects,
            "targets": TARGETS,
        }
    return render(request, "insights/board.html", context)


@require_safe
@needs(INSIGHTS_VIEW)
def board_pdf(request: StaffRequest, pk: int) -> HttpResponse:
    """On paper what who asks sees on the page."""
    found = board_for(request, pk)
    return pdf_file(of_board(found, request.user), f"dashboard-{found.pk}")


def told_in(section: Section) -> list[Definition]:
    """What a tile may show, the numbers of visitors too."""
    return [*metrics_in(section), *(one for one in SELF_SERVICE.values() if one.section == section)]


@require_POST
@needs(INSIGHTS_VIEW)
def board_change(request: StaffRequest, pk: int) -> HttpResponse:
    found = board_for(request, pk, own=True)
    form = BoardForm(request.POST, teams=own_teams(request))
    if form.is_valid():
        boards.change(found, name=form.cleaned_data["name"], team=form.cleaned_data["team"])
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Give it a name."))
    return redirect("insights:board", pk=pk)


@require_POST
@needs(INSIGHTS_VIEW)
def tile_add(request: StaffRequest, pk: int) -> HttpResponse:
    found = board_for(request, pk, own=True)
    asked = {name: request.POST.get(name, "")[:80] for name in KEPT}
    try:
        boards.add_tile(found, request.POST.get("what", ""), asked)
    except boards.BoardError:
        messages.error(request, _("This tile cannot be added: it is unknown, or there are too many."))
    return redirect("insights:board", pk=pk)


@require_POST
@needs(INSIGHTS_VIEW)
def tile_remove(request: StaffRequest, pk: int, tile: str) -> HttpResponse:
    boards.remove_tile(board_for(request, pk, own=True), tile)
    return redirect("insights:board", pk=pk)


@require_POST
@needs(INSIGHTS_VIEW)
def tile_move(request: StaffRequest, pk: int, tile: str) -> HttpResponse:
    found, to = board_for(request, pk, own=True), request.POST.get("to", "")
    try:
        boards.move_tile(found, tile, int(to) if to.isascii() and to.isdigit() and len(to) < 4 else 0)
    except boards.BoardError:
        raise Http404 from None
    return redirect("insights:board", pk=pk)


@require_POST
@needs(INSIGHTS_VIEW)
def board_mail(request: StaffRequest, pk: int) -> HttpResponse:
    found, form = board_for(request, pk), MailForm(request.POST)
    if form.is_valid():
        board_mails.set_mail(found, request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
    return redirect("insights:board", pk=pk)


@require_POST
@needs(INSIGHTS_VIEW)
def board_delete(request: StaffRequest, pk: int) -> HttpResponse:
    boards.put_away(board_for(request, pk, own=True))
    messages.success(request, _("Deleted. For a day it can be brought back."))
    return redirect("insights:boards")


@require_POST
@needs(INSIGHTS_VIEW)
def board_restore(request: StaffRequest, pk: int) -> HttpResponse:
    if boards.restore(request.user, pk) is None:
        raise Http404
    messages.success(request, _("It is back."))
    return redirect("insights:board", pk=pk)
