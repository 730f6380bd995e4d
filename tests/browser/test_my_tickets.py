"""A customer in her own pages: from the mailed code to the answer, solved, open again, and a word about it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings

from accounts.models import Brand
from carecenter.lib.blobs.storage import store
from customers.models import Customer
from feedback.models import Answer
from portal.domain import paging
from portal.domain.sessions import cookie_name, open_session
from tests.browser.looks import LOOKS
from tests.factories.customers import OrderFactory, OrganisationFactory
from tests.factories.surveys import SurveyFactory
from tests.portal.my.conftest import DANA, answered, asked, code_in, read_mails
from tickets.models import Attachment, Inbox, Ticket

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HOME = "/help/nordlicht-home/my/"
SIZES = {"desktop": (1280, 900), "tablet": (820, 1180), "phone": (390, 844)}
ANSWER = "<p>Dear Dana,</p><p>is it plugged in? Please look at these:</p><ul><li>the base</li><li>the lid</li></ul>"


@pytest.fixture
def ticket(brand: Brand, inbox: Inbox, dana: Customer) -> Ticket:
    SurveyFactory(brand=brand)
    OrderFactory(
        customer=dana,
        number="N-10442",
        brand=brand,
        status="shipped",
        items=[{"name": "Kettle Sol", "quantity": 1}],
    )
    ticket = asked(
        brand, inbox, dana, DANA, subject="The kettle does not boil", text="It stays cold.\nWhat now?"
    )
    message = answered(ticket, DANA, "Is it plugged in?", html=ANSWER)
    Attachment.objects.create(
        message=message, blob=store(b"%PDF-"), name="manual.pdf", content_type="application/pdf"
    )
    other = asked(brand, inbox, dana, DANA, subject="Where is my lamp?", text="Ordered last week.")
    Ticket.objects.filter(pk=other.pk).update(status="pending")
    return ticket


@pytest.fixture
def visit(chromium: Any, live_server: Any, brand: Brand) -> Iterator[Callable[..., Any]]:
    """A browser of somebody at the brand's help; `address`: they are signed in already."""
    contexts, complaints = [], []

    def open_it(path: str, *, size: str = "desktop", theme: str = "light", **more: Any) -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale="en",
            reduced_motion="reduce",
            java_script_enabled=more.get("script", True),
            base_url=live_server.url,
        )
        contexts.append(context)
        if "address" in more:
            opened = open_session(brand, more["address"])
            assert opened is not None
            context.add_cookies([{"name": cookie_name(brand), "value": opened[1], "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert [one for one in complaints if "status of 4" not in one] == []


@pytest.mark.parametrize("script", [True, False])
def test_from_sign_in_to_answer_to_solved_to_open_again(visit, ticket, script, tmp_path):
    page = visit(HOME, script=script)
    page.get_by_label("Your e-mail address").fill(DANA)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill(code_in(read_mails(settings.MAIL_DIR)[-1]))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("link", name="The kettle does not boil").click()
    page.get_by_text("is it plugged in?").wait_for()
    photo = Path(tmp_path) / "base.png"
    photo.write_bytes(b"\x89PNG\r\n\x1a\n")
    page.get_by_label("Your answer").fill("It is. Here is a photo.")
    page.get_by_label("Files").set_input_files(str(photo))
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_text("Your answer has arrived.").wait_for()
    assert page.get_by_text("It is. Here is a photo.").is_visible()
    message = ticket.messages.latest("pk")
    assert (message.kind, message.attachments.get().name) == ("portal", "base.png")
    page.get_by_role("button", name="This is solved").click()
    page.get_by_text("Good to hear.").wait_for()
    page.locator(".stars label").filter(has_text="Very good").click()
    page.get_by_label("What should we know?").fill("Quick and kind")
    page.locator("#rate").get_by_role("button", name="Send").click()
    page.get_by_text("Thank you for telling us.").wait_for()
    page.get_by_role("button", name="Open it again").click()
    page.get_by_text("It is open again.").wait_for()
    ticket.refresh_from_db()
    given = Answer.objects.get()
    assert (ticket.status, given.score, given.comment) == ("open", 5, "Quick and kind")
    page.get_by_role("button", name="Sign out").click()
    page.goto(HOME)
    assert page.get_by_role("heading", name="See your tickets").is_visible()


def test_copy_is_downloaded_and_erasure_taken_back(visit, ticket):
    page = visit(f"{HOME}privacy/", address=DANA)
    page.get_by_role("button", name="Ask for a copy").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename.endswith(".zip")
    page.get_by_label("Yes, erase what you know about me").check()
    page.get_by_role("button", name="Erase my data").click()
    page.get_by_role("button", name="Keep my data").click()
    page.get_by_text("Your data stays.").wait_for()


@pytest.mark.parametrize("script", [True, False])
@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_older_tickets_and_orders_are_reached(
    visit, ticket, brand, dana, inbox, axe, picture, monkeypatch, size, theme, script
):
    monkeypatch.setattr(paging, "ROWS", 2)
    for n in range(3):
        asked(brand, inbox, dana, DANA, subject=f"Question {n}", text="x")
        OrderFactory(customer=dana, number=f"N-2{n}", brand=brand)
    page = visit(HOME, size=size, theme=theme, address=DANA, script=script)
    for path, older in (("", "Older tickets"), ("orders/", "Older orders")):
        page.goto(HOME + path)
        page.get_by_role("link", name=older).click()
        page.get_by_role("link", name="Back to the latest").wait_for()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert not script or axe(page) == []
        picture(page, f"my-older-{path.strip('/') or 'tickets'}-{size}-{theme}")
        page.get_by_role("link", name="Back to the latest").click()
        page.get_by_role("link", name=older).wait_for()
        assert page.get_by_role("link", name="Back to the latest").count() == 0


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_pages_are_accessible(visit, ticket, brand, dana, axe, picture, size, theme):
    firm = OrganisationFactory(pool=brand.pool, name="Mill", domains=["example.net"], shares_tickets=True)
    Customer.objects.filter(pk=dana.pk).update(organisation=firm)
    brand.color = "#2f6f4f"
    brand.save(update_fields=["color"])
    page = visit(f"{HOME}sign-in/", size=size, theme=theme)
    judged = {"sign-in": axe(page)}
    picture(page, f"my-sign-in-{size}-{theme}")
    page.get_by_label("Your e-mail address").fill("nobody@example.net")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code from the mail").fill("123 456")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("alert").wait_for()
    judged["code"] = axe(page)
    picture(page, f"my-code-{size}-{theme}")
    mine = visit(HOME, size=size, theme=theme, address=DANA)
    own = f"tickets/{ticket.token}/"
    for name, path in (
        ("tickets", ""), ("colleagues", "?whose=colleagues"), ("ticket", own), ("orders", "orders/"),
        ("preferences", "preferences/"), ("privacy", "privacy/"),
    ):  # fmt: skip
        mine.goto(HOME + path)
        judged[name] = axe(mine)
        picture(mine, f"my-{name}-{size}-{theme}")
        assert mine.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    Ticket.objects.filter(pk=ticket.pk).update(status="solved")
    mine.goto(HOME + own)
    judged["rating"] = axe(mine)
    mine.locator("#share summary").click()
    mine.get_by_role("button", name="Make a link").click()
    mine.get_by_label("Link to this ticket").wait_for()
    judged["shared"] = axe(mine)
    picture(mine, f"my-solved-{size}-{theme}")
    link = urlsplit(mine.get_by_label("Link to this ticket").input_value()).path
    guest = visit(link, size=size, theme=theme)
    assert guest.get_by_text("It stays cold.").is_visible()
    judged["guest"] = axe(guest)
    picture(guest, f"my-guest-{size}-{theme}")
    assert {name: found for name, found in judged.items() if found} == {}
