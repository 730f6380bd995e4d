"""What a desk shows that has changed: asked with the versions it has, answered with what is newer."""

from urllib.parse import parse_qsl

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_GET
from django_htmx.http import trigger_client_event

from accounts.views.guard import StaffRequest
from tickets.models import Ticket
from tickets.views.lists import all_counts
from tickets.views.people import put_living_customers

AT_ONCE = 200
LONGEST_QUERY = 2000


@login_required
@require_GET
def catch_up(request: StaffRequest) -> HttpResponse:
    """Rows that changed replace themselves, those the user may not see any more go, an open ticket fetches itself.

    `rows` and `open` are pairs like 12:5 of ticket and version; `back` is the query of the list; `counts` asks for
    the views' counts as well. What is as it was costs one small query.
    """
    rows = versions_in(request.GET.get("rows", ""))
    shown = versions_in(request.GET.get("open", "")) if "open" in request.GET else {}
    asked = rows | shown
    visible = Ticket.objects.visible_to(request.user)
    now = dict(visible.filter(pk__in=asked).values_list("pk", "version")) if asked else {}
    changed = [pk for pk, version in rows.items() if now.get(pk, version) != version]
    tickets = visible.filter(pk__in=changed).for_rows() if changed else []
    found = sorted(tickets, key=lambda ticket: ticket.pk)
    put_living_customers(found)
    context = {
        "tickets": found,
        "gone": [pk for pk in rows if pk not in now],
        "list_query": back_of(request),
        "out_of_band": True,
        "counts": all_counts(request.user) if "counts" in request.GET else None,
    }
    response = render(request, "tickets/_caught_up.html", context)
    for pk, version in shown.items():
        if now.get(pk) != version:
            trigger_client_event(response, "ticket-stale", {"ticket": pk})
    return response


def versions_in(text: str) -> dict[int, int]:
    """Of "12:5,13:2": {12: 5, 13: 2}. What is no such pair is left out."""
    found: dict[int, int] = {}
    for pair in text.split(",")[:AT_ONCE]:
        pk, _, version = pair.partition(":")
        if pk.isdecimal() and version.isdecimal() and len(pk) < 19 and len(version) < 10:
            found[int(pk)] = int(version)
    return found


def back_of(request: HttpRequest) -> str:
    """The query that keeps the list as it is, for the links in its rows."""
    pairs = parse_qsl(request.GET.get("back", "")[:LONGEST_QUERY].removeprefix("?"))[:20]
    return f"?{urlencode(pairs)}" if pairs else ""
