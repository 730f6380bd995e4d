"""Reactions to events that failed for good: see them, run them again."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import InstallationSet
from accounts.domain import reactions
from accounts.permissions import JOURNAL_READ
from carecenter.api.fields import Moment
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_query, shown
from journal.models import FailedReaction

NEWEST_FIRST = Keyset(("id",), descending=True)


class ReactionShown(serializers.Serializer[FailedReaction]):
    id = serializers.IntegerField()
    event = serializers.IntegerField(source="event.position", allow_null=True, help_text="For `events/`.")
    handler = serializers.CharField()
    state = serializers.ChoiceField(choices=FailedReaction.State.choices)
    tries = serializers.IntegerField()
    error = serializers.CharField()
    created_at = Moment()
    next_try_at = Moment(allow_null=True)


class ReactionEndpoint(InstallationSet):
    """Events of every brand stand here."""

    code = JOURNAL_READ

    @extend_schema(parameters=[PageQuery], responses=page_of(ReactionShown))
    def list(self, request: SignedRequest) -> Response:
        """List reactions to events that failed: those that are tried again, and those that are parked."""
        query = read_query(request, PageQuery)
        rows = FailedReaction.objects.unsettled().select_related("event")
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=ReactionShown)

    @extend_schema(request=None, responses=ReactionShown)
    def replay(self, request: SignedRequest, pk: int) -> Response:
        """Run a reaction again now; `state` says what became of it."""
        rows = FailedReaction.objects.select_related("event").filter(pk=pk)
        if not rows.exists():
            raise Http404
        reactions.replay(pk, actor=request.user)
        return Response(shown(request, rows.get(), ReactionShown))
