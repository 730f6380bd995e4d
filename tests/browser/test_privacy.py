"""A lead looks at an erasure that failed, and lets it go on."""

from typing import Any

import pytest

from accounts.models import Brand, User
from customers.models import Customer
from portal.models import DataRequest
from tests.browser.looks import LOOKS
from tests.browser.settling import settle

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def failed(brand: Brand, dana: Customer) -> DataRequest:
    return DataRequest.objects.create(
        kind="erasure",
        brand=brand,
        customer=dana,
        people=[dana.pk],
        state="failed",
        why="Unfinished",
        tries=5,
        report={"counts": {"tickets": 4, "messages": 31, "identities": 2}},
    )


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_failed_erasure_looks_right(
    open_page: Any, axe: Any, picture: Any, lead: User, failed: DataRequest, size: str, theme: str
) -> None:
    page = open_page(lead, f"/desk/privacy/{failed.pk}/", size=size, theme=theme)
    picture(page, f"privacy-failed-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_failed_erasure_goes_on_at_a_click(open_page: Any, lead: User, failed: DataRequest) -> None:
    page = open_page(lead, f"/desk/privacy/{failed.pk}/")
    page.get_by_role("button", name="Try again").click()
    page.get_by_text("It goes on from where it stopped").wait_for()
    settle(page)
    assert DataRequest.objects.get().state == "done"
