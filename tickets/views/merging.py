"""Merge a ticket into another, split messages off, and take either back."""

from collections.abc import Sequence

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST
from django_htmx.http import HttpResponseLocation, trigger_client_event

from accounts.views.guard import StaffRequest
from tickets.access import can_edit, get_merge_for, get_split_for, get_ticket_for
from tickets.domain.errors import TicketError
from tickets.domain.joining import candidates
from tickets.domain.merging import merge as merge_tickets
from tickets.domain.splitting import split as split_ticket
from tickets.domain.splitting import unsplit as join_again
from tickets.domain.unmerging import unmerge as part
from tickets.models import Ticket
from tickets.views.people import put_living_customers
from tickets.views.responses import changed, refused

CHOICES = 60  # messages to choose from


def editable(request: StaffRequest, pk: int) -> Ticket:
    ticket = get_ticket_for(request.user, pk)
    if not can_edit(request.user, ticket):
        raise PermissionDenied
    return ticket


def numbers(values: Sequence[str], most: int) -> list[int]:
    """Raises Http404 for what is none."""
    if len(values) > most or not all(value.isdecimal() and len(value) < 19 for value in values):
        raise Http404
    return [int(value) for value in values]


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """The dialog, to htmx in it only what was found; sent, the ticket is part of the other one."""
    ticket = editable(request, pk)
    if request.method == "POST":
        chosen = numbers(request.POST.getlist("into"), 1)
        if not chosen:
            raise Http404
        return merged(request, ticket, editable(request, chosen[0]))
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:100]
    found = candidates(request.user, ticket, words)
    put_living_customers([ticket, *found])
    context = {"ticket": ticket, "found": found, "words": words}
    name = "_merge_options" if request.htmx.target == "merge-options" else "_merge_dialog"
    return render(request, f"tickets/{name}.html", context)


def merged(request: StaffRequest, ticket: Ticket, into: Ticket) -> HttpResponse:
    try:
        done = merge_tickets(ticket, into=into, actor=request.user)
    except TicketError as error:
        return refused(request, ticket, error)
    text = _("#%(gone)s is part of #%(kept)s now.") % {"gone": ticket.number, "kept": into.number}
    return moved_to(request, into, text, undo=reverse("tickets:unmerge", args=[done.pk]), also=ticket.pk)


def moved_to(request: StaffRequest, ticket: Ticket, text: str, *, undo: str, also: int) -> HttpResponse:
    """The page goes on with another ticket, and `also` has changed."""
    response = changed(request, ticket, text, undo=undo)
    if not request.htmx:
        return response
    url = reverse("tickets:ticket", args=[ticket.pk])
    moved = HttpResponseLocation(url, target="#ticket-pane", swap="outerHTML")
    moved.headers["HX-Trigger"] = response.headers["HX-Trigger"]
    trigger_client_event(moved, "close-dialog", {"id": "action-dialog"})
    return trigger_client_event(moved, "row-changed", {"ticket": also})


@login_required
@require_POST
def unmerge(request: StaffRequest, pk: int) -> HttpResponse:
    done = get_merge_for(request.user, pk)
    kept = editable(request, done.kept_id)
    editable(request, done.gone_id)
    try:
        part(done, actor=request.user)
    except TicketError as error:
        return refused(request, kept, error)
    text = _("#%(number)s is a ticket of its own again.") % {"number": done.gone.number}
    return trigger_client_event(changed(request, kept, text), "row-changed", {"ticket": done.gone_id})


@login_required
@require_http_methods(["GET", "POST"])
def split(request: StaffRequest, pk: int) -> HttpResponse:
    """The dialog with the messages from one on; sent, a new ticket has the chosen ones."""
    ticket = editable(request, pk)
    if request.method == "POST":
        return split_off(request, ticket)
    start = numbers([request.GET.get("from", "0")], 1)[0]
    messages = ticket.messages.select_related("author", "customer").filter(pk__gte=start)
    shown = list(messages.order_by("pk")[:CHOICES])
    context = {"ticket": ticket, "shown": shown, "start": start}
    return render(request, "tickets/_split_dialog.html", context)


def split_off(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    chosen = numbers(request.POST.getlist("message"), CHOICES)
    subject = request.POST.get("subject", "").replace("\x00", "")
    try:
        done = split_ticket(ticket, chosen, subject=subject, actor=request.user)
    except TicketError as error:
        return refused(request, ticket, error)
    text = ngettext(
        "One message is a ticket of its own now.",
        "%(count)s messages are a ticket of their own now.",
        len(chosen),
    ) % {"count": len(chosen)}
    return moved_to(request, done.made, text, undo=reverse("tickets:unsplit", args=[done.pk]), also=ticket.pk)


@login_required
@require_POST
def unsplit(request: StaffRequest, pk: int) -> HttpResponse:
    done = get_split_for(request.user, pk)
    source = editable(request, done.source_id)
    editable(request, done.made_id)
    try:
        join_again(done, actor=request.user)
    except TicketError as error:
        return refused(request, source, error)
    text = _("The messages are back on #%(number)s.") % {"number": source.number}
    response = changed(request, source, text)
    here = reverse("tickets:ticket", args=[source.pk])
    trigger_client_event(response, "ticket-moved", {"url": here})
    return trigger_client_event(response, "row-changed", {"ticket": done.made_id})
