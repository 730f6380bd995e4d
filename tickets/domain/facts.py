"""What desks are told when a ticket changes: ids and versions, never content; and who may hear it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.permissions import Scope
from journal.models import Event
from tickets.models import ACTIVE, Ticket

TEAM_CHANGED = "ticket.team_changed"
GONE = "ticket.gone"


Rows = Mapping[int, Mapping[str, Any]]


def places_of(ticket_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Where these tickets are now, in one small query."""
    rows = Ticket.objects.filter(pk__in=ticket_ids).values(
        "pk", "brand_id", "team_id", "assignee_id", "version", "status"
    )
    return {row["pk"]: dict(row) for row in rows}


def fact_of(event: Event, places: Rows) -> dict[str, Any]:
    """The event as the desks of its brand hear it, with where the ticket is now.

    `was` is the team it has left: whoever saw it there has to hear that it is gone.
    """
    row = places.get(event.ticket_id or 0, {})
    fact = {
        "name": event.name,
        "ticket": event.ticket_id,
        "actor": event.actor,
        "event": event.pk,
        "position": event.position,
        "subject": event.subject,
        "brand": row.get("brand_id", event.brand_id),
        "team": row.get("team_id"),
        "assignee": row.get("assignee_id"),
        "version": row.get("version"),
        "is_active": row.get("status") in ACTIVE,
    }
    if event.name == TEAM_CHANGED:
        fact["was"] = event.data.get("before")
    return fact


@dataclass(frozen=True)
class Place:
    """Where a ticket is: what a grant is asked for."""

    ticket_id: int
    brand_id: int
    team_id: int | None

    def is_in(self, scope: Scope) -> bool:
        return scope.covers(brand_id=self.brand_id, team_id=self.team_id)


def find_place(ticket_id: int) -> Place | None:
    row = Ticket.objects.filter(pk=ticket_id).values_list("brand_id", "team_id").first()
    return Place(ticket_id, *row) if row else None


def fact_for(scope: Scope, fact: dict[str, Any], *, brand_id: int | None) -> dict[str, Any] | None:
    """The fact as somebody with these grants may hear it; None when it is not for them. Asks nobody.

    Of a ticket that has left what they see they hear only that it has.
    """
    brand = fact.get("brand", brand_id)
    if scope.covers(brand_id=brand, team_id=fact.get("team")):
        return {key: value for key, value in fact.items() if key != "was"}
    if "was" in fact and scope.covers(brand_id=brand, team_id=fact["was"]):
        return {"name": GONE, "ticket": fact["ticket"]}
    return None
