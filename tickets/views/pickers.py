"""What a ticket's properties can become: short lists to choose from, fetched when somebody opens one."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.access import teams_for
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from accounts.views.guard import StaffRequest
from tickets.access import get_ticket_for
from tickets.domain.lists import assignees_for, known_tags
from tickets.domain.snooze import presets
from tickets.domain.status import MOVES
from tickets.models import Priority, Status, Ticket
from tickets.templatetags.desk import priority_tone, status_icon
from tickets.templatetags.moments import said
from workforce.domain.presence import states_of
from workforce.models import PresenceState


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    current: bool = False
    icon: str = ""
    tone: str = ""
    person: bool = False
    hint: str = ""
    state: str = ""  # of a person: available, away or offline


@dataclass(frozen=True)
class Picker:
    """One list: where its choice is posted, and under which name."""

    title: str
    placeholder: str
    options: list[Option]
    post_to: str = ""
    name: str = "to"
    takes_new: bool = False
    further: str = ""  # name of the address of a dialog with more than the list
    further_label: str = ""


def statuses(_user: User, ticket: Ticket) -> Picker:
    allowed = MOVES[ticket.status] | {ticket.status}
    options = [
        Option(value, str(label), current=value == ticket.status, icon=status_icon(value))
        for value, label in Status.choices
        if value in allowed
    ]
    return Picker(_("Status"), _("Set the status…"), options, "status")


def priorities(_user: User, ticket: Ticket) -> Picker:
    options = [
        Option(str(value), str(label), current=value == ticket.priority, tone=priority_tone(value))
        for value, label in reversed(Priority.choices)
    ]
    return Picker(_("Priority"), _("Set the priority…"), options, "priority")


def assignees(user: User, ticket: Ticket) -> Picker:
    people = sorted(assignees_for(ticket), key=lambda person: person.pk != user.pk)
    states = states_of(people)
    options = [
        Option(
            str(person.pk),
            person.name,
            current=person.pk == ticket.assignee_id,
            person=True,
            hint=_("you") if person.pk == user.pk else str(PresenceState(states[person.pk]).label),
            state=states[person.pk],
        )
        for person in people
    ]
    nobody = Option("", _("Nobody: back to the queue"), current=ticket.assignee_id is None, icon="inbox")
    return Picker(_("Assigned to"), _("Assign to…"), [*options, nobody], "assign")


def teams(user: User, ticket: Ticket) -> Picker:
    found = teams_for(user, TICKET_VIEW).filter(pool=ticket.brand.pool_id).order_by("name")
    options = [
        Option(str(team.pk), team.name, current=team.pk == ticket.team_id, icon="users") for team in found
    ]
    nobody = Option("", _("No team"), current=ticket.team_id is None, icon="x")
    return Picker(_("Team"), _("Give to a team…"), [*options, nobody], "team")


def tags(_user: User, ticket: Ticket) -> Picker:
    names = [*ticket.tags, *(tag for tag in known_tags(ticket) if tag not in ticket.tags)]
    options = [Option(tag, tag, current=tag in ticket.tags, icon="tag") for tag in names]
    return Picker(_("Tags"), _("Add or remove a tag…"), options, "tag", name="tag", takes_new=True)


def snoozes(_user: User, ticket: Ticket) -> Picker:
    options = [
        Option(one.until.isoformat(), one.label, icon="clock-pause", hint=said(one.until))
        for one in presets(timezone.get_current_timezone())
    ]
    if ticket.snoozed_until is not None:
        options.insert(0, Option("", _("Wake it now"), icon="bell"))
    return Picker(
        _("Snooze"),
        _("Snooze until…"),
        options,
        "snooze",
        further="snooze_own",
        further_label=_("Choose day and time…"),
    )


PICKERS: dict[str, Callable[[User, Ticket], Picker]] = {
    "status": statuses,
    "priority": priorities,
    "assignee": assignees,
    "team": teams,
    "tags": tags,
    "snooze": snoozes,
}


@login_required
@require_GET
def pick(request: StaffRequest, pk: int, field: str) -> HttpResponse:
    """The list for one property, to be shown in the page's one picker dialog."""
    ticket = get_ticket_for(request.user, pk)
    if field not in PICKERS:
        raise Http404
    picker = PICKERS[field](request.user, ticket)
    url = reverse(f"tickets:{picker.post_to}", args=[ticket.pk])
    further = reverse(f"tickets:{picker.further}", args=[ticket.pk]) if picker.further else ""
    context = {"ticket": ticket, "picker": picker, "url": url, "field": field, "further": further}
    return render(request, "tickets/_picker.html", context)
