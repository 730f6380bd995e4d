"""Set up teams: who shares a queue. Where the tickets of one that ends go: `tickets.domain.team_ending`."""

from typing import Any

from django.db import IntegrityError, transaction

from accounts.access import people_for
from accounts.domain.errors import OutOfScope, TeamTaken
from accounts.models import CustomerPool, Team, User
from journal.actors import user_actor
from journal.domain.recording import record


def create_team(name: str, *, pool: CustomerPool, actor: User) -> Team:
    """Raises TeamTaken when a team of the pool has this name. The caller offers only pools of the actor's."""
    try:
        with transaction.atomic():
            team = Team.objects.create(pool=pool, name=name)
            note("team.created", team, actor)
    except IntegrityError:
        raise TeamTaken from None
    return team


def rename_team(team: Team, name: str, *, actor: User) -> None:
    """Raises TeamTaken."""
    try:
        with transaction.atomic():
            if Team.objects.filter(pk=team.pk).exclude(name=name).update(name=name):
                note("team.renamed", team, actor)
    except IntegrityError:
        raise TeamTaken from None


def add_member(team: Team, user: User, *, actor: User) -> None:
    """Membership is the queue one works from; what one may do stays with the grants. Raises OutOfScope."""
    if not people_for(actor).filter(pk=user.pk, is_active=True).exists():
        raise OutOfScope
    with transaction.atomic():
        if not team.members.filter(pk=user.pk).exists():
            team.members.add(user)
            note("team.member_added", team, actor, user=user.pk)


def remove_member(team: Team, user: User, *, actor: User) -> None:
    """Their tickets stay with them and with the team."""
    with transaction.atomic():
        if team.members.filter(pk=user.pk).exists():
            team.members.remove(user)
            note("team.member_removed", team, actor, user=user.pk)


def note(name: str, team: Team, actor: User, **data: Any) -> None:
    record(name, actor=user_actor(actor.pk), subject=f"team:{team.pk}", **data)
