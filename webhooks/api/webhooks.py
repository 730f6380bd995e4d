"""Webhooks by the API: the same verbs as on the page."""

from typing import Any

from django.db.models import Model
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import brands_for
from accounts.api.needs import need
from accounts.permissions import WEBHOOKS_MANAGE
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, invalid, paged, read_body, read_query, shown
from webhooks.access import get_delivery_for, get_webhook_for
from webhooks.domain import subscribing as verbs
from webhooks.domain.errors import BadAddress, NotYours, StillWaiting, UnknownEvent
from webhooks.models import Delivery, Webhook

NEWEST_FIRST = Keyset(("id",), descending=True)


class WebhookWrite(Input):
    name = Text(max_length=80)
    url = serializers.CharField(max_length=500)
    brand = Id(required=False, allow_null=True, help_text="null: all brands, and what belongs to none.")
    events = serializers.ListField(
        child=serializers.CharField(max_length=64),
        required=False,
        max_length=500,
        help_text="[]: all of them.",
    )


class WebhookChange(WebhookWrite):
    is_on = serializers.BooleanField(required=False)


class WebhookShown(serializers.ModelSerializer[Webhook]):
    created_at, failing_since = Moment(), Moment(allow_null=True)

    class Meta:
        model: type[Model] = Webhook
        fields = (
            "id",
            "name",
            "url",
            "brand",
            "events",
            "is_on",
            "off_reason",
            "failing_since",
            "created_at",
        )


class WebhookMade(WebhookShown):
    secret = serializers.CharField(help_text="To check signatures with; never shown again.")

    class Meta(WebhookShown.Meta):
        fields = (*WebhookShown.Meta.fields, "secret")  # type: ignore[assignment]


class SecretMade(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="The one before is good for another 24 hours.")


class WebhookDeliveryShown(serializers.ModelSerializer[Delivery]):
    created_at, ended_at = Moment(), Moment(allow_null=True)
    event = serializers.IntegerField(source="event_id", help_text="webhook-id is event- and this number.")

    class Meta:
        model: type[Model] = Delivery
        fields = (
            "id",
            "event",
            "name",
            "state",
            "tries",
            "last_status",
            "last_answer",
            "created_at",
            "ended_at",
        )


class WebhookDeliveryQuery(PageQuery):
    state = serializers.ChoiceField(choices=Delivery.State.choices, required=False)


class WebhookEndpoint(EndpointSet):
    refusals = {
        BadAddress: (400, "bad-address"),
        UnknownEvent: (400, "unknown-event"),
        NotYours: (403, "not-allowed"),
    }

    @extend_schema(parameters=[PageQuery], responses=page_of(WebhookShown))
    def list(self, request: SignedRequest) -> Response:
        """List webhooks, the newest first."""
        query = read_query(request, PageQuery)
        need(request.user, WEBHOOKS_MANAGE)
        rows = Webhook.objects.visible_to(request.user)
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=WebhookShown)

    @extend_schema(request=WebhookWrite, responses={201: WebhookMade})
    def create(self, request: SignedRequest) -> Response:
        """Make a webhook: it hears of what happens from now on. Its secret is in this answer only."""
        need(request.user, WEBHOOKS_MANAGE)
        webhook, secret = verbs.create(
            self.wanted(request, read_body(request, WebhookWrite)), actor=request.user
        )
        return Response({**shown(request, webhook, WebhookShown), "secret": secret}, status=201)

    @extend_schema(responses=WebhookShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a webhook."""
        return Response(shown(request, self.row(request, pk), WebhookShown))

    @extend_schema(request=WebhookChange, responses=WebhookShown)
    def change(self, request: SignedRequest, pk: int) -> Response:
        """Change a webhook, or switch it on or off."""
        found = self.row(request, pk)
        given = read_body(request, WebhookChange, partial=True)
        found = verbs.change(found, self.wanted(request, given, found), actor=request.user)
        if "is_on" in given:
            switch = verbs.switch_on if given["is_on"] else verbs.switch_off
            found = switch(found, actor=request.user)
        return Response(shown(request, found, WebhookShown))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: SignedRequest, pk: int) -> Response:
        """Delete a webhook, with its log."""
        verbs.delete_webhook(self.row(request, pk), actor=request.user)
        return Response(status=204)

    @extend_schema(request=None, responses={202: WebhookDeliveryShown})
    def try_out(self, request: SignedRequest, pk: int) -> Response:
        """Send the event `webhook.tried` to it now."""
        made = verbs.try_out(self.row(request, pk), actor=request.user)
        return Response(shown(request, made, WebhookDeliveryShown), status=202)

    @extend_schema(request=None, responses=SecretMade)
    def secret(self, request: SignedRequest, pk: int) -> Response:
        """Make a new secret."""
        return Response({"secret": verbs.rotate_secret(self.row(request, pk), actor=request.user)})

    def row(self, request: SignedRequest, pk: int) -> Webhook:
        need(request.user, WEBHOOKS_MANAGE)
        return get_webhook_for(request.user, pk)

    def wanted(
        self, request: SignedRequest, given: dict[str, Any], before: Webhook | None = None
    ) -> verbs.Wanted:
        brand = before.brand if before else None
        if "brand" in given:
            brand = None
            if given["brand"] is not None:
                brand = brands_for(request.user, WEBHOOKS_MANAGE).filter(pk=given["brand"]).first()
                if brand is None:
                    raise invalid("brand", "There is none with this id that you may set up webhooks for.")
        return verbs.Wanted(
            name=given.get("name", before.name if before else ""),
            url=given.get("url", before.url if before else ""),
            brand=brand,
            events=tuple(given.get("events", before.events if before else ())),
        )


class DeliveryEndpoint(EndpointSet):
    refusals = {StillWaiting: (409, "still-waiting")}

    @extend_schema(parameters=[WebhookDeliveryQuery], responses=page_of(WebhookDeliveryShown))
    def list(self, request: SignedRequest, pk: int) -> Response:
        """List what a webhook was sent, the latest first."""
        query = read_query(request, WebhookDeliveryQuery)
        need(request.user, WEBHOOKS_MANAGE)
        rows = get_webhook_for(request.user, pk).deliveries.all()
        if "state" in query:
            rows = rows.filter(state=query["state"])
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=WebhookDeliveryShown)

    @extend_schema(request=None, responses={202: WebhookDeliveryShown})
    def again(self, request: SignedRequest, pk: int) -> Response:
        """Send an event once more, under the same webhook-id."""
        need(request.user, WEBHOOKS_MANAGE)
        made = verbs.send_again(get_delivery_for(request.user, pk), actor=request.user)
        return Response(shown(request, made, WebhookDeliveryShown), status=202)
