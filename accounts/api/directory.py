"""Brands, teams and people, to read: what ids in the rest of the API stand for."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import brands_for, scope, teams_for
from accounts.api.needs import need
from accounts.models import Brand, Grant, Team, User
from accounts.permissions import CUSTOMER_VIEW, TICKET_VIEW
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, paged, read_query, shown

BY_ID = Keyset(("id",))


class BrandShown(serializers.Serializer[Brand]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id", help_text="Brands of one pool share their customers.")
    language = serializers.CharField()
    zone = serializers.CharField()


class TeamShown(serializers.Serializer[Team]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")


class UserShown(serializers.Serializer[User]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    is_active = serializers.BooleanField()
    teams = serializers.SerializerMethodField(help_text="Ids, of the teams you may see.")

    def get_teams(self, user: User) -> list[int]:
        return [team.pk for team in user.teams.all()]


def brands_seen_by(user: User) -> QuerySet[Brand]:
    """Brands whose tickets or customers the user sees: a shop's token may have nothing to do with tickets."""
    tickets = brands_for(user, TICKET_VIEW).order_by().values("pk")
    customers = brands_for(user, CUSTOMER_VIEW).order_by().values("pk")
    return Brand.objects.filter(Q(pk__in=tickets) | Q(pk__in=customers))


def teams_seen_by(user: User) -> QuerySet[Team]:
    return teams_for(user, TICKET_VIEW)


def colleagues_of(user: User) -> QuerySet[User]:
    """People who work where the user sees tickets: whom a ticket may be given to."""
    if scope(user, TICKET_VIEW).everywhere:
        return User.objects.all()
    brands = brands_for(user, TICKET_VIEW).order_by().values("pk")
    teams = teams_seen_by(user).order_by().values("pk")
    whole = Q(brand__isnull=True, team__isnull=True)
    near = whole | Q(brand__in=brands) | Q(brand__isnull=True, team__in=teams)
    return User.objects.filter(pk__in=Grant.objects.filter(near).values("user_id"))


def with_teams(people: QuerySet[User], user: User) -> QuerySet[User]:
    return people.prefetch_related(Prefetch("teams", queryset=teams_seen_by(user).order_by("pk")))


class BrandEndpoint(EndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(BrandShown))
    def list(self, request: SignedRequest) -> Response:
        """List the brands you work for."""
        brands = brands_seen_by(request.user)
        return paged(request, brands, keyset=BY_ID, query=read_query(request, PageQuery), show=BrandShown)


class TeamEndpoint(EndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(TeamShown))
    def list(self, request: SignedRequest) -> Response:
        """List the teams a ticket may be given to."""
        need(request.user, TICKET_VIEW)
        teams = teams_seen_by(request.user)
        return paged(request, teams, keyset=BY_ID, query=read_query(request, PageQuery), show=TeamShown)


class UserEndpoint(EndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(UserShown))
    def list(self, request: SignedRequest) -> Response:
        """List the people who work where you do."""
        need(request.user, TICKET_VIEW)
        people = with_teams(colleagues_of(request.user), request.user)
        return paged(request, people, keyset=BY_ID, query=read_query(request, PageQuery), show=UserShown)

    @extend_schema(responses=UserShown)
    def me(self, request: SignedRequest) -> Response:
        """Show whom this token acts for."""
        me: Any = with_teams(User.objects.filter(pk=request.user.pk), request.user).get()
        return Response(shown(request, me, UserShown))
