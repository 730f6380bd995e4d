"""Whose work a ticket is: take, assign, give to a team."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import Team, User
from accounts.permissions import TICKET_VIEW
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import AlreadyTaken, NotAllowed
from tickets.domain.status import set_status
from tickets.domain.tickets import lock_ticket, refuse_merged, save_changed
from tickets.models import ACTIVE, Contact, Status, Ticket


def claim_unassigned(ticket_id: int, *, agent: User) -> Ticket:
    """Take a ticket nobody has. One conditional UPDATE decides between two agents who press at once.

    Raises AlreadyTaken with the name of who was first; NotAllowed for a solved or closed ticket.
    """
    with transaction.atomic():
        free = Ticket.objects.filter(pk=ticket_id, assignee__isnull=True, status__in=ACTIVE)
        taken = free.update(assignee=agent, version=F("version") + 1, updated_at=now())
        ticket = lock_ticket(ticket_id)
        if not taken:
            refuse_claim(ticket, agent)
            return ticket
        after_assignment(ticket, before=None, actor=agent)
    return ticket


def refuse_claim(ticket: Ticket, agent: User) -> None:
    if ticket.assignee_id == agent.pk:
        return
    refuse_merged(ticket)
    if ticket.assignee_id is not None:
        name = str(ticket.assignee)
        raise AlreadyTaken(_("%(name)s took this ticket before you.") % {"name": name}, assignee=name)
    raise NotAllowed(_("This ticket is solved. Reopen it first."))


def assign(ticket: Ticket, *, to: User | None, actor: User) -> Ticket:
    """Give a ticket to a colleague, or back to the queue with `to=None`.

    NotAllowed when the colleague could not see the ticket.
    """
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        before = locked.assignee_id
        if before == (to.pk if to else None):
            return locked
        if to is not None and not has(to, TICKET_VIEW, brand_id=locked.brand_id, team_id=locked.team_id):
            raise NotAllowed(_("%(name)s may not see tickets of this brand.") % {"name": to})
        locked.assignee = to
        save_changed(locked, "assignee")
        after_assignment(locked, before=before, actor=actor)
    return locked


def after_assignment(ticket: Ticket, *, before: int | None, actor: User) -> None:
    """The open contacts follow, a new ticket becomes open when a person has it."""
    holder = Contact.Holder.AGENT if ticket.assignee_id else Contact.Holder.QUEUE
    open_ones = Contact.objects.filter(ticket=ticket, ended_at__isnull=True)
    open_ones.update(holder=holder, agent=ticket.assignee_id)
    code = user_actor(actor.pk)
    record("ticket.assigned", actor=code, ticket=ticket, before=before, after=ticket.assignee_id)
    if ticket.assignee_id and ticket.status == Status.NEW:
        set_status(ticket, Status.OPEN, actor=code)


def move_to_team(ticket: Ticket, *, team: Team | None, actor: User) -> Ticket:
    """Give a ticket to a team's queue. An assignee who is not in the team gives it up, in the same step."""
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        before = locked.team_id
        if before == (team.pk if team else None):
            return locked
        if team is not None and team.pool_id != locked.brand.pool_id:
            raise NotAllowed(_("This team does not work for this brand."))
        locked.team = team
        save_changed(locked, "team")
        record(
            "ticket.team_changed",
            actor=user_actor(actor.pk),
            ticket=locked,
            before=before,
            after=team.pk if team else None,
        )
        if locked.assignee_id and team and not team.members.filter(pk=locked.assignee_id).exists():
            leaver = locked.assignee_id
            locked.assignee = None
            save_changed(locked, "assignee")
            after_assignment(locked, before=leaver, actor=actor)
    return locked
