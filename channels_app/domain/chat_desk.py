"""What an agent's chat page shows: who waits, with whom they talk, and what is known of the visitor. Reads only.

A constant number of queries, however many chats there are.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from carecenter.lib.time import now
from channels_app.domain.chats import MOST_LINES, Fact, lines_after, lines_before
from channels_app.models import ChatSession
from journal.actors import user_id_of
from journal.models import Event
from tickets.models import Contact, Direction, Message
from workforce.domain.presence import present

MOST_WAITING = 60
MOST_OWN = 20
KEPT_ENDED = timedelta(minutes=30)
FIRST_WORDS = 200
Holder = Contact.Holder


def waiting(chats: QuerySet[Contact]) -> QuerySet[Contact]:
    """Nobody answers them: they are in the queue, or their agent has gone. The longest waiting first."""
    there = present().values("user_id")
    nobody = Q(holder=Holder.QUEUE) | (Q(holder=Holder.AGENT) & ~Q(agent__in=there))
    return chats.filter(nobody, ended_at__isnull=True).order_by("queued_at", "pk")


def own(chats: QuerySet[Contact], user: User) -> QuerySet[Contact]:
    """The user's conversations, those that ended a moment ago too: what was said must not vanish from the screen."""
    recent = Q(ended_at__isnull=True) | Q(ended_at__gt=now() - KEPT_ENDED)
    return chats.filter(recent, holder=Holder.AGENT, agent=user).order_by("pk")


def state_for(chats: QuerySet[Contact], user: User) -> dict[str, Any]:
    """Both lists as the page takes them. Chats of the user are not among those that wait."""
    mine = list(described(own(chats, user))[:MOST_OWN])
    queue = list(described(waiting(chats).exclude(agent=user))[:MOST_WAITING])
    handed = handovers(mine + queue)
    return {
        "waiting": [row_of(contact, handed) for contact in queue],
        "mine": [row_of(contact, handed) for contact in mine],
    }


def described(chats: QuerySet[Contact]) -> QuerySet[Contact]:
    """With the words it began with and how much of it is unread."""
    said = Message.objects.filter(contact=OuterRef("pk"), direction=Direction.INBOUND)
    behind = said.filter(pk__gt=OuterRef("chat__agent_read_to")).order_by().values("contact")
    return chats.select_related("ticket__brand", "ticket__customer", "chat", "inbox", "agent").annotate(
        first_words=Subquery(said.order_by("pk").values("text")[:1]),
        unread=Coalesce(Subquery(behind.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0),
    )


def row_of(contact: Contact, handed: dict[int, Fact]) -> Fact:
    ticket = contact.ticket
    session = getattr(contact, "chat", None)
    customer = ticket.customer
    name = (session.visitor_name if session else "") or (customer.name if customer else "")
    return {
        "contact": contact.pk,
        "ticket": ticket.pk,
        "number": ticket.number,
        "status": ticket.status,
        "name": name,
        "brand": ticket.brand.name,
        "inbox": contact.inbox.name if contact.inbox else "",
        "since": (contact.queued_at or contact.opened_at).isoformat(),
        "ended": contact.ended_at is not None,
        "end_reason": contact.end_reason,
        "agent": contact.agent.name if contact.agent else "",
        "first": (getattr(contact, "first_words", "") or "")[:FIRST_WORDS],
        "unread": getattr(contact, "unread", 0),
        "handed": handed.get(contact.pk),
        "panel_url": reverse("customers:panel", args=[customer.pk]) + f"?ticket={ticket.pk}"
        if customer
        else "",
        **visitor_of(session),
    }


def visitor_of(session: ChatSession | None) -> Fact:
    """What is known of who sits at the other end, and how well."""
    if session is None:
        return {"evidence": "", "read_to": 0, "agent_read_to": 0, "page_url": "", "is_there": False}
    return {
        "evidence": session.evidence,
        "email": session.visitor_email,
        "language": session.language,
        "page_url": session.page_url,
        "page_title": session.page_title,
        "referrer": session.referrer,
        "browser": session.user_agent,
        "read_to": session.read_to,
        "agent_read_to": session.agent_read_to,
        "is_there": session.seen_at > now() - timedelta(seconds=60),
    }


def handovers(contacts: Iterable[Contact]) -> dict[int, Fact]:
    """Who gave each of them last, and why, by contact."""
    found = {contact.pk: contact.ticket_id for contact in contacts}
    subjects = [f"contact:{pk}" for pk in found]
    events = Event.objects.filter(
        ticket_id__in=set(found.values()), name="contact.handed_over", subject__in=subjects
    )
    latest = {int(event.subject.partition(":")[2]): event for event in events.order_by("pk")}
    if not latest:
        return {}
    givers = User.objects.in_bulk([user_id_of(event.actor) for event in latest.values()])
    notes = Message.objects.in_bulk(
        [event.data["note"] for event in latest.values() if event.data.get("note")]
    )
    told = {}
    for pk, event in latest.items():
        giver = givers.get(user_id_of(event.actor) or 0)
        note = notes.get(event.data.get("note") or 0)
        told[pk] = {
            "by": giver.name if giver else "",
            "note": note.text if note else "",
            "at": event.at.isoformat(),
        }
    return told


def chat_for(contact: Contact, position: int) -> dict[str, Any]:
    """One conversation: its lines behind a position and how it stands; `more` when there are further ones.

    From the beginning (0) with `earlier`: what was said in chats of the same ticket that have ended.
    """
    row = described(Contact.objects.filter(pk=contact.pk)).get()
    found = lines_after(contact, position)
    told = {"chat": row_of(row, handovers([row])), "lines": found, "more": len(found) == MOST_LINES}
    return told if position else told | {"earlier": lines_before(row)}
