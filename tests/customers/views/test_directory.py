from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Brand, CustomerPool, User
from customers.domain.proposals import propose
from customers.models import Customer
from tests.factories.accounts import UserFactory, grant
from tests.factories.customers import CustomerFactory, IdentityFactory, OrderFactory

LIST = "/desk/customers/"


def names(response: Any) -> list[str]:
    assert response.status_code == 200
    return [customer.name for customer in response.context["customers"]]


def pairs(response: Any) -> list[set[str]]:
    return [{pair.one.name, pair.other.name} for pair in response.context["pairs"]]


@pytest.mark.parametrize("item_count", [1, 3])
def test_list_costs_the_same_for_any_number(
    alice: User, pool: CustomerPool, client_for: Any, django_assert_num_queries: Any, item_count: int
) -> None:
    for number in range(item_count):
        CustomerFactory(pool=pool, email=f"c{number}@example.net")
    client = client_for(alice)

    with django_assert_num_queries(5):
        assert len(names(client.get(LIST))) == item_count


@pytest.mark.parametrize("item_count", [1, 3])
def test_search_costs_the_same_for_any_number(
    alice: User, pool: CustomerPool, client_for: Any, django_assert_num_queries: Any, item_count: int
) -> None:
    for number in range(item_count):
        CustomerFactory(pool=pool, name=f"Dana {number}", email=f"c{number}@example.net")
    client = client_for(alice)

    with django_assert_num_queries(6):
        assert len(names(client.get(LIST, {"q": "dana"}))) == item_count


def test_list_shows_the_living_newest_first(alice: User, pool: CustomerPool, client_for: Any) -> None:
    one, two = CustomerFactory(pool=pool, name="One"), CustomerFactory(pool=pool, name="Two")
    CustomerFactory(pool=pool, merged_into=one)

    assert names(client_for(alice).get(LIST)) == ["Two", "One"]
    assert two.pk > one.pk


def test_pools_never_see_each_other(alice: User, charlie: User, dana: Customer, client_for: Any) -> None:
    for query in ({}, {"q": "dana"}, {"q": "dana@example.net"}, {"q": "Duarta"}):
        assert names(client_for(charlie).get(LIST, query)) == []
    assert names(client_for(alice).get(LIST, {"q": "Duarta"})) == ["Dana Duarte"]


