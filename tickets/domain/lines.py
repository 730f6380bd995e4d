"""Lines of a live conversation: said at once, one after the other, each once whatever the network does."""

from dataclasses import dataclass
from functools import cache

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.blobs.storage import store
from carecenter.lib.html import text_to_html
from carecenter.lib.statements import Given, Statement
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.contacts import end_contact, open_contacts
from tickets.domain.errors import Empty, NotAllowed
from tickets.domain.replies import Answer, create_message, finish_reply, move_files
from tickets.domain.routes import Route
from tickets.domain.status import MOVES, change_status
from tickets.domain.tickets import lock_ticket_of_contact
from tickets.domain.uploads import Uploads
from tickets.models import Attachment, Contact, Draft, Message, Status

LONGEST = 8_000  # characters of one line


@dataclass(frozen=True)
class File:
    name: str
    content: bytes


def say(
    contact: Contact,
    text: str,
    *,
    actor: User,
    client_id: str = "",
    draft: Draft | None = None,
    file: File | Uploads | None = None,
) -> Message:
    """One line of an agent in a conversation that is going on. Its key is its position: a ticket's messages are
    appended under its lock, so a larger one was committed later.

    The same `client_id` again gives the line that is there. Raises Empty, NotAllowed when it has ended.
    """
    text = text.strip()[:LONGEST]
    if not text and not file and not (draft and draft.attachments.exists()):
        raise Empty(_("Write a line first."))
    # before its row, so that no row is ever without its bytes
    blob = store(file.content) if isinstance(file, File) else None
    external_id = f"{actor.pk}:{client_id}"[:400] if client_id else ""
    try:
        with transaction.atomic():
            message = append(contact, text, actor=actor, external_id=external_id, draft=draft)
            if isinstance(file, Uploads):
                file.move_to(message)
            elif file and blob:
                Attachment.objects.create(
                    message=message, blob=blob, name=file.name[:255], content_type=blob.content_type
                )
            return message
    except IntegrityError:
        known = Message.objects.filter(inbox=contact.inbox, external_id=external_id).exclude(external_id="")
        if (said := known.first()) is None:
            raise
        return said


def append(contact: Contact, text: str, *, actor: User, external_id: str, draft: Draft | None) -> Message:
    ticket = lock_ticket_of_contact(contact.pk)
    going = _contact().one(pk=contact.pk)
    if going.ended_at is not None or going.inbox is None:
        raise NotAllowed(_("This conversation has ended. Your answer goes by mail from the ticket."))
    route = Route(going.inbox, to={"name": "", "address": ""})
    going.ticket = ticket
    message = create_message(going, route, Answer(actor, text_to_html(text), text, external_id=external_id))
    move_files(draft, message)
    finish_reply(ticket, message, open_contacts(ticket), actor=actor, then="")
    return message


@cache
def _contact() -> Statement[Contact]:
    return Statement(Contact.objects.select_related("inbox__brand").filter(pk=Given("pk")))


def hand_over(contact: Contact, *, to: User | None, actor: User) -> None:
    """The conversation's agent changes, or it waits for somebody again; the customer stays in it."""
    with transaction.atomic():
        ticket = lock_ticket_of_contact(contact.pk)
        going = Contact.objects.get(pk=contact.pk)
        if going.ended_at is not None:
            raise NotAllowed(_("This conversation has ended."))
        before = going.agent_id
        going.agent = to
        going.holder = Contact.Holder.AGENT if to else Contact.Holder.QUEUE
        going.save(update_fields=["agent", "holder"])
        record(
            "contact.handed_over",
            actor=user_actor(actor.pk),
            ticket=ticket,
            subject=f"contact:{going.pk}",
            before=before,
            after=to.pk if to else None,
        )


def end(contact: Contact, *, reason: str, actor: str) -> bool:
    """The conversation is over; False when it was already. `actor` is a code of the journal: a sweep ends it too."""
    with transaction.atomic():
        ticket = lock_ticket_of_contact(contact.pk)
        going = Contact.objects.get(pk=contact.pk)
        if going.ended_at is not None:
            return False
        going.ticket = ticket
        end_contact(going, reason=reason, actor=actor)
    return True


def finish(contact: Contact, *, solve: bool, actor: User) -> None:
    """Its agent ends the conversation; with `solve` the ticket is solved too, where it can be."""
    end(contact, reason=Contact.EndReason.FINISHED, actor=user_actor(actor.pk))
    contact.ticket.refresh_from_db()
    if solve and Status.SOLVED in MOVES[contact.ticket.status]:
        change_status(contact.ticket, Status.SOLVED, actor=actor)
