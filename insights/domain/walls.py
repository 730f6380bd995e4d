"""What hangs on the wall: six numbers, each with a state; and links by which a screen without a person shows them."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.models import User
from accounts.permissions import INSIGHTS_VIEW
from carecenter.lib.time import now
from feedback.domain.periods import Period
from insights.domain.buckets import MINUTE
from insights.domain.cuts import Cut
from insights.domain.present import Present
from insights.models import WallLimits, WallLink
from journal.actors import user_actor
from journal.domain.recording import record

OK, WATCH, ACT = "ok", "watch", "act"
MOST_LINKS: Final = 50


@dataclass(frozen=True)
class Tile:
    """`seconds`: a duration. `state` is empty where more is neither good nor bad. `beside`: a word below."""

    code: str
    label: str
    value: float
    state: str = ""
    beside: str = ""
    is_seconds: bool = False
    is_more: bool = False


def tiles(found: Present, limits: WallLimits) -> list[Tile]:
    longest = (found.at - found.waiting_since).total_seconds() if found.waiting_since else 0
    away = found.many("away")
    there = found.available
    return [
        Tile(
            "waiting",
            _("Waiting for us"),
            found.waiting,
            judged(found.waiting, limits.waiting_watch, limits.waiting_act),
        ),
        Tile(
            "longest",
            _("Longest waiting"),
            max(0, longest),
            judged(longest / MINUTE, limits.longest_watch_minutes, limits.longest_act_minutes),
            is_seconds=True,
        ),
        Tile("open", _("Open tickets"), found.open),
        Tile(
            "chats",
            _("Chats running"),
            found.chats,
            judged(found.chats_waiting, limits.chats_watch, limits.chats_act),
            _("%(many)s waiting") % {"many": found.chats_waiting},
        ),
        Tile("answered", _("Answered in the last hour"), found.answered, is_more=found.is_more),
        Tile(
            "available",
            _("Available"),
            there,
            judged(-there, -limits.available_watch, -limits.available_act),
            _("%(many)s away") % {"many": away},
        ),
    ]


def judged(value: float, watch: int, act: int) -> str:
    return ACT if value >= act else WATCH if value >= watch else OK


def limits_of(owner: User) -> WallLimits:
    """Theirs, or those one begins with."""
    return WallLimits.objects.filter(pk=owner.pk).first() or WallLimits(owner=owner)


def set_limits(owner: User, **values: int) -> None:
    with transaction.atomic():
        WallLimits.objects.update_or_create(pk=owner.pk, defaults=values)
        record("wall_limits.saved", actor=user_actor(owner.pk), subject=f"user:{owner.pk}")


def cut_of(user: User, brand: int | None, team: int | None) -> Cut:
    """Of this moment: the day does not matter."""
    today = now().date()
    return Cut(user, Period(today, today, now().tzinfo), brand=brand, team=team)  # type: ignore[arg-type]


def make_link(owner: User, name: str, *, brand: int | None, team: int | None) -> WallLink:
    """A link that shows what its owner may see, as long as they may. Brand and team were checked by the caller."""
    with transaction.atomic():
        link = WallLink.objects.create(owner=owner, name=name, brand_id=brand, team_id=team)
        record(
            "wall_link.created", actor=user_actor(owner.pk), brand_id=brand, subject=f"wall_link:{link.pk}"
        )
    return link


def revoke(link: WallLink, *, actor: User) -> None:
    """Its screen goes dark with its next look, within seconds. Once is enough."""
    with transaction.atomic():
        if not WallLink.objects.filter(pk=link.pk, revoked_at__isnull=True).update(revoked_at=now()):
            return
        record(
            "wall_link.revoked",
            actor=user_actor(actor.pk),
            brand_id=link.brand_id,
            subject=f"wall_link:{link.pk}",
        )


def links_of(user: User) -> list[WallLink]:
    """Their own that are good, the latest first."""
    rows = WallLink.objects.filter(owner=user, revoked_at__isnull=True)
    return list(rows.select_related("brand", "team").order_by("-pk")[:MOST_LINKS])


def find_own(user: User, pk: int) -> WallLink | None:
    return WallLink.objects.filter(owner=user, pk=pk).first()


def find_link(token: str) -> WallLink | None:
    """A link that is good, and whose owner may still see numbers."""
    rows: Any = WallLink.objects.select_related("owner").filter(token=token, revoked_at__isnull=True)
    link: WallLink | None = rows.first()
    return link if link is not None and has(link.owner, INSIGHTS_VIEW) else None
