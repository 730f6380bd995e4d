"""Customers: search, show."""

from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.models import User
from accounts.permissions import CUSTOMER_VIEW
from carecenter.api.conditional import etag
from carecenter.api.pagination import Keyset
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, paged, read_query, shown
from customers.api.read import CustomerQuery
from customers.api.shown import CustomerShown, CustomerWithOrdersShown
from customers.domain.errors import InvalidIdentity
from customers.domain.normalise import normalise
from customers.models import Customer, Identity

NEWEST_FIRST = Keyset(("id",), descending=True)


def with_identities(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    identities = Prefetch("identities", queryset=Identity.objects.order_by("pk"))
    return customers.select_related("organisation").prefetch_related(identities)


def customer_for(user: User, pk: int) -> Customer:
    """A merged one too: it says whom it is part of now. Raises Http404."""
    customer = with_identities(Customer.objects.visible_to(user)).filter(pk=pk).first()
    if customer is None:
        raise Http404
    return customer


def filtered(customers: QuerySet[Customer], query: dict[str, Any]) -> QuerySet[Customer]:
    if "pool" in query:
        customers = customers.filter(pool=query["pool"])
    for kind in ("email", "phone", "external"):
        if kind in query:
            customers = customers.filter(pk__in=owners_of(kind, query[kind]))
    if words := query.get("q"):
        # Two trigram indexes, one after the other: an OR over two tables would use neither.
        named = Customer.objects.filter(name__icontains=words).values("pk")
        known = Identity.objects.filter(value__icontains=words).values("customer")
        customers = customers.filter(pk__in=named.union(known))
    return customers


def owners_of(kind: str, value: str) -> QuerySet[Identity, Any]:
    try:
        normal = normalise(kind, value)
    except InvalidIdentity:
        return Identity.objects.none().values("customer")
    return Identity.objects.filter(Q(kind=kind, value=normal)).values("customer")


class CustomerEndpoint(EndpointSet):
    @extend_schema(parameters=[CustomerQuery], responses=page_of(CustomerShown))
    def list(self, request: Request) -> Response:
        """List or search customers, the newest first."""
        query = read_query(request, CustomerQuery)
        need(request.user, CUSTOMER_VIEW)
        customers = filtered(Customer.objects.visible_to(request.user).living(), query)
        return paged(
            request, with_identities(customers), keyset=NEWEST_FIRST, query=query, show=CustomerShown
        )

    @extend_schema(responses=CustomerWithOrdersShown)
    def retrieve(self, request: Request, pk: int) -> Response:
        """Show a customer with identities and the latest orders."""
        need(request.user, CUSTOMER_VIEW)
        return answer(request, customer_for(request.user, pk))


def answer(request: Request, customer: Customer, *, status: int = 200, **headers: str) -> Response:
    body = shown(request, customer, CustomerWithOrdersShown)
    return Response(body, status=status, headers={"ETag": etag(customer.version), **headers})
