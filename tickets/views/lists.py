"""The desk's lists: views with counts, pages of rows, rows that changed."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers

from accounts.models import User
from accounts.views.guard import StaffRequest
from tickets.domain.lists import Page, State, View, counts_for, find_tickets, page_of
from tickets.models import Ticket
from tickets.views.people import put_living_customers

ROWS_AT_ONCE = 60


def list_context(
    request: StaffRequest, user: User, *, usual: View = View.MINE, beside: Ticket | None = None
) -> dict[str, Any]:
    """The list, alone or `beside` a ticket: view and state, its page, the counts, and the query that keeps them."""
    view = request.GET.get("view", "")
    view = view if view in View.values else usual
    state = request.GET.get("state", "")
    state = state if state in State.values else State.ACTIVE
    after = request.GET.get("after", "")
    counts = counts_for(user)
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    page = Page(find_tickets(user, words)) if words else page_of(view, user, state=state, after=after)
    put_living_customers(page.tickets + ([beside] if beside else []))
    kept = (
        {"view": view} | ({"q": words} if words else {}) | ({"state": state} if state != State.ACTIVE else {})
    )
    return {
        "area": "tickets",
        "view": View(view),
        "state": State(state),
        "states": State.choices,
        "has_states": view not in (View.UNASSIGNED, View.WAITING, View.SNOOZED),
        "views": [(value, label, counts[value]) for value, label in View.choices],
        "page": page,
        "words": words,
        "is_first": not after,
        "list_query": f"?{urlencode(kept)}",
    }


@login_required
@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def desk(request: StaffRequest) -> HttpResponse:
    """A list without a ticket. To htmx the list pane alone, or only further rows."""
    context = list_context(request, request.user)
    if request.htmx and request.htmx.target == "more-rows":
        return render(request, "tickets/_rows.html", context)
    if request.htmx:
        return render(request, "tickets/_list.html", context)
    return render(request, "tickets/desk.html", context)


@login_required
@require_GET
def rows(request: StaffRequest) -> HttpResponse:
    """The rows with these ids as they are now, each to replace itself where it is on the page."""
    asked = request.GET.get("ids", "").split(",")[:ROWS_AT_ONCE]
    wanted = [int(part) for part in asked if part.isdecimal() and len(part) < 19]
    tickets = Ticket.objects.visible_to(request.user).filter(pk__in=wanted)
    found = list(tickets.select_related("customer", "assignee").order_by("pk"))
    put_living_customers(found)
    kept = {key: request.GET[key] for key in ("view", "state") if key in request.GET}
    context = {"tickets": found, "list_query": f"?{urlencode(kept)}" if kept else "", "out_of_band": True}
    return render(request, "tickets/_fresh_rows.html", context)


@login_required
@require_GET
def counts(request: StaffRequest) -> HttpResponse:
    """The views' counts, each to replace itself."""
    return render(request, "tickets/_counts.html", {"counts": counts_for(request.user)})
