"""Threads that the other side names: on which ticket they are, and which contacts are theirs."""

from carecenter.lib.kinds import Capability, can
from channels_app.domain.errors import ForeignThread
from channels_app.models import ChatSession, Connection, Conversation, ConversationPart
from tickets.models import Contact, Message, Ticket


def remember_conversation(connection: Connection, key: str, message: Message) -> None:
    """From here on the thread is on this message's ticket, and its contact is one of the thread's.

    It moves when a closed ticket was followed by a new one. Call in the transaction that appended the message: who
    reads along by position must never find a line before its contact. Raises ForeignThread when the contact belongs
    to another thread, so that nobody reads what somebody else was told.
    """
    part = ConversationPart.objects.select_related("conversation").filter(contact=message.contact_id).first()
    if part is not None and is_of(part.conversation, connection, key, message):
        return  # nearly every line: one look, nothing to write
    known, is_new = Conversation.objects.get_or_create(
        connection=connection, key=key[:200], defaults={"ticket_id": message.ticket_id}
    )
    if not is_new and known.ticket_id != message.ticket_id:
        known.ticket_id = message.ticket_id
        known.save(update_fields=["ticket"])
    if message.contact_id is None:
        return
    part, is_new = ConversationPart.objects.get_or_create(
        contact_id=message.contact_id, defaults={"conversation": known}
    )
    if part.conversation_id != known.pk:
        raise ForeignThread("the open contact belongs to another thread")
    if is_new and can(message.kind, Capability.LIVE):
        ChatSession.objects.filter(connection=connection, key=key).update(contact=message.contact_id)


def is_of(thread: Conversation, connection: Connection, key: str, message: Message) -> bool:
    here = (thread.connection_id, thread.key, thread.ticket_id)
    return here == (connection.pk, key[:200], message.ticket_id)


def has_foreign_contact(connection: Connection, key: str, ticket: Ticket) -> bool:
    """Is somebody else's thread open on this ticket, by the same inbox? After a merge of two tickets it may be."""
    going = Contact.objects.filter(ticket=ticket, inbox=connection.inbox_id, ended_at__isnull=True)
    others = going.filter(conversation_part__isnull=False).exclude(conversation_part__conversation__key=key)
    return others.exists()
