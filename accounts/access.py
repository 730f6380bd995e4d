"""Who may do what, where: asked here by page, API, search and socket alike."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from accounts.models import (
    ApiToken,
    Brand,
    BrandQuerySet,
    CustomerPool,
    Grant,
    Role,
    Team,
    User,
    UserQuerySet,
)
from accounts.permissions import ADMIN_SCOPE, BRANDS_MANAGE, CODES, JOURNAL_READ, USERS_MANAGE, Scope
from carecenter.lib.statements import Given, Text
from journal.models import Event

Granted = tuple[int | None, int | None, list[str]]
# Rows without permissions are the teams, by number.
PLACE = Text(
    """
    SELECT g.brand_id, g.team_id, r.permissions
    FROM accounts_grant g JOIN accounts_role r ON r.id = g.role_id WHERE g.user_id = %s
    UNION ALL (SELECT NULL, team_id, NULL FROM accounts_team_members WHERE user_id = %s ORDER BY team_id)
    """,
    [Given("user"), Given("user")],
)


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


def grants_of(user: User) -> list[Granted]:
    """(brand, team, permission codes) of every grant; empty for a user who is not active.

    Behind an API token the codes are only those the token has too (`limit_to_token`).
    """
    return place_of(user)[0] if user.is_active else []


def teams_of(user: User) -> list[int]:
    """Ids, not a subquery: the planner takes a team's own index for a few known values."""
    return place_of(user)[1]


def place_of(user: User) -> tuple[list[Granted], list[int]]:
    """Grants and teams, kept on the user object for the request. By hand: every page of the staff asks this."""
    kept: tuple[list[Granted], list[int]] | None = getattr(user, "_place", None)
    if kept is None:
        with connection.cursor() as cursor:
            cursor.execute(*PLACE.ready(connection, {"user": user.pk}))
            rows = cursor.fetchall()
        allowed: frozenset[str] | None = getattr(user, "_token_scopes", None)
        grants = [
            (brand, team, codes if allowed is None else [code for code in codes if code in allowed])
            for brand, team, codes in rows
            if codes is not None
        ]
        kept = (grants, [team for _, team, codes in rows if codes is None])
        user._place = kept  # type: ignore[attr-defined]
    return kept


def limit_to_token(user: User, scopes: Iterable[str]) -> User:
    """From here on this user object may do only what the token's scopes and the user's grants both allow."""
    user._token_scopes = frozenset(scopes)  # type: ignore[attr-defined]
    user._place = None  # type: ignore[attr-defined]
    return user


def may_administer(user: User) -> bool:
    """Is this a person at a screen, or a token that was made for administration?"""
    allowed: frozenset[str] | None = getattr(user, "_token_scopes", None)
    return allowed is None or ADMIN_SCOPE in allowed


def has(user: User, code: str, *, brand_id: int | None = None, team_id: int | None = None) -> bool:
    """Does the user have the permission for this brand and team? Without a brand: anywhere at all."""
    where = scope(user, code)
    return bool(where) if brand_id is None else where.covers(brand_id=brand_id, team_id=team_id)


def has_everything(user: User) -> bool:
    """Every permission in every brand. For what would let somebody become anybody else."""
    return all(scope(user, code).everywhere for code in CODES)


def scope_q(where: Scope, *, brand: str = "brand", team: str = "team") -> Q:
    """The scope as a filter over rows that have a brand and a team."""
    if where.everywhere:
        return Q()
    q = Q(**{f"{brand}_id__in": where.brands})
    for brand_id, team_id in where.pairs:
        pair = Q(**{f"{team}_id": team_id})
        q |= pair if brand_id is None else pair & Q(**{f"{brand}_id": brand_id})
    return q


def brands_for(user: User, code: str) -> BrandQuerySet:
    """Brands where the user has the permission, for a team's work at least."""
    return brands_within(scope(user, code))


def brands_within(where: Scope) -> BrandQuerySet:
    if where.everywhere:
        return Brand.objects.all()
    q = Q(pk__in=where.brands) | Q(pk__in=[brand for brand, _ in where.pairs if brand is not None])
    teams = [team for brand, team in where.pairs if brand is None]
    return Brand.objects.filter(q | Q(pool__teams__in=teams)).distinct() if teams else Brand.objects.filter(q)


def covers_brand(user: User, code: str, brand_id: int) -> bool:
    """The permission for the whole brand, not for a team's work alone."""
    return scope(user, code).covers(brand_id=brand_id)


def brands_to_manage(user: User) -> BrandQuerySet:
    where = scope(user, BRANDS_MANAGE)
    return Brand.objects.all() if where.everywhere else Brand.objects.filter(pk__in=where.brands)


