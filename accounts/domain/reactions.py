"""Run a parked reaction of the journal again, and say who did."""

from django.db import transaction

from accounts.domain import events
from accounts.models import User
from journal.actors import user_actor
from journal.domain import dispatch
from journal.domain.recording import record


def replay(failure_id: int, *, actor: User) -> bool:
    """True when it worked this time."""
    with transaction.atomic():
        record(events.REACTION_REPLAYED, actor=user_actor(actor.pk), subject=f"reaction:{failure_id}")
    return dispatch.replay(failure_id)
