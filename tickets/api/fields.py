"""What a firm's own fields are, for who reads and writes their values."""

from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import brands_for, pools_for
from accounts.api.needs import need
from accounts.permissions import TICKET_VIEW
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_query
from customers.models import OwnField
from tickets.api.base import TicketEndpointSet
from tickets.domain.fields.reading import fields_seen_by

BY_ID = Keyset(("id",))


class FieldChoiceShown(serializers.Serializer[dict[str, Any]]):
    code = serializers.CharField(help_text="What stands in `fields` of a ticket.")
    name = serializers.CharField()
    is_offered = serializers.SerializerMethodField(help_text="False for one that is offered no more.")

    def get_is_offered(self, choice: dict[str, Any]) -> bool:
        return not choice.get("gone")


class FieldConditionShown(serializers.Serializer[dict[str, Any]]):
    field = serializers.CharField(help_text="The key of another field.")
    values = serializers.ListField(child=serializers.CharField(), help_text="Any of these; yes or no.")


class TicketFieldShown(serializers.Serializer[OwnField]):
    id = serializers.IntegerField()
    about = serializers.ChoiceField(choices=OwnField.About.choices, help_text="Whose `fields` have it.")
    key = serializers.CharField(help_text="Its name in `fields` of a ticket or customer.")
    kind = serializers.ChoiceField(choices=OwnField.Kind.choices)
    name = serializers.CharField()
    brand = serializers.IntegerField(source="brand_id", allow_null=True, help_text="null: all of the pool.")
    pool = serializers.IntegerField(source="pool_id")
    required_when = serializers.ChoiceField(source="required", choices=OwnField.Required.choices)
    is_public = serializers.BooleanField(help_text="Customers see it.")
    choices = FieldChoiceShown(many=True)
    conditions = FieldConditionShown(many=True, help_text="It is asked only while all of them hold.")
    is_retired = serializers.SerializerMethodField(help_text="Asked no more; tickets keep their values.")

    def get_is_retired(self, field: OwnField) -> bool:
        return field.retired_at is not None


class TicketFieldEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(TicketFieldShown))
    def list(self, request: SignedRequest) -> Response:
        """List the firm's own fields of tickets and customers, of the brands you work for."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        pools = pools_for(request.user, TICKET_VIEW).order_by().values("pk")
        brands = brands_for(request.user, TICKET_VIEW).order_by().values("pk")
        fields = fields_seen_by(request.user).filter(Q(brand=None, pool__in=pools) | Q(brand__in=brands))
        return paged(request, fields, keyset=BY_ID, query=query, show=TicketFieldShown)
