"""Changes by mouse and keyboard: take, assign, team, status, priority, tags, subject. Each can be undone."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import teams_for
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from accounts.views.guard import StaffRequest
from tickets.access import can_assign, can_block, can_edit, get_ticket_for
from tickets.domain import assignment, changes, spam, status
from tickets.domain.errors import TicketError
from tickets.domain.lists import assignees_for
from tickets.models import Priority, Status, Ticket
from tickets.views.responses import changed, refused

Change = Callable[[StaffRequest, Ticket], HttpResponse]


def change(allowed: Callable[[User, Ticket], bool]) -> Callable[[Change], Callable[..., HttpResponse]]:
    """A POST on one ticket by somebody who may; a verb's refusal becomes its sentence."""

    def wrap(view: Change) -> Callable[..., HttpResponse]:
        @login_required
        @require_POST
        @wraps(view)
        def run(request: StaffRequest, pk: int) -> HttpResponse:
            ticket = get_ticket_for(request.user, pk)
            if not allowed(request.user, ticket):
                raise PermissionDenied
            try:
                return view(request, ticket)
            except TicketError as error:
                return refused(request, ticket, error)

        return run

    return wrap


def given(request: StaffRequest, key: str = "to") -> str:
    """The new value, from the form or, for an undo, from the address."""
    return str(request.POST.get(key, request.GET.get(key, "")))


def undo(name: str, ticket: Ticket, **values: Any) -> str:
    return f"{reverse(f'tickets:{name}', args=[ticket.pk])}?{urlencode(values)}"


def number(value: str) -> int:
    if not value.isdecimal() or len(value) > 18:
        raise Http404
    return int(value)


@change(can_assign)
def take(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Take a ticket nobody has; one that a colleague has is taken over, which the page asks about first."""
    if ticket.assignee_id is None:
        assignment.claim_unassigned(ticket.pk, agent=request.user)
        return changed(request, ticket, _("You have this ticket now."), undo=undo("assign", ticket, to=""))
    before = ticket.assignee_id
    assignment.assign(ticket, to=request.user, actor=request.user)
    return changed(request, ticket, _("You have this ticket now."), undo=undo("assign", ticket, to=before))


@change(can_assign)
def assign(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """To a colleague, or to nobody with an empty value."""
    value, to = given(request), None
    if value:
        to = assignees_for(ticket).filter(pk=number(value)).first()
        if to is None:
            raise Http404
    before = ticket.assignee_id or ""
    assignment.assign(ticket, to=to, actor=request.user)
    text = _("Assigned to %(name)s.") % {"name": to} if to else _("Back in the queue.")
    return changed(request, ticket, text, undo=undo("assign", ticket, to=before))


@change(can_assign)
def team(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    value, to = given(request), None
    if value:
        to = teams_for(request.user, TICKET_VIEW).filter(pk=number(value), pool=ticket.brand.pool_id).first()
        if to is None:
            raise Http404
    before = ticket.team_id or ""
    assignment.move_to_team(ticket, team=to, actor=request.user)
    text = _("Given to the team %(team)s.") % {"team": to} if to else _("Taken out of the team's queue.")
    return changed(request, ticket, text, undo=undo("team", ticket, to=before))


@change(can_edit)
def set_status(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    to, before = given(request), ticket.status
    if to not in Status.values:
        raise Http404
    status.change_status(ticket, to, actor=request.user)
    text = _("Solved.") if to == Status.SOLVED else _("Now: %(status)s.") % {"status": Status(to).label}
    back = Status.OPEN if before == Status.NEW else before
    possible = back in status.MOVES[to] and back != to
    return changed(request, ticket, text, undo=undo("status", ticket, to=back) if possible else "")


@change(can_block)
def mark_spam(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """With `to`, the status it had, this is taken back."""
    to, before = given(request), ticket.status
    if to:
        if to not in status.MOVES[Status.SOLVED]:
            raise Http404
        spam.unmark(ticket, to=to, actor=request.user)
        return changed(request, ticket, _("No spam after all: the sender is heard again."))
    spam.mark(ticket, actor=request.user)
    back = undo("spam", ticket, to=before if before in status.MOVES[Status.SOLVED] else Status.OPEN)
    return changed(request, ticket, _("Spam. The sender is blocked."), undo=back)


@change(can_edit)
def set_priority(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    to, before = number(given(request)), ticket.priority
    changes.set_priority(ticket, to, actor=request.user)
    text = _("Priority: %(priority)s.") % {"priority": Priority(to).label}
    return changed(request, ticket, text, undo=undo("priority", ticket, to=before))


@change(can_edit)
def toggle_tag(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    """Put a tag on, or take it off when it is there."""
    tag = changes.clean_tag(given(request, "tag"))
    if not tag:
        raise Http404
    removing = tag in ticket.tags
    tags = [kept for kept in ticket.tags if kept != tag] if removing else [*ticket.tags, tag]
    changes.set_tags(ticket, tags, actor=request.user)
    text = _("Tag %(tag)s removed.") if removing else _("Tag %(tag)s added.")
    return changed(request, ticket, text % {"tag": tag}, undo=undo("tag", ticket, tag=tag), key="tag")


@change(can_edit)
def set_subject(request: StaffRequest, ticket: Ticket) -> HttpResponse:
    before = ticket.subject
    changes.set_subject(ticket, given(request), actor=request.user)
    back = undo("subject", ticket, to=before) if before else ""
    return changed(request, ticket, _("Subject changed."), undo=back)