def get_brand_to_manage(user: User, pk: int) -> Brand:
    return get_object_or_404(brands_to_manage(user).select_related("pool"), pk=pk)


def pools_for(user: User, code: str) -> QuerySet[CustomerPool]:
    return pools_within(scope(user, code))


def pools_within(where: Scope) -> QuerySet[CustomerPool]:
    return CustomerPool.objects.filter(pk__in=brands_within(where).order_by().values("pool_id"))


def teams_for(user: User, code: str) -> QuerySet[Team]:
    """Teams of the pools the user works in: who a ticket may be given to."""
    return teams_in_pools_of(scope(user, code))


def teams_in_pools_of(where: Scope) -> QuerySet[Team]:
    return Team.objects.filter(pool__in=pools_within(where))


def pools_to_manage(user: User) -> QuerySet[CustomerPool]:
    """Pools with a brand whose people the user manages: their teams are the user's to set up."""
    where = scope(user, USERS_MANAGE)
    pools = CustomerPool.objects.all()
    return pools if where.everywhere else pools.filter(brands__in=where.brands).distinct()


def whole_pools_to_manage(user: User) -> QuerySet[CustomerPool]:
    """Those of whose brands all are the user's: what is shared by all of them is the user's to change."""
    where = scope(user, USERS_MANAGE)
    if where.everywhere:
        return CustomerPool.objects.all()
    others = Brand.objects.exclude(pk__in=where.brands).order_by().values("pool_id")
    return pools_to_manage(user).exclude(pk__in=others)


def teams_to_manage(user: User) -> QuerySet[Team]:
    """Teams of the pools in which the user manages people: theirs can be put in and taken out."""
    return Team.objects.filter(pool__in=pools_to_manage(user).values("pk"))


def get_team_to_manage(user: User, pk: int) -> Team:
    return get_object_or_404(teams_to_manage(user), pk=pk)


def may_change_team(user: User, team: Team) -> bool:
    """Its name and its end concern every brand of its pool."""
    return whole_pools_to_manage(user).filter(pk=team.pool_id).exists()


def grants_within(user: User, code: str) -> QuerySet[Grant]:
    """Grants of anybody that lie wholly where the user has the permission."""
    return grants_in(scope(user, code))


def grants_in(where: Scope) -> QuerySet[Grant]:
    return Grant.objects.all() if where.everywhere else Grant.objects.filter(scope_q(where))


def people_for(user: User) -> UserQuerySet:
    """Whom the user may manage: everybody with a grant in the user's own reach, themselves included."""
    where = scope(user, USERS_MANAGE)
    if where.everywhere:
        return User.objects.all()
    within = grants_within(user, USERS_MANAGE)
    return User.objects.filter(pk__in=within.order_by().values("user_id")) if where else User.objects.none()


def grants_to_show(user: User) -> QuerySet[Grant]:
    return Grant.objects.to_show().filter(user=user)


def find_active(pk: int) -> User | None:
    """Who may sign in, by their own number."""
    return User.objects.filter(pk=pk, is_active=True).first()


def get_person_for(user: User, pk: int) -> User:
    return get_object_or_404(people_for(user), pk=pk)


def may_give(user: User, grant: Grant) -> bool:
    """Could the user hand out, or take away, this grant? Never more than they have themselves, in the same place."""
    codes = {USERS_MANAGE, *grant.role.permissions}
    return all(scope(user, code).covers(brand_id=grant.brand_id, team_id=grant.team_id) for code in codes)


def roles_for(user: User) -> QuerySet[Role]:
    """Roles are of the whole installation: to be changed by who manages people everywhere."""
    return Role.objects.all() if scope(user, USERS_MANAGE).everywhere else Role.objects.none()


def get_role_for(user: User, pk: int) -> Role:
    return get_object_or_404(roles_for(user), pk=pk)


def tokens_for(user: User) -> QuerySet[ApiToken]:
    """The user's own; everybody's for who manages people everywhere."""
    everywhere = scope(user, USERS_MANAGE).everywhere
    return ApiToken.objects.all() if everywhere else ApiToken.objects.filter(user=user)


def get_token_for(user: User, pk: int) -> ApiToken:
    return get_object_or_404(tokens_for(user), pk=pk)


def events_for(user: User) -> QuerySet[Event]:
    """Events of the whole brands whose journal the user may read; those of no brand only with all brands."""
    where = scope(user, JOURNAL_READ)
    events = Event.objects.filter(position__isnull=False)
    return events if where.everywhere else events.filter(brand_id__in=where.brands)
