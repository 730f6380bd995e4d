"""Where a ticket stands, and which move is allowed from where."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.contacts import end_contacts
from tickets.domain.errors import NotAllowed
from tickets.domain.fields.values import refuse_unfilled
from tickets.domain.snooze import wake_locked
from tickets.domain.tickets import lock_ticket, refuse_merged, save_changed
from tickets.models import ACTIVE, Contact, Status, Ticket

# From -> to. Verb, form and test read this table. Nothing returns to NEW; a closed ticket is not reopened by hand.
MOVES: Final[dict[str, frozenset[str]]] = {
    Status.NEW: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.OPEN: frozenset({Status.PENDING, Status.ON_HOLD, Status.SOLVED}),
    Status.PENDING: frozenset({Status.OPEN, Status.ON_HOLD, Status.SOLVED}),
    Status.ON_HOLD: frozenset({Status.OPEN, Status.PENDING, Status.SOLVED}),
    Status.SOLVED: frozenset({Status.OPEN, Status.PENDING, Status.ON_HOLD, Status.CLOSED}),
    Status.CLOSED: frozenset(),
}


def change_status(ticket: Ticket, to: str, *, actor: User) -> Ticket:
    """Move a ticket. NotAllowed for a move the table does not have; the same status again changes nothing.

    Solving asks for the fields that must be filled in by then, and ends the waiting and the open contacts; reopening
    does not start the waiting anew.
    """
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        if locked.status == to:
            return locked
        if to not in MOVES[locked.status]:
            names = {"from": Status(locked.status).label, "to": Status(to).label}
            raise NotAllowed(_("A ticket that is %(from)s cannot become %(to)s.") % names)
        refuse_unfilled(locked, to)
        set_status(locked, to, actor=user_actor(actor.pk))
    return locked


def set_status(ticket: Ticket, to: str, *, actor: str) -> None:
    """The move itself, on a locked ticket, by a person or by a message that came in."""
    before = ticket.status
    ticket.status = to
    fields = ["status"]
    if to == Status.SOLVED:
        ticket.solved_at = now()
        ticket.waiting_since = None
        fields += ["solved_at", "waiting_since"]
        end_contacts(ticket, reason=Contact.EndReason.SOLVED, actor=actor)
    elif to in ACTIVE and before not in ACTIVE:
        ticket.solved_at = None
        fields.append("solved_at")
    save_changed(ticket, *fields)
    if to not in ACTIVE:
        wake_locked(ticket, actor=actor, reason="solved")
    record("ticket.status_changed", actor=actor, ticket=ticket, before=before, after=to)
