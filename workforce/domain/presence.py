"""Who is there: chosen by the person, believed while their desk sends heartbeats."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import Grant, User
from accounts.permissions import TICKET_REPLY
from carecenter.lib.time import now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from workforce.models import Presence, PresenceState

OFFLINE_AFTER = datetime.timedelta(seconds=60)
HEARTBEAT_EVERY = datetime.timedelta(seconds=15)
SWEEP_AT_MOST = 500


def heartbeat(user_id: int) -> None:
    """A desk of the user is open. Cheap: one conditional UPDATE, that writes at most every 15 seconds."""
    at = now()
    there = Presence.objects.filter(user_id=user_id).exclude(noted=PresenceState.OFFLINE)
    if there.filter(seen_at__lt=at - HEARTBEAT_EVERY).update(seen_at=at):
        return
    if not there.filter(seen_at__gte=at - HEARTBEAT_EVERY).exists():
        come(user_id, at)


def come(user_id: int, at: datetime.datetime) -> None:
    """Somebody who was offline opened a desk."""
    with transaction.atomic():
        Presence.objects.bulk_create([Presence(user_id=user_id)], ignore_conflicts=True)
        row = Presence.objects.select_for_update().get(pk=user_id)
        row.seen_at = at
        row.save(update_fields=["seen_at"])
        note(row, row.chosen, actor=user_actor(user_id))


def set_state(user_id: int, state: str) -> str:
    """What the person says they are: available or away. Gives it back. Raises ValueError for anything else."""
    if state not in (PresenceState.AVAILABLE, PresenceState.AWAY):
        raise ValueError(state)
    with transaction.atomic():
        Presence.objects.bulk_create([Presence(user_id=user_id)], ignore_conflicts=True)
        row = Presence.objects.select_for_update().get(pk=user_id)
        row.chosen = state
        row.seen_at = now()
        row.save(update_fields=["chosen", "seen_at"])
        note(row, state, actor=user_actor(user_id))
    return state


def note(row: Presence, state: str, *, actor: str) -> None:
    """Tell the journal when the state is another than before: times in each state are counted from these events."""
    if row.noted == state:
        return
    before, row.noted, row.since = row.noted, state, now()
    row.save(update_fields=["noted", "since"])
    seen_at = row.seen_at.isoformat()
    record(
        "agent.presence_changed",
        actor=actor,
        subject=f"user:{row.user_id}",
        before=before,
        after=state,
        seen_at=seen_at,
    )


def sweep_gone() -> int:
    """Note those whose desks have been silent for a minute as offline. Returns how many."""
    gone = (
        Presence.objects.filter(seen_at__lt=now() - OFFLINE_AFTER)
        .exclude(noted=PresenceState.OFFLINE)
        .order_by("seen_at")
    )
    count = 0
    for user_id in list(gone.values_list("pk", flat=True)[:SWEEP_AT_MOST]):
        with transaction.atomic():
            row = gone.select_for_update(skip_locked=True).filter(pk=user_id).first()
            if row is not None:
                note(row, PresenceState.OFFLINE, actor=SYSTEM)
                count += 1
    return count


def state_of(user: User | int) -> str:
    return states_of([user])[user if isinstance(user, int) else user.pk]


def chosen_by(user_id: int) -> str:
    """What they set, whether they are there or not."""
    chosen = Presence.objects.filter(pk=user_id).values_list("chosen", flat=True).first()
    return chosen or PresenceState.AVAILABLE.value


def states_of(users: Iterable[User | int]) -> dict[int, str]:
    """By user id; somebody without a heartbeat in the last 60 seconds is offline. One query."""
    ids = [user if isinstance(user, int) else user.pk for user in users]
    seen = present().filter(user_id__in=ids).values_list("user_id", "chosen") if ids else ()
    states = dict.fromkeys(ids, PresenceState.OFFLINE.value)
    states.update(seen)
    return states


def present() -> QuerySet[Presence]:
    """Rows of everybody whose desk is open."""
    return Presence.objects.filter(seen_at__gte=now() - OFFLINE_AFTER)


def available_agents(
    brand_id: int, *, team_id: int | None = None, only_members: bool = True
) -> QuerySet[User]:
    """Who is available and may answer customers of the brand, or with a team its work. Longest there first.

    With a team only its members, unless `only_members` is off.
    """
    may = Grant.objects.filter(role__permissions__contains=[TICKET_REPLY])
    may = may.filter(Q(brand_id=brand_id) | Q(brand__isnull=True))
    whole = Q(team__isnull=True)
    may = may.filter(whole | Q(team_id=team_id)) if team_id else may.filter(whole)
    there = present().filter(chosen=PresenceState.AVAILABLE)
    found = User.objects.filter(
        is_active=True, pk__in=may.values("user_id"), presence__in=there.values("user_id")
    )
    if team_id and only_members:
        found = found.filter(teams=team_id)
    return found.order_by("presence__since", "pk")
