"""Snooze a ticket until a time in the user's own zone, and wake it."""

import datetime as dt

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.views.guard import StaffRequest
from carecenter.lib.time import now
from tickets.access import can_edit, get_ticket_for
from tickets.domain import snooze as snoozing
from tickets.models import Ticket
from tickets.templatetags.moments import said
from tickets.views.changes import change, given, undo
from tickets.views.responses import changed


def read_moment(text: str) -> dt.datetime | None:
    """A moment as we write it, or as a date field of the browser sends it: then by the user's clock. Raises Http404."""
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text)
        return moment if moment.tzinfo else timezone.make_aware(moment)
    except (ValueError, OverflowError):
        raise Http404 from None


@change(can_edit)
def snooze(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Until `to`; with an empty value it wakes now."""
    until = read_moment(given(request))
    before = ticket.snoozed_until.isoformat() if ticket.snoozed_until else ""
    if until is None:
        snoozing.wake(ticket, actor=request.user)
        still = before if ticket.snoozed_until and ticket.snoozed_until > now() else ""
        back = undo("snooze", ticket, to=still) if still else ""
        return changed(request, ticket, _("Awake again."), undo=back, key="snooze")
    snoozing.snooze(ticket, until=until, actor=request.user)
    text = _("Snoozed until %(time)s, or until the customer writes.") % {"time": said(until)}
    return changed(request, ticket, text, undo=undo("snooze", ticket, to=before), key="snooze")


@login_required
@require_GET
def own_time(request: StaffRequest, pk: int) -> HttpResponse:
    """The dialog with a date of one's own."""
    ticket = get_ticket_for(request.user, pk)
    if not can_edit(request.user, ticket):
        raise PermissionDenied
    return render(request, "tickets/_snooze_dialog.html", {"ticket": ticket, **limits()})


def limits() -> dict[str, str]:
    """What the browser's date field offers: from now to a year ahead, in the user's zone."""
    here = timezone.localtime(now())
    form = "%Y-%m-%dT%H:%M"
    return {
        "first": here.strftime(form),
        "last": (here + snoozing.LONGEST).strftime(form),
        "usual": (here + dt.timedelta(days=1)).strftime("%Y-%m-%dT09:00"),
    }
