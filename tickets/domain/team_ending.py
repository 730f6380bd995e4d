"""When a team ends: only when no work waits for it, so that no ticket is left where nobody looks.

It is hidden at once; what names it lets go of it a window at a time. Each window is a transaction, so whoever dies
leaves whole windows, and the next worker finds the rest.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.db import models, transaction

from accounts.models import Grant, Team, User
from carecenter.lib.time import now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.domain.search.indexing import ask
from tickets.models import Inbox, Ticket

MOST = 1000  # open tickets are counted no further
WINDOW: Final = 1000  # rows a transaction


@dataclass(frozen=True)
class Ties:
    """What keeps a team: open tickets, inboxes that give it theirs, people who may do something only for it."""

    tickets: int
    inboxes: int
    people: int

    def __bool__(self) -> bool:
        return bool(self.tickets or self.inboxes or self.people)


def ties_of(team: Team) -> Ties:
    return Ties(
        tickets=Ticket.objects.active().filter(team=team)[:MOST].count(),
        inboxes=Inbox.objects.filter(default_team=team).count(),
        people=Grant.objects.filter(team=team).values("user").distinct().count(),
    )


def end_team(team: Team, *, actor: User) -> None:
    """Nobody sees it any more. Its solved tickets stay, without a team, as soon as `clear` has come to them.

    Raises NotAllowed while something ties it.
    """
    with transaction.atomic():
        kept = Team.objects.select_for_update().filter(pk=team.pk).first()
        if kept is None or ties_of(kept):
            raise NotAllowed
        kept.ended_at = now()
        kept.save(update_fields=["ended_at"])
        record("team.ended", actor=user_actor(actor.pk), subject=f"team:{kept.pk}")


def ended_teams() -> list[Team]:
    """Those that something still names, the first to end first."""
    return list(Team.with_ended.filter(ended_at__isnull=False).order_by("ended_at", "pk"))


def tickets_left(team: Team) -> int:
    """Counted to just above `MOST`."""
    return Ticket.objects.filter(team=team)[: MOST + 1].count()


def clear(team_id: int, *, window: int = WINDOW) -> bool:
    """Let go of it in one window of rows; when none is left the team goes, and what belongs to it alone.

    False when it is gone, or somebody else is at it.
    """
    with transaction.atomic():
        rows = Team.with_ended.select_for_update(skip_locked=True).filter(ended_at__isnull=False)
        team = rows.filter(pk=team_id).first()
        if team is None:
            return False
        for model, name in naming_it():
            if let_go(model, name, team, window):
                return True
        record("team.deleted", actor=SYSTEM, subject=f"team:{team.pk}")
        team.delete()
        return False


def naming_it() -> list[tuple[type[models.Model], str]]:
    """What outlives its team, of every app, and in which field it names it."""
    return [
        (relation.related_model, relation.field.name)
        for relation in Team._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.SET_NULL
    ]


def let_go(model: type[models.Model], name: str, team: Team, window: int) -> bool:
    # By the index of the team and in no order: each window takes its rows out, so none is met twice.
    rows: Any = model._base_manager
    ids = sorted(rows.filter(**{name: team}).values_list("pk", flat=True)[:window])
    rows.filter(pk__in=ids, **{name: team}).update(**{name: None})
    if model is Ticket and ids:
        ask(set(ids))
    return bool(ids)
