"""What becomes of an answer after it was written: states only move forward, each once."""

from datetime import datetime
from functools import cache
from typing import Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import in_seconds, now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.domain.status import set_status
from tickets.domain.tickets import lock_ticket_of, save_changed
from tickets.models import Delivery, Message, Status

MOVES: Final[dict[str, frozenset[str]]] = {
    Delivery.NONE: frozenset(),
    Delivery.QUEUED: frozenset({Delivery.SENDING, Delivery.WITHDRAWN, Delivery.FAILED}),
    # Back to QUEUED when the attempt is known not to have left.
    Delivery.SENDING: frozenset({Delivery.SENT, Delivery.QUEUED, Delivery.FAILED, Delivery.UNCONFIRMED}),
    # A person decides: it arrived, or send it again.
    Delivery.UNCONFIRMED: frozenset({Delivery.SENT, Delivery.QUEUED, Delivery.BOUNCED}),
    Delivery.FAILED: frozenset({Delivery.QUEUED}),
    Delivery.SENT: frozenset({Delivery.BOUNCED}),
    Delivery.BOUNCED: frozenset({Delivery.QUEUED}),
    Delivery.WITHDRAWN: frozenset(),
}


# The customer has no answer, or we do not know: the ticket is work again.
TROUBLE: Final = (Delivery.FAILED, Delivery.UNCONFIRMED, Delivery.BOUNCED)


def due_messages(limit: int) -> list[int]:
    """Ids of answers whose time has come, oldest first."""
    due = Message.objects.filter(delivery=Delivery.QUEUED, next_try_at__lte=now()).order_by(
        "next_try_at", "pk"
    )
    return list(due.values_list("pk", flat=True)[:limit])


def expired_claims(limit: int) -> list[int]:
    """Ids of answers whose sender died: still SENDING after the lease."""
    stuck = Message.objects.filter(delivery=Delivery.SENDING, next_try_at__lt=now()).order_by(
        "next_try_at", "pk"
    )
    return list(stuck.values_list("pk", flat=True)[:limit])


def claim(message_id: int) -> Message | None:
    """Take one due answer for sending by a conditional UPDATE; None when it is not due or another has it."""
    due = Message.objects.filter(pk=message_id, delivery=Delivery.QUEUED, next_try_at__lte=now())
    if not due.update(delivery=Delivery.SENDING, next_try_at=in_seconds(settings.SEND_LEASE_SECONDS)):
        return None
    return _claimed().one(pk=message_id)


@cache
def _claimed() -> Statement[Message]:
    related = ("ticket__brand", "ticket__customer", "inbox", "author")
    return Statement(Message.objects.select_related(*related).filter(pk=Given("pk")))


def mark(
    message_id: int,
    to: str,
    *,
    detail: str = "",
    next_try_at: datetime | None = None,
    tries: int | None = None,
    actor: str = SYSTEM,
) -> bool:
    """Move an answer's state. False, and nothing changed, when the table does not allow the move any more.

    An answer that failed, came back or is unconfirmed reopens a ticket that was solved or waits for the customer; a
    copy or a question that nobody wrote does not.
    """
    with transaction.atomic():
        ticket = lock_ticket_of(message_id)
        message = Message.objects.select_for_update().get(pk=message_id)
        before = message.delivery
        if to not in MOVES[before]:
            return False
        message.delivery = to
        message.delivery_detail = detail[:300]
        message.next_try_at = next_try_at
        if tries is not None:
            message.tries = tries
        if to == Delivery.SENT and message.sent_at is None:
            message.sent_at = now()
        message.save(update_fields=["delivery", "delivery_detail", "next_try_at", "tries", "sent_at"])
        save_changed(ticket)
        record(
            "message.delivery_changed",
            actor=actor,
            ticket=ticket,
            subject=f"message:{message.pk}",
            before=before,
            after=to,
        )
        if to in TROUBLE and ticket.status in (Status.PENDING, Status.SOLVED) and not is_of_nobody(message):
            set_status(ticket, Status.OPEN, actor=actor)
    return True


def is_of_nobody(message: Message) -> bool:
    """Sent by the system itself: that it does not arrive is no work for an agent."""
    return message.is_auto and message.author_id is None


def confirm_arrived(message_id: int, *, actor: User) -> None:
    """An agent knows that an unconfirmed answer arrived. Raises NotAllowed."""
    decide(message_id, Delivery.SENT, (Delivery.UNCONFIRMED,), actor=actor)


def send_again(message_id: int, *, actor: User) -> None:
    """An agent wants an unconfirmed, failed or returned answer to leave once more. Raises NotAllowed."""
    decide(
        message_id, Delivery.QUEUED, (Delivery.UNCONFIRMED, Delivery.FAILED, Delivery.BOUNCED), actor=actor
    )


def decide(message_id: int, to: str, states: tuple[str, ...], *, actor: User) -> None:
    """Move it by hand out of one of these states only: while it is being sent nobody may say "again"."""
    with transaction.atomic():
        lock_ticket_of(message_id)
        waiting = Message.objects.select_for_update().filter(pk=message_id, delivery__in=states)
        if not waiting.update(send_at=now()):
            raise NotAllowed(_("This answer is already on its way, or was sent."))
        # One try lies behind it: it cannot be taken back any more, it may have arrived.
        when = now() if to == Delivery.QUEUED else None
        mark(message_id, to, next_try_at=when, tries=1, actor=user_actor(actor.pk))
