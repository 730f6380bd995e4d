"""Send what was written. Nothing is sent twice: what may have left is never sent again without a person's word.

Only where the other side drops an answer that comes again (`About.drops_repeats`) it is sent again by itself.

1. A conditional UPDATE takes the answer, QUEUED to SENDING, with a lease. 2. A row for the attempt, committed. 3. The
call. 4. The outcome on the attempt and on the answer. Dead between 1 and 2: nothing left, it is queued again. Dead
between 2 and 4: it may have left, it becomes UNCONFIRMED when the lease runs out.
"""

import logging
import re
from datetime import timedelta
from functools import cache

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from carecenter.lib.faults import point
from carecenter.lib.sealing import Unreadable
from carecenter.lib.statements import Given, Statement
from carecenter.lib.time import in_seconds, now
from channels_app import registry
from channels_app.domain import ways_out
from channels_app.domain.composing import outbound_message
from channels_app.kinds.base import (
    ConnectionBroken,
    OutboundMessage,
    Outcome,
    RecipientGone,
    Rejected,
    RetryLater,
    Sent,
    Unconfirmed,
)  # fmt: skip
from channels_app.models import Connection, DeliveryAttempt
from tickets.domain.delivery import claim, mark
from tickets.domain.scanning import KeptBack
from tickets.domain.tickets import lock_ticket_of
from tickets.models import Delivery, Message

logger = logging.getLogger(__name__)

PAUSES = (15, 60, 300, 900, 1800, 3600)
GIVE_UP_AFTER = timedelta(days=3)
SLOW_SECONDS = 10  # a server that took this long to fail is left alone for a while
BROKEN_SECONDS = 30
Result = DeliveryAttempt.Outcome
_ADDRESS = re.compile(r"[^\s<>@,;:]+@[^\s<>@,;:]+")


class Lost(Exception):
    """Our lease ran out before the attempt began: another sender has the answer now."""


def deliver_message(message_id: int) -> None:
    """Send one due answer, whoever else tries. Its outcome stands on its rows; raises only without a database."""
    connection = connection_of(message_id)
    if connection is None or not connection.can_send:
        if claim(message_id):  # when it is due, not before: until then it can be taken back
            mark(message_id, Delivery.FAILED, detail=_("This inbox has nothing to send from."))
        return
    if is_held_back(message_id, connection):
        return
    message = claim(message_id)
    if message is None:
        return
    point("after_send_claim")
    try:
        outbound = outbound_message(message, connection)
        attempt = begin_attempt(message)
    except Lost:
        return
    except KeptBack as error:  # a file of ours that a scanner knows leaves never, one not looked at yet later
        if error.finding:
            mark(message.pk, Delivery.FAILED, detail=str(error))
        else:
            put_off(message, str(error), PAUSES[0])
        return
    except Exception as error:  # noqa: BLE001 -- the process edge: nothing has left, it is noted and tried again
        logger.warning("message %s could not be composed: %s", message_id, type(error).__name__)
        put_off(message, f"{type(error).__name__}: {error}", PAUSES[0])
        return
    point("before_send")
    started = now()
    outcome = hand_over(connection, outbound)
    point("after_send")
    note_outcome(message, attempt, outcome)
    note_health(connection, outcome, seconds=(now() - started).total_seconds())


def connection_of(message_id: int) -> Connection | None:
    return _connection().first(message=message_id)


@cache
def _connection() -> Statement[Connection]:
    connections = Connection.objects.select_related("inbox__brand")
    return Statement(connections.filter(inbox__message__pk=Given("message")))


def is_held_back(message_id: int, connection: Connection) -> bool:
    """While the way out is known to be broken its answers wait, so that they do not hold up others."""
    if connection.paused_until is None or connection.paused_until <= now():
        return False
    queued = Message.objects.filter(pk=message_id, delivery=Delivery.QUEUED, next_try_at__lte=now())
    queued.update(next_try_at=connection.paused_until)
    return True


def begin_attempt(message: Message) -> DeliveryAttempt:
    """The row that says "from here on it may have left". Raises Lost when the lease is not ours any more."""
    with transaction.atomic():
        ours = Message.objects.select_for_update().filter(pk=message.pk, delivery=Delivery.SENDING)
        if not ours.filter(next_try_at=message.next_try_at).exists():
            raise Lost
        number = message.attempts.count() + 1
        try:
            with transaction.atomic():
                return DeliveryAttempt.objects.create(message=message, number=number)
        except IntegrityError as error:
            raise Lost from error


def hand_over(connection: Connection, outbound: OutboundMessage) -> Outcome | Unconfirmed:
    """The call. Whatever breaks in a way the adapter did not foresee counts as "may have left"."""
    try:
        about = registry.about(connection.inbox.kind)
        config, transport = ways_out.way_out(about.courier)
        config = {"envelope_from": outbound.reply_to, **connection.opened(), **config}
    except (ValueError, Unreadable) as error:
        return ConnectionBroken(str(error))
    try:
        return registry.adapter_for(connection.inbox.kind).send(config, outbound, transport)
    except Unconfirmed as error:
        return error
    except Exception as error:  # the process edge: recorded on the row as unconfirmed
        logger.exception("sending %s broke", outbound.message_id)
        return Unconfirmed(f"{type(error).__name__}: {error}")


