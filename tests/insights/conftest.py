"""Everything the numbers are counted into, and one way to compare it."""

from typing import Any

import pytest

from insights.domain import building
from insights.models import ContactFact, Tally, TicketFact


def counted() -> dict[str, Any]:
    """All facts and sums, without what only says where a row lies."""
    sums = Tally.objects.values_list("brand_id", "team_id", "axis", "value", "grain", "day", "numbers")
    return {
        "tickets": list(TicketFact.objects.order_by("pk").values()),
        "contacts": list(ContactFact.objects.order_by("pk").values()),
        "sums": sorted(sums, key=lambda row: row[:6]),
    }


def count_all(**batch: int) -> None:
    while building.step(**batch):
        pass


@pytest.fixture
def rebuilt():
    """What a count from nothing gives."""

    def make() -> dict[str, Any]:
        building.forget()
        count_all()
        return counted()

    return make
