"""When a team ends: only when no work waits for it, so that no ticket is left where nobody looks."""

from dataclasses import dataclass

from django.db import transaction

from accounts.models import Grant, Team, User
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import NotAllowed
from tickets.models import Inbox, Ticket

MOST = 1000  # open tickets are counted no further


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
    """Its solved tickets stay, without a team; ready-made replies, views and rules for it alone go with it.

    Raises NotAllowed while something ties it.
    """
    with transaction.atomic():
        kept = Team.objects.select_for_update().get(pk=team.pk)
        if ties_of(kept):
            raise NotAllowed
        record("team.deleted", actor=user_actor(actor.pk), subject=f"team:{kept.pk}")
        kept.delete()
