"""New ticket in a browser: what was typed and chosen stays until it is right."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from accounts.models import User
from customers.models import Customer
from tickets.models import Inbox, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_chosen_files_stay_while_something_else_is_mended(
    open_page: Any, picture: Any, inbox: Inbox, alice: User, dana: Customer, tmp_path: Path
) -> None:
    bill = tmp_path / "bill.txt"
    bill.write_text("12 EUR")
    page = open_page(alice, f"/desk/new/?customer={dana.pk}")
    page.get_by_label("Text").fill("Here is your bill.")
    page.get_by_label("Files").set_input_files(bill)
    page.evaluate("document.querySelector('form.new-ticket').noValidate = true")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("This field is required.")).to_be_visible()
    picture(page, "new-ticket-mend")
    assert page.evaluate("document.querySelector('[name=uploads]').files[0].name") == "bill.txt"
    page.get_by_label("Subject").fill("Your bill")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("bill.txt").first).to_be_visible()
    assert Ticket.objects.get().messages.get().attachments.get().name == "bill.txt"
