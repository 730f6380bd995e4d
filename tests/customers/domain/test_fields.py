"""What a firm knows of its customers in fields of its own: kept right by merging, told without what it says."""

from typing import Any

import pytest

from accounts.models import CustomerPool, User
from customers.domain.errors import BadFields
from customers.domain.merge import merge, undo
from customers.domain.profile import Profile, change_profile, put_back_fields
from customers.domain.search import search
from customers.domain.upsert import CustomerRow, upsert_customers
from customers.models import Customer, OwnField
from journal.models import Event
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import FieldFactory, TicketFactory
from tickets.domain.search.finding import find
from tickets.domain.search.indexing import write_rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(pool: CustomerPool) -> OwnField:
    plan = FieldFactory(
        pool=pool, about="customer", key="plan", name="Plan", kind="choice", choices=["Basic", "Full care"]
    )
    full = [{"field": "plan", "values": ["full_care"]}]
    FieldFactory(pool=pool, about="customer", key="partner", name="Partner", conditions=full, position=1)
    FieldFactory(pool=pool, key="reason", name="Reason", position=2)  # of tickets: no customer has it
    return FieldFactory(pool=plan.pool, about="customer", key="contract", name="Contract", position=3)


def own(customer: Customer) -> Any:
    return Customer.objects.get(pk=customer.pk).fields


def test_values_are_set_told_by_key_and_put_back(dana: Customer, contract: OwnField, alice: User) -> None:
    change_profile(dana, Profile(fields={"plan": "full_care", "partner": "Erik"}), actor=alice)
    change_profile(dana, Profile(fields={"plan": "basic"}), actor=alice)
    assert own(dana) == {"plan": "basic"}  # what hung on it went too
    put_back_fields(dana, {"plan": "full_care", "partner": "Erik"}, actor=alice)
    assert own(dana) == {"plan": "full_care", "partner": "Erik"}
    told = [event.data for event in Event.objects.filter(name="customer.updated").order_by("pk")]
    assert told == [{"fields": ["fields"], "own": ["partner", "plan"]}] * 3
    with pytest.raises(BadFields) as refused:
        change_profile(dana, Profile(fields={"plan": "gold", "reason": "x"}), actor=alice)
    assert set(refused.value.problems) == {"plan", "reason"}


def test_merge_takes_what_is_missing_and_undo_gives_it_back(
    pool: CustomerPool, contract: OwnField, alice: User
) -> None:
    kept = CustomerFactory(pool=pool, fields={"plan": "basic"})
    gone = CustomerFactory(pool=pool, fields={"plan": "full_care", "partner": "Erik", "contract": "K-17"})
    done = merge(kept, gone, actor=alice)
    # The partner is asked with full care alone, so it stays where it was said.
    assert own(kept) == {"plan": "basic", "contract": "K-17"}
    assert Event.objects.get(name="customer.merged").data == {"gone": gone.pk, "taken": ["contract"]}
    change_profile(kept, Profile(fields={"plan": "full_care"}), actor=alice)
    undo(done, actor=alice)
    assert (own(kept), own(gone)["contract"]) == ({"plan": "full_care"}, "K-17")


def test_undo_leaves_what_was_changed_since(pool: CustomerPool, contract: OwnField, alice: User) -> None:
    kept, gone = CustomerFactory(pool=pool), CustomerFactory(pool=pool, fields={"contract": "K-17"})
    done = merge(kept, gone, actor=alice)
    change_profile(kept, Profile(fields={"contract": "K-18"}), actor=alice)
    undo(done, actor=alice)
    assert own(kept) == {"contract": "K-18"}


def test_same_row_again_says_nothing_new(pool: CustomerPool, contract: OwnField) -> None:
    row = CustomerRow(external_id="7", profile=Profile(fields={"contract": "K-17"}))
    for _time in range(2):
        upsert_customers(pool, [row], actor=None)
    assert (Customer.objects.get().version, own(Customer.objects.get())) == (1, {"contract": "K-17"})


@pytest.mark.parametrize("words", ["K-17", "k-17"])
def test_customers_are_found_by_a_value(pool: CustomerPool, contract: OwnField, words: str) -> None:
    found = CustomerFactory(pool=pool, fields={"contract": "K-17"})
    CustomerFactory(pool=pool, fields={"contract": "K-170"})
    assert list(search(Customer.objects.all(), words, pools=CustomerPool.objects.all())) == [found]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("field:plan=full_care", True),
        ('field:"plan=Full care"', True),
        ("field:contract", True),
        ("K-17", True),
        ("-field:plan=full_care", False),
        ("field:plan=basic", False),
    ],
)
def test_tickets_are_found_by_what_their_customer_has(
    dana: Customer, contract: OwnField, alice: User, query: str, is_found: bool
) -> None:
    part_of_dana = CustomerFactory(pool=dana.pool)
    ticket = TicketFactory(brand=dana.pool.brands.get(), customer=part_of_dana)
    change_profile(dana, Profile(fields={"plan": "full_care", "contract": "K-17"}), actor=alice)
    merge(dana, part_of_dana, actor=alice)
    write_rows([ticket.pk])
    assert [one.pk for one in find(alice, query).tickets] == ([ticket.pk] if is_found else [])
