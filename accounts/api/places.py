"""Brands and teams as they are set up. The verbs of their pages."""

from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import (
    brands_to_manage,
    get_brand_to_manage,
    get_team_to_manage,
    may_change_team,
    people_for,
    scope,
    teams_to_manage,
)
from accounts.api.administration import AccountSet
from accounts.brand_form import BrandForm
from accounts.domain import brand_keeping, team_keeping
from accounts.domain.errors import OutOfScope
from accounts.models import Brand, Team, User
from accounts.permissions import BRANDS_MANAGE, USERS_MANAGE
from accounts.team_form import TeamForm
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown

BY_ID = Keyset(("id",))


@example({"color": "#2f6f4f"})
class BrandChange(Input):
    name = Text(max_length=120)
    language = Text(max_length=10)
    zone = Text(max_length=64, help_text="As in Europe/Berlin.")
    color = Text(max_length=7, help_text="As in #2f6f4f.")
    public_base_url = Text(
        max_length=200, required=False, allow_blank=True, help_text="Its own host, as in https://help.example"
    )


@example({"name": "Lamps", "language": "de", "zone": "Europe/Berlin", "color": "#2f6f4f"})
class BrandWrite(BrandChange):
    slug = Text(max_length=60, required=False, allow_blank=True, help_text="In addresses; stays as it is.")
    pool = Id(required=False, allow_null=True, help_text="null: customers of its own. Stays as it is.")


