"""The floor: what the framework itself costs, behind the same middleware and sign-in as every page.

These addresses exist only with CARECENTER_BENCH=1, which bin/bench sets for its own scratch installation.
"""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path
from django.views.decorators.http import require_GET

from tickets.models import Ticket

LIST_ROWS = 25


@login_required
@require_GET
def empty(request: HttpRequest) -> HttpResponse:
    """Session and user, nothing else."""
    return HttpResponse("ok", content_type="text/plain")


@login_required
@require_GET
def row(request: HttpRequest, pk: int) -> HttpResponse:
    """One row by its primary key, as text."""
    ticket = get_object_or_404(Ticket, pk=pk)
    return HttpResponse(f"{ticket.number} {ticket.subject}", content_type="text/plain")


@login_required
@require_GET
def rows(request: HttpRequest) -> HttpResponse:
    """Twenty-five rows by one index, eight values each, rendered by a template."""
    tickets = Ticket.objects.order_by("-last_message_at", "-pk")[:LIST_ROWS]
    return render(request, "bench/rows.html", {"tickets": tickets})


urlpatterns = [path("empty/", empty), path("row/<int:pk>/", row), path("rows/", rows)]
