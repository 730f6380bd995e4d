"""Interactions on a ticket: opened by what comes in, ended by our answer. Call inside a transaction, ticket locked."""

from collections.abc import Iterable
from functools import cache

from accounts.models import User
from carecenter.lib.kinds import Capability, can
from carecenter.lib.rows import insert, update
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import now
from journal.domain.recording import record
from tickets.models import Contact, Direction, Inbox, Ticket


def open_contact(
    ticket: Ticket, *, inbox: Inbox | None, kind: str, direction: str, actor: str, agent: User | None = None
) -> Contact:
    """The open run of this kind, or a new one. The ticket's lock makes two callers meet here one after the other."""
    found = Contact.objects.filter(ticket=ticket, inbox=inbox, kind=kind, ended_at__isnull=True).first()
    if found is not None:
        found.ticket = ticket
        return found
    return start_contact(ticket, inbox=inbox, kind=kind, direction=direction, actor=actor, agent=agent)


def start_contact(
    ticket: Ticket, *, inbox: Inbox | None, kind: str, direction: str, actor: str, agent: User | None = None
) -> Contact:
    """A new run, where it is known that none of this kind is open."""
    at = now()
    inbound = direction == Direction.INBOUND
    contact = Contact(
        ticket=ticket,
        inbox=inbox,
        kind=kind,
        direction=direction,
        customer_id=ticket.customer_id,
        holder=Contact.Holder.AGENT if agent or ticket.assignee_id else Contact.Holder.QUEUE,
        agent_id=agent.pk if agent else ticket.assignee_id,
        opened_at=at,
        queued_at=at if inbound else None,
    )
    insert(contact)
    record(
        "contact.opened",
        actor=actor,
        ticket=ticket,
        subject=f"contact:{contact.pk}",
        kind=kind,
        direction=direction,
    )
    return contact


def end_contact(contact: Contact, *, reason: str, actor: str, agent: User | None = None) -> None:
    """End it; answered at this moment when an answer is the reason."""
    contact.ended_at = now()
    contact.end_reason = reason
    fields = ["ended_at", "end_reason"]
    if reason == Contact.EndReason.ANSWERED:
        contact.answered_at = contact.ended_at
        contact.holder = Contact.Holder.AGENT
        contact.agent = agent
        fields += ["answered_at", "holder", "agent"]
    update(contact, *fields)
    record(
        "contact.ended", actor=actor, ticket=contact.ticket, subject=f"contact:{contact.pk}", reason=reason
    )


def end_contacts(ticket: Ticket, *, reason: str, actor: str, agent: User | None = None) -> None:
    for contact in open_contacts(ticket):
        end_contact(contact, reason=reason, actor=actor, agent=agent)


def open_contacts(ticket: Ticket) -> list[Contact]:
    found = _open_contacts().rows(ticket=ticket.pk)
    for contact in found:
        contact.ticket = ticket
    return found


@cache
def _open_contacts() -> Statement[Contact]:
    return Statement(Contact.objects.filter(ticket_id=Given("ticket"), ended_at__isnull=True).order_by("pk"))


def answer_contacts(contacts: Iterable[Contact], *, actor: str, agent: User) -> None:
    """Our answer ends every run of letters that is open; a live conversation goes on, answered by who spoke first."""
    for contact in contacts:
        if not can(contact.kind, Capability.LIVE):
            end_contact(contact, reason=Contact.EndReason.ANSWERED, actor=actor, agent=agent)
        elif contact.answered_at is None or contact.agent_id is None:
            contact.answered_at = contact.answered_at or now()
            contact.holder = Contact.Holder.AGENT
            contact.agent = agent
            update(contact, "answered_at", "holder", "agent")
