"""People as they are managed: invited, given roles, let go. The verbs of the people page."""

from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import get_person_for, grants_within, people_for
from accounts.api.administration import AccountSet
from accounts.domain import people as verbs
from accounts.domain import sessions
from accounts.domain.mails import with_invitations
from accounts.forms import GrantForm, InviteForm, language_choices
from accounts.models import AccountMail, Grant, Role, User, UserQuerySet
from accounts.permissions import USERS_MANAGE
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, paged, read_body, read_query, shown

BY_ID = Keyset(("id",))


@example({"role": 2, "brand": 1, "team": 3})
class GrantWrite(Input):
    """`brand` and `team` narrow where the role holds; null is all."""

    role = Id()
    brand = Id(required=False, allow_null=True)
    team = Id(required=False, allow_null=True)


@example({"name": "Eve Adler", "email": "eve@example.com", "role": 1, "brand": 1})
class PersonWrite(GrantWrite):
    name = Text(max_length=120)
    email = Text(max_length=254)
    language = serializers.ChoiceField(choices=language_choices(""), required=False)


class PersonQuery(PageQuery):
    q = serializers.CharField(required=False, max_length=200, help_text="Words of the name or the address.")
    is_active = serializers.BooleanField(required=False, allow_null=True, default=None)


class RoleShown(serializers.Serializer[Role]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    permissions = serializers.ListField(child=serializers.CharField())
    second_factor = serializers.BooleanField(help_text="Whoever has the role must have one.")


class GrantShown(serializers.Serializer[Grant]):
    id = serializers.IntegerField()
    role = serializers.IntegerField(source="role_id")
    brand = serializers.IntegerField(source="brand_id", allow_null=True)
    team = serializers.IntegerField(source="team_id", allow_null=True)


class PersonShown(serializers.Serializer[User]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    language = serializers.CharField()
    is_active = serializers.BooleanField()
    invitation = serializers.ChoiceField(
        choices=AccountMail.State.choices, allow_null=True, help_text="The latest mail that invited them."
    )
    grants = GrantShown(many=True, help_text="Those where you manage people.")


def people_shown(user: User) -> UserQuerySet:
    mine = grants_within(user, USERS_MANAGE).order_by("pk")
    people: UserQuerySet = with_invitations(people_for(user)).prefetch_related(Prefetch("grants", mine))  # type: ignore[assignment]
    return people


class PersonEndpoint(AccountSet):
    code = USERS_MANAGE

    @extend_schema(parameters=[PersonQuery], responses=page_of(PersonShown))
    def list(self, request: SignedRequest) -> Response:
        """List the people you manage, with their roles."""
        query = read_query(request, PersonQuery)
        people = people_shown(request.user).search(query.get("q", ""))
        if query["is_active"] is not None:
            people = people.filter(is_active=query["is_active"])
        return paged(request, people, keyset=BY_ID, query=query, show=PersonShown)

    @extend_schema(request=PersonWrite, responses={201: PersonShown})
    def create(self, request: SignedRequest) -> Response:
        """Invite somebody by mail, with a first role. Never more than you and this token may."""
        body = read_body(request, PersonWrite)
        form = InviteForm(body, actor=request.user)
        given = checked(form)
        language = body.get("language", "")
        user = verbs.invite(
            given["email"], name=given["name"], wanted=form.wanted(), actor=request.user, language=language
        )
        return self.answer(request, user.pk, status=201)

    @extend_schema(responses=PersonShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show one of the people you manage."""
        return self.answer(request, get_person_for(request.user, pk).pk)

    @extend_schema(request=GrantWrite, responses={201: PersonShown})
    def give(self, request: SignedRequest, pk: int) -> Response:
        """Give a role, for one brand or all, one team or all. Never more than you and this token may."""
        body = read_body(request, GrantWrite)
        person = get_person_for(request.user, pk)
        form = GrantForm(body, actor=request.user)
        checked(form)
        verbs.give(person, form.wanted(), actor=request.user)
        return self.answer(request, pk, status=201)

    @extend_schema(request=None, responses={204: None})
    def take_back(self, request: SignedRequest, pk: int, grant: int) -> Response:
        """Take a role away."""
        person = get_person_for(request.user, pk)
        found = grants_within(request.user, USERS_MANAGE).filter(user=person, pk=grant).first()
        if found is None:
            raise Http404
        verbs.take_back(found, actor=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={204: None})
    def invite_again(self, request: SignedRequest, pk: int) -> Response:
        """Mail a fresh link to somebody who has set no password yet."""
        return self.act(request, pk, verbs.invite_again)

    @extend_schema(request=None, responses={204: None})
    def deactivate(self, request: SignedRequest, pk: int) -> Response:
        """Let somebody sign in no more; sessions and tokens end."""
        return self.act(request, pk, verbs.deactivate)

    @extend_schema(request=None, responses={204: None})
    def activate(self, request: SignedRequest, pk: int) -> Response:
        """Let somebody sign in again."""
        return self.act(request, pk, verbs.activate)

    @extend_schema(request=None, responses={204: None})
    def sign_out(self, request: SignedRequest, pk: int) -> Response:
        """End every session of somebody."""
        return self.act(request, pk, sessions.sign_out_person)

    def act(self, request: SignedRequest, pk: int, verb: Any) -> Response:
        verb(get_person_for(request.user, pk), actor=request.user)
        return Response(status=204)

    def answer(self, request: SignedRequest, pk: int, *, status: int = 200) -> Response:
        person = people_shown(request.user).filter(pk=pk).first()
        if person is None:
            raise Http404
        return Response(shown(request, person, PersonShown), status=status)


class RoleEndpoint(AccountSet):
    code = USERS_MANAGE

    @extend_schema(parameters=[PageQuery], responses=page_of(RoleShown))
    def list(self, request: SignedRequest) -> Response:
        """List the roles there are, with what each may."""
        query = read_query(request, PageQuery)
        return paged(request, Role.objects.all(), keyset=BY_ID, query=query, show=RoleShown)
