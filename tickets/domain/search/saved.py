"""Saved views: a search with a name, one's own or shared with a brand or a team."""

import datetime as dt
import hashlib
from functools import lru_cache

from django.core.cache import cache
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.access import has, scope, teams_for, teams_of
from accounts.models import Brand, Team, User
from accounts.permissions import TICKET_VIEW, VIEWS_SHARE, Scope
from carecenter.lib.statements import KEPT, Given, Statement
from carecenter.lib.time import now
from journal.actors import user_actor
from journal.domain.recording import record
from tickets.domain.errors import Empty, NotAllowed
from tickets.domain.search.compiling import Compiler
from tickets.domain.search.finding import COUNT_LIMIT, Question, look, question_for
from tickets.domain.search.language import clean
from tickets.models import SavedView

MOST = 30  # of one person
SHOWN = 20  # beside the built-in ones
COUNTS_KEPT_SECONDS = 30
UNDO = dt.timedelta(days=1)
ICONS = ("filter", "star", "flag", "bolt", "clock", "tag", "user", "mail", "phone", "alert-circle")


def views_for(user: User) -> QuerySet[SavedView]:
    """The user's own, then those shared where they work."""
    return _views(scope(user, TICKET_VIEW), tuple(teams_of(user)), user.pk)


def first_views(user: User) -> list[SavedView]:
    """Those that stand beside the built-in ones."""
    return _first_views(scope(user, TICKET_VIEW), tuple(teams_of(user))).rows(me=user.pk)


@lru_cache(KEPT)
def _first_views(where: Scope, teams: tuple[int, ...]) -> Statement[SavedView]:
    return Statement(_views(where, teams, Given("me"))[:SHOWN])


def _views(where: Scope, teams: tuple[int, ...], me: int | Given) -> QuerySet[SavedView]:
    if not where:
        return SavedView.objects.none()
    shared = Q(brand__isnull=False) if where.everywhere else Q(brand__in=where.brands)
    pairs = {brand for brand, _team in where.pairs if brand is not None}
    shared |= Q(brand__in=pairs) | Q(team__in=teams)
    mine = SavedView.objects.filter(Q(owner_id=me) | shared, deleted_at__isnull=True)
    return mine.order_by("position", "pk")


def text_of(view: SavedView) -> str:
    """What the search box would hold."""
    oldest = view.sort == SavedView.Sort.OLDEST
    return f"{view.query} sort:oldest" if oldest and "sort:" not in view.query else view.query


def can_change(user: User, view: SavedView) -> bool:
    """The owner, and who may share views where it is shared."""
    if view.owner_id == user.pk:
        return True
    if view.brand_id is not None:
        return has(user, VIEWS_SHARE, brand_id=view.brand_id)
    return view.team_id is not None and teams_for(user, VIEWS_SHARE).filter(pk=view.team_id).exists()


def find_view(user: User, pk: int, *, deleted: bool = False) -> SavedView | None:
    """A view the user may change; with `deleted` one of their own that can be brought back."""
    views = SavedView.objects.filter(owner=user, deleted_at__isnull=False) if deleted else views_for(user)
    view = views.filter(pk=pk).first()
    return view if view is not None and (deleted or can_change(user, view)) else None


def shares_for(user: User) -> tuple[list[Brand], list[Team]]:
    """With whom the user may share."""
    where = scope(user, VIEWS_SHARE)
    brands = Brand.objects.all() if where.everywhere else Brand.objects.filter(pk__in=where.brands)
    return list(brands.order_by("name")), list(teams_for(user, VIEWS_SHARE).order_by("name"))


def save_view(*, actor: User, name: str, query: str, sort: str = SavedView.Sort.NEWEST) -> SavedView:
    """A new view of the actor's own, the last of theirs. Raises Empty, NotAllowed beyond MOST."""
    name, query = " ".join(name.split())[:60], clean(query)
    if not name or not query:
        raise Empty(_("A view needs a name and a search."))
    with transaction.atomic():
        own = SavedView.objects.filter(
            owner=User.objects.select_for_update().get(pk=actor.pk), deleted_at=None
        )
        if own.count() >= MOST:
            raise NotAllowed(_("You have %d views already: delete one first.") % MOST)
        last = own.aggregate(last=Max("position"))["last"]
        view = SavedView.objects.create(
            owner=actor, name=name, query=query, sort=sort, position=0 if last is None else last + 1
        )
        tell(view, actor, name="view.saved")
    return view


