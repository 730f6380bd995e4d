"""Finding on the desk as an agent does: the box with its offers, the palette, saved views; every size and theme."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.factories.customers import CustomerFactory
from tickets.domain.changes import set_tags
from tickets.domain.search.indexing import write_rows
from tickets.domain.search.saved import save_view, share_view
from tickets.models import SavedView, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SAID = (
    (
        "Amara Mensah",
        "Refund not received",
        "It has been nine days since you told me the refund was on its way.",
    ),
    (
        "Jonas Lindqvist",
        "Where is my delivery?",
        "The delivery was due on Monday, the refund is not what I want.",
    ),
    ("Élodie Marchand", "École et livraison", "Bonjour, la livraison à l'école n'est pas arrivée."),
    ("田中 花子", "注文について", "先週注文した靴がまだ届きません。返金をお願いします。"),
)


@pytest.fixture
def said(mail: Callable[..., Ticket], brand: Brand, alice: User, lead: User) -> list[Ticket]:
    tickets = [
        mail(CustomerFactory(pool=brand.pool, name=name, email=f"c{place}@example.net"), subject, text)
        for place, (name, subject, text) in enumerate(SAID)
    ]
    set_tags(tickets[0], ["refund", "vip"], actor=alice)
    write_rows([ticket.pk for ticket in tickets])
    save_view(actor=alice, name="Refunds that wait", query="refund is:waiting")
    share_view(save_view(actor=lead, name="Late deliveries", query="delivery"), actor=lead, brand_id=brand.pk)
    return tickets


def fits(page: Any) -> bool:
    fitting: bool = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    return fitting


def found(page: Any, within: str = "#list-pane") -> list[int]:
    return [int(row.get_attribute("data-row")) for row in page.locator(f"{within} [data-row]").all()]


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_search_has_no_finding(
    open_page: Any, axe: Any, picture: Any, said: list[Ticket], alice: User, size: str, theme: str
) -> None:
    paths = {
        "list": "/desk/?q=refund",
        "close": "/desk/?q=delivry",
        "everything": "/desk/search/?q=refund",
        "people": "/desk/search/?q=amara",
        "nothing": "/desk/search/?q=zebra+status:asleep",
        "start": "/desk/search/",
        "views": "/desk/views/",
        "view": f"/desk/?view=saved-{SavedView.objects.get(owner=alice).pk}",
    }
    page = open_page(alice, paths["list"], size=size, theme=theme)
    for name, path in paths.items():
        page.goto(path)
        settle(page)
        picture(page, f"search-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert fits(page), name
    page.goto("/desk/?view=all")
    page.locator('#list-pane input[name="q"]').focus()
    page.locator(".search-help").wait_for()
    picture(page, f"search-help-{size}-{theme}")
    assert axe(page) == []


def test_box_offers_operators_and_values_by_keyboard(
    open_page: Any, axe: Any, said: list[Ticket], alice: User
) -> None:
    page = open_page(alice, "/desk/?view=all")
    page.keyboard.press("/")
    page.keyboard.type("refund sta")
    page.locator('[role="option"]', has_text="status:").wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.locator('[role="option"]', has_text="on_hold").wait_for()
    page.keyboard.type("n")
    page.locator('[role="option"]', has_text="on_hold").wait_for(state="detached")
    assert axe(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert page.locator('#list-pane input[name="q"]').input_value() == "refund status:new "
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=refund"))
    assert found(page) == [said[1].pk, said[0].pk]
    page.keyboard.press("/")
    page.keyboard.press("Backspace")
    page.locator('[role="option"]', has_text="refund status:new").wait_for()
    page.keyboard.press("Escape")
    page.locator(".search-pop").wait_for(state="hidden")


def test_palette_finds_and_goes_by_keyboard(
    open_page: Any, axe: Any, picture: Any, said: list[Ticket], alice: User
) -> None:
    page = open_page(alice, "/desk/?view=all")
    page.keyboard.press("Control+k")
    page.locator("#palette-found", has_text="Late deliveries").wait_for()
    page.keyboard.type("école")
    page.locator(f"#found-ticket-{said[2].pk}").wait_for()
    picture(page, "search-palette-light")
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"/desk/tickets/{said[2].pk}/"))
    page.keyboard.press("Control+k")
    page.keyboard.type("amara")
    page.locator("#palette-found", has_text="Amara Mensah").wait_for()
    picture(page, "search-palette-people")
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/desk/search/"))


def test_view_is_kept_arranged_deleted_and_brought_back(
    open_page: Any, axe: Any, picture: Any, said: list[Ticket], alice: User
) -> None:
    page = open_page(alice, "/desk/?q=tag:refund")
    page.get_by_role("button", name="Save as view").click()
    page.get_by_label("Name").fill("Tagged refunds")
    picture(page, "search-save-view")
    assert axe(page) == []
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("view=saved-"))
    assert found(page) == [said[0].pk]
    assert page.locator("#list-pane h1").inner_text() == "Tagged refunds"
    page.get_by_role("link", name="Arrange views").click()
    page.get_by_role("button", name="Move Tagged refunds up").click()
    page.locator("#views-list li").first.get_by_text("Tagged refunds").wait_for()
    page.get_by_role("button", name="Delete Tagged refunds").click()
    page.locator("#views-list", has_text="Tagged refunds").wait_for(state="detached")
    page.get_by_role("button", name="Undo").click()
    page.locator("#views-list", has_text="Tagged refunds").wait_for()
    page.locator("summary").first.click()
    picture(page, "search-views-open")
    assert axe(page) == []
