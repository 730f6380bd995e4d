"""A real Chromium on a real server: sign in as somebody, look at a page, have axe judge it.

Every page fails its test on a script error, a console error or a violation of the content security policy.
"""

import asyncio
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, Team, User
from carecenter.embedded.test_tools import chromium_options, find_chromium
from customers.models import Customer
from tests.browser import quiet
from tests.browser.settling import settle, watch
from tests.factories.accounts import confirmed
from tests.factories.tickets import InboxFactory
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.models import Inbox, Ticket

# Playwright's own loop runs in this thread, beside Django's ordinary synchronous code.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

SIZES = {"desktop": (1440, 900), "tablet": (820, 1180), "phone": (390, 844)}
PICTURES = os.environ.get("CARECENTER_PICTURES")  # a folder: screenshots are kept there to be looked at


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def everything_answered() -> Iterator[None]:
    yield
    quiet.wait()


@pytest.fixture(scope="session")
def started_chromium() -> Iterator[tuple[Any, asyncio.AbstractEventLoop]]:
    """One for all modules, and Playwright's loop: starting both takes as long as looking at two pages."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    if path is None:
        pytest.skip("no Chromium: set CHROMIUM_PATH, or install it (on Debian: apt install chromium)")
    with sync_playwright() as playwright:
        loop = asyncio.get_running_loop()
        browser = playwright.chromium.launch(**chromium_options(path))
        asyncio._set_running_loop(None)
        yield browser, loop
        asyncio._set_running_loop(loop)
        browser.close()


@pytest.fixture(scope="module")
def chromium(started_chromium: tuple[Any, asyncio.AbstractEventLoop]) -> Iterator[Any]:
    """Its loop counts as running only while a module uses it: other tests of this process have loops of their own."""
    browser, loop = started_chromium
    asyncio._set_running_loop(loop)
    yield browser
    asyncio._set_running_loop(None)


@pytest.fixture
def open_page(chromium: Any, live_server: Any, client_for: Callable[[User], Client]) -> Iterator[Any]:
    """`open_page(alice, "/desk/", size="phone", theme="dark")`: that page as she sees it."""
    contexts, complaints = [], []

    def open_it(
        user: User, path: str, *, size: str = "desktop", theme: str = "light", locale: str = "en"
    ) -> Any:
        width, height = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width, "height": height},
            color_scheme=theme,
            locale=locale,
            reduced_motion="reduce",
            base_url=live_server.url,
        )
        contexts.append(context)
        cookie = confirmed(client_for(user)).cookies["sessionid"]
        context.add_cookies([{"name": "sessionid", "value": cookie.value, "url": live_server.url}])
        page = watch(context.new_page())
        page.on("pageerror", lambda error: complaints.append(f"script: {error}"))
        page.on("console", lambda message: _note(message, complaints))
        page.goto(path)
        settle(page)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []


def _note(message: Any, complaints: list[str]) -> None:
    """Answers with 4xx are shown in the console too: those the tests ask for are no complaint.

    Neither is a request that the next page, or a newer one, made needless: htmx says so in two lines.
    """
    if message.text.startswith("htmx:sendAbort"):
        if complaints and complaints[-1].startswith("console: htmx:afterRequest"):
            complaints.pop()
        return
    if (
        message.type == "error"
        and "Failed to load resource" not in message.text
        and "WebSocket" not in message.text
    ):
        complaints.append(f"console: {message.text}")


@pytest.fixture
def picture() -> Callable[[Any, str], None]:
    """`picture(page, "customers-list-dark")` keeps a screenshot when CARECENTER_PICTURES names a folder."""

    def take(page: Any, name: str) -> None:
        if PICTURES:
            page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))

    return take


# Frames are judged where a test asks for them: into a letter's frame axe is not let, and it would wait for it. Without
# `preload` it does not fetch and parse the style sheets once more, only to see whether one turns the screen: none does.
JUDGE = """within => axe.run(within ?? document, {resultTypes: ["violations"], iframes: false, preload: false}).then(
  found => found.violations.map(one => `${one.id}: ${one.nodes.slice(0, 3).map(node => node.html.slice(0, 160))}`))"""


@pytest.fixture
def axe() -> Callable[..., list[str]]:
    """What axe finds on the page, or `within` a selector: [] is what it should be."""
    from axe_playwright_python.base import AXE_SCRIPT

    def judge(page: Any, within: str | None = None) -> list[str]:
        if page.evaluate("typeof axe") == "undefined":
            page.evaluate(AXE_SCRIPT)
        found: list[str] = page.evaluate(JUDGE, within)
        return found

    return judge


@pytest.fixture
def inbox(brand: Brand, team: Team) -> Inbox:
    return InboxFactory(brand=brand, name="Support", key="support", default_team=team)


@pytest.fixture
def mail(inbox: Inbox) -> Callable[..., Ticket]:
    count = iter(range(1000))

    def receive(customer: Customer, subject: str, text: str, html: str = "", **more: Any) -> Ticket:
        incoming = IncomingMessage(
            kind="email",
            external_id=f"{next(count)}@mail.example",
            from_name=customer.name,
            from_address=f"customer{customer.pk}@example.net",
            to=[{"name": "Support", "address": "support@nordlicht.example"}],
            subject=subject,
            text=text + "\n\nOn Monday you wrote:\n> How can we help?",
            reply_text=text,
            html=html,
            files=more.pop("files", ()),
        )
        return receive_message(inbox=inbox, customer=customer, incoming=incoming, **more).ticket

    return receive


def until(page: Any, expression: str) -> None:
    """Wait for it from outside: inside, the page's own policy forbids to evaluate words."""
    for _ in range(300):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"never so: {expression}")
