"""The journal, to follow: every event once, by position. A reader keeps the last position and asks for more."""

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import events_for
from accounts.api.needs import need
from accounts.permissions import JOURNAL_READ
from carecenter.api.fields import MAX_ID, Input, Moment
from carecenter.api.pagination import DEFAULT_LIMIT, MAX_LIMIT, with_parameter
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, read_query, shown
from journal.models import Event


class EventQuery(Input):
    after = serializers.IntegerField(
        min_value=0, max_value=MAX_ID, default=0, help_text="Events behind this position."
    )
    limit = serializers.IntegerField(min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT)


class EventShown(serializers.Serializer[Event]):
    position = serializers.IntegerField()
    name = serializers.CharField()
    at = Moment()
    actor = serializers.CharField(help_text="user:5, customer:9 or system.")
    brand = serializers.IntegerField(source="brand_id", allow_null=True)
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    customer = serializers.IntegerField(source="customer_id", allow_null=True)
    subject = serializers.CharField(help_text="What it is about beside the ticket: message:12.")
    data = serializers.DictField(help_text="Ids and codes only.")  # type: ignore[assignment]


class EventEndpoint(EndpointSet):
    @extend_schema(parameters=[EventQuery], responses=page_of(EventShown))
    def list(self, request: SignedRequest) -> Response:
        """Read events in the order they were committed, from a position on.

        `next` is empty when you have caught up: ask again later with `after` as the last position you saw.
        """
        query = read_query(request, EventQuery)
        need(request.user, JOURNAL_READ)
        limit = query["limit"]
        rows = events_for(request.user).filter(position__gt=query["after"]).order_by("position")
        found = list(rows[: limit + 1])
        page = found[:limit]
        more = len(found) > limit
        link = with_parameter(request, "after", str(page[-1].position)) if more else None
        return Response({"results": [shown(request, event, EventShown) for event in page], "next": link})

    @extend_schema(responses=EventShown)
    def retrieve(self, request: SignedRequest, position: int) -> Response:
        """Show one event."""
        need(request.user, JOURNAL_READ)
        event = events_for(request.user).filter(position=position).first()
        if event is None:
            raise Http404
        return Response(shown(request, event, EventShown))
