"""Parked contacts as a lead sees them, and the demo's mailbox: on every size, in both themes, without a finding."""

from typing import Any

import pytest

from accounts.models import Brand, User
from carecenter.lib.time import now
from channels_app.domain import inbound
from channels_app.models import Connection, InboundRecord
from tests.browser.looks import LOOKS
from tests.factories.channels import ConnectionFactory, arrive, mail
from tests.factories.tickets import InboxFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def parked(brand: Brand) -> InboundRecord:
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    connection: Connection = ConnectionFactory(inbox=inbox, address="support@support.test")
    connection.trouble = "535 5.7.8 Authentication failed"
    connection.trouble_since = now()
    connection.save(update_fields=["trouble", "trouble_since"])
    senders = ("Erik Holm <erik@example.org>", "News <news@shop.example>", "Dana Duarte <dana@example.net>")
    for number, sender in enumerate(senders):
        raw = mail(
            "I am out of the office until Monday.\n" * 30,
            From=sender,
            subject=(
                "Out of office",
                "Our new catalogue is here: everything for the garden and much more",
                "",
            )[number],
            message_id=f"<{number}@example.net>",
            Auto_Submitted="auto-replied",
        )
        record = inbound.process_record(arrive(connection, raw, to="support@support.test").pk)
    return record


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_intake_has_no_finding(
    open_page: Any, axe: Any, picture: Any, parked: InboundRecord, lead: User, size: str, theme: str
) -> None:
    page = open_page(lead, "/desk/intake/", size=size, theme=theme)
    paths = {
        "list": "/desk/intake/",
        "record": f"/desk/intake/{parked.pk}/",
        "empty": "/desk/intake/?show=failed",
    }
    paths["blocked"] = "/desk/intake/blocked/"
    for name, path in paths.items():
        page.goto(path)
        picture(page, f"intake-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.querySelector('#main').scrollWidth <= window.innerWidth"), name


def test_lead_decides_by_keyboard_alone(open_page: Any, parked: InboundRecord, lead: User) -> None:
    page = open_page(lead, "/desk/intake/")
    page.get_by_role("link", name="Out of office").focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Out of office").wait_for()
    page.get_by_role("button", name="Ignore").focus()
    page.keyboard.press("Enter")
    page.get_by_text("Ignored. You find it under “Ignored”.").wait_for()
    assert InboundRecord.objects.filter(state="ignored").count() == 1
