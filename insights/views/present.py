"""How it stands now, and the same on a wall."""

from typing import Any

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import INSIGHTS_VIEW
from accounts.views.guard import StaffRequest, needs
from insights.domain import walls
from insights.domain.cuts import Cut
from insights.domain.present import present
from insights.filters import choices, read_cut
from insights.models import WallLink
from insights.wall_form import WallLimitsForm, WallLinkForm


@require_safe
@needs(INSIGHTS_VIEW)
def now_page(request: StaffRequest) -> HttpResponse:
    cut, offered = choices(read_cut(request.GET, request.user))
    context = {
        "area": "insights",
        "cut": cut,
        "selects": [one for one in offered.selects if one[0] in ("brand", "team")],
        "found": present(cut),
        "query": query_of(cut),
        "links": walls.links_of(request.user),
        "form": WallLinkForm(),
        "limits_form": WallLimitsForm(initial=model_to_dict(walls.limits_of(request.user))),
    }
    return render(request, "insights/now.html", context)


@require_safe
@needs(INSIGHTS_VIEW)
def now_numbers(request: StaffRequest) -> HttpResponse:
    """The part of the page that is asked for again and again."""
    cut = read_cut(request.GET, request.user)
    return render(request, "insights/_now.html", {"found": present(cut), "query": query_of(cut)})


def query_of(cut: Cut) -> str:
    given = [
        f"{name}={value}" for name, value in (("brand", cut.brand), ("team", cut.team)) if value is not None
    ]
    return "?" + "&".join(given) if given else ""


@require_safe
@needs(INSIGHTS_VIEW)
def wall(request: StaffRequest) -> HttpResponse:
    cut = read_cut(request.GET, request.user)
    return wall_page(request, cut, {"again": reverse("insights:wall_numbers") + query_of(cut)})


@require_safe
@needs(INSIGHTS_VIEW)
def wall_numbers(request: StaffRequest) -> HttpResponse:
    return wall_part(request, read_cut(request.GET, request.user))


@require_safe
def screen(request: HttpRequest, token: str) -> HttpResponse:
    """By a link: for a screen at which nobody signs in."""
    link = link_by(token)
    again = reverse("insights:screen_numbers", kwargs={"token": token})
    return wall_page(request, cut_of(link), {"again": again, "name": link.name, "token": token})


@require_safe
def screen_numbers(request: HttpRequest, token: str) -> HttpResponse:
    return wall_part(request, cut_of(link_by(token)))


def link_by(token: str) -> WallLink:
    link = walls.find_link(token)
    if link is None:
        raise Http404
    return link


def cut_of(link: WallLink) -> Cut:
    return walls.cut_of(link.owner, link.brand_id, link.team_id)


def wall_page(request: HttpRequest, cut: Cut, more: dict[str, Any]) -> HttpResponse:
    response = render(request, "insights/wall.html", shown_on_wall(cut) | more)
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store, private"
    return response


def wall_part(request: HttpRequest, cut: Cut) -> HttpResponse:
    response = render(request, "insights/_wall.html", shown_on_wall(cut))
    response["Cache-Control"] = "no-store, private"
    return response


def shown_on_wall(cut: Cut) -> dict[str, Any]:
    found = present(cut)
    return {"tiles": walls.tiles(found, walls.limits_of(cut.user)), "found": found}


@require_POST
@needs(INSIGHTS_VIEW)
def limits(request: StaffRequest) -> HttpResponse:
    form = WallLimitsForm(request.POST)
    if form.is_valid():
        walls.set_limits(request.user, **form.cleaned_data)
        messages.success(request, _("Saved. The boards follow within seconds."))
    else:
        messages.error(request, str(next(iter(form.errors.values()))[0]))
    return redirect("insights:now")


@require_POST
@needs(INSIGHTS_VIEW)
def link_new(request: StaffRequest) -> HttpResponse:
    asked = read_cut(request.POST, request.user)
    cut, _offered = choices(asked)
    if cut != asked:
        raise Http404
    form = WallLinkForm(request.POST)
    if cut.team == 0:
        messages.error(request, _("A screen shows one team or all of them. Choose another team first."))
    elif form.is_valid() and len(walls.links_of(request.user)) < walls.MOST_LINKS:
        walls.make_link(request.user, form.cleaned_data["name"], brand=cut.brand, team=cut.team)
        messages.success(request, _("The link is there. Open it on the screen."))
    else:
        messages.error(request, _("Say where the screen hangs."))
    return redirect(reverse("insights:now") + query_of(cut))


@require_POST
@needs(INSIGHTS_VIEW)
def link_revoke(request: StaffRequest, pk: int) -> HttpResponse:
    link = walls.find_own(request.user, pk)
    if link is None:
        raise Http404
    walls.revoke(link, actor=request.user)
    messages.success(request, _("The link opens nothing any more."))
    return redirect("insights:now")
