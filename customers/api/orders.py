"""Orders: list, of all customers or of one; store them in bulk."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import pools_for
from accounts.api.needs import need
from accounts.models import User
from accounts.permissions import CUSTOMER_VIEW
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_body, read_query
from customers.api.base import CustomerEndpointSet, pool_to_write
from customers.api.bulk import store_orders
from customers.api.read import OrderBulk, OrderQuery, OrdersRead
from customers.api.shown import BulkResultShown, OrderShown
from customers.domain.people import ids_of, living
from customers.models import Customer, Order

NEWEST_FIRST = Keyset(("id",), descending=True)
BY_DATE = Keyset(("placed_at", "id"), descending=True)


def orders_seen_by(user: User) -> QuerySet[Order]:
    return Order.objects.filter(pool__in=pools_for(user, CUSTOMER_VIEW))


def filtered(orders: QuerySet[Order], query: dict[str, Any]) -> QuerySet[Order]:
    if "customer" in query:
        orders = orders.filter(customer__in=ids_of(query["customer"]))
    return orders.filter(**{name: query[name] for name in ("number", "pool") if name in query})


class OrderEndpoint(CustomerEndpointSet):
    @extend_schema(parameters=[OrderQuery], responses=page_of(OrderShown))
    def list(self, request: SignedRequest) -> Response:
        """List orders, the last one we were told of first."""
        query = read_query(request, OrderQuery)
        need(request.user, CUSTOMER_VIEW)
        orders = filtered(orders_seen_by(request.user), query)
        return paged(request, orders, keyset=NEWEST_FIRST, query=query, show=OrderShown)

    @extend_schema(parameters=[PageQuery], responses=page_of(OrderShown))
    def of_customer(self, request: SignedRequest, customer: int) -> Response:
        """List the orders of a customer, the latest first."""
        query = read_query(request, PageQuery)
        need(request.user, CUSTOMER_VIEW)
        person = Customer.objects.visible_to(request.user).filter(pk=customer).first()
        if person is None:
            raise Http404
        # Orders move with a merge: the living row has them all.
        orders = Order.objects.filter(customer=living(person))
        return paged(request, orders, keyset=BY_DATE, query=query, show=OrderShown)

    @extend_schema(request=OrderBulk, responses=BulkResultShown)
    def bulk(self, request: SignedRequest) -> Response:
        """Create or update many orders by their number; each row has its own result.

        Safe to send again. The customer must be known; send customers first.
        """
        body = read_body(request, OrdersRead)
        pool = pool_to_write(request.user, body.get("pool"))
        return Response(store_orders(pool, body["rows"], actor=request.user))
