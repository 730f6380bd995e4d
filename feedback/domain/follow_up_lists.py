"""The lists of follow-ups: the most urgent first, those that have ended the latest first. Reads only."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib.time import now
from feedback.access import SHOWN_WITH_FOLLOW_UP
from feedback.domain.answer_lists import read_key
from feedback.models import FollowUp
from feedback.models.follow_ups import FollowUpQuerySet

PAGE: Final = 30


class View(TextChoices):
    MINE = "mine", _("Mine")
    ALL = "all", _("All open")
    OVERDUE = "overdue", _("Overdue")
    ENDED = "ended", _("Ended")


@dataclass(frozen=True)
class Page:
    follow_ups: list[FollowUp]
    more: str  # the key the next page begins after; empty on the last


def follow_ups_in(view: str, user: User) -> FollowUpQuerySet:
    """Unordered. Mine are those that nobody of my teams has yet, too."""
    seen = FollowUp.objects.visible_to(user)
    if view == View.ENDED:
        return seen.filter(ended_at__isnull=False)
    if view == View.MINE:
        return seen.active().filter(mine(user))
    if view == View.OVERDUE:
        return seen.active().filter(due_at__lt=now())
    return seen.active()


def mine(user: User) -> Q:
    teams = list(user.teams.values_list("pk", flat=True))
    return Q(owner=user) | Q(owner__isnull=True, answer__team__in=teams)


def page_of(view: str, user: User, after: str = "") -> Page:
    """One query and the teams. A key that is none begins at the beginning."""
    rows = follow_ups_in(view, user).select_related(*SHOWN_WITH_FOLLOW_UP)
    name, order = ("ended_at", "-") if view == View.ENDED else ("due_at", "")
    if position := read_key(after):
        rows = rows.filter(beyond(name, position, forward=not order))
    found = list(rows.order_by(f"{order}{name}", f"{order}pk")[: PAGE + 1])
    shown = found[:PAGE]
    more = f"{getattr(shown[-1], name).isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
    return Page(shown, more)


def beyond(name: str, position: tuple[dt.datetime, int], *, forward: bool) -> Q:
    at, pk = position
    way = "gt" if forward else "lt"
    return Q(**{f"{name}__{way}": at}) | Q(**{name: at, f"pk__{way}": pk})


def counts(user: User) -> dict[str, int]:
    """Of the lists that are open, in one query."""
    seen = FollowUp.objects.visible_to(user).active()
    found = seen.aggregate(
        mine=Count("pk", filter=mine(user)),
        all=Count("pk"),
        overdue=Count("pk", filter=Q(due_at__lt=now())),
    )
    return {name: int(many) for name, many in found.items()}
