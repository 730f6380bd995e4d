"""The demo's mailbox: read what left, answer it as the customer."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Brand, User
from carecenter.lib.mailer import keep
from channels_app.models import Connection, InboundRecord
from tests.browser.looks import LOOKS
from tests.demo_site import demo_site
from tests.factories.channels import ConnectionFactory, mail
from tests.factories.tickets import InboxFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def demo(settings: Any, brand: Brand) -> Iterator[str]:
    """With one mail of ours to Dana; the name of its file."""
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    connection: Connection = ConnectionFactory(inbox=inbox, address="support@support.test")
    html = "<p>Hi Dana,</p><p>it is <b>on its way</b>.</p>"
    ours = mail("x", From=f"{connection.inbox.brand} <support@support.test>", to="Dana <dana@example.net>")
    head = ours.partition(b"\r\n\r\n")[0].replace(b"text/plain", b"text/html")
    with demo_site(settings):
        yield keep(head + b"\r\n\r\n" + html.encode()).stem


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_mailbox_has_no_finding(
    open_page: Any, axe: Any, picture: Any, demo: str, alice: User, size: str, theme: str
) -> None:
    page = open_page(alice, "/demo/mail/", size=size, theme=theme)
    for name, path in {
        "mails": "/demo/mail/",
        "mail": f"/demo/mail/{demo}/",
        "write": "/demo/mail/write/",
    }.items():
        page.goto(path)
        picture(page, f"demo-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name


def test_visitor_answers_as_the_customer(open_page: Any, demo: str, alice: User) -> None:
    page = open_page(alice, f"/demo/mail/{demo}/")
    page.frame_locator("iframe").get_by_text("on its way").wait_for()
    page.get_by_role("link", name="Answer").click()
    page.get_by_role("textbox", name="Message").fill("Thank you!")
    page.get_by_role("button", name="Send").click()
    page.get_by_text("Sent. It is on the desk in a moment.").wait_for()
    assert InboundRecord.objects.get().sender == "dana@example.net"
