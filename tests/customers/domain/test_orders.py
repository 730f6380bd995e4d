import dataclasses
import datetime
from typing import Any

import pytest

from accounts.models import Brand, CustomerPool
from customers.domain.errors import InvalidRow
from customers.domain.merge import merge
from customers.domain.orders import OrderRow, upsert_orders
from customers.models import Customer, Order
from journal.models import Event
from tests.factories.customers import CustomerFactory, IdentityFactory

PLACED = datetime.datetime(2026, 2, 20, 10, 0, tzinfo=datetime.UTC)


def row(number: str, **fields: Any) -> OrderRow:
    return OrderRow(
        number=number, placed_at=PLACED, **{"email": "dana@example.net", "total_minor": 4990, **fields}
    )


def test_upsert_stores_and_changes_by_number(pool: CustomerPool, dana: Customer) -> None:
    first = upsert_orders(pool, [row("A-1"), row("A-2")], actor=None)
    again = upsert_orders(pool, [row("A-2", status="shipped"), row("A-3")], actor=None)

    assert [stored.created for stored in first + again] == [True, True, False, True]
    assert first[1].id == again[0].id
    assert list(Order.objects.order_by("number").values_list("number", "status", "customer")) == [
        ("A-1", "placed", dana.pk),
        ("A-2", "shipped", dana.pk),
        ("A-3", "placed", dana.pk),
    ]
    assert Event.objects.filter(name="orders.stored", customer_id=dana.pk).count() == 2


@pytest.mark.parametrize("count", [1, 300])
def test_upsert_costs_the_same_for_many(
    pool: CustomerPool, dana: Customer, django_assert_num_queries: Any, count: int
) -> None:
    rows = [row(f"A-{number}") for number in range(count)]
    with django_assert_num_queries(9):
        upsert_orders(pool, rows, actor=None)


def test_upsert_takes_the_later_of_two_rows_of_one_number(pool: CustomerPool, dana: Customer) -> None:
    answers = upsert_orders(pool, [row("A-1"), row(" A-1 ", total_minor=1)], actor=None)

    assert answers[0].id == answers[1].id
    assert Order.objects.get().total_minor == 1


def test_upsert_finds_the_customer_by_each_reference(pool: CustomerPool, dana: Customer) -> None:
    IdentityFactory(customer=dana, kind="external", value="C-7")
    by = [{"email": "DANA@example.net"}, {"external_id": "C-7"}, {"customer_id": dana.pk}]
    rows = [OrderRow(number=f"A-{n}", placed_at=PLACED, **reference) for n, reference in enumerate(by)]

    upsert_orders(pool, rows, actor=None)

    assert dana.orders.count() == 3


def test_upsert_gives_orders_to_the_living(pool: CustomerPool, dana: Customer) -> None:
    kept = CustomerFactory(pool=pool)
    merge(kept, dana, actor=None)

    upsert_orders(pool, [row("A-1", customer_id=dana.pk)], actor=None)

    assert kept.orders.count() == 1


def test_upsert_refuses_other_pools_and_stores_nothing(
    pool: CustomerPool, dana: Customer, other_pool: CustomerPool, other_brand: Brand
) -> None:
    stranger = CustomerFactory(pool=other_pool, email="stranger@example.net")
    bad = [
        {"customer_id": stranger.pk},
        {"email": "stranger@example.net"},
        {"brand_id": other_brand.pk},
        {"email": "no"},
    ]
    for fields in bad:
        with pytest.raises(InvalidRow) as caught:
            upsert_orders(pool, [row("A-1"), dataclasses.replace(row("A-2"), **fields)], actor=None)
        assert caught.value.index == 1
    assert Order.objects.count() == 0
