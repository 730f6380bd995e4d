"""Tickets that we open: write to a customer, log a call or a visit, an internal case."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Brand, Team, User
from carecenter.lib.html import html_to_text, sanitise_reply_html
from customers.models import Customer
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.contacts import end_contact, open_contact
from tickets.domain.errors import Empty, NotAllowed
from tickets.domain.replies import create_reply, finish_reply, move_files
from tickets.domain.tickets import lock_ticket, next_number, preview_of, save_changed
from tickets.models import Contact, Direction, Draft, Inbox, Kind, Message, Participant, Status, Ticket

LOGGED_KINDS = (Kind.PHONE, Kind.VISIT)


def write_to_customer(
    *, inbox: Inbox, customer: Customer, address: str, subject: str, html: str, actor: User, draft: Draft | None = None
) -> Message:
    """Open a ticket with our own first message, which leaves like any answer. Raises Empty, NotAllowed."""
    html = sanitise_reply_html(html)
    text = html_to_text(html)
    subject = clean_subject(subject)
    if not text.strip():
        raise Empty(_("Write a message first."))
    if customer.pool_id != inbox.brand.pool_id:
        raise NotAllowed(_("This customer does not belong to this brand."))
    with transaction.atomic():
        ticket = create_ticket(brand=inbox.brand, inbox=inbox, customer=customer, subject=subject, actor=actor)
        Participant.objects.create(
            ticket=ticket, address=address.lower(), name=customer.name, role=Participant.Role.REQUESTER, customer=customer
        )
        message = create_reply(ticket, actor=actor, html=html, text=text, cc=())
        move_files(draft, message)
        finish_reply(ticket, message, actor=actor, then="")
    return message


def log_contact(
    *, inbox: Inbox | None, brand: Brand, customer: Customer, kind: str, direction: str, subject: str, html: str, actor: User
) -> Message:
    """Write down a phone call or a visit that took place: a ticket with one contact that has ended. Raises Empty."""
    if kind not in LOGGED_KINDS:
        raise NotAllowed(_("Only calls and visits are logged by hand."))
    with transaction.atomic():
        ticket = create_ticket(
            brand=brand, inbox=inbox, customer=customer, subject=clean_subject(subject), actor=actor, kind=kind
        )
        message = append_logged(ticket, kind=kind, direction=direction, html=html, actor=actor)
    return message


def log_on_ticket(ticket: Ticket, *, kind: str, direction: str, html: str, actor: User) -> Message:
    """A call or a visit about a ticket there is. It ends the waiting when we reached the customer."""
    with transaction.atomic():
        return append_logged(lock_ticket(ticket.pk), kind=kind, direction=direction, html=html, actor=actor)


def append_logged(ticket: Ticket, *, kind: str, direction: str, html: str, actor: User) -> Message:
    html = sanitise_reply_html(html)
    text = html_to_text(html)
    if not text.strip():
        raise Empty(_("Write down what was said."))
    code = user_actor(actor.pk)
    contact = open_contact(ticket, inbox=None, kind=kind, direction=direction, actor=code, agent=actor)
    message = Message.objects.create(
        ticket=ticket,
        contact=contact,
        kind=kind,
        direction=direction,
        author=actor,
        customer_id=ticket.customer_id if direction == Direction.INBOUND else None,
        from_name=actor.name,
        text=text,
        reply_text=text,
        html=html,
    )
    end_contact(contact, reason=Contact.EndReason.LOGGED, actor=code, agent=actor)
    record("message.logged", actor=code, ticket=ticket, subject=f"message:{message.pk}", kind=kind)
    ticket.last_message_at = message.created_at
    ticket.last_kind = kind
    ticket.preview = preview_of(text)
    ticket.message_count += 1
    ticket.waiting_since = None
    save_changed(ticket, "last_message_at", "last_kind", "preview", "message_count", "waiting_since")
    return message


def open_internal(
    *, brand: Brand, team: Team | None, subject: str, html: str, actor: User, tags: Sequence[str] = ()
) -> Message:
    """A case without a customer, for colleagues: its text is a note. Raises Empty."""
    html = sanitise_reply_html(html)
    text = html_to_text(html)
    if not text.strip():
        raise Empty(_("Say what the case is about."))
    with transaction.atomic():
        ticket = create_ticket(
            brand=brand, inbox=None, customer=None, subject=clean_subject(subject), actor=actor, kind=Kind.INTERNAL
        )
        note = Message.objects.create(
            ticket=ticket,
            kind=Kind.INTERNAL,
            direction=Direction.OUTBOUND,
            audience=Message.Audience.INTERNAL,
            author=actor,
            from_name=actor.name,
            text=text,
            reply_text=text,
            html=html,
        )
        record("note.added", actor=user_actor(actor.pk), ticket=ticket, subject=f"message:{note.pk}")
        ticket.team = team
        ticket.tags = list(tags)
        ticket.preview = preview_of(text)
        ticket.message_count = 1
        save_changed(ticket, "team", "tags", "preview", "message_count")
    return note


def create_ticket(
    *, brand: Brand, inbox: Inbox | None, customer: Customer | None, subject: str, actor: User, kind: str = Kind.EMAIL
) -> Ticket:
    ticket = Ticket.objects.create(
        number=next_number(),
        brand=brand,
        inbox=inbox,
        customer=customer,
        subject=subject,
        status=Status.OPEN,
        assignee=actor if kind != Kind.INTERNAL else None,
        team_id=inbox.default_team_id if inbox else None,
        last_kind=kind,
    )
    code = user_actor(actor.pk)
    record("ticket.created", actor=code, ticket=ticket, kind=kind, inbox=ticket.inbox_id, team=ticket.team_id)
    return ticket


def clean_subject(subject: str) -> str:
    """One line without control characters. Raises Empty."""
    subject = " ".join("".join(c if c.isprintable() else " " for c in subject).split())[:400]
    if not subject:
        raise Empty(_("A ticket needs a subject."))
    return subject
