"""A lead gives a brand its logo, and sees it before it is saved; customers see it at the head of every page."""

from typing import Any

import pytest

from accounts.models import Brand, User
from portal.models import DataRequest
from tests.browser.looks import LOOKS
from tests.factories.customers import CustomerFactory
from tests.knowledge_base.views.test_logos import drawing

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def choose(page: Any, field: str, content: bytes) -> None:
    page.set_input_files(field, {"name": "logo.png", "mimeType": "image/png", "buffer": content})


def width_of(page: Any, picture: str) -> int:
    page.wait_for_function("one => document.querySelector(one)?.naturalWidth > 0", arg=picture)
    return int(page.evaluate("one => document.querySelector(one).naturalWidth", picture))


def test_logo_is_seen_before_it_is_saved_and_put_back_after_it_was_removed(
    open_page: Any, lead: User, brand: Brand
) -> None:
    page = open_page(lead, f"/desk/articles/look/{brand.pk}/")
    choose(page, "#id_logo", drawing((400, 100)))
    assert width_of(page, "[data-logo-ground] img") == 400
    page.get_by_role("button", name="Save").click()
    page.get_by_text("Saved. It looks so from now on.").wait_for()
    # Enter in a field saves: the logo stays
    page.locator("#id_heading_en").fill("Ask us")
    page.locator("#id_heading_en").press("Enter")
    page.get_by_text("Saved. It looks so from now on.").wait_for()
    assert width_of(page, "[data-logo-ground] img") == 400
    page.get_by_role("button", name="Remove").click()
    page.get_by_text("No logo yet").nth(1).wait_for()
    page.get_by_role("button", name="Put it back").click()
    page.get_by_role("button", name="Remove").wait_for()
    assert width_of(page, "[data-logo-ground] img") == 400


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_with_a_logo_look_right(
    open_page: Any, axe: Any, picture: Any, lead: User, brand: Brand, size: str, theme: str
) -> None:
    page = open_page(lead, f"/desk/articles/look/{brand.pk}/", size=size, theme=theme)
    choose(page, "#id_logo", drawing((400, 100)))
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Remove").wait_for()
    picture(page, f"logo-desk-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for name, path in (("help", "/help/nordlicht-home/"), ("door", "/help/nordlicht-home/my/sign-in/")):
        page.goto(path)
        assert page.get_by_role("img", name=brand.name).is_visible()
        picture(page, f"logo-{name}-{size}-{theme}")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_many_wishes_look_right(
    open_page: Any, axe: Any, picture: Any, lead: User, brand: Brand, size: str, theme: str
) -> None:
    for number in range(53):
        customer: Any = CustomerFactory(pool=brand.pool)
        DataRequest.objects.create(
            kind="erasure",
            brand=brand,
            customer=customer,
            state="held" if number < 2 else "done",
        )
    page = open_page(lead, "/desk/privacy/", size=size, theme=theme)
    picture(page, f"privacy-list-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("link", name="Older wishes").click()
    page.get_by_role("link", name="Back to the latest").wait_for()
