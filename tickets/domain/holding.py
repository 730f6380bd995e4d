"""Whose a live conversation is: taken from the queue, handed on with what the next one has to know."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import Team, User
from accounts.permissions import TICKET_REPLY
from carecenter.lib.html import text_to_html
from carecenter.lib.kinds import Capability, kinds_that
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.assignment import after_assignment, assign, move_to_team
from tickets.domain.errors import AlreadyTaken, NotAllowed
from tickets.domain.replies import add_note
from tickets.domain.tickets import lock_ticket_of_contact, save_changed
from tickets.models import Contact, Ticket
from workforce.domain.agents import settings_of
from workforce.domain.presence import state_of
from workforce.models import AgentSettings, PresenceState

Holder = Contact.Holder


def take(contact: Contact, *, actor: User) -> Contact:
    """Answer a conversation that waits. One conditional UPDATE decides between two agents who press at once.

    One whose agent has gone offline may be taken too. The ticket becomes the agent's. Raises AlreadyTaken with the
    name of who was faster, NotAllowed when it has ended or the agent has as many as they want.
    """
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(
            pk=actor.pk
        )  # two of one's own windows are counted in turn
        ticket = lock_ticket_of_contact(contact.pk)
        going = Contact.objects.select_related("agent").get(pk=contact.pk)
        if going.ended_at is None and going.agent_id == actor.pk:
            return going
        refuse_full(actor)
        free = Contact.objects.filter(pk=contact.pk, ended_at__isnull=True)
        abandoned = going.agent_id is not None and state_of(going.agent_id) == PresenceState.OFFLINE
        free = free.filter(agent=going.agent_id) if abandoned else free.filter(holder=Holder.QUEUE)
        if not free.update(holder=Holder.AGENT, agent=actor):
            refuse_take(going)
        record("contact.taken", actor=user_actor(actor.pk), ticket=ticket, subject=f"contact:{going.pk}")
        follow(ticket, actor)
        going.holder, going.agent = Holder.AGENT, actor
    return going


def refuse_take(contact: Contact) -> None:
    if contact.ended_at is not None:
        raise NotAllowed(_("This conversation has ended."))
    name = str(contact.agent)
    raise AlreadyTaken(_("%(name)s was faster and has this chat.") % {"name": name}, assignee=name)


def follow(ticket: Ticket, agent: User) -> None:
    """The ticket becomes the work of who talks with the customer."""
    before = ticket.assignee_id
    if before != agent.pk:
        ticket.assignee = agent
        save_changed(ticket, "assignee")
        after_assignment(ticket, before=before, actor=agent)


def held_by(user: User | int) -> int:
    """How many conversations the agent is in."""
    pk = user if isinstance(user, int) else user.pk
    going = Contact.objects.filter(agent=pk, holder=Holder.AGENT, ended_at__isnull=True)
    return going.filter(kind__in=kinds_that(Capability.LIVE)).count()


def loads_of(users: Sequence[User]) -> dict[int, tuple[int, int]]:
    """By user id: (conversations they are in, as many as they take). Two queries."""
    going = Contact.objects.filter(agent__in=users, holder=Holder.AGENT, ended_at__isnull=True)
    going = going.filter(kind__in=kinds_that(Capability.LIVE)).order_by()
    held = dict(going.values("agent").annotate(n=Count("pk")).values_list("agent", "n"))
    kept = AgentSettings.objects.in_bulk([user.pk for user in users])
    usual = AgentSettings().most_chats
    return {
        user.pk: (held.get(user.pk, 0), kept[user.pk].most_chats if user.pk in kept else usual)
        for user in users
    }


def refuse_full(agent: User) -> None:
    most = settings_of(agent).most_chats
    if held_by(agent) >= most:
        raise NotAllowed(
            _("You have %(most)s chats already. End one or hand it over first.") % {"most": most}
        )


@dataclass(frozen=True)
class Handover:
    """To whom and why. Without a colleague it waits in the team's queue."""

    to: User | None = None
    team: Team | None = None
    note: str = ""


def give(contact: Contact, handover: Handover, *, actor: User) -> Contact:
    """Hand one's conversation on, with the ticket and a note for the next one. The customer stays in it.

    Raises NotAllowed when it is not theirs, has ended, or the colleague cannot take it.
    """
    with transaction.atomic():
        ticket = lock_ticket_of_contact(contact.pk)
        going = Contact.objects.get(pk=contact.pk)
        if going.ended_at is not None:
            raise NotAllowed(_("This conversation has ended."))
        if going.agent_id != actor.pk:
            raise NotAllowed(_("This chat is not yours any more."))
        if handover.to is not None:
            refuse_receiver(handover.to, ticket)
        note = (
            add_note(ticket, actor=actor, html=text_to_html(handover.note)) if handover.note.strip() else None
        )
        if handover.team is not None:
            ticket = move_to_team(ticket, team=handover.team, actor=actor)
        assign(ticket, to=handover.to, actor=actor)
        going.agent = handover.to
        going.holder = Holder.AGENT if handover.to else Holder.QUEUE
        going.save(update_fields=["agent", "holder"])
        record(
            "contact.handed_over",
            actor=user_actor(actor.pk),
            ticket=ticket,
            subject=f"contact:{going.pk}",
            before=actor.pk,
            after=handover.to.pk if handover.to else None,
            team=handover.team.pk if handover.team else None,
            note=note.pk if note else None,
        )
    return going


def refuse_receiver(to: User, ticket: Ticket) -> None:
    if not has(to, TICKET_REPLY, brand_id=ticket.brand_id, team_id=ticket.team_id):
        raise NotAllowed(_("%(name)s may not answer customers of this brand.") % {"name": to})
    if held_by(to) >= settings_of(to).most_chats:
        raise NotAllowed(_("%(name)s has as many chats as they can take.") % {"name": to})
