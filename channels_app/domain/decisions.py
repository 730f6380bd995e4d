"""What a person decides about a record that did not become a message by itself."""

from typing import Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import CustomerPool, User
from carecenter.lib.time import now
from channels_app.domain.errors import NotOpen
from channels_app.models import BlockedSender, InboundRecord, Reason
from journal.actors import user_actor
from journal.domain.recording import record as record_event

State = InboundRecord.State
# From which states a person may run, open or ignore a record.
MOVES: Final[dict[str, frozenset[str]]] = {
    State.NEW: frozenset(),
    State.DONE: frozenset(),
    State.IGNORED: frozenset({State.NEW}),
    State.PARKED: frozenset({State.NEW, State.IGNORED}),
    State.FAILED: frozenset({State.NEW, State.IGNORED}),
}


def replay(record: InboundRecord, *, actor: User) -> None:
    """Let it run again from its bytes, as if it came now. Raises NotOpen."""
    move(
        record,
        State.NEW,
        event="intake.replayed",
        actor=actor,
        tries=0,
        next_try_at=now(),
        error="",
        reason="",
    )


def open_anyway(record: InboundRecord, *, actor: User) -> None:
    """Let it run again and become a ticket whatever the screens say. Raises NotOpen."""
    again = {"tries": 0, "next_try_at": now(), "error": "", "reason": ""}
    move(record, State.NEW, event="intake.opened", actor=actor, skip_screens=True, **again)


def ignore(record: InboundRecord, *, actor: User) -> None:
    """Take it off the list; it stays readable under "ignored". Raises NotOpen."""
    ended = {"reason": Reason.BY_HAND, "next_try_at": None, "ended_at": now()}
    move(record, State.IGNORED, event="intake.ignored", actor=actor, **ended)


def ignore_and_block(record: InboundRecord, *, actor: User) -> None:
    """Ignore this one, and from now on everything from its sender. Raises NotOpen."""
    with transaction.atomic():
        ignore(record, actor=actor)
        if record.sender:
            block_sender(record.connection.inbox.brand.pool, record.sender, actor=actor)


def move(record: InboundRecord, to: str, *, event: str, actor: User, **columns: object) -> None:
    """One conditional UPDATE, so that of two people one wins."""
    allowed = [state for state, targets in MOVES.items() if to in targets]
    with transaction.atomic():
        mine = InboundRecord.objects.filter(pk=record.pk, state__in=allowed)
        if not mine.update(state=to, **columns):
            raise NotOpen(_("A colleague, or the system, was faster: look at the record again."))
        brand_id = record.connection.inbox.brand_id
        record_event(event, actor=user_actor(actor.pk), brand_id=brand_id, subject=f"inbound:{record.pk}")


def block_sender(pool: CustomerPool, address: str, *, actor: User) -> BlockedSender:
    """From now on this address is ignored in every inbox of the pool. Blocking it twice is one row."""
    address = address.strip().lower()[:320]
    try:
        with transaction.atomic():
            blocked = BlockedSender.objects.create(pool=pool, address=address, created_by=actor)
            record_event("sender.blocked", actor=user_actor(actor.pk), subject=f"blocked:{blocked.pk}")
    except IntegrityError:
        return BlockedSender.objects.get(pool=pool, address=address)
    return blocked


def unblock_sender(blocked: BlockedSender, *, actor: User) -> None:
    with transaction.atomic():
        record_event("sender.unblocked", actor=user_actor(actor.pk), subject=f"blocked:{blocked.pk}")
        BlockedSender.objects.filter(pk=blocked.pk).delete()
