"""The contact form as a customer sees it, and the settings of inboxes as their admin does."""

import re
from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import Connection, InboundRecord
from tests.browser.looks import LOOKS
from tests.browser.settling import settle, watch
from tests.factories.accounts import TeamFactory
from tests.factories.channels import ConnectionFactory, arrive
from tests.factories.channels import mail as mail_of
from tests.factories.tickets import InboxFactory
from tickets.models import Attachment, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def door(brand: Brand) -> Connection:
    brand.color = "#1d6f55"
    brand.save(update_fields=["color"])
    return Connection.objects.create(
        inbox=InboxFactory(brand=brand, kind="form", key="write", name="Website")
    )


@pytest.fixture
def doors(brand: Brand, door: Connection) -> Connection:
    """One of each kind, one of them in trouble."""
    team = TeamFactory(pool=brand.pool, name="First line")
    mail = ConnectionFactory(
        inbox=InboxFactory(brand=brand, key="support", name="Support", default_team=team),
        address="support@nordlicht.example",
    )
    mail.trouble = "535 5.7.8 Authentication failed: the password was not taken by the mail server"
    mail.save(update_fields=["trouble"])
    api = Connection(
        inbox=InboxFactory(brand=brand, kind="api", key="shop-app", name="Shop app"),
        config={"url": "https://shop.example/answers", "vouches_for": ["external"]},
    )
    api.seal({"messages": [{"value": "whsec_old", "until": ""}]})
    api.save(force_insert=True)
    Connection.objects.create(inbox=InboxFactory(brand=brand, kind="webchat", key="chat", name="Chat"))
    old = InboxFactory(brand=brand, kind="form", key="old-form", name="Old form", is_active=False)
    Connection.objects.create(inbox=old)
    arrive(mail, mail_of())
    return api


def visitor(chromium: Any, live_server: Any, **options: Any) -> Any:
    """A page of somebody who has not signed in."""
    return watch(chromium.new_context(base_url=live_server.url, **options).new_page())


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_form_has_no_finding(
    chromium: Any, live_server: Any, axe: Any, picture: Any, door: Connection, size: str, theme: str
) -> None:
    width, height = {"desktop": (1280, 900), "phone": (390, 844)}[size]
    page = visitor(
        chromium,
        live_server,
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
    )
    page.goto("/f/write/")
    picture(page, f"form-{size}-{theme}")
    assert axe(page) == []
    page.get_by_role("button", name="Send").click()
    page.get_by_text("This field is required.").first.wait_for()
    picture(page, f"form-errors-{size}-{theme}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.get_by_label("Your e-mail address").fill("dana@example.net")
    page.get_by_role("textbox", name="Message").fill("The kettle does not boil.")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    picture(page, f"form-thanks-{size}-{theme}")
    assert axe(page) == []
    page.context.close()


def test_form_works_without_script_by_keyboard_alone(
    chromium: Any, live_server: Any, door: Connection
) -> None:
    page = visitor(chromium, live_server, java_script_enabled=False)
    page.goto("/f/write/")
    page.get_by_label("Subject").focus()
    for words in ("Kettle", "It does not boil.", "Dana Duarte", "dana@example.net"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.get_by_label("Files").set_input_files(
        [{"name": "kettle.png", "mimeType": "image/png", "buffer": b"\x89PNG\r\n\x1a\n"}]
    )
    page.keyboard.press("Tab")  # the trap is passed over
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    number = re.search(r"#(\d+)", page.locator("main").inner_text())
    ticket = Ticket.objects.get()
    assert number
    assert int(number[1]) == ticket.number
    assert Attachment.objects.get().name == "kettle.png"
    page.context.close()


def test_sending_twice_is_one_ticket(chromium: Any, live_server: Any, door: Connection) -> None:
    page = visitor(chromium, live_server)
    page.goto("/f/write/")
    page.get_by_label("Your e-mail address").fill("dana@example.net")
    page.get_by_role("textbox", name="Message").fill("It does not boil.")
    page.get_by_role("button", name="Send").dblclick()
    page.get_by_role("heading", name="Thank you").wait_for()
    page.go_back()
    settle(page)
    assert page.get_by_role("textbox", name="Message").input_value() == "It does not boil."
    page.get_by_role("button", name="Send").click()
    page.get_by_role("heading", name="Thank you").wait_for()
    assert (InboundRecord.objects.count(), Ticket.objects.count()) == (1, 1)
    page.context.close()


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_settings_have_no_finding(
    open_page: Any, axe: Any, picture: Any, doors: Connection, admin: User, size: str, theme: str
) -> None:
    page = open_page(admin, "/admin-desk/inboxes/", size=size, theme=theme)
    paths = {"list": "/admin-desk/inboxes/", "api": f"/admin-desk/inboxes/{doors.inbox_id}/"}
    paths |= {f"new-{kind}": f"/admin-desk/inboxes/new/?kind={kind}" for kind in ("email", "form", "webchat")}
    for name, path in paths.items():
        page.goto(path)
        picture(page, f"inboxes-{name}-{size}-{theme}")
        assert axe(page) == [], name
        assert page.evaluate("document.querySelector('#main').scrollWidth <= window.innerWidth"), name


def test_admin_opens_an_inbox_and_replaces_its_secret(
    open_page: Any, axe: Any, picture: Any, brand: Brand, admin: User
) -> None:
    page = open_page(admin, "/admin-desk/inboxes/")
    page.get_by_role("button", name="New inbox").click()
    page.get_by_role("menuitem", name="API").click()
    page.get_by_label("Name", exact=True).fill("Shop app")
    page.get_by_text("More, all with a default").click()
    page.locator("#id_key").fill("shop-app")
    page.get_by_label("Address for answers").fill("https://shop.example/answers")
    page.get_by_role("button", name="Create inbox").click()
    page.get_by_text("Copy this now").wait_for()
    picture(page, "inboxes-secrets")
    assert axe(page) == []
    shown = page.locator("#secret-1").inner_text()
    assert shown.startswith("whsec_")
    page.get_by_role("link", name="Done").click()
    page.get_by_role("heading", name="Shop app").wait_for()
    assert shown not in page.content()
    page.get_by_role("button", name="Replace").first.click()
    page.get_by_role("button", name="Make a new one").click()
    page.get_by_text("Copy this now").wait_for()
    assert page.locator("#secret-1").inner_text() not in ("", shown)
