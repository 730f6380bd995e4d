"""Answers to the desk's requests: what changed is told as events, and each region of the page fetches itself."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import trigger_client_event

from accounts.views.guard import StaffRequest
from tickets.domain.errors import Merged, TicketError
from tickets.models import Ticket


def changed(
    request: StaffRequest, ticket: Ticket, text: str = "", *, undo: str = "", **toast: Any
) -> HttpResponse:
    """The ticket changed: the page fetches it anew. `undo` is an address that takes it back by POST."""
    if not request.htmx:
        if text:
            messages.success(request, text)
        return HttpResponseRedirect(reverse("tickets:ticket", args=[ticket.pk]))
    response = HttpResponse(status=204)
    if text:
        action = {"label": _("Undo"), "url": undo} if undo else None
        tell(response, text, action=action, seconds=10 if undo else None, **toast)
    trigger_client_event(response, "ticket-changed", {"ticket": ticket.pk})
    return response


def refused(request: StaffRequest, ticket: Ticket, error: TicketError) -> HttpResponse:
    """A verb said no: its sentence for the agent, and the ticket as it is now."""
    if not request.htmx:
        messages.error(request, str(error))
        return HttpResponseRedirect(reverse("tickets:ticket", args=[ticket.pk]))
    response = HttpResponse(status=409)
    tell(response, str(error), tone="warning")
    trigger_client_event(response, "ticket-changed", {"ticket": ticket.pk})
    if isinstance(error, Merged):
        trigger_client_event(response, "ticket-moved", {"url": reverse("tickets:ticket", args=[error.into])})
    return response


def tell(response: HttpResponse, text: str, *, tone: str = "success", **more: Any) -> HttpResponse:
    """Show a toast."""
    return trigger_client_event(response, "toast", {"text": text, "tone": tone, **more})
