"""Fields of a firm's own: made with a preview, asked by the form as one answers, changed on a ticket and put back."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import Connection
from customers.models import Customer
from tests.browser.conftest import until
from tests.browser.looks import DIAGONAL
from tests.factories.tickets import FieldFactory, InboxFactory
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_field_is_made_asked_and_changed(
    open_page: Any,
    axe: Any,
    picture: Any,
    admin: User,
    brand: Brand,
    dana: Customer,
    mail: Callable[..., Ticket],
) -> None:
    Connection.objects.create(inbox=InboxFactory(brand=brand, kind="form", key="write"))
    choices = ["Damaged", "Lost"]
    FieldFactory(pool=brand.pool, key="reason", name="Reason", kind="choice", choices=choices, is_public=True)
    ticket = mail(dana, "The lid is broken", "It came in pieces.")
    page = open_page(admin, f"/admin-desk/fields/new/?pool={brand.pool_id}")
    page.get_by_label("Name", exact=True).fill("Which part?")
    page.get_by_role("checkbox", name="Customers see it").check()
    page.locator("[name=when_reason]").first.check()
    page.get_by_text("It is asked only when “Reason” is “Damaged”.").wait_for()
    preview = page.get_by_role("region", name="The form as customers see it")
    assert not preview.get_by_label("Which part?").is_visible()
    preview.get_by_label("Reason").select_option("Damaged")
    assert preview.get_by_label("Which part?").is_visible()
    assert axe(page) == []
    picture(page, "fields")
    page.get_by_role("button", name="Save").click()
    page.get_by_text("· only if “Reason” is “Damaged”").wait_for()

    page.goto("/f/write/")
    assert not page.get_by_label("Which part?").is_visible()
    page.get_by_label("Reason").select_option("Damaged")
    assert page.get_by_label("Which part?").is_visible()

    page.goto(f"/desk/tickets/{ticket.pk}/?view=all")
    page.get_by_label("Reason").select_option("Damaged")
    page.get_by_label("Which part?").wait_for()
    page.get_by_role("button", name="Undo").click()
    until(page, "document.querySelector('#own-reason-value').value === ''")
    until(page, "!document.querySelector('#field-part')")


@pytest.mark.parametrize(("size", "theme"), DIAGONAL)
def test_what_is_known_of_a_customer_stands_beside_their_ticket(
    open_page: Any,
    axe: Any,
    picture: Any,
    admin: User,
    dana: Customer,
    mail: Callable[..., Ticket],
    size: str,
    theme: str,
) -> None:
    FieldFactory(pool=dana.pool, about="customer", key="contract", name="Contract number")
    plans = {"kind": "choice", "choices": ["Basic", "Full care"], "position": 1}
    FieldFactory(pool=dana.pool, about="customer", key="plan", name="Care plan", **plans)
    FieldFactory(pool=dana.pool, key="reason", name="Reason", position=2)
    mail(dana, "The lid is broken", "It came in pieces.")
    page = open_page(admin, f"/admin-desk/fields/?pool={dana.pool_id}", size=size, theme=theme)
    page.get_by_role("heading", name="Of customers").wait_for()
    assert axe(page) == []
    picture(page, f"fields-of-customers-{size}")
    page.goto(f"/desk/customers/{dana.pk}/")
    page.get_by_label("Care plan").select_option("Full care")
    page.get_by_text("Care plan is saved.").wait_for()
    assert axe(page) == []
    picture(page, f"customer-fields-{size}")
    panel = open_page(admin, f"/desk/customers/{dana.pk}/panel/", size=size, theme=theme)
    assert panel.get_by_label("Care plan").input_value() == "full_care"
