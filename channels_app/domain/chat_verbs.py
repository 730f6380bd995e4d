"""What an agent's page says over the desk's socket about a chat: typing, read up to here."""

from typing import Any

from channels_app.domain.chat_sessions import agent_has_read
from channels_app.domain.chats import push_to_visitor
from channels_app.models import ChatSession
from tickets.models import Contact


def hear(user_id: int, message: dict[str, Any]) -> None:
    """Only who has the chat is heard, whatever the message says."""
    pk = message.get("contact")
    if not isinstance(pk, int) or isinstance(pk, bool) or not 0 < pk < 2**63:
        return
    going = Contact.objects.filter(pk=pk, agent=user_id, holder=Contact.Holder.AGENT)
    contact = going.select_related("agent").first()
    if contact is None:
        return
    if message["type"] == "chat.typing" and contact.ended_at is None:
        for session in ChatSession.objects.filter(contact=contact):
            push_to_visitor(session, {"name": "chat.typing", "from": "agent", "agent": str(contact.agent)})
    elif message["type"] == "chat.read":
        to = message.get("to")
        if isinstance(to, int) and 0 < to < 2**63:
            newest = contact.messages.order_by("-pk").values_list("pk", flat=True).first() or 0
            agent_has_read(contact, min(to, newest))
