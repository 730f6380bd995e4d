"""Spam that became a ticket: off the desk in one move, and its sender is not heard any more.

Who may no longer write is the border's business: it hears of it by the journal.
"""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.changes import set_tags
from tickets.domain.contacts import end_contacts
from tickets.domain.errors import NotAllowed
from tickets.domain.status import change_status, set_status
from tickets.domain.tickets import lock_ticket, refuse_merged
from tickets.models import Contact, Direction, Message, Status, Ticket

TAG: Final = "spam"


def sender(ticket: Ticket) -> str:
    """The address that the first message came from, "" when there is none."""
    came = Message.objects.filter(ticket=ticket, direction=Direction.INBOUND).order_by("pk")
    return came.values_list("from_address", flat=True).first() or ""


def mark(ticket: Ticket, *, actor: User) -> Ticket:
    """Tagged and solved. Its open contacts count as automatic mail: in no figure, and nobody is asked how it was.

    Raises NotAllowed when it came without an address.
    """
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        if not sender(locked):
            raise NotAllowed(_("This came without an address, so there is nobody to block."))
        end_contacts(locked, reason=Contact.EndReason.AUTOMATIC, actor=user_actor(actor.pk))
        if TAG not in locked.tags:
            locked = set_tags(locked, [*locked.tags, TAG], actor=actor)
        if locked.status not in (Status.SOLVED, Status.CLOSED):
            set_status(
                locked, Status.SOLVED, actor=user_actor(actor.pk)
            )  # whatever must be filled in otherwise
        record("ticket.marked_spam", actor=user_actor(actor.pk), ticket=locked)
    return locked


def unmark(ticket: Ticket, *, to: str, actor: User) -> Ticket:
    """Back to the status it had; its sender is heard again."""
    with transaction.atomic():
        locked = lock_ticket(ticket.pk)
        refuse_merged(locked)
        locked = set_tags(locked, [tag for tag in locked.tags if tag != TAG], actor=actor)
        locked = change_status(locked, to, actor=actor)
        record("ticket.unmarked_spam", actor=user_actor(actor.pk), ticket=locked)
    return locked
