"""Numbers and days of the firm's own fields, asked by range."""

import operator
import random
from typing import Any

import pytest

from accounts.models import Brand, User
from customers.domain.profile import Profile, change_profile
from customers.models import Customer
from tests.factories.tickets import FieldFactory
from tickets.domain.fields.values import set_fields
from tickets.domain.search.finding import find
from tickets.domain.search.indexing import write_rows
from tickets.domain.search.ranges import beginnings, covered, key_of
from tickets.models import Ticket

COMPARE = {">=": operator.ge, ">": operator.gt, "<=": operator.le, "<": operator.lt}


def test_range_covers_exactly_the_values_in_it() -> None:
    rng = random.Random(7)
    values = [0, 1, -1, 10, 12.5, 12.503, 12.53, -12.5, 0.001, -0.001, 99, 100, 10**15, -(10**15)]
    values += [round(rng.uniform(-200, 200), rng.randint(0, 4)) for _value in range(30)]
    marks = {value: set(beginnings(key_of(value))) for value in values}
    for bound in values:
        key = key_of(bound)
        for sign, fits in COMPARE.items():
            asked = set(covered(sign, key, key))
            assert [v for v in values if asked & marks[v]] == [v for v in values if fits(v, bound)]
        between = set(covered("=", key, key_of(50)))
        assert {v for v in values if between & marks[v]} == {v for v in values if bound <= v <= 50}


@pytest.mark.django_db
def test_search_asks_by_range(brand: Brand, ticket: Ticket, dana: Customer, alice: User) -> None:
    FieldFactory(pool=brand.pool, key="amount", kind="number")
    FieldFactory(pool=brand.pool, key="due", kind="date")
    FieldFactory(pool=brand.pool, key="reason", kind="text")
    FieldFactory(pool=brand.pool, about="customer", key="seats", kind="number")
    set_fields(ticket, {"amount": "12.50", "due": "2026-02-14", "reason": "15"}, actor=alice)
    change_profile(dana, Profile(fields={"seats": 40}), actor=alice)
    write_rows([ticket.pk])
    expected: dict[str, Any] = {
        "field:amount>=12.5": True, "field:amount>12.5": False, "field:amount<13": True, "field:amount<=12": False,
        "field:amount=10..20": True, "field:amount=..12": False, "field:amount=12.5": True, "-field:amount>20": True,
        "field:due=2026-01..2026-03": True, "field:due=2026-02": True, "field:due>2026-02": False,
        "field:due>=2026-02": True, "field:due<2026-02-14": False, "field:due=2026-02-15..": False,
        "field:seats>=40 field:due=2026": True, "field:seats<40": False, "field:reason>=10": False,
    }  # fmt: skip
    assert {query: bool(find(alice, query).tickets) for query in expected} == expected
