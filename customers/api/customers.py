"""Customers: search, show, create, change, add what they are known by; in bulk too."""

import contextlib
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.models import User
from accounts.permissions import CUSTOMER_VIEW
from carecenter.api.conditional import check_match, etag, require_match
from carecenter.api.pagination import Keyset
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_body, read_query, shown
from customers.api.base import CustomerEndpointSet, need_edit, pool_to_write
from customers.api.bulk import customer_row, profile_of, store_customers
from customers.api.read import (
    CustomerBulk,
    CustomerChange,
    CustomerQuery,
    CustomersRead,
    CustomerWrite,
    IdentityWrite,
)
from customers.api.shown import BulkResultShown, CustomerShown, CustomerWithOrdersShown, IdentityShown
from customers.domain import field_rules as rules
from customers.domain.errors import InvalidIdentity
from customers.domain.identify import add_identity
from customers.domain.normalise import normalise
from customers.domain.people import living
from customers.domain.profile import change_profile
from customers.domain.search import spellings
from customers.domain.upsert import VOUCHED, upsert_customers
from customers.models import Customer, Identity, OwnField

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
    if "field" in query:
        customers = with_value(customers, *query["field"].split("=", 1))
    for kind in ("email", "phone", "external"):
        if kind in query:
            customers = customers.filter(pk__in=owners_of(kind, query[kind]))
    if words := query.get("q"):
        # Two trigram indexes, one after the other: an OR over two tables would use neither.
        named = Customer.objects.filter(name__ilike=words).values("pk")
        known = Identity.objects.filter(value__ilike=words).values("customer")
        told = Customer.objects.filter(fields__says=spellings(words)).values("pk")
        customers = customers.filter(pk__in=named.union(known, told))
    return customers


def with_value(customers: QuerySet[Customer], key: str, raw: str) -> QuerySet[Customer]:
    """Those with this value, as the field of each pool understands it. None where there is no such field."""
    fields = list(OwnField.objects.filter(about=OwnField.About.CUSTOMER, key=key))
    wanted = Q(pk__in=[])
    for field in fields:
        with contextlib.suppress(rules.Wrong):
            given = [raw] if field.kind == OwnField.Kind.CHOICES else raw
            wanted |= Q(pool=field.pool_id, fields__contains={key: rules.clean(field, given)})
    return customers.filter(wanted)


def owners_of(kind: str, value: str) -> QuerySet[Identity, Any]:
    try:
        normal = normalise(kind, value)
    except InvalidIdentity:
        return Identity.objects.none().values("customer")
    return Identity.objects.filter(kind=kind, value=normal).values("customer")


class CustomerEndpoint(CustomerEndpointSet):
    @extend_schema(parameters=[CustomerQuery], responses=page_of(CustomerShown))
    def list(self, request: SignedRequest) -> Response:
        """List or search customers, the newest first."""
        query = read_query(request, CustomerQuery)
        need(request.user, CUSTOMER_VIEW)
        customers = filtered(Customer.objects.visible_to(request.user).living(), query)
        return paged(
            request, with_identities(customers), keyset=NEWEST_FIRST, query=query, show=CustomerShown
        )

    @extend_schema(responses=CustomerWithOrdersShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a customer with identities and the latest orders."""
        need(request.user, CUSTOMER_VIEW)
        return answer(request, customer_for(request.user, pk))

    @extend_schema(request=CustomerWrite, responses={201: CustomerWithOrdersShown})
    def create(self, request: SignedRequest) -> Response:
        """Create a customer; 409 when one of the addresses or the customer number is known."""
        body = read_body(request, CustomerWrite)
        pool = pool_to_write(request.user, body.get("pool"))
        with transaction.atomic():
            stored = upsert_customers(pool, [customer_row(body)], actor=request.user)[0]
            if not stored.created:  # leaving by an error takes back what the row changed
                raise Problem(409, "customer-exists", f"This is customer {stored.id}.")
        customer = with_identities(Customer.objects.all()).get(pk=stored.id)
        return answer(
            request,
            customer,
            status=201,
            Location=request.build_absolute_uri(f"{request.path}{customer.pk}/"),
        )

    @extend_schema(request=CustomerChange, responses=CustomerWithOrdersShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change what staff know. Needs `If-Match`; a merged customer is followed to whom they are part of."""
        body = read_body(request, CustomerChange, partial=True)
        need(request.user, CUSTOMER_VIEW)
        customer = living(customer_for(request.user, pk))
        need_edit(request.user, customer)
        wanted = require_match(request)
        with transaction.atomic():
            locked = Customer.objects.select_for_update().get(pk=customer.pk)
            check_match(wanted, locked.version)
            change_profile(locked, profile_of(body), actor=request.user)
        return answer(request, with_identities(Customer.objects.all()).get(pk=locked.pk))

    @extend_schema(request=IdentityWrite, responses={201: IdentityShown})
    def identify(self, request: SignedRequest, pk: int) -> Response:
        """Add an address, number or customer number; 409 when somebody else has it."""
        body = read_body(request, IdentityWrite)
        need(request.user, CUSTOMER_VIEW)
        customer = living(customer_for(request.user, pk))
        need_edit(request.user, customer)
        kind = body["kind"]
        proof = {"evidence": Identity.Evidence.VERIFIED, "verified_by": "api"} if kind in VOUCHED else {}
        identity = add_identity(customer, kind=kind, value=body["value"], actor=request.user, **proof)
        return Response(shown(request, identity, IdentityShown), status=201)

    @extend_schema(request=CustomerBulk, responses=BulkResultShown)
    def bulk(self, request: SignedRequest) -> Response:
        """Create or update many customers; each row has its own result.

        Safe to send again: a customer is known by customer number, else by address.
        """
        body = read_body(request, CustomersRead)
        pool = pool_to_write(request.user, body.get("pool"))
        return Response(store_customers(pool, body["rows"], actor=request.user))


def answer(request: SignedRequest, customer: Customer, *, status: int = 200, **headers: str) -> Response:
    body = shown(request, customer, CustomerWithOrdersShown)
    return Response(body, status=status, headers={"ETag": etag(customer.version), **headers})
