"""What a customer allowed us, and what holds for an organisation."""

from typing import Any

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import CUSTOMER_EDIT, CUSTOMER_MERGE, CUSTOMER_VIEW
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Input, Text
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example
from carecenter.api.views import read_body, shown
from customers.access import get_organisation_for
from customers.api.base import CustomerEndpointSet, need_edit
from customers.api.customers import customer_for
from customers.domain.consent import Purpose, Way, consents_of, set_consents
from customers.domain.organisations import change_organisation
from customers.domain.people import living
from customers.models import Organisation


@example({"calls": False})
class ConsentsChange(Input):
    """What the customer told a colleague; what is not named stays."""

    def get_fields(self) -> dict[str, Any]:
        return {name: serializers.BooleanField(required=False) for name in Purpose.values}


class ConsentsShown(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {name: serializers.BooleanField() for name in Purpose.values}


@example({"domains": ["example.org"], "shares_tickets": True})
class OrganisationChange(Input):
    domains = serializers.ListField(
        child=Text(max_length=253), required=False, max_length=50, help_text="Of its people's addresses."
    )
    shares_tickets = serializers.BooleanField(
        required=False, help_text="Its people see each other's tickets."
    )


class OrganisationShown(serializers.Serializer[Organisation]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")
    domains = serializers.ListField(child=serializers.CharField())
    shares_tickets = serializers.BooleanField()


class ConsentEndpoint(CustomerEndpointSet):
    @extend_schema(responses=ConsentsShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show what a customer allows: being asked how it went, being called."""
        need(request.user, CUSTOMER_VIEW)
        return Response(consents_of(living(customer_for(request.user, pk))))

    @extend_schema(request=ConsentsChange, responses=ConsentsShown)
    def tell(self, request: SignedRequest, pk: int) -> Response:
        """Keep what a customer told you that they allow, or not."""
        body = read_body(request, ConsentsChange)
        need(request.user, CUSTOMER_VIEW)
        need(request.user, CUSTOMER_EDIT)
        customer = living(customer_for(request.user, pk))
        need_edit(request.user, customer)
        set_consents(customer, body, way=Way.AGENT, actor=request.user)
        return Response(consents_of(customer))


class OrganisationEndpoint(CustomerEndpointSet):
    @extend_schema(responses=OrganisationShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show an organisation of the customers you may join."""
        need(request.user, CUSTOMER_MERGE)
        return with_tag(shown(request, get_organisation_for(request.user, pk), OrganisationShown))

    @extend_schema(request=OrganisationChange, responses=OrganisationShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change its domains, and whether its people share tickets. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, OrganisationChange, partial=True)
        need(request.user, CUSTOMER_MERGE)
        with transaction.atomic():
            found = hold(get_organisation_for(request.user, pk))
            before = shown(request, found, OrganisationShown)
            check_seen(request, before)
            values = {name: body.get(name, before[name]) for name in ("domains", "shares_tickets")}
            change_organisation(found, **values, actor=request.user)
        return with_tag(shown(request, get_organisation_for(request.user, pk), OrganisationShown))
