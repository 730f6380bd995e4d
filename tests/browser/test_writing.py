"""Whom an answer goes to, where a draft goes on, and that one ticket never shows what belongs to another."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from tests.browser.conftest import until
from tests.factories.customers import CustomerFactory
from tickets.domain.drafts import save_draft
from tickets.domain.merging import merge
from tickets.models import Message, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def two(mail: Callable[..., Ticket], brand: Brand) -> list[Ticket]:
    people = [CustomerFactory(pool=brand.pool, name=name) for name in ("Dana Duarte", "Erik Eng")]
    return [mail(person, f"From {person.name}", "Where is it?") for person in people]


def test_a_draft_goes_on_where_it_stopped(open_page: Any, two: list[Ticket], alice: User) -> None:
    save_draft(two[0], author=alice, audience=Message.Audience.PUBLIC, html="<p>Hello Dana,</p><p>it is</p>")
    page = open_page(alice, f"/desk/tickets/{two[0].pk}/")
    page.keyboard.press("r")
    page.keyboard.type(" here")
    editor = page.locator("[data-editor=public]")
    assert editor.inner_text().split() == ["Hello", "Dana,", "it", "is", "here"]


def test_enter_puts_the_link_in(open_page: Any, two: list[Ticket], alice: User, picture: Any) -> None:
    """The key presses the first button that sends a form: that must not be the one that cancels."""
    page = open_page(alice, f"/desk/tickets/{two[0].pk}/")
    page.keyboard.press("r")
    page.keyboard.type("See ")
    page.locator("[data-format=link]").click()
    page.keyboard.type("shop.example/care")
    page.keyboard.press("Enter")
    until(page, "document.querySelector('[data-editor=public] a')?.href === 'https://shop.example/care'")
    page.locator("[data-format=link]").click()
    until(page, "document.querySelector('[data-editor=public] a') === null")
    page.locator("[data-format=link]").click()
    page.keyboard.type("never.example")
    page.locator("#link-dialog").get_by_role("button", name="Cancel").click()
    until(page, "!document.getElementById('link-dialog').open")
    assert "never" not in page.locator("[data-editor=public]").inner_html()
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    page.locator("#picker-menu .avatar").first.wait_for()
    dot = page.locator("#picker-menu .presence-dot").first
    if dot.count():
        assert dot.bounding_box()["width"] < 12
    picture(page, "assign")


def test_those_in_copy_follow_an_undone_merge(open_page: Any, two: list[Ticket], alice: User) -> None:
    dana, erik = two
    merge(erik, into=dana, actor=alice)
    page = open_page(alice, f"/desk/tickets/{dana.pk}/")
    copies = page.locator("[data-copies]")
    assert "to Erik Eng" in page.locator("#composer-to").inner_text()
    assert f"customer{dana.customer_id}@example.net" in copies.input_value()
    page.locator(".event-line").get_by_role("button", name="Undo").click()
    until(page, "document.querySelectorAll('#conversation .message').length === 1")
    until(page, "document.querySelector('[data-copies]').value === ''")
    assert not copies.is_visible()
    assert "to Dana Duarte" in page.locator("#composer-to").inner_text()


def test_a_late_look_at_one_ticket_leaves_the_next_alone(
    open_page: Any, two: list[Ticket], alice: User
) -> None:
    dana, erik = two
    page = open_page(alice, f"/desk/tickets/{dana.pk}/?view=all")
    held: list[Any] = []

    def hold(route: Any) -> None:  # Playwright marks its handlers: a built-in method cannot be one
        held.append(route)

    page.route(f"**/tickets/{dana.pk}/live/**", hold)
    page.evaluate("document.getElementById('conversation').dispatchEvent(new Event('refresh'))")
    page.locator(f"a[href*='/tickets/{erik.pk}/']").first.click()
    until(page, f"document.getElementById('ticket-pane').dataset.ticket === '{erik.pk}'")
    assert held
    with page.expect_response(f"**/tickets/{dana.pk}/live/**"):
        held[0].continue_()
    page.wait_for_timeout(400)
    assert page.locator("#ticket-head h1").inner_text() == "From Erik Eng"
    assert "Erik" in page.locator("#composer-to").inner_text()
