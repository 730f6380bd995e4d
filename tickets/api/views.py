"""Saved views: a search with a name, one's own or shared. What is in one, `tickets/?q=` says."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import TICKET_VIEW
from carecenter.api.conditional import check_match, etag, fingerprint, require_match
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_body, read_query, shown
from tickets.api.base import TicketEndpointSet
from tickets.domain.search import saved
from tickets.models import SavedView

BY_ID = Keyset(("id",))


class ViewWrite(Input):
    name = Text(max_length=60)
    query = Text(max_length=400, help_text="What the search box takes.")
    sort = serializers.ChoiceField(choices=SavedView.Sort.choices, required=False)


class ViewChange(ViewWrite):
    icon = serializers.ChoiceField(choices=saved.ICONS, required=False)


class ViewShare(Input):
    """One of them, or neither: then only you have it."""

    brand = Id(required=False, allow_null=True)
    team = Id(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("brand") and attrs.get("team"):
            raise serializers.ValidationError({"team": ["With a brand or with a team."]})
        return attrs


class ViewShown(serializers.Serializer[SavedView]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField(help_text="For `tickets/?q=`.")
    sort = serializers.ChoiceField(choices=SavedView.Sort.choices)
    icon = serializers.CharField()
    owner = serializers.IntegerField(source="owner_id")
    brand = serializers.IntegerField(
        source="brand_id", allow_null=True, help_text="Shared with who works there."
    )
    team = serializers.IntegerField(source="team_id", allow_null=True, help_text="Shared with its members.")


class ViewEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(ViewShown))
    def list(self, request: SignedRequest) -> Response:
        """List saved views: yours and those shared with you."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        return paged(request, saved.views_for(request.user), keyset=BY_ID, query=query, show=ViewShown)

    @extend_schema(request=ViewWrite, responses={201: ViewShown})
    def create(self, request: SignedRequest) -> Response:
        """Keep a search as a view of your own."""
        body = read_body(request, ViewWrite)
        need(request.user, TICKET_VIEW)
        return answer(request, saved.save_view(actor=request.user, **body), status=201)

    @extend_schema(responses=ViewShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a saved view."""
        need(request.user, TICKET_VIEW)
        view = saved.views_for(request.user).filter(pk=pk).first()
        if view is None:
            raise Http404
        return answer(request, view)

    @extend_schema(request=ViewChange, responses=ViewShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a saved view. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, ViewChange, partial=True)
        view = self.row(request, pk)
        with transaction.atomic():
            view = SavedView.objects.select_for_update(of=("self",)).get(pk=view.pk)
            before = shown(request, view, ViewShown)
            check_match(require_match(request), fingerprint(before))
            values = {name: body.get(name, before[name]) for name in ("name", "query", "sort", "icon")}
            saved.change_view(view, actor=request.user, **values)
        return answer(request, view)

    @extend_schema(request=ViewShare, responses=ViewShown)
    def share(self, request: SignedRequest, pk: int) -> Response:
        """Share a view with a brand or a team, or with nobody any more."""
        body = read_body(request, ViewShare)
        view = self.row(request, pk)
        saved.share_view(view, actor=request.user, brand_id=body.get("brand"), team_id=body.get("team"))
        return answer(request, view)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a view; for a day its owner can bring it back."""
        saved.delete_view(self.row(request, pk), actor=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses=ViewShown)
    def restore(self, request: SignedRequest, pk: int) -> Response:
        """Bring back a view of yours that was deleted within a day."""
        view = self.row(request, pk, deleted=True)
        saved.restore_view(view, actor=request.user)
        return answer(request, view)

    def row(self, request: SignedRequest, pk: int, *, deleted: bool = False) -> SavedView:
        need(request.user, TICKET_VIEW)
        if (view := saved.find_view(request.user, pk, deleted=deleted)) is None:
            raise Http404
        return view


def answer(request: SignedRequest, view: SavedView, *, status: int = 200) -> Response:
    body = shown(request, view, ViewShown)
    return Response(body, status=status, headers={"ETag": etag(fingerprint(body))})
