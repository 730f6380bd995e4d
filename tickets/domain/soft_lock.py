"""Two colleagues who answer one ticket at once: the second is shown what the first has said before it goes."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from journal.domain.recording import recorded_together
from tickets.domain.errors import TicketError
from tickets.domain.replies import public_answers, reply_on, written
from tickets.domain.tickets import lock_ticket
from tickets.models import Message, Ticket

SHOWN = 5


class AnsweredMeanwhile(TicketError):
    """A colleague's answer came after what the writer has seen. `answers` are those, oldest first, five at most."""

    def __init__(self, answers: Sequence[Message]) -> None:
        super().__init__(_("A colleague has answered meanwhile. Your text is kept as a draft."))
        self.answers = answers


def reply_unless_answered(
    ticket: Ticket,
    *,
    actor: User,
    seen: int | None,
    html: str,
    cc: Sequence[dict[str, str]] = (),
    **more: Any,
) -> Message:
    """`queue_reply`, unless a colleague answered after the message `seen`: the last one the writer knew of.

    Decided under the ticket's lock, so of two who send at once one wins. Without `seen` nothing is asked.
    Raises AnsweredMeanwhile, and what queue_reply raises.
    """
    answer = written(actor, html, cc, more.get("draft"))
    with transaction.atomic(), recorded_together():
        locked = lock_ticket(ticket.pk)
        if seen is not None and (answers := list(answers_after(locked, seen, of_others_than=actor))):
            raise AnsweredMeanwhile(answers)
        return reply_on(locked, answer, then=more.get("then", ""), draft=more.get("draft"))


def answers_after(ticket: Ticket, seen: int, *, of_others_than: User) -> Any:
    """What colleagues told the customer after this message; what programs sent does not count."""
    later = public_answers(ticket).filter(pk__gt=seen, author__isnull=False)
    return later.exclude(author=of_others_than).select_related("author").order_by("pk")[:SHOWN]
