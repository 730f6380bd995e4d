"""What the API reads about customers and orders: filters and bodies, checked before any verb sees them."""

from rest_framework import serializers

from carecenter.api.fields import Id
from carecenter.api.pagination import PageQuery


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
    pool = Id(required=False)


class OrderQuery(PageQuery):
    number = serializers.CharField(required=False, max_length=80, help_text="Exactly this order number.")
    customer = Id(required=False)
    pool = Id(required=False)
