"""Tokens, to look after: which there are, and one that opens nothing any more. Made on the screen alone."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import get_token_for, tokens_for
from accounts.api.administration import AccountSet
from accounts.domain import tokens as verbs
from accounts.models import ApiToken
from accounts.permissions import USERS_MANAGE
from carecenter.api.fields import Moment
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_query, shown
from journal.actors import user_actor

NEWEST_FIRST = Keyset(("id",), descending=True)


class TokenShown(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    user = serializers.IntegerField(source="user_id")
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.CharField())
    created_at = Moment()
    expires_at = Moment(allow_null=True)
    last_used_at = Moment(allow_null=True)
    revoked_at = Moment(allow_null=True)


class TokenEndpoint(AccountSet):
    code = USERS_MANAGE

    @extend_schema(parameters=[PageQuery], responses=page_of(TokenShown))
    def list(self, request: SignedRequest) -> Response:
        """List tokens, the newest first: everybody's for who manages people everywhere, else your own."""
        query = read_query(request, PageQuery)
        return paged(request, tokens_for(request.user), keyset=NEWEST_FIRST, query=query, show=TokenShown)

    @extend_schema(request=None, responses=TokenShown)
    def revoke(self, request: SignedRequest, pk: int) -> Response:
        """Let a token open nothing any more."""
        token: ApiToken = get_token_for(request.user, pk)
        verbs.revoke(token, actor=user_actor(request.user.pk))
        return Response(shown(request, get_token_for(request.user, pk), TokenShown))
