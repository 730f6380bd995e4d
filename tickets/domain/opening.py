"""Tickets that we open: write to a customer, log a call or a visit, an internal case."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Brand, Team, User
from carecenter.lib.html import html_to_text
from carecenter.lib.rows import insert, insert_new
from carecenter.lib.sanitise import sanitise_reply_html
from customers.models import Customer
from journal.actors import user_actor
from journal.domain.recording import record, recorded_together
from tickets.by_hand import LOGGED, ByHand
from tickets.domain.attaching import NewFile, hang, keep
from tickets.domain.contacts import end_contact, open_contact
from tickets.domain.errors import Empty, NotAllowed
from tickets.domain.replies import Answer, create_reply, finish_reply
from tickets.domain.routes import first_route
from tickets.domain.tickets import lock_ticket, preview_of, refuse_merged, save_changed
from tickets.domain.uploads import NO_UPLOADS, Uploads
from tickets.models import Contact, Direction, Inbox, Message, Participant, Status, Ticket


@dataclass(frozen=True)
class NewCase:
    """What we open a ticket with. Without an inbox nothing can be answered from it; without a customer it is ours."""

    brand: Brand
    subject: str
    html: str
    inbox: Inbox | None = None
    customer: Customer | None = None
    team: Team | None = None
    tags: tuple[str, ...] = ()
    files: tuple[NewFile, ...] = ()
    uploads: Uploads = NO_UPLOADS


def write_to_customer(case: NewCase, *, address: str, actor: User) -> Message:
    """Open a ticket with our own first message, which leaves like any answer. Raises Empty, NotAllowed."""
    html = sanitise_reply_html(case.html)
    text = html_to_text(html)
    if not text.strip():
        raise Empty(_("Write a message first."))
    if case.customer is None or case.customer.pool_id != case.brand.pool_id:
        raise NotAllowed(_("This customer does not belong to this brand."))
    files = keep(case.files)
    with transaction.atomic(), recorded_together():
        ticket = create_ticket(case, actor=actor, kind=case.inbox.kind if case.inbox else "")
        requester = Participant(
            ticket=ticket,
            address=address.lower(),
            name=case.customer.name,
            role=Participant.Role.REQUESTER,
            customer=case.customer,
        )
        insert_new([requester])
        contacts: list[Contact] = []
        route = first_route(ticket, requester)
        message = create_reply(ticket, contacts, Answer(actor, html, text), route=route)
        hang(files, message)
        case.uploads.move_to(message)
        finish_reply(ticket, message, contacts, actor=actor, then="")
    return message


def log_contact(case: NewCase, *, kind: str, direction: str, actor: User) -> Message:
    """Write down a phone call or a visit that took place: a ticket with one contact that has ended.

    Raises Empty, NotAllowed.
    """
    if kind not in LOGGED:
        raise NotAllowed(_("Only calls and visits are logged by hand."))
    if case.customer is None or case.customer.pool_id != case.brand.pool_id:
        raise NotAllowed(_("This customer does not belong to this brand."))
    files = keep(case.files)
    with transaction.atomic():
        ticket = create_ticket(case, actor=actor, kind=kind)
        message = append_logged(ticket, kind=kind, direction=direction, html=case.html, actor=actor)
        hang(files, message)
        case.uploads.move_to(message)
    return message


def log_on_ticket(ticket: Ticket, *, kind: str, direction: str, html: str, actor: User) -> Message:
    """A call or a visit about a ticket there is: we talked, so nobody waits for an answer any more."""
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        return append_logged(locked, kind=kind, direction=direction, html=html, actor=actor)


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


def open_internal(case: NewCase, *, actor: User) -> Message:
    """A case without a customer, for colleagues: its text is a note. Raises Empty."""
    html = sanitise_reply_html(case.html)
    text = html_to_text(html)
    if not text.strip():
        raise Empty(_("Say what the case is about."))
    files = keep(case.files)
    with transaction.atomic():
        ticket = create_ticket(case, actor=actor, kind=ByHand.INTERNAL)
        note = Message.objects.create(
            ticket=ticket,
            kind=ByHand.INTERNAL,
            direction=Direction.OUTBOUND,
            audience=Message.Audience.INTERNAL,
            author=actor,
            from_name=actor.name,
            text=text,
            reply_text=text,
            html=html,
        )
        hang(files, note)
        case.uploads.move_to(note)
        record("note.added", actor=user_actor(actor.pk), ticket=ticket, subject=f"message:{note.pk}")
        ticket.preview = preview_of(text)
        ticket.message_count = 1
        save_changed(ticket, "preview", "message_count")
    return note


def create_ticket(case: NewCase, *, actor: User, kind: str) -> Ticket:
    """The row. Who opens a case with a customer has it; an internal case waits in its team's queue."""
    team = case.team or (case.inbox.default_team if case.inbox else None)
    if team is not None and team.pool_id != case.brand.pool_id:
        raise NotAllowed(_("This team does not work for this brand."))
    ticket = Ticket(
        brand=case.brand,
        inbox=case.inbox,
        customer=case.customer,
        subject=clean_subject(case.subject),
        status=Status.OPEN,
        assignee=actor if case.customer else None,
        team=team,
        tags=list(case.tags),
        last_kind=kind,
    )
    insert(ticket, drawn={"number": "ticket_number"})
    code = user_actor(actor.pk)
    record("ticket.created", actor=code, ticket=ticket, kind=kind, inbox=ticket.inbox_id, team=ticket.team_id)
    return ticket


def clean_subject(subject: str) -> str:
    """One line without control characters. Raises Empty."""
    subject = " ".join("".join(c if c.isprintable() else " " for c in subject).split())[:400]
    if not subject:
        raise Empty(_("A ticket needs a subject."))
    return subject
