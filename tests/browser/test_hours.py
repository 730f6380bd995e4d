"""Office hours as an administrator paints them, with a mouse and with keys."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import CustomerPool, User
from tests.browser.looks import DIAGONAL
from tests.factories.tickets import InboxFactory
from workforce.models import Hours

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NINE = "09:00 - 17:00"


@pytest.mark.parametrize(("size", "theme"), DIAGONAL)
def test_a_week_is_painted_copied_and_undone(
    open_page: Any, axe: Any, picture: Any, admin: User, pool: CustomerPool, brand: Any, size: str, theme: str
) -> None:
    hours = Hours.objects.create(
        pool=pool, name="Service", zone="Europe/Berlin", weekly=[[["09:00", "17:00"]]] * 5
    )
    InboxFactory(brand=brand, hours=hours)
    page = open_page(admin, reverse("workforce:hours_edit", args=[hours.pk]), size=size, theme=theme)
    days = page.locator(".week-fields input")
    saturday = page.locator(".week-row").nth(5).locator(".week-cell")
    saturday.nth(20).scroll_into_view_if_needed()
    drag(page, saturday.nth(20), saturday.nth(25))
    assert days.nth(5).input_value() == "10:00 - 13:00"

    saturday.nth(30).focus()
    page.keyboard.press("Shift+ArrowRight")
    assert "Saturday, 15:00 to 16:00: open" in page.locator("[data-say]").inner_text()
    assert days.nth(5).input_value() == "10:00 - 13:00, 15:00 - 16:00"
    page.get_by_role("button", name="Undo").click()
    assert days.nth(5).input_value() == "10:00 - 13:00"

    days.nth(4).fill("20-2")
    days.nth(4).blur()
    assert days.nth(5).input_value() == "00:00 - 02:00, 10:00 - 13:00"
    page.locator("[data-copy-from]").select_option("0")
    page.get_by_role("button", name="Copy").click()
    assert days.nth(4).input_value() == NINE

    take_holidays(page)
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("h1").scroll_into_view_if_needed()
    picture(page, f"hours-{size}-{theme}")
    page.get_by_role("button", name="Save").click()
    page.locator("#main").get_by_role("button", name="Undo").wait_for()
    picture(page, f"hours-saved-{size}-{theme}")
    assert axe(page) == []
    is_kept(hours)
    take_back(page, hours)


def is_kept(hours: Hours) -> None:
    hours.refresh_from_db()
    assert hours.weekly[5] == [["00:00", "02:00"], ["10:00", "13:00"]]
    assert {day["on"][5:] for day in hours.closed_days} >= {"03-08", "12-25"}


def take_back(page: Any, hours: Hours) -> None:
    page.locator("#main").get_by_role("button", name="Undo").click()
    page.get_by_text("As it was.").wait_for()
    hours.refresh_from_db()
    assert (hours.weekly, hours.closed_days) == ([[["09:00", "17:00"]]] * 5, [])


def take_holidays(page: Any) -> None:
    page.locator("#id_country").select_option("DE")
    page.locator("#id_region").select_option("BE")
    page.get_by_text("Women's Day").wait_for()
    page.get_by_role("button", name="Another day").click()
    page.locator("#hours-state").get_by_text("a week").wait_for()


def drag(page: Any, start: Any, end: Any) -> None:
    first, last = start.bounding_box(), end.bounding_box()
    page.mouse.move(first["x"] + 3, first["y"] + 8)
    page.mouse.down()
    page.mouse.move(last["x"] + 3, last["y"] + 8, steps=4)
    page.mouse.up()