def note_outcome(message: Message, attempt: DeliveryAttempt, outcome: Outcome | Unconfirmed) -> None:
    """Outcome on the answer and on the attempt in one transaction; locks ticket, message, attempt.

    When our lease ran out and somebody had it sent again, another sender is at it: of ours only "sent" counts, or
    "try again" would make a third.
    """
    result, reason = described(outcome)
    with transaction.atomic():
        lock_ticket_of(message.pk)
        sending = Message.objects.filter(pk=message.pk, delivery=Delivery.SENDING)
        if sending.exclude(next_try_at=message.next_try_at).exists() and not isinstance(outcome, Sent):
            end_attempt(attempt, result, reason)
            return
        if isinstance(outcome, Sent):
            refused = _("Not accepted for: %(addresses)s") % {"addresses": ", ".join(outcome.refused)}
            mark(message.pk, Delivery.SENT, detail=refused if outcome.refused else "", tries=attempt.number)
        elif isinstance(outcome, RetryLater | ConnectionBroken):
            after = outcome.after_seconds if isinstance(outcome, RetryLater) else BROKEN_SECONDS
            put_off(message, reason, after)
        elif isinstance(outcome, Unconfirmed):
            mark(message.pk, Delivery.UNCONFIRMED, detail=reason, tries=attempt.number)
        else:
            mark(message.pk, Delivery.FAILED, detail=reason, tries=attempt.number)
        end_attempt(attempt, result, reason)


def described(outcome: Outcome | Unconfirmed) -> tuple[str, str]:
    """The attempt's outcome and the server's words."""
    if isinstance(outcome, Sent):
        return Result.SENT, ""
    if isinstance(outcome, Unconfirmed):
        return Result.UNCONFIRMED, str(outcome)
    results: dict[type, str] = {
        RetryLater: Result.RETRY,
        Rejected: Result.REJECTED,
        ConnectionBroken: Result.BROKEN,
        RecipientGone: Result.GONE,
    }
    return results[type(outcome)], outcome.reason


def end_attempt(attempt: DeliveryAttempt, result: str, reason: str) -> None:
    attempt.outcome = result
    attempt.detail = _ADDRESS.sub("…", reason)[:300]
    attempt.ended_at = now()
    attempt.save(update_fields=["outcome", "detail", "ended_at"])


def put_off(message: Message, reason: str, after_seconds: int) -> None:
    """Queue it again: soon after the first failures, then as late as the server asks; failed after three days."""
    tries = message.tries + 1
    if now() - (message.send_at or message.created_at) > GIVE_UP_AFTER:
        mark(message.pk, Delivery.FAILED, detail=reason, tries=tries)
        return
    pause = PAUSES[min(tries, len(PAUSES)) - 1]
    if tries > 2:
        pause = max(pause, after_seconds)
    mark(message.pk, Delivery.QUEUED, detail=reason, next_try_at=in_seconds(pause), tries=tries)


def note_health(connection: Connection, outcome: Outcome | Unconfirmed, *, seconds: float) -> None:
    """What admins see about the way out, and whether the others wait for it to mend."""
    mine = Connection.objects.filter(pk=connection.pk)
    if isinstance(outcome, Sent):
        mine.exclude(trouble="", paused_until=None).update(trouble="", trouble_since=None, paused_until=None)
        return
    is_broken = isinstance(outcome, ConnectionBroken)
    if not is_broken and seconds < SLOW_SECONDS:
        return
    reason = _ADDRESS.sub("…", described(outcome)[1])[:300]
    mine.filter(trouble_since=None).update(trouble_since=now())
    mine.update(trouble=reason, paused_until=in_seconds(BROKEN_SECONDS))


def expire_claim(message_id: int) -> None:
    """The sender of this answer died. With an open attempt it may have left: unconfirmed. Without: queued again."""
    with transaction.atomic():
        lock_ticket_of(message_id)
        stuck = Message.objects.select_for_update().filter(pk=message_id, delivery=Delivery.SENDING)
        if not stuck.filter(next_try_at__lt=now()).exists():
            return
        attempt = (
            DeliveryAttempt.objects.select_related("message")
            .filter(message_id=message_id, outcome="")
            .order_by("-number")
            .first()
        )
        if attempt is None:
            mark(message_id, Delivery.QUEUED, next_try_at=now())
            return
        if drops_repeats(attempt.message.kind):
            mark(message_id, Delivery.QUEUED, next_try_at=now(), tries=attempt.number)
            end_attempt(attempt, Result.UNCONFIRMED, "sender died; sent again under the same id")
            return
        mark(
            message_id,
            Delivery.UNCONFIRMED,
            detail=_("It was being sent when the program stopped: it may have arrived."),
            tries=attempt.number,
        )
        end_attempt(attempt, Result.UNCONFIRMED, "sender died")


def drops_repeats(kind: str) -> bool:
    """Is a second copy of an answer dropped on the other side?"""
    return kind in registry.abouts() and registry.about(kind).drops_repeats
