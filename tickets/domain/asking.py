"""Ask a customer something about a ticket by the way they wrote: no answer, no end of waiting, no reopening."""

from dataclasses import dataclass

from carecenter.lib.html import text_to_html
from carecenter.lib.kinds import Capability, can
from journal.actors import SYSTEM
from journal.domain.recording import record
from tickets.domain.errors import NoRecipient
from tickets.domain.replies import leaving
from tickets.domain.routes import Route, can_carry, last_inbound, mail_inbox, recipient, reply_to
from tickets.domain.tickets import save_changed
from tickets.models import Contact, Direction, Message, Ticket


@dataclass(frozen=True)
class Question:
    """`line` is the same in one line with a link, for a live conversation. Links as `private_links` has them."""

    subject: str
    text: str
    html: str
    line: str


@dataclass(frozen=True)
class Way:
    """`contact` is the live conversation that the line is put into; None for a letter."""

    route: Route
    contact: Contact | None = None


def way_to(ticket: Ticket, contact: Contact | None, *, is_there: bool) -> Way:
    """In the conversation while the customer `is_there`, else as a letter, else in the conversation for when they come
    back. Raises NoRecipient."""
    live = contact if contact is not None and can(contact.kind, Capability.LIVE) else None
    in_it = Way(Route(live.inbox, {"name": "", "address": ""}), live) if live and live.inbox else None
    if in_it is not None and is_there:
        return in_it
    try:
        return Way(letter_route(ticket))
    except NoRecipient:
        if in_it is None:
            raise
        return in_it


def letter_route(ticket: Ticket) -> Route:
    """Back by the kind they wrote with, where that carries letters; else by mail. Raises NoRecipient."""
    last = last_inbound(ticket)
    if (
        last is not None
        and last.inbox is not None
        and can_carry(last)
        and not can(last.kind, Capability.LIVE)
    ):
        return Route(last.inbox, reply_to(ticket, last), last)
    return Route(mail_inbox(ticket, last), recipient(ticket, last), last)


def ask(ticket: Ticket, question: Question, way: Way) -> Message:
    """Write the message, on a locked ticket, in the caller's transaction. An answer to it comes back as any other."""
    route = way.route
    text = question.line if way.contact else question.text
    message = Message.objects.create(
        ticket=ticket,
        contact=way.contact,
        inbox=route.inbox,
        kind=route.kind,
        direction=Direction.OUTBOUND,
        from_name=ticket.brand.name,
        to=[route.to],
        subject=question.subject[:400],
        text=text,
        reply_text=text,
        html=question.html if route.can(Capability.HTML) else text_to_html(text),
        is_auto=True,
        **leaving(route),
    )
    ticket.message_count += 1
    save_changed(ticket, "message_count")
    record("message.queued", actor=SYSTEM, ticket=ticket, subject=f"message:{message.pk}")
    return message
