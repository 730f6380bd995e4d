import threading
from typing import Any

import pytest
from django.db import connection

from accounts.models import CustomerPool
from customers.domain.errors import IdentityTaken, InvalidIdentity
from customers.domain.identify import add_identity, resolve_identity
from customers.models import Customer, Identity
from journal.models import Event
from tests.factories.accounts import BrandFactory, PoolFactory
from tests.factories.customers import CustomerFactory


def events() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("name", flat=True))


def test_resolve_makes_a_customer_for_a_new_address(pool: CustomerPool) -> None:
    identity = resolve_identity(pool, kind="email", value="New@Example.net", name=" New  One ")

    assert (identity.value, identity.display, identity.evidence) == (
        "new@example.net",
        "New@Example.net",
        "claimed",
    )
    assert (identity.customer.name, identity.customer.pool) == ("New One", pool)
    assert events() == ["customer.created", "identity.added"]


def test_resolve_finds_a_known_address_in_one_query(
    pool: CustomerPool, dana: Customer, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        identity = resolve_identity(pool, kind="email", value="DANA@example.net", name="Somebody else")

    assert identity.customer == dana
    assert Customer.objects.get(pk=dana.pk).name == "Dana Duarte"
    assert events() == []


def test_resolve_fills_an_empty_name_only(pool: CustomerPool) -> None:
    resolve_identity(pool, kind="email", value="x@example.net")
    resolve_identity(pool, kind="email", value="x@example.net", name="First")
    identity = resolve_identity(pool, kind="email", value="x@example.net", name="Second")

    assert identity.customer.name == "First"


def test_who_told_no_name_is_shown_by_an_address_until_they_do(pool: CustomerPool) -> None:
    customer = resolve_identity(pool, kind="email", value="New@Example.net").customer
    customer.refresh_from_db()
    assert str(customer) == "New@Example.net"

    assert str(resolve_identity(pool, kind="email", value="new@example.net", name="Dana").customer) == "Dana"


def test_a_number_of_the_firms_shows_nobody_but_the_address_that_follows(pool: CustomerPool) -> None:
    customer = resolve_identity(pool, kind="external", value="visitor:abc").customer
    assert str(customer) == f"Customer {customer.pk}"

    for kind, value in (("email", "dana@example.net"), ("phone", "+49 30 901820")):
        add_identity(customer, kind=kind, value=value, actor=None)
    customer.refresh_from_db()
    assert str(customer) == "dana@example.net"


def test_resolve_upgrades_a_claim_and_never_downgrades(pool: CustomerPool) -> None:
    resolve_identity(pool, kind="email", value="x@example.net")
    resolve_identity(pool, kind="email", value="x@example.net", evidence="verified", verified_by="api")
    resolve_identity(pool, kind="email", value="x@example.net", evidence="verified", verified_by="dmarc")
    resolve_identity(pool, kind="email", value="x@example.net")

    identity = Identity.objects.get()
    assert (identity.evidence, identity.verified_by) == ("verified", "api")
    assert events() == ["customer.created", "identity.added", "identity.verified"]


def test_resolve_keeps_pools_apart(pool: CustomerPool, other_pool: CustomerPool) -> None:
    here = resolve_identity(pool, kind="email", value="x@example.net")
    there = resolve_identity(other_pool, kind="email", value="x@example.net")

    assert here.customer != there.customer


def test_resolve_follows_merged_rows(pool: CustomerPool, dana: Customer) -> None:
    last, middle = CustomerFactory(pool=pool), CustomerFactory(pool=pool)
    Customer.objects.filter(pk=middle.pk).update(merged_into=last)
    Customer.objects.filter(pk=dana.pk).update(merged_into=middle)

    assert resolve_identity(pool, kind="email", value="dana@example.net").customer == last


def test_resolve_dials_from_where_the_brands_are(db: None) -> None:
    pool = PoolFactory()
    BrandFactory(pool=pool, zone="Europe/Berlin")
    assert resolve_identity(pool, kind="phone", value="030 901820").value == "+4930901820"

    BrandFactory(pool=pool, zone="Europe/Paris")
    with pytest.raises(InvalidIdentity):
        resolve_identity(pool, kind="phone", value="030 901820")


@pytest.mark.django_db(transaction=True)
def test_resolve_at_once_makes_one_customer() -> None:
    pool = PoolFactory()
    start, seen = threading.Barrier(4), []

    def work() -> None:
        start.wait()
        seen.append(resolve_identity(pool, kind="email", value="rush@example.net").customer_id)
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert len(seen) == 4
    assert len(set(seen)) == 1
    assert Customer.objects.count() == 1
    assert Event.objects.filter(name="customer.created").count() == 1


def test_add_identity_refuses_somebody_elses(pool: CustomerPool, dana: Customer) -> None:
    other = CustomerFactory(pool=pool)
    with pytest.raises(IdentityTaken) as caught:
        add_identity(other, kind="email", value="dana@example.net", actor=None)

    assert caught.value.customer_id == dana.pk
    assert other.identities.count() == 0


def test_add_identity_again_is_no_error(dana: Customer) -> None:
    first = add_identity(dana, kind="phone", value="+49 30 901820", actor=None)
    again = add_identity(
        dana, kind="phone", value="+4930901820", actor=None, evidence="verified", verified_by="agent"
    )

    assert again == first
    assert Identity.objects.get(pk=first.pk).evidence == "verified"
    assert events() == ["identity.added", "identity.verified"]
