"""Orders as the shop tells us: stored in bulk, any number of times, always to the same result."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Brand, CustomerPool, User
from carecenter.lib.time import now
from customers.domain.errors import InvalidIdentity, InvalidRow
from customers.domain.normalise import email, external
from customers.domain.people import actor_code, living_ids
from customers.models import Customer, Identity, Order
from journal.domain.recording import record

UPDATED = [
    "customer",
    "brand",
    "status",
    "total_minor",
    "currency",
    "placed_at",
    "items",
    "url",
    "updated_at",
]


@dataclass(frozen=True)
class OrderRow:
    """One order. Whose it is: `customer_id`, else the firm's own `external_id`, else an e-mail address."""

    number: str
    placed_at: datetime.datetime
    customer_id: int | None = None
    external_id: str = ""
    email: str = ""
    status: str = Order.Status.PLACED
    total_minor: int = 0
    currency: str = "EUR"
    items: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""
    brand_id: int | None = None


@dataclass(frozen=True)
class Stored:
    """What became of one row of a bulk call."""

    id: int
    created: bool


def upsert_orders(pool: CustomerPool, rows: Sequence[OrderRow], *, actor: User | None) -> list[Stored]:
    """Store all rows or none, by (pool, number), in one statement. Returns one answer a row, in their order.

    The same rows again change nothing but `updated_at`; a number twice in one call: the later row counts. An
    order of a merged customer goes to the person they are today. Raises InvalidRow for a customer or brand the
    pool does not have.
    """
    if not rows:
        return []
    owners = _owners(pool, rows)
    brands = set(Brand.objects.filter(pool=pool).values_list("pk", flat=True))
    orders = {}
    for index, row in enumerate(rows):
        if row.brand_id is not None and row.brand_id not in brands:
            raise InvalidRow(index, _("There is no such brand."))
        orders[_number(index, row)] = _order(pool, row, owners[index])
    with transaction.atomic():
        known = set(Order.objects.filter(pool=pool, number__in=orders).values_list("number", flat=True))
        # In the order of numbers, so that two calls at once lock the same rows in the same order.
        stored = Order.objects.bulk_create(
            [orders[number] for number in sorted(orders)],
            update_conflicts=True,
            unique_fields=["pool", "number"],
            update_fields=UPDATED,
        )
        people = {order.customer_id for order in stored}
        record(
            "orders.stored",
            actor=actor_code(actor),
            customer_id=people.pop() if len(people) == 1 else None,
            orders=sorted(order.pk for order in stored),
        )
    ids = {order.number: order.pk for order in stored}
    numbers = [_number(index, row) for index, row in enumerate(rows)]
    return [Stored(id=ids[number], created=number not in known) for number in numbers]


def _number(index: int, row: OrderRow) -> str:
    number = row.number.strip()
    if not number or len(number) > 80:
        raise InvalidRow(index, _("An order needs a number of at most 80 characters."))
    return number


def _order(pool: CustomerPool, row: OrderRow, customer_id: int) -> Order:
    return Order(
        pool=pool,
        brand_id=row.brand_id,
        customer_id=customer_id,
        number=row.number.strip(),
        status=row.status,
        total_minor=row.total_minor,
        currency=row.currency,
        placed_at=row.placed_at,
        items=row.items,
        url=row.url,
        updated_at=now(),
    )


def _owners(pool: CustomerPool, rows: Sequence[OrderRow]) -> list[int]:
    """The living customer of each row. Three queries for any number of rows."""
    wanted = [_reference(index, row) for index, row in enumerate(rows)]
    keys = {reference for reference in wanted if isinstance(reference, tuple)}
    by_key = _customers_by_identity(pool, keys)
    ids = {reference for reference in wanted if isinstance(reference, int)} | set(by_key.values())
    alive = living_ids(Customer.objects.filter(pool=pool, pk__in=ids).values_list("pk", flat=True))
    owners = []
    for index, reference in enumerate(wanted):
        found = alive.get(by_key.get(reference, 0) if isinstance(reference, tuple) else reference)
        if found is None:
            raise InvalidRow(index, _("There is no such customer."))
        owners.append(found)
    return owners


def _reference(index: int, row: OrderRow) -> int | tuple[str, str]:
    """What a row names its customer by: an id, or kind and normalised value of an identity."""
    try:
        if row.customer_id is not None:
            return row.customer_id
        if row.external_id:
            return Identity.Kind.EXTERNAL.value, external(row.external_id)
        return Identity.Kind.EMAIL.value, email(row.email)
    except InvalidIdentity as error:
        raise InvalidRow(index, str(error)) from error


def _customers_by_identity(pool: CustomerPool, keys: set[tuple[str, str]]) -> dict[tuple[str, str], int]:
    if not keys:
        return {}
    found = Identity.objects.filter(pool=pool, kind__in={kind for kind, _value in keys})
    found = found.filter(value__in={value for _kind, value in keys})
    return {(kind, value): pk for kind, value, pk in found.values_list("kind", "value", "customer_id")}
