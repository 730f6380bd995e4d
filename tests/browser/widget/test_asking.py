"""How the chat looks, what it asks before and after, and where it is not shown."""

from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import ChatSession, Connection
from tests.browser.widget.page import Site, agent_says, inside_of, launcher, open_chat, texts, write
from tickets.models import Contact

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LOOKS = [
    ("desktop-light", (1280, 860), "light", "ltr"),
    ("phone-dark", (390, 844), "dark", "ltr"),
    ("phone-rtl", (390, 844), "light", "rtl"),
]


@pytest.mark.parametrize(("name", "size", "theme", "side"), LOOKS, ids=[look[0] for look in LOOKS])
def test_chat_has_no_finding(
    browse: Any, site: Site, alice: User, axe: Any, picture: Any, name: str, size: Any, theme: str, side: str
) -> None:
    site.dir = side
    page = browse(size, theme)
    inside = open_chat(page)
    write(inside, "Is the blue kettle back in stock?")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    agent_says(alice, "It is! Shall I put one aside for you?")
    inside.get_by_text("put one aside").wait_for()
    picture(page, f"widget-{name}")
    document = inside_of(page)
    assert axe(document) == []
    assert document.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert document.evaluate("document.documentElement.dir") == side
    if size[0] == 390:
        box = page.locator("#carecenter-chat iframe").bounding_box()
        assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    inside.get_by_role("button", name="Emoji").click()
    assert axe(document) == []


def test_details_are_asked_before_the_first_line(
    browse: Any, chat: Connection, axe: Any, picture: Any
) -> None:
    chat.config |= {"ask_email": "required", "ask_name": "optional"}
    chat.save(update_fields=["config"])
    page = browse()
    inside = open_chat(page)
    write(inside, "Hello")
    inside.locator("#first-line").get_by_text(
        "Hello"
    ).wait_for()  # what was written does not vanish meanwhile
    inside.get_by_role("button", name="Start the chat").click()
    inside.get_by_text("Please give an e-mail address that we can write to.").wait_for()
    picture(page, "widget-details")
    assert axe(inside_of(page)) == []
    inside.get_by_role("textbox", name="Your e-mail address").fill("kim@example.net")
    inside.get_by_role("button", name="Start the chat").click()
    inside.get_by_text("Sent").wait_for(timeout=8000)
    assert inside.get_by_text("Hello", exact=True).all_inner_texts() == ["Hello"]
    session = ChatSession.objects.get()
    assert (session.visitor_email, session.evidence, texts()) == ("kim@example.net", "claimed", ["Hello"])


def test_message_is_left_while_nobody_is_there(
    browse: Any, chat: Connection, brand: Brand, axe: Any, picture: Any
) -> None:
    from workforce.models import Hours

    chat.inbox.hours = Hours.objects.create(
        name="Never", pool=brand.pool, zone="UTC", weekly=[[] for _ in range(7)], closed_days=[]
    )
    chat.inbox.save(update_fields=["hours"])
    page = browse()
    inside = open_chat(page)
    inside.get_by_role("textbox", name="Your e-mail address").fill("kim@example.net")
    inside.get_by_role("textbox", name="Your message").fill("Please call me back")
    picture(page, "widget-away")
    assert axe(inside_of(page)) == []
    inside.get_by_role("button", name="Send the message").click()
    inside.get_by_text("Thank you. Your message has arrived").wait_for()
    assert (texts(), Contact.objects.get().end_reason) == (["Please call me back"], "left")


def test_site_that_is_not_allowed_shows_nothing(chromium: Any, site: Site, chat: Connection) -> None:
    chat.config["origins"] = ["https://another.example"]
    chat.save(update_fields=["config"])
    context = chromium.new_context()
    page = context.new_page()
    page.goto(site.origin)
    page.wait_for_timeout(1500)
    assert page.locator("#carecenter-chat button.ready").count() == 0
    context.close()


def test_words_are_in_the_visitors_language(browse: Any) -> None:
    page = browse(locale="de-DE")
    launcher(page).click()
    assert inside_of(page).evaluate("document.documentElement.lang") == "de"


def test_wrong_signature_is_told_in_the_console(chromium: Any, site: Site, chat: Connection) -> None:
    site.more = 'data-user-token="eyJhbGciOiJIUzI1NiJ9.e30.nothing"'
    context = chromium.new_context(locale="en")
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto(site.origin)
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    write(inside, "Hello all the same")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    assert any("the signed user was not accepted" in text for text in heard)
    context.close()
