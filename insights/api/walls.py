"""Screens on the wall: links that open one, and from when on a number on it is worth a look."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import brands_for
from accounts.models import User
from accounts.permissions import INSIGHTS_VIEW
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown
from insights.api.base import NumberSet
from insights.domain import walls
from insights.filters import teams_in
from insights.models import WallLimits, WallLink
from insights.wall_form import MOST, WallLimitsForm

NEWEST_FIRST = Keyset(("id",), descending=True)
LIMITS = tuple(WallLimitsForm.base_fields)


@example({"name": "Hall", "brand": 1})
class WallLinkWrite(Input):
    name = Text(max_length=60, help_text="Where it hangs.")
    brand = Id(required=False, allow_null=True, help_text="null: all you may see.")
    team = Id(required=False, allow_null=True)


class WallLimitsChange(Input):
    """From when on a number is worth a look (watch), and from when on it needs somebody (act)."""

    def get_fields(self) -> dict[str, Any]:
        return {name: serializers.IntegerField(min_value=0, max_value=MOST) for name in LIMITS}


class WallLimitsShown(serializers.Serializer[WallLimits]):
    def get_fields(self) -> dict[str, Any]:
        return {name: serializers.IntegerField() for name in LIMITS}


class WallLinkShown(serializers.Serializer[WallLink]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    brand = serializers.IntegerField(source="brand_id", allow_null=True)
    team = serializers.IntegerField(source="team_id", allow_null=True)
    created_at = Moment()


class WallLinkMade(WallLinkShown):
    token = serializers.CharField(help_text="Behind /insights/screen/: opens the screen. This once.")


class WallLinkEndpoint(NumberSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(WallLinkShown))
    def list(self, request: SignedRequest) -> Response:
        """List your links for screens that are good, the newest first."""
        query = read_query(request, PageQuery)
        rows = WallLink.objects.filter(owner=request.user, revoked_at__isnull=True)
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=WallLinkShown)

    @extend_schema(request=WallLinkWrite, responses={201: WallLinkMade})
    def create(self, request: SignedRequest) -> Response:
        """Make a link for a screen that nobody signs in at. It shows what you may see, as long as you may."""
        body = read_body(request, WallLinkWrite)
        place = {
            "brand": known(body, "brand", brands_for(request.user, INSIGHTS_VIEW)),
            "team": known(body, "team", teams_in(request.user)),
        }
        if len(walls.links_of(request.user)) >= walls.MOST_LINKS:
            raise Problem(409, "too-many", "You have very many. Revoke one first.")
        link = walls.make_link(request.user, body["name"], **place)
        return Response(shown(request, link, WallLinkMade), status=201)

    @extend_schema(request=None, responses={204: None})
    def revoke(self, request: SignedRequest, pk: int) -> Response:
        """Let a link open nothing any more; its screen goes dark within seconds."""
        if (link := walls.find_own(request.user, pk)) is None:
            raise Http404
        walls.revoke(link, actor=request.user)
        return Response(status=204)


class WallLimitsEndpoint(NumberSet):
    @extend_schema(responses=WallLimitsShown)
    def retrieve(self, request: SignedRequest) -> Response:
        """Show from when on the numbers of your screens are worth a look."""
        return self.answer(request)

    @extend_schema(request=WallLimitsChange, responses=WallLimitsShown)
    def partial_update(self, request: SignedRequest) -> Response:
        """Change these limits. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, WallLimitsChange, partial=True)
        with transaction.atomic():
            hold(request.user)
            before = limits_of(request, request.user)
            check_seen(request, before)
            walls.set_limits(request.user, **checked(WallLimitsForm({**before, **body})))
        return self.answer(request)

    def answer(self, request: SignedRequest) -> Response:
        return with_tag(limits_of(request, request.user))


def limits_of(request: SignedRequest, user: User) -> Any:
    return shown(request, walls.limits_of(user), WallLimitsShown)


def known(body: dict[str, Any], name: str, rows: Any) -> int | None:
    """The id, of one the user sees. Raises ValidationError."""
    pk: int | None = body.get(name)
    if pk is not None and pk not in {one.pk for one in rows}:
        raise invalid(name, "There is none with this id.")
    return pk
