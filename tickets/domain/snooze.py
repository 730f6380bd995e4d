"""Out of sight until a time, or until the customer writes. A ticket says until when; a sweep wakes what is due."""

import datetime as dt
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.domain.tickets import lock_ticket, refuse_merged, save_changed
from tickets.models import Ticket

LONGEST = dt.timedelta(days=366)
MORNING = dt.time(9)
LATER = dt.timedelta(hours=3)


@dataclass(frozen=True)
class Preset:
    code: str
    label: str
    until: dt.datetime


def presets(zone: dt.tzinfo) -> list[Preset]:
    """What people mean by later, in their own zone. "Later today" ends when the day does."""
    here = now().astimezone(zone)
    later = (here + LATER).replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    found = []
    if later.date() == here.date():
        found.append(Preset("later", _("Later today"), later))
    to_monday = (7 - here.weekday()) % 7 or 7
    tomorrow = morning(here, 1, zone)
    found.append(Preset("tomorrow", _("Tomorrow"), tomorrow))
    if to_monday != 1:
        found.append(Preset("monday", _("Next week"), morning(here, to_monday, zone)))
    found.append(Preset("week", _("In a week"), morning(here, 7, zone)))
    return list({preset.until: preset for preset in reversed(found)}.values())[::-1]


def morning(here: dt.datetime, days: int, zone: dt.tzinfo) -> dt.datetime:
    """By the clock on the wall: nine stays nine when summer time begins meanwhile."""
    return dt.datetime.combine(here.date() + dt.timedelta(days=days), MORNING, tzinfo=zone)


def zone_of(user: User) -> dt.tzinfo:
    return ZoneInfo(user.zone) if user.zone else dt.UTC


def snooze(ticket: Ticket, *, until: dt.datetime, actor: User) -> Ticket:
    """Hide it until then. Raises NotAllowed for a time that has passed, for more than a year, and for a done ticket."""
    if not now() < until <= now() + LONGEST:
        raise NotAllowed(_("Choose a time in the coming year."))
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        if not locked.is_active:
            raise NotAllowed(_("A solved ticket needs no snoozing: it opens when the customer writes."))
        if locked.snoozed_until == until:
            return locked
        locked.snoozed_until, locked.snoozed_by = until, actor
        save_changed(locked, "snoozed_until", "snoozed_by")
        record("ticket.snoozed", actor=user_actor(actor.pk), ticket=locked, until=until.isoformat())
    return locked


def wake(ticket: Ticket, *, actor: User) -> Ticket:
    """Back into the lists now."""
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        wake_locked(locked, actor=user_actor(actor.pk), reason="by_hand")
    return locked


def wake_locked(ticket: Ticket, *, actor: str, reason: str) -> None:
    """On a locked ticket. `reason`: by_hand, due, customer, solved. One that is awake stays as it is."""
    if ticket.snoozed_until is None:
        return
    ticket.snoozed_until = ticket.snoozed_by = None
    save_changed(ticket, "snoozed_until", "snoozed_by")
    record("ticket.woken", actor=actor, ticket=ticket, reason=reason)


def due_tickets(limit: int) -> list[int]:
    """Ids of snoozed tickets whose time has come, the longest due first."""
    due = Ticket.objects.filter(snoozed_until__lte=now()).order_by("snoozed_until", "pk")
    return list(due.values_list("pk", flat=True)[:limit])


def wake_due(ticket_id: int) -> bool:
    """Wake it if its time has come and nobody else is at it; the row is the claim."""
    with transaction.atomic():
        due = Ticket.objects.select_for_update(of=("self",), skip_locked=True)
        ticket = due.filter(pk=ticket_id, snoozed_until__lte=now()).first()
        if ticket is None:
            return False
        wake_locked(ticket, actor=SYSTEM, reason="due")
    return True
