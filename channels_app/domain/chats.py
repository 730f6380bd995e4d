"""What the two ends of a live conversation see of it: lines by position, and facts pushed to either end."""

from typing import Any

from django.urls import reverse

from accounts.access import has
from accounts.permissions import TICKET_REPLY
from carecenter.lib.blobs.sniff import INLINE_PICTURES
from carecenter.lib.kinds import Capability, can, kinds_that
from carecenter.lib.realtime import push
from channels_app.models import ChatSession
from tickets.domain.private_links import opened
from tickets.models import Attachment, Contact, Delivery, Direction, Message

MOST_LINES = 200  # in one answer; who has fewer asks again with the last position
EARLIER_LINES = 30
Fact = dict[str, Any]


def session_of(contact: Contact) -> ChatSession | None:
    """The visitor's end of a contact, earlier contacts of the same thread included."""
    found = ChatSession.objects.filter(contact=contact).first()
    if found is None and (part := getattr(contact, "conversation_part", None)) is not None:
        thread = part.conversation
        found = ChatSession.objects.filter(connection=thread.connection_id, key=thread.key).first()
    return found


def messages_of(end: ChatSession | Contact) -> Any:
    """Public lines of one contact, or of all contacts of a visitor's thread: of no other visitor's ever."""
    if isinstance(end, Contact):
        found = Message.objects.filter(contact=end)
    else:
        found = Message.objects.filter(
            contact__conversation_part__conversation__connection=end.connection_id,
            contact__conversation_part__conversation__key=end.key,
        )
    return public_lines(found)


def public_lines(messages: Any) -> Any:
    live = messages.filter(audience=Message.Audience.PUBLIC, kind__in=kinds_that(Capability.LIVE))
    return live.exclude(delivery=Delivery.WITHDRAWN)


def lines_after(end: ChatSession | Contact, position: int = 0) -> list[Fact]:
    """The lines behind a position, oldest first, at most MOST_LINES. A visitor's with addresses for a visitor."""
    found = messages_of(end).filter(pk__gt=position).order_by("pk")
    found = found.select_related("author").prefetch_related("attachments__blob")[:MOST_LINES]
    for_visitor = isinstance(end, ChatSession)
    return [line_of(message, for_visitor=for_visitor) for message in found]


def lines_before(contact: Contact) -> list[Fact]:
    """What the same customer and we said on this ticket in chats that ended before this one, oldest first.

    The latest EARLIER_LINES of it.
    """
    earlier = Contact.objects.filter(
        ticket=contact.ticket_id, customer=contact.customer_id, pk__lt=contact.pk, ended_at__isnull=False
    )
    if contact.customer_id is None or not earlier.exists():
        return []
    found = public_lines(Message.objects.filter(contact__in=earlier)).order_by("-pk")
    found = found.select_related("author").prefetch_related("attachments__blob")[:EARLIER_LINES]
    return [line_of(message) for message in reversed(found)]


def line_of(message: Message, *, for_visitor: bool = False) -> Fact:
    """One line as both ends know it. `id` is what its writer's page called it, so that it is shown once."""
    return {
        "position": message.pk,
        "id": message.external_id.partition(":")[2],
        "side": "in" if message.direction == Direction.INBOUND else "out",
        "author": message.from_name,
        "text": opened(message.text, message.ticket_id) if for_visitor else message.text,
        "at": message.created_at.isoformat(),
        "files": [file_of(file, for_visitor=for_visitor) for file in message.attachments.all()],
    }


def file_of(file: Attachment, *, for_visitor: bool) -> Fact:
    is_picture = file.blob.content_type in INLINE_PICTURES
    if for_visitor:  # below the address of its frame, fetched with the visitor's token
        url = f"files/{file.token}/"
    else:
        url = reverse("tickets:picture" if is_picture else "tickets:file", args=[file.token])
    return {"name": file.name, "size": file.blob.size, "url": url, "is_picture": is_picture}


def push_to_visitor(session: ChatSession, fact: Fact) -> None:
    push([f"visitor-{session.pk}"], fact)


def push_to_agents(contact: Contact, fact: Fact) -> None:
    """The whole fact to the agent who has it and may still answer here; while it waits, ids only to the desks of the
    brand."""
    ticket, agent = contact.ticket, contact.agent
    if agent is not None and has(agent, TICKET_REPLY, brand_id=ticket.brand_id, team_id=ticket.team_id):
        push([f"user-{agent.pk}"], fact)
        return
    known = ("name", "contact", "ticket", "from")
    ids: Fact = {name: value for name, value in fact.items() if name in known}
    push([f"brand-{ticket.brand_id}"], {**ids, "brand": ticket.brand_id, "team": ticket.team_id})


def show(message: Message, session: ChatSession | None = None) -> None:
    """A new line, at both ends. Shown again it is the same line: pages know it by its position.

    `session` spares looking for the visitor's end.
    """
    contact = message.contact
    if contact is None or not can(message.kind, Capability.LIVE):
        return
    fact: Fact = {"name": "chat.line", "contact": contact.pk, "ticket": message.ticket_id}
    push_to_agents(contact, {**fact, "line": line_of(message)})
    if (end := session or session_of(contact)) is not None:
        push_to_visitor(end, {"name": "chat.line", "line": line_of(message, for_visitor=True)})


def show_change(contact: Contact) -> None:
    """Opened, handed over, ended: each end asks for how it stands."""
    if not can(contact.kind, Capability.LIVE):
        return
    fact: Fact = {"name": "chat.changed", "contact": contact.pk, "ticket": contact.ticket_id}
    ticket = contact.ticket
    push([f"brand-{ticket.brand_id}"], {**fact, "brand": ticket.brand_id, "team": ticket.team_id})
    if (session := session_of(contact)) is not None:
        push_to_visitor(session, {"name": "chat.changed"})


def file_of_session(session: ChatSession, token: str) -> Attachment | None:
    """A file of the thread's own lines."""
    files = Attachment.objects.select_related("blob").filter(token=token, message__in=messages_of(session))
    return files.first()
