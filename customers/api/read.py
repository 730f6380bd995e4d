"""What the API reads about customers and orders: filters and bodies, checked before any verb sees them."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from carecenter.api.fields import MAX_ID, Id, Input, Moment, Text
from carecenter.api.own_fields import OWN_FIELDS, OwnFields, WithFields
from carecenter.api.pagination import PageQuery
from carecenter.lib.zones import is_zone
from customers.models import Identity, Order

MOST_CUSTOMERS = 200  # each may join others, so each is looked at by itself
MOST_ORDERS = 500
LANGUAGE = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}$"


def zone_or_empty(value: str) -> None:
    """Raises ValidationError."""
    try:
        is_zone(value or "UTC")
    except DjangoValidationError as error:
        raise ValidationError(error.messages) from error


class CustomerQuery(PageQuery):
    q = serializers.CharField(
        required=False, min_length=3, max_length=200, help_text="Part of a name, address or number."
    )
    email = serializers.CharField(required=False, max_length=320, help_text="Exactly this address.")
    phone = serializers.CharField(
        required=False, max_length=40, help_text="Exactly this number, with +country code."
    )
    external = serializers.CharField(
        required=False, max_length=320, help_text="Exactly this customer number."
    )
    field = serializers.RegexField(
        r"^[a-z][a-z0-9_]{0,39}=.*\S.*$",
        required=False,
        max_length=300,
        help_text="Exactly this value of a field of the firm's own: contract=K-2024-17. Of a list: one of its codes.",
    )
    pool = Id(required=False)


class OrderQuery(PageQuery):
    number = serializers.CharField(required=False, max_length=80, help_text="Exactly this order number.")
    customer = Id(required=False)
    pool = Id(required=False)


class ProfileFields(WithFields):
    """What staff know about a customer. What is missing stays, an empty text clears."""

    name = Text(required=False, max_length=200, allow_blank=True)
    language = serializers.RegexField(
        LANGUAGE, required=False, max_length=10, allow_blank=True, help_text="de, pt-BR"
    )
    zone = Text(
        required=False, max_length=64, allow_blank=True, validators=[zone_or_empty], help_text="Europe/Berlin"
    )
    tier = Text(required=False, max_length=40, allow_blank=True)
    organisation = Text(
        required=False, max_length=200, allow_blank=True, help_text="By its name; made when it is new."
    )
    fields_ = OwnFields(required=False, help_text=OWN_FIELDS)


class CustomerChange(ProfileFields):
    """What shall change; what is missing stays, an empty text clears."""


class CustomerRowWrite(ProfileFields):
    """One person, known by the firm's own customer number, by e-mail addresses, by phone numbers: one at least."""

    external_id = Text(required=False, max_length=320, help_text="The customer number.")
    emails = serializers.ListField(child=Text(max_length=320), required=False, max_length=50)
    phones = serializers.ListField(child=Text(max_length=60), required=False, max_length=50)


class CustomerWrite(CustomerRowWrite):
    """A new customer."""

    pool = Id(required=False, help_text="Needed when you work in several.")


class IdentityWrite(Input):
    """One more way a customer is known by. The firm vouches for addresses and customer numbers that it sends."""

    kind = serializers.ChoiceField(choices=Identity.Kind.choices)
    value = Text(max_length=320)


class OrderItem(Input):
    """One line of an order."""

    name = Text(max_length=300)
    sku = Text(max_length=100, required=False, allow_blank=True)
    quantity = serializers.IntegerField(min_value=0, max_value=10**9, required=False)
    price_minor = serializers.IntegerField(min_value=-MAX_ID, max_value=MAX_ID, required=False)


class OrderRowWrite(Input):
    """One order, by its number. Whose it is: customer, else external_id, else email."""

    number = Text(max_length=80)
    placed_at = Moment()
    customer = Id(required=False)
    external_id = Text(required=False, max_length=320)
    email = Text(required=False, max_length=320)
    brand = Id(required=False)
    status = serializers.ChoiceField(choices=Order.Status.choices, default=Order.Status.PLACED)
    total_minor = serializers.IntegerField(
        min_value=-MAX_ID, max_value=MAX_ID, default=0, help_text="4990 is 49.90."
    )
    currency = serializers.RegexField(r"^[A-Z]{3}$", default="EUR")
    items = OrderItem(many=True, required=False)
    url = serializers.URLField(max_length=500, required=False, allow_blank=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(name in attrs for name in ("customer", "external_id", "email")):
            raise ValidationError({"customer": ["Name the customer: customer, external_id or email."]})
        if len(attrs.get("items", ())) > 1000:
            raise ValidationError({"items": ["1000 at most."]})
        return attrs


class CustomersRead(Input):
    """The outside of a bulk call; its rows are checked one by one."""

    pool = Id(required=False)
    rows = serializers.ListField(child=serializers.JSONField(), max_length=MOST_CUSTOMERS)


class OrdersRead(Input):
    """The outside of a bulk call; its rows are checked one by one."""

    pool = Id(required=False)
    rows = serializers.ListField(child=serializers.JSONField(), max_length=MOST_ORDERS)


class CustomerBulk(Input):
    """Customers as your own system has them."""

    pool = Id(required=False, help_text="Needed when you work in several.")
    rows = CustomerRowWrite(many=True, help_text=f"At most {MOST_CUSTOMERS}.")


class OrderBulk(Input):
    """Orders as your shop has them."""

    pool = Id(required=False, help_text="Needed when you work in several.")
    rows = OrderRowWrite(many=True, help_text=f"At most {MOST_ORDERS}.")