def change_view(
    view: SavedView,
    *,
    actor: User,
    name: str,
    query: str,
    icon: str = "filter",
    sort: str = SavedView.Sort.NEWEST,
) -> None:
    name, query = " ".join(name.split())[:60], clean(query)
    if not name or not query:
        raise Empty(_("A view needs a name and a search."))
    view.name, view.query, view.sort = name, query, SavedView.Sort(sort)
    view.icon = icon if icon in ICONS else "filter"
    with transaction.atomic():
        view.save(update_fields=["name", "query", "sort", "icon"])
        tell(view, actor, name="view.saved")


def share_view(
    view: SavedView, *, actor: User, brand_id: int | None = None, team_id: int | None = None
) -> None:
    """With a brand, a team, or with nobody. Raises NotAllowed."""
    brands, teams = shares_for(actor)
    if brand_id is not None and brand_id not in {one.pk for one in brands}:
        raise NotAllowed(_("You cannot share views there."))
    if team_id is not None and team_id not in {one.pk for one in teams}:
        raise NotAllowed(_("You cannot share views there."))
    view.brand_id, view.team_id = brand_id, None if brand_id is not None else team_id
    with transaction.atomic():
        view.save(update_fields=["brand", "team"])
        tell(view, actor, name="view.shared")


def move_view(view: SavedView, *, actor: User, step: int) -> None:
    """One place up (-1) or down (1) among the actor's own."""
    with transaction.atomic():
        own = SavedView.objects.filter(owner=actor, deleted_at=None).order_by("position", "pk")
        rows = list(own.select_for_update())
        at = next((place for place, row in enumerate(rows) if row.pk == view.pk), None)
        if at is None or not 0 <= at + step < len(rows):
            return
        rows.insert(at + step, rows.pop(at))
        for place, row in enumerate(rows):
            row.position = place
        SavedView.objects.bulk_update(rows, ["position"])


def delete_view(view: SavedView, *, actor: User) -> None:
    """It can be brought back for a day."""
    view.deleted_at = now()
    with transaction.atomic():
        view.save(update_fields=["deleted_at"])
        tell(view, actor, name="view.deleted")


def restore_view(view: SavedView, *, actor: User) -> None:
    view.deleted_at = None
    with transaction.atomic():
        view.save(update_fields=["deleted_at"])
        tell(view, actor, name="view.saved")


def purge_views() -> None:
    SavedView.objects.filter(deleted_at__lt=now() - UNDO).delete()


def tell(view: SavedView, actor: User, *, name: str) -> None:
    record(name, actor=user_actor(actor.pk), brand_id=view.brand_id, subject=f"view:{view.pk}")


def counts_of(user: User, views: list[SavedView], *, ask: bool) -> dict[int, int]:
    """How many tickets each view has, up to the limit, at most half a minute old; only known ones unless `ask`."""
    keys = {view.pk: count_key(user, view) for view in views}
    try:
        known = cache.get_many(keys.values())
    except RedisError:
        known = {}
    found = {pk: known[key] for pk, key in keys.items() if key in known}
    if ask and (missing := [view for view in views if view.pk not in found]):
        fresh = {view.pk: count(user, view) for view in missing}
        found |= fresh
        try:
            cache.set_many({keys[pk]: number for pk, number in fresh.items()}, COUNTS_KEPT_SECONDS)
        except RedisError:
            return found
    return found


def count_key(user: User, view: SavedView) -> str:
    said = hashlib.sha256(f"{text_of(view)}|{scope(user, TICKET_VIEW)}".encode()).hexdigest()[:24]
    return f"view-count-{user.pk}-{said}"


def count(user: User, view: SavedView) -> int:
    query = question_for(user, text_of(view))
    if not query:
        return 0
    return len(look(Question(Compiler(user, query).compile(), query), COUNT_LIMIT))
