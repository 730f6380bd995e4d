"""Saved views: kept from a search, named, shared, put in order, deleted and brought back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from accounts.models import User
from accounts.permissions import TICKET_VIEW
from accounts.views.guard import StaffRequest, needs
from tickets.domain.errors import TicketError
from tickets.domain.search.language import clean
from tickets.domain.search.saved import (
    ICONS,
    can_change,
    change_view,
    delete_view,
    find_view,
    move_view,
    restore_view,
    save_view,
    share_view,
    shares_for,
    views_for,
)
from tickets.models import SavedView
from tickets.views.responses import tell


@require_http_methods(["GET", "HEAD", "POST"])
@needs(TICKET_VIEW)
def saved_views(request: StaffRequest) -> HttpResponse:
    """The page of all views one has; a POST keeps a search as a new one."""
    if request.method == "POST":
        return add(request)
    context = views_context(request)
    return render(request, "tickets/_views.html" if request.htmx else "tickets/views.html", context)


def views_context(request: StaffRequest) -> dict[str, Any]:
    rows = list(views_for(request.user).select_related("brand", "team", "owner"))
    brands, teams = shares_for(request.user)
    own = [view for view in rows if view.owner_id == request.user.pk]
    return {
        "area": "tickets",
        "own": own,
        "shared": [
            {"view": view, "may_change": can_change(request.user, view)} for view in rows if view not in own
        ],
        "icons": ICONS,
        "sorts": SavedView.Sort.choices,
        "share_with": [(f"brand-{one.pk}", one.name) for one in brands]
        + [(f"team-{one.pk}", one.name) for one in teams],
    }


def add(request: StaffRequest) -> HttpResponse:
    try:
        view = save_view(
            actor=request.user,
            name=given(request, "name"),
            query=given(request, "query"),
            sort=sort_of(request),
        )
    except TicketError as error:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("tickets:views"))
    messages.success(request, _("The view “%s” is kept.") % view.name)
    return HttpResponseRedirect(f"{reverse('tickets:desk')}?view=saved-{view.pk}")


def given(request: StaffRequest, name: str) -> str:
    return clean(request.POST.get(name, ""))


def sort_of(request: StaffRequest) -> str:
    sort = given(request, "sort")
    return sort if sort in SavedView.Sort.values else SavedView.Sort.NEWEST


@require_POST
@needs(TICKET_VIEW)
def change(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_saved_view_for(request.user, pk)
    try:
        change_view(
            view,
            actor=request.user,
            name=given(request, "name"),
            query=given(request, "query"),
            icon=given(request, "icon"),
            sort=sort_of(request),
        )
    except TicketError as error:
        return refused(request, error)
    return list_again(request, _("Saved."))


@require_POST
@needs(TICKET_VIEW)
def share(request: StaffRequest, pk: int) -> HttpResponse:
    """`with`: brand-3, team-4, or nothing for oneself."""
    view = get_saved_view_for(request.user, pk)
    kind, _dash, number = given(request, "with").partition("-")
    target = int(number) if number.isascii() and number.isdecimal() and len(number) < 19 else None
    whom = {f"{kind}_id": target} if kind in ("brand", "team") and target is not None else {}
    try:
        share_view(view, actor=request.user, **whom)
    except TicketError as error:
        return refused(request, error)
    return list_again(request, _("Shared.") if whom else _("Only you see it now."))


@require_POST
@needs(TICKET_VIEW)
def move(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_saved_view_for(request.user, pk)
    move_view(view, actor=request.user, step=-1 if given(request, "step") == "up" else 1)
    return list_again(request, "")


@require_POST
@needs(TICKET_VIEW)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    view = get_saved_view_for(request.user, pk)
    delete_view(view, actor=request.user)
    action = {"label": _("Undo"), "url": reverse("tickets:view_restore", args=[pk])}
    undo = {"action": action, "seconds": 10} if view.owner_id == request.user.pk else {}
    return list_again(request, _("The view “%s” is deleted.") % view.name, **undo)


@require_POST
@needs(TICKET_VIEW)
def restore(request: StaffRequest, pk: int) -> HttpResponse:
    restore_view(get_saved_view_for(request.user, pk, deleted=True), actor=request.user)
    return trigger_client_event(HttpResponse(status=204), "views-changed")


def list_again(request: StaffRequest, text: str, **toast: Any) -> HttpResponse:
    """The list as it is now, with a word about what happened."""
    if not request.htmx:
        if text:
            messages.success(request, text)
        return HttpResponseRedirect(reverse("tickets:views"))
    response = render(request, "tickets/_views.html", views_context(request))
    return tell(response, text, **toast) if text else response


def refused(request: StaffRequest, error: TicketError) -> HttpResponse:
    if not request.htmx:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("tickets:views"))
    return tell(HttpResponse(status=204), str(error), tone="warning")


def get_saved_view_for(user: User, pk: int, *, deleted: bool = False) -> SavedView:
    """One the user may change, or bring back. Raises Http404."""
    if (view := find_view(user, pk, deleted=deleted)) is None:
        raise Http404
    return view
