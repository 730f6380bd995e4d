"""A site on another origin than ours, and browsers that look at it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Brand
from channels_app.models import Connection
from tests.browser.widget.page import Site
from tests.factories.tickets import InboxFactory


@pytest.fixture
def site(live_server: Any) -> Iterator[Site]:
    made = Site(live_server.url)
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def chat(brand: Brand, site: Site, settings: Any) -> Connection:
    settings.CHAT_RATE_PER_NETWORK = 0
    inbox = InboxFactory(brand=brand, key="shop-chat", name="Chat", kind="webchat")
    config = {
        "origins": [site.origin, site.foreign],
        "ask_email": "no",
        "greeting": "Hello! Ask us about kettles.",
    }
    return Connection.objects.create(inbox=inbox, config=config)


@pytest.fixture
def browse(chromium: Any, site: Site, chat: Connection) -> Iterator[Callable[..., Any]]:
    """`browse()`: a page of the site in a browser of its own; script errors and broken policies fail the test."""
    contexts, complaints = [], []

    def open_it(
        size: tuple[int, int] = (1280, 860), theme: str = "light", context: Any = None, **more: Any
    ) -> Any:
        if context is None:
            width, height = size
            viewport = {"width": width, "height": height}
            more = {"locale": "en", **more}
            context = chromium.new_context(
                viewport=viewport, color_scheme=theme, reduced_motion="reduce", **more
            )
            contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: note(said.text) if said.type == "error" else None)
        page.goto(site.origin)
        page.locator("#carecenter-chat button.ready").wait_for()
        return page

    def note(text: str) -> None:
        if not any(known in text for known in ("WebSocket", "Failed to load resource", "favicon")):
            complaints.append(text)

    yield open_it
    for context in contexts:
        context.close()
    assert complaints == []