def test_other_pools_do_not_crowd_out_ours(
    alice: User, dana: Customer, other_pool: CustomerPool, client_for: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("customers.domain.search.MOST", 1)
    CustomerFactory(pool=other_pool, name="Dana Duarte", email="dana@example.net")

    for q in ("duarte", "dana@example.net"):
        assert names(client_for(alice).get(LIST, {"q": q})) == ["Dana Duarte"]


def test_brands_of_one_pool_share_customers(dana: Customer, second_brand: Brand, client_for: Any) -> None:
    gardener = grant(UserFactory(), "Agent", brand=second_brand)

    assert names(client_for(gardener).get(LIST)) == ["Dana Duarte"]
    assert client_for(gardener).get(reverse("customers:detail", args=[dana.pk])).status_code == 200


@pytest.mark.parametrize(
    "q", ["dana", "DUARTE", "duarte dan", "dana@exa", "030 901820", "+49 30 901820", "A-17", "C-7", "duarta"]
)
def test_search_finds_by_what_is_at_hand(
    alice: User, pool: CustomerPool, dana: Customer, client_for: Any, q: str
) -> None:
    IdentityFactory(customer=dana, kind="phone", value="+4930901820")
    IdentityFactory(customer=dana, kind="external", value="C-7")
    OrderFactory(customer=dana, number="A-17")
    CustomerFactory(pool=pool, name="Bob Brown", email="bob@elsewhere.org")

    assert names(client_for(alice).get(LIST, {"q": q})) == ["Dana Duarte"]


@pytest.mark.parametrize("q", ["100%", "_ana", "\\", "x", "'; --", "\u202e", "n" * 3000])
def test_search_takes_any_text(alice: User, dana: Customer, client_for: Any, q: str) -> None:
    shown = names(client_for(alice).get(LIST, {"q": q}))
    assert shown == (["Dana Duarte"] if len(q.strip()) < 2 else [])


def test_pages_meet_without_gap_or_repeat(
    alice: User, pool: CustomerPool, client_for: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("customers.views.directory.PAGE", 2)
    for number in range(5):
        CustomerFactory(pool=pool, name=f"C{number}")
    client = client_for(alice)

    first = client.get(LIST)
    second = client.get(LIST, {"before": first.context["older"]})
    third = client.get(LIST, {"before": second.context["older"]})
    back = client.get(LIST, {"after": third.context["newer"]})

    assert [names(page) for page in (first, second, third, back)] == [
        ["C4", "C3"],
        ["C2", "C1"],
        ["C0"],
        ["C2", "C1"],
    ]
    assert (first.context["newer"], third.context["older"]) == ("", "")
    assert names(client.get(LIST, {"before": "nonsense"})) == ["C4", "C3"]


def test_duplicates_lists_both_sides(
    alice: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    double = CustomerFactory(pool=pool, name="D. Duarte")
    CustomerFactory(pool=pool)
    propose(dana, double, [{"code": "same_name"}])

    response = client_for(alice).get(LIST, {"show": "duplicates"})
    assert pairs(response) == [{"D. Duarte", "Dana Duarte"}]
    assert "Same name" in response.content.decode()


def test_duplicates_are_found_by_either_name_and_are_of_ones_own_pools(
    alice: User, charlie: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    propose(dana, CustomerFactory(pool=pool, name="Dora Dunn"), [])

    for q, found in (("dana", 1), ("dora", 1), ("somebody", 0)):
        assert len(pairs(client_for(alice).get(LIST, {"show": "duplicates", "q": q}))) == found
    assert pairs(client_for(charlie).get(LIST, {"show": "duplicates"})) == []


def test_duplicates_show_people_as_they_are_today(
    alice: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    kept, gone = CustomerFactory(pool=pool, name="Kept"), CustomerFactory(pool=pool, name="Gone")
    propose(dana, gone, [])
    propose(kept, gone, [])
    Customer.objects.filter(pk=gone.pk).update(merged_into=kept)

    asked = {"show": "duplicates"}
    assert pairs(client_for(alice).get(LIST, asked)) == [{"Dana Duarte", "Kept"}]
    assert pairs(client_for(alice).get(LIST, asked | {"q": "kept"})) == [{"Dana Duarte", "Kept"}]


def test_two_people_are_asked_about_once_whichever_of_their_rows_were_asked_of(
    alice: User, pool: CustomerPool, dana: Customer, client_for: Any
) -> None:
    kept, gone = CustomerFactory(pool=pool, name="Kept"), CustomerFactory(pool=pool, name="Gone")
    for row in (kept, gone):
        propose(dana, row, [])
    Customer.objects.filter(pk=gone.pk).update(merged_into=kept)

    assert pairs(client_for(alice).get(LIST, {"show": "duplicates"})) == [{"Dana Duarte", "Kept"}]


@pytest.mark.parametrize("item_count", [1, 3])
def test_duplicates_cost_the_same_for_any_number(
    alice: User,
    pool: CustomerPool,
    dana: Customer,
    client_for: Any,
    django_assert_num_queries: Any,
    item_count: int,
) -> None:
    for number in range(item_count):
        propose(dana, CustomerFactory(pool=pool, email=f"d{number}@example.net"), [])
    client = client_for(alice)

    with django_assert_num_queries(7):
        assert len(pairs(client.get(LIST, {"show": "duplicates"}))) == item_count
    with django_assert_num_queries(10):
        assert len(pairs(client.get(LIST, {"show": "duplicates", "q": dana.name}))) == item_count
