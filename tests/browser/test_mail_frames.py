"""Mails as their senders formatted them, inside a conversation."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from customers.models import Customer
from tests.browser.conftest import until
from tests.factories.customers import CustomerFactory
from tickets.models import Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_what_was_opened_in_a_message_survives_a_refresh(
    open_page: Any, mail: Callable[..., Ticket], dana: Customer, alice: User
) -> None:
    tall = "<table>" + "<tr><td>Kapoor Ltd</td></tr>" * 40 + "</table>"
    ticket = mail(dana, "Tall", "Kapoor Ltd", tall)
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/")
    page.frame_locator("iframe.mail-frame").get_by_text("Kapoor Ltd").first.wait_for()
    height = "document.querySelector('iframe.mail-frame').clientHeight"
    until(page, f"{height} > 600")
    page.locator(".message-addresses summary").click()
    page.get_by_role("button", name="Take", exact=True).click()
    page.get_by_text("took this ticket").wait_for()
    assert page.evaluate(height) > 600
    assert page.locator(".message-addresses[open]").count() == 1
    assert page.evaluate("document.activeElement.id") == "conversation-scroll"  # its button is gone


def test_a_mail_runs_no_script(
    open_page: Any, mail: Callable[..., Ticket], brand: Brand, alice: User
) -> None:
    customer = CustomerFactory(pool=brand.pool, name="Mallory", email="mallory@example.net")
    evil = (
        '<table><tr><td><script>parent.document.title="taken"</script><img src=x onerror="parent.owned=1">'
        '<svg onload="parent.owned=1"></svg><a href="javascript:parent.owned=1">press</a></td></tr></table>'
    )
    ticket = mail(customer, "<b>Win</b>", "<script>owned=1</script>", evil)
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/")
    page.frame_locator("iframe.mail-frame").get_by_text("press").click()
    assert page.evaluate("window.owned") is None
    assert "taken" not in page.title()
