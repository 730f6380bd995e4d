"""What the API shows of customers, their identities and orders. Names and order are a promise."""

from typing import Any

from rest_framework import serializers

from carecenter.api.fields import Moment
from carecenter.api.own_fields import renamed
from customers.models import Customer, Identity, Order

ORDERS_SHOWN = 20


class IdentityShown(serializers.Serializer[Identity]):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=Identity.Kind.choices)
    value = serializers.CharField(help_text="In the one spelling we compare: lower-case e-mail, E.164.")
    display = serializers.CharField(help_text="As the person wrote it.")
    evidence = serializers.ChoiceField(
        choices=Identity.Evidence.choices, help_text="claimed: somebody said so; verified: proved."
    )
    verified_by = serializers.CharField()
    verified_at = Moment(allow_null=True)


class OrderShown(serializers.Serializer[Order]):
    id = serializers.IntegerField()
    pool = serializers.IntegerField(source="pool_id")
    brand = serializers.IntegerField(source="brand_id", allow_null=True)
    customer = serializers.IntegerField(source="customer_id")
    number = serializers.CharField()
    status = serializers.ChoiceField(choices=Order.Status.choices)
    total_minor = serializers.IntegerField(help_text="In minor units: 4990 is 49.90 EUR.")
    currency = serializers.CharField()
    placed_at = Moment()
    items = serializers.JSONField(help_text="[{name, sku, quantity, price_minor}]")
    url = serializers.CharField()
    updated_at = Moment()


class CustomerShown(serializers.Serializer[Customer]):
    id = serializers.IntegerField()
    pool = serializers.IntegerField(source="pool_id")
    name = serializers.CharField()
    organisation = serializers.CharField(source="organisation.name", default=None, allow_null=True)
    language = serializers.CharField()
    zone = serializers.CharField()
    tier = serializers.CharField()
    fields_ = serializers.DictField(help_text="The firm's own fields.")
    identities = IdentityShown(many=True)
    merged_into = serializers.IntegerField(
        source="merged_into_id", allow_null=True, help_text="The customer this one is now part of."
    )
    version = serializers.IntegerField()
    created_at = Moment()
    updated_at = Moment()

    def get_fields(self) -> dict[str, Any]:
        return renamed(super().get_fields())


class CustomerWithOrdersShown(CustomerShown):
    orders = serializers.SerializerMethodField(
        help_text=f"The latest {ORDERS_SHOWN}; all of them at /customers/{{id}}/orders/."
    )

    def get_orders(self, customer: Customer) -> list[dict[str, Any]]:
        latest = customer.orders.order_by("-placed_at", "-id")[:ORDERS_SHOWN]
        shown: Any = OrderShown(list(latest), many=True)  # type: ignore[arg-type]
        return list(shown.data)


class RowErrorShown(serializers.Serializer[dict[str, str]]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class RowResultShown(serializers.Serializer[dict[str, Any]]):
    """What became of one row, in the order they were sent."""

    index = serializers.IntegerField()
    result = serializers.ChoiceField(choices=["created", "updated", "invalid"])
    id = serializers.IntegerField(allow_null=True)
    errors = RowErrorShown(many=True)  # type: ignore[assignment]


class BulkResultShown(serializers.Serializer[dict[str, Any]]):
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    invalid = serializers.IntegerField()
    results = RowResultShown(many=True)
