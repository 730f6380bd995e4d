"""What lies on one person's desk."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from accounts.models import User
from tickets.models import Ticket


@dataclass(frozen=True)
class AtHand:
    """Open tickets of theirs, and how many of these wait for an answer, the oldest since when."""

    open: int
    waiting: int
    waiting_since: dt.datetime | None
    at: dt.datetime


def at_hand(user: User, at: dt.datetime) -> AtHand:
    """One query."""
    is_waiting = Q(waiting_since__isnull=False)
    mine = Ticket.objects.visible_to(user).assigned_to(user)
    found = mine.aggregate(
        many=Count("pk"), waiting=Count("pk", filter=is_waiting), since=Min("waiting_since")
    )
    return AtHand(found["many"], found["waiting"], found["since"], at)
