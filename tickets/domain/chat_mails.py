"""Mails about a live conversation that is over: what was not read any more, and a copy of all of it."""

from django.db import transaction

from accounts.models import User
from carecenter.lib.html import text_to_html
from journal.actors import SYSTEM
from journal.domain.recording import record
from tickets.domain.replies import leaving
from tickets.domain.routes import Route, mail_inbox
from tickets.domain.tickets import lock_ticket_of_contact, save_changed
from tickets.models import Contact, Direction, Message


def mail_lines(
    contact: Contact, *, to: dict[str, str], subject: str, text: str, author: User | None = None
) -> Message:
    """One mail on the conversation's ticket, part of no contact: it answers nobody, ends no waiting and is automatic.

    An answer to it comes back to the ticket. Raises NoRecipient when the brand has no mail inbox.
    """
    with transaction.atomic():
        ticket = lock_ticket_of_contact(contact.pk)
        route = Route(mail_inbox(ticket, None), to)
        message = Message.objects.create(
            ticket=ticket,
            inbox=route.inbox,
            kind=route.kind,
            direction=Direction.OUTBOUND,
            author=author,
            from_name=author.name if author else ticket.brand.name,
            to=[to],
            subject=subject[:400],
            text=text,
            reply_text=text,
            html=text_to_html(text),
            is_auto=True,
            **leaving(route),
        )
        ticket.message_count += 1
        save_changed(ticket, "message_count")
        record("message.queued", actor=SYSTEM, ticket=ticket, subject=f"message:{message.pk}")
    return message
