"""Who may do what, where: asked here by page, API, search and socket alike."""

from django.db.models import Q, QuerySet

from accounts.models import Brand, CustomerPool, Grant, Team, User
from accounts.permissions import Scope


def scope(user: User, code: str) -> Scope:
    """Where the user has the permission. One query a user object: the grants are kept on it for the request."""
    everywhere, brands, pairs = False, set(), set()
    for brand_id, team_id, permissions in grants_of(user):
        if code not in permissions:
            continue
        if team_id is not None:
            pairs.add((brand_id, team_id))
        elif brand_id is not None:
            brands.add(brand_id)
        else:
            everywhere = True
    return Scope(everywhere=everywhere, brands=frozenset(brands), pairs=frozenset(pairs))


def grants_of(user: User) -> list[tuple[int | None, int | None, list[str]]]:
    """(brand, team, permission codes) of every grant; empty for a user who is not active."""
    if not user.is_active:
        return []
    kept: list[tuple[int | None, int | None, list[str]]] | None = getattr(user, "_grants", None)
    if kept is None:
        rows = Grant.objects.filter(user=user).values_list("brand_id", "team_id", "role__permissions")
        kept = list(rows)
        user._grants = kept  # type: ignore[attr-defined]
    return kept


def has(user: User, code: str, *, brand_id: int | None = None, team_id: int | None = None) -> bool:
    """Does the user have the permission for this brand and team? Without a brand: anywhere at all."""
    where = scope(user, code)
    return bool(where) if brand_id is None else where.covers(brand_id=brand_id, team_id=team_id)


def scope_q(where: Scope, *, brand: str = "brand", team: str = "team") -> Q:
    """The scope as a filter over rows that have a brand and a team."""
    if where.everywhere:
        return Q()
    q = Q(**{f"{brand}_id__in": where.brands})
    for brand_id, team_id in where.pairs:
        pair = Q(**{f"{team}_id": team_id})
        q |= pair if brand_id is None else pair & Q(**{f"{brand}_id": brand_id})
    return q


def brands_for(user: User, code: str) -> QuerySet[Brand]:
    """Brands where the user has the permission, for a team's work at least."""
    where = scope(user, code)
    if where.everywhere:
        return Brand.objects.all()
    q = Q(pk__in=where.brands) | Q(pk__in=[brand for brand, _ in where.pairs if brand is not None])
    teams = [team for brand, team in where.pairs if brand is None]
    return Brand.objects.filter(q | Q(pool__teams__in=teams)).distinct() if teams else Brand.objects.filter(q)


def pools_for(user: User, code: str) -> QuerySet[CustomerPool]:
    return CustomerPool.objects.filter(pk__in=brands_for(user, code).order_by().values("pool_id"))


def teams_for(user: User, code: str) -> QuerySet[Team]:
    """Teams of the pools the user works in: who a ticket may be given to."""
    return Team.objects.filter(pool__in=pools_for(user, code))
