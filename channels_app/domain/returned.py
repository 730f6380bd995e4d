"""Which of our answers does a delivery report speak of, and what becomes of it."""

from django.utils.translation import gettext as _

from accounts.domain import mails
from carecenter.lib.kinds import Capability, kinds_that
from channels_app.domain.errors import StillSending
from channels_app.kinds.base import Bounce, InboundEvent
from channels_app.models import Connection
from tickets.domain.delivery import mark
from tickets.models import Delivery, Direction, Message, Ticket

RECENT_ANSWERS = 20


def find_returned(
    connection: Connection, event: InboundEvent, ticket: Ticket | None
) -> list[tuple[Message, Bounce]]:
    """Our answers and the reports on them: by their Message-ID, else by recipient on the ticket the token names."""
    found = []
    for bounce in event.bounces:
        message = by_message_id(connection, bounce.original_message_id) or by_recipient(
            ticket, bounce.recipient
        )
        if message is not None:
            found.append((message, bounce))
    return found


def by_message_id(connection: Connection, message_id: str) -> Message | None:
    if not message_id:
        return None
    pool = connection.inbox.brand.pool_id
    answers = Message.objects.filter(external_id=message_id[:400], direction=Direction.OUTBOUND)
    return answers.filter(ticket__brand__pool=pool).select_related("ticket").first()


def by_recipient(ticket: Ticket | None, recipient: str) -> Message | None:
    if ticket is None or not recipient:
        return None
    answers = ticket.messages.select_related("ticket").filter(
        direction=Direction.OUTBOUND, kind__in=kinds_that(Capability.ADDRESSES)
    )
    for message in answers.order_by("-pk")[:RECENT_ANSWERS]:
        if recipient.lower() in {address["address"].lower() for address in (*message.to, *message.cc)}:
            return message
    return None


def note_returned(returned: list[tuple[Message, Bounce]]) -> None:
    """Mark the answers that came back for good; a report of delay marks nothing. Inside a transaction."""
    for message, bounce in returned:
        if not bounce.hard:
            continue
        words = " ".join((bounce.diagnostic or bounce.dsn or str(_("The mail came back."))).split())
        recipient = f"{bounce.recipient}: " if bounce.recipient else ""
        if not mark(message.pk, Delivery.BOUNCED, detail=f"{recipient}{words}"[:300]):
            refuse_while_sending(message.pk)


def note_own_mails(event: InboundEvent) -> None:
    """Invitations to the desk that came back: they have no ticket. By the Message-ID, which only the recipient knew."""
    for bounce in event.bounces:
        if bounce.hard:
            mails.note_returned(bounce.original_message_id)


def refuse_while_sending(message_id: int) -> None:
    """The report was faster than our note that the mail left: come back later. Raises StillSending."""
    if Message.objects.filter(pk=message_id, delivery__in=(Delivery.QUEUED, Delivery.SENDING)).exists():
        raise StillSending("the answer that came back is still being sent")
