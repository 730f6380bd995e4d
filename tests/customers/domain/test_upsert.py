import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomerPool
from customers.domain.errors import InvalidRow
from customers.domain.identify import resolve_identity
from customers.domain.merge import undo
from customers.domain.profile import Profile
from customers.domain.upsert import CustomerRow, upsert_customers
from customers.models import Customer, Identity, JoinProposal, Merge
from tests.factories.accounts import PoolFactory
from tests.factories.customers import IdentityFactory

DANA = CustomerRow(
    external_id="C-7",
    emails=("Dana@example.net",),
    phones=("+49 30 901820",),
    profile=Profile(name="Dana Duarte", organisation="Acme", tier="Gold"),
)


def identities(customer: Customer) -> set[tuple[str, str, str]]:
    return set(customer.identities.values_list("kind", "value", "evidence"))


def test_upsert_makes_a_customer_once(pool: CustomerPool) -> None:
    first = upsert_customers(pool, [DANA], actor=None)[0]
    again = upsert_customers(pool, [DANA], actor=None)[0]

    customer = Customer.objects.get()
    assert (first.id, first.created, again.id, again.created) == (customer.pk, True, customer.pk, False)
    assert (customer.name, customer.tier, str(customer.organisation)) == ("Dana Duarte", "Gold", "Acme")
    assert identities(customer) == {
        ("external", "C-7", "verified"),
        ("email", "dana@example.net", "verified"),
        ("phone", "+4930901820", "claimed"),
    }


@pytest.mark.parametrize("count", [1, 30])
def test_upsert_of_nothing_new_costs_the_same_for_many(
    pool: CustomerPool, django_assert_num_queries: Any, count: int
) -> None:
    rows = [
        CustomerRow(
            external_id=f"C-{n}",
            emails=(f"c{n}@example.net",),
            profile=Profile(name="N", organisation="Acme"),
        )
        for n in range(count)
    ]
    upsert_customers(pool, rows, actor=None)
    with django_assert_num_queries(3):
        assert {stored.created for stored in upsert_customers(pool, rows, actor=None)} == {False}


def test_upsert_takes_the_later_of_two_rows_of_one_customer(pool: CustomerPool) -> None:
    upsert_customers(pool, [DANA], actor=None)
    changed = CustomerRow(external_id="C-7", profile=Profile(name="Somebody"))

    upsert_customers(pool, [changed, DANA], actor=None)

    assert Customer.objects.get().name == "Dana Duarte"


def test_upsert_takes_over_who_wrote_before(pool: CustomerPool) -> None:
    wrote = resolve_identity(pool, kind="email", value="dana@example.net", name="D").customer

    stored = upsert_customers(pool, [DANA], actor=None)[0]

    assert (stored.id, stored.created) == (wrote.pk, False)
    assert Identity.objects.get(value="dana@example.net").evidence == "verified"


def test_upsert_joins_on_a_verified_address_and_can_be_undone(pool: CustomerPool, dana: Customer) -> None:
    numbered = IdentityFactory(customer__pool=pool, kind="external", value="C-7").customer

    upsert_customers(pool, [DANA], actor=None)

    assert Customer.objects.get(pk=dana.pk).merged_into == numbered
    undo(Merge.objects.get(), actor=None)
    assert dana.identities.get().value == "dana@example.net"


def test_upsert_never_joins_two_customer_numbers(pool: CustomerPool, dana: Customer) -> None:
    IdentityFactory(customer=dana, kind="external", value="C-8")

    stored = upsert_customers(pool, [DANA], actor=None)[0]

    assert (stored.created, Merge.objects.count()) == (True, 0)
    assert JoinProposal.objects.get().reasons == [{"code": "same_email"}]


def test_upsert_never_joins_on_a_phone(pool: CustomerPool) -> None:
    caller = resolve_identity(pool, kind="phone", value="+4930901820").customer

    stored = upsert_customers(pool, [DANA], actor=None)[0]

    assert stored.id != caller.pk
    assert JoinProposal.objects.get().reasons == [{"code": "same_phone"}]


def test_upsert_stores_all_or_nothing(pool: CustomerPool) -> None:
    with pytest.raises(InvalidRow) as caught:
        upsert_customers(pool, [DANA, CustomerRow(emails=("nonsense",))], actor=None)

    assert caught.value.index == 1
    assert Customer.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_upsert_at_once_makes_one_customer_each() -> None:
    pool = PoolFactory()
    other_row = CustomerRow(external_id="C-8", emails=("bob@example.net",))
    start, results = threading.Barrier(2), []

    def work(rows: list[CustomerRow]) -> None:
        start.wait()
        try:
            results.append(sorted(stored.id for stored in upsert_customers(pool, rows, actor=None)))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=[rows]) for rows in ([DANA, other_row], [other_row, DANA])]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(results) == 2
    assert results[0] == results[1] == sorted(Customer.objects.values_list("pk", flat=True))
    assert Customer.objects.count() == 2
