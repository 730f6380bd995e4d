"""A visitor says something: stored raw first, taken in at once, once."""

import io
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from carecenter.lib.time import now
from channels_app.domain import chats, inbound
from channels_app.domain.chats import Fact, line_of
from channels_app.domain.errors import EmptyInput, TooLarge
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.kinds.webchat import payloads
from channels_app.models import ChatSession, InboundRecord
from customers.models import Identity
from journal.actors import SYSTEM
from tickets.domain import lines
from tickets.domain.attaching import files_of
from tickets.models import Contact, Message

State = InboundRecord.State


@dataclass(frozen=True)
class Said:
    """What the visitor's page asks us to take. `is_note`: nobody is there, it is answered by mail."""

    client_id: str
    text: str = ""
    files: tuple[payloads.File, ...] = field(default=())
    is_note: bool = False


@dataclass(frozen=True)
class Taken:
    """`line` when it is on the ticket; None while it waits for its turn, or when it `is_refused` for good."""

    line: Fact | None = None
    is_refused: bool = False


def take(session: ChatSession, said: Said) -> Taken:
    """Store the line and run it. When the run fails it is tried again by the sweep: what is stored is not lost.

    The same client id again gives the same line. Raises EmptyInput, TooLarge.
    """
    check(said)
    item = payloads.write(as_line(session, said))
    envelope = {"from": "", "peer": f"chat:{session.pk}"}
    key = f"{session.key}:{said.client_id}"
    record = store_raw(
        [session.connection], keep_bytes(io.BytesIO(item)), external_id=key, envelope=envelope
    )[0]
    if record.state == State.NEW:
        record = inbound.run(record.pk, [session.connection]) or InboundRecord.objects.get(pk=record.pk)
    if record.message is None:
        return Taken(is_refused=record.state in (State.IGNORED, State.PARKED))
    message = record.message
    files_of("message").put([message])
    if session.contact is not None and message.contact_id == session.contact_id:
        share_agent(session.contact, message)
    # At once; the journal's reaction shows it again, and it is the same line.
    chats.show(message, session)
    if said.is_note and message.contact is not None:
        lines.end(message.contact, reason=Contact.EndReason.LEFT, actor=SYSTEM)
    return Taken(line_of(message, for_visitor=True))


def share_agent(known: Contact, message: Message) -> None:
    """The request has read the agent already, with the visitor's session."""
    contact = message.contact
    if contact is not None and contact.agent_id == known.agent_id:
        contact.agent = known.agent


def check(said: Said) -> None:
    if not payloads.CLIENT_ID.fullmatch(said.client_id):
        raise EmptyInput(_("The line has no id."))
    if not said.text.strip() and not said.files:
        raise EmptyInput(_("Write something first."))
    if len(said.text) > payloads.LONGEST:
        most = payloads.LONGEST
        raise TooLarge(_("One message takes %(most)s characters. Please send it in parts.") % {"most": most})
    for file in said.files:
        if len(file.content) > settings.CHAT_FILE_LIMIT:
            most = settings.CHAT_FILE_LIMIT // 1_000_000
            raise TooLarge(_("Files may have %(most)s MB at most.") % {"most": most})


def as_line(session: ChatSession, said: Said) -> payloads.Line:
    return payloads.Line(
        session=session.key,
        client_id=said.client_id,
        text=said.text,
        visitor=payloads.Visitor(
            name=name_of(session),
            email=session.visitor_email,
            external_id=session.external_id,
            is_signed=session.evidence == ChatSession.Evidence.VERIFIED,
        ),
        sent_at=now(),
        kind=payloads.NOTE if said.is_note else payloads.LINE,
        introduces=session.contact_id is None,
        joins=has_signed_in(session),
        files=said.files,
    )


def has_signed_in(session: ChatSession) -> bool:
    """Is this somebody signed, in a thread that began before they were?"""
    contact = session.contact
    if contact is None or not session.external_id:
        return False
    known = Identity.objects.filter(customer=contact.customer_id, value=session.external_id)
    return not known.filter(kind=Identity.Kind.EXTERNAL).exists()


def name_of(session: ChatSession) -> str:
    """As agents call them: by name, else "Visitor" with a mark that tells two of them apart."""
    if session.visitor_name:
        return session.visitor_name
    brand: Any = session.connection.inbox.brand
    with translation.override(brand.language):
        return _("Visitor %(mark)s") % {"mark": session.key[:4].upper()}


def end_by_visitor(session: ChatSession) -> bool:
    """The visitor closes the conversation; they may write again, which opens a new contact."""
    contact = session.contact
    if contact is None or contact.ended_at is not None:
        return False
    actor = f"customer:{contact.customer_id}" if contact.customer_id else SYSTEM
    return lines.end(contact, reason=Contact.EndReason.LEFT, actor=actor)
