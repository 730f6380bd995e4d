"""Fields of a firm's own with the values that a customer, or a ticket, has in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db.models import QuerySet

from carecenter.lib.statements import Given, Statement
from customers.domain import field_rules as rules
from customers.models import Customer, OwnField

MOST: Final = 60  # of one pool


def in_order(fields: QuerySet[OwnField]) -> QuerySet[OwnField]:
    return fields.order_by("position", "pk")


def all_fields_of_customers(pool_id: int) -> list[OwnField]:
    """Retired ones too."""
    return _fields_of_customers().rows(pool=pool_id)


@cache
def _fields_of_customers() -> Statement[OwnField]:
    return Statement(in_order(OwnField.objects.filter(pool_id=Given("pool"), about=OwnField.About.CUSTOMER)))


def fields_of_customers(pool_id: int) -> list[OwnField]:
    return [field for field in all_fields_of_customers(pool_id) if field.retired_at is None]


@dataclass(frozen=True)
class Shown:
    """A field with its value. `is_open`: it may be changed; a retired one is only read."""

    field: OwnField
    value: Any
    words: str
    is_open: bool
    is_needed: bool = False

    @property
    def codes(self) -> set[str]:
        return rules.codes_of(self.value)


def shown_with(fields: list[OwnField], values: Mapping[str, Any]) -> list[Shown]:
    """What is asked with these values, then what retired fields still say."""
    active = [field for field in fields if field.retired_at is None]
    needed = {one.key for one in rules.missing(active, values, OwnField.Required.SOLVING)}
    rows = [shown(field, values, is_needed=field.key in needed) for field in rules.asked(active, values)]
    retired = [field for field in fields if field.retired_at is not None and field.key in values]
    return [*rows, *(shown(field, values, is_open=False) for field in retired)]


def shown(
    field: OwnField, values: Mapping[str, Any], *, is_open: bool = True, is_needed: bool = False
) -> Shown:
    value = values.get(field.key)
    return Shown(field, value, rules.in_words(field, value), is_open, is_needed)


def shown_on(customer: Customer) -> list[Shown]:
    return shown_with(all_fields_of_customers(customer.pool_id), customer.fields)