class AdminBrandShown(serializers.Serializer[Brand]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    slug = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")
    language = serializers.CharField()
    zone = serializers.CharField()
    color = serializers.CharField()
    public_base_url = serializers.CharField()
    archived_at = Moment(allow_null=True)


class AdminBrandEndpoint(AccountSet):
    code = BRANDS_MANAGE

    @extend_schema(parameters=[PageQuery], responses=page_of(AdminBrandShown))
    def list(self, request: SignedRequest) -> Response:
        """List the brands you set up, archived ones among them."""
        query = read_query(request, PageQuery)
        brands = brands_to_manage(request.user)
        return paged(request, brands, keyset=BY_ID, query=query, show=AdminBrandShown)

    @extend_schema(request=BrandWrite, responses={201: AdminBrandShown})
    def create(self, request: SignedRequest) -> Response:
        """Begin a brand. Only for who sets up all of them."""
        body = read_body(request, BrandWrite)
        if not scope(
            request.user, BRANDS_MANAGE
        ).everywhere:  # before the form: it knows all pools and addresses
            raise OutOfScope
        form = BrandForm(body, brand=None, actor=request.user)
        checked(form)
        return self.answer(request, brand_keeping.create_brand(form.wanted(), actor=request.user), status=201)

    @extend_schema(responses=AdminBrandShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a brand you set up."""
        return self.answer(request, get_brand_to_manage(request.user, pk))

    @extend_schema(request=BrandChange, responses=AdminBrandShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a brand. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, BrandChange, partial=True)
        with transaction.atomic():
            brand = hold(get_brand_to_manage(request.user, pk))
            before = shown(request, brand, AdminBrandShown)
            check_seen(request, before)
            form = BrandForm({**before, **body}, brand=brand, actor=request.user)
            checked(form)
            brand_keeping.change_brand(brand, form.wanted(), actor=request.user)
        return self.answer(request, get_brand_to_manage(request.user, pk))

    @extend_schema(request=None, responses=AdminBrandShown)
    def archive(self, request: SignedRequest, pk: int) -> Response:
        """Put a brand away: nothing new is begun for it, its help centre is closed."""
        return self.act(request, pk, brand_keeping.archive)

    @extend_schema(request=None, responses=AdminBrandShown)
    def restore(self, request: SignedRequest, pk: int) -> Response:
        """Bring an archived brand back."""
        return self.act(request, pk, brand_keeping.restore)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a brand to which nothing belongs."""
        brand_keeping.delete_brand(get_brand_to_manage(request.user, pk), actor=request.user)
        return Response(status=204)

    def act(self, request: SignedRequest, pk: int, verb: Any) -> Response:
        verb(get_brand_to_manage(request.user, pk), actor=request.user)
        return self.answer(request, get_brand_to_manage(request.user, pk))

    def answer(self, request: SignedRequest, brand: Brand, *, status: int = 200) -> Response:
        return with_tag(shown(request, brand, AdminBrandShown), status=status)


class TeamChange(Input):
    name = Text(max_length=120)


@example({"name": "Night", "pool": 1})
class TeamWrite(TeamChange):
    pool = Id(help_text="Whose customers it works for. Stays as it is.")


@example({"user": 7})
class MemberWrite(Input):
    user = Id()


class AdminTeamShown(serializers.Serializer[Team]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")
    members = serializers.SerializerMethodField(help_text="Ids, of the people you manage.")

    def get_members(self, team: Team) -> list[int]:
        return [member.pk for member in team.members.all()]


def teams_shown(user: User) -> QuerySet[Team]:
    return teams_to_manage(user).prefetch_related(Prefetch("members", people_for(user).order_by("pk")))


class AdminTeamEndpoint(AccountSet):
    code = USERS_MANAGE

    @extend_schema(parameters=[PageQuery], responses=page_of(AdminTeamShown))
    def list(self, request: SignedRequest) -> Response:
        """List the teams whose people you manage."""
        query = read_query(request, PageQuery)
        return paged(request, teams_shown(request.user), keyset=BY_ID, query=query, show=AdminTeamShown)

    @extend_schema(request=TeamWrite, responses={201: AdminTeamShown})
    def create(self, request: SignedRequest) -> Response:
        """Set up a team."""
        given = checked(TeamForm(read_body(request, TeamWrite), actor=request.user))
        return self.answer(request, team_keeping.create_team(**given, actor=request.user).pk, status=201)

    @extend_schema(responses=AdminTeamShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a team."""
        return self.answer(request, get_team_to_manage(request.user, pk).pk)

    @extend_schema(request=TeamChange, responses=AdminTeamShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Give a team another name. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, TeamChange, partial=True)
        with transaction.atomic():
            team = hold(get_team_to_manage(request.user, pk))
            if not may_change_team(request.user, team):
                raise OutOfScope
            check_seen(request, self.shown_now(request, pk))
            form = TeamForm({"name": team.name, **body}, actor=request.user, team=team)
            team_keeping.rename_team(team, checked(form)["name"], actor=request.user)
        return self.answer(request, pk)

    @extend_schema(request=MemberWrite, responses=AdminTeamShown)
    def add(self, request: SignedRequest, pk: int) -> Response:
        """Put one of the people you manage into a team."""
        body = read_body(request, MemberWrite)
        team = get_team_to_manage(request.user, pk)
        person = people_for(request.user).filter(pk=body["user"], is_active=True).first()
        if person is None:
            raise invalid("user", "There is none with this id whom you manage.")
        team_keeping.add_member(team, person, actor=request.user)
        return self.answer(request, pk)

    @extend_schema(request=None, responses=AdminTeamShown)
    def remove(self, request: SignedRequest, pk: int, user: int) -> Response:
        """Take somebody out of a team; their tickets stay with both."""
        team = get_team_to_manage(request.user, pk)
        person = people_for(request.user).filter(pk=user, teams=team).first()
        if person is None:
            raise Http404
        team_keeping.remove_member(team, person, actor=request.user)
        return self.answer(request, pk)

    def shown_now(self, request: SignedRequest, pk: int) -> Any:
        team = teams_shown(request.user).filter(pk=pk).first()
        if team is None:
            raise Http404
        return shown(request, team, AdminTeamShown)

    def answer(self, request: SignedRequest, pk: int, *, status: int = 200) -> Response:
        return with_tag(self.shown_now(request, pk), status=status)
