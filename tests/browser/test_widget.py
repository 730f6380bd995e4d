"""The chat on somebody else's page: another origin, a strict policy, a bad network."""

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import ChatSession, Connection
from tests.factories.tickets import InboxFactory
from tickets.domain.lines import end, say
from tickets.models import CannedReply, Contact, Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000002000000020802000000fdd49a730000001149444154789c63aceff5668001"
    "163803001a9001d90f1cbd3f0000000049454e44ae426082"
)
PAGE = """<!doctype html><html lang="en" dir="{dir}"><head><meta charset="utf-8"><title>Kettles</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{host}/widget.js" data-inbox="shop-chat" {more} async></script></head>
<body><main><h1>Kettles</h1><button>Buy</button></main></body></html>"""


class Site:
    """Somebody's web page, whose policy allows our script and our frame and nothing else."""

    def __init__(self, host: str) -> None:
        self.host, self.more, self.dir = host, "", "ltr"
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = PAGE.format(host=site.host, more=site.more, dir=site.dir).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                policy = f"default-src 'none'; script-src {site.host}; frame-src {site.host}"
                self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_port
        # another origin of the same site: the frame keeps its own storage
        self.origin = f"http://localhost:{self.port}"
        # another site: a Chromium like this one keeps nothing for our frame there
        self.foreign = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


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


def launcher(page: Any) -> Any:
    return page.locator("#carecenter-chat button")


def frame(page: Any) -> Any:
    return page.frame_locator("#carecenter-chat iframe")


def open_chat(page: Any) -> Any:
    launcher(page).click()
    inside = frame(page)
    inside.get_by_text("Ask us about kettles").wait_for()
    return inside


def write(inside: Any, text: str) -> None:
    inside.get_by_role("textbox", name="Your message").fill(text)
    inside.get_by_role("button", name="Send", exact=True).click()


def said(inside: Any) -> list[str]:
    found: list[str] = inside.locator("#log .line:not(.greeting) .bubble").all_inner_texts()
    return found


def wait_for(page: Any, check: Callable[[], bool]) -> None:
    for _ in range(150):
        if check():
            return
        page.wait_for_timeout(100)
    pytest.fail("it never came to that")


def texts() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("text", flat=True))


def agent_says(alice: User, text: str) -> None:
    say(Contact.objects.get(ended_at=None), text, actor=alice)


def test_visitor_and_agent_talk(browse: Any, site: Site, alice: User) -> None:
    page = browse()
    inside = open_chat(page)
    write(inside, "Is the blue kettle back?")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    agent_says(alice, "It is. See https://shop.example/blue")
    inside.get_by_text("Alice Adams is with you").wait_for()
    assert said(inside) == ["Is the blue kettle back?", "It is. See https://shop.example/blue"]
    link = inside.get_by_role("link", name="https://shop.example/blue")
    assert link.get_attribute("rel") == "noopener noreferrer nofollow"
    session = ChatSession.objects.get()
    wait_for(page, lambda: ChatSession.objects.filter(read_to__gt=0).exists())
    assert session.page_url.startswith(site.origin)
    assert session.page_title == "Kettles"


def test_conversation_survives_a_reload_and_a_second_tab(browse: Any, alice: User) -> None:
    page = browse()
    write(open_chat(page), "From the first tab")
    frame(page).get_by_text("Sent").wait_for(timeout=8000)
    second = browse(context=page.context)
    inside = open_chat(second)
    inside.get_by_text("From the first tab").wait_for()
    write(inside, "From the second tab")
    frame(page).get_by_text("From the second tab").wait_for()
    wait_for(page, lambda: len(texts()) == 2)
    agent_says(alice, "For both")
    for tab in (page, second):
        frame(tab).get_by_text("For both").wait_for()
        assert said(frame(tab)) == ["From the first tab", "From the second tab", "For both"]
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    inside.get_by_text("For both").wait_for()
    assert said(inside) == ["From the first tab", "From the second tab", "For both"]
    assert ChatSession.objects.count() == 1


def test_what_is_written_without_a_network_is_sent_once_and_in_order(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    write(inside, "One")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    page.context.set_offline(True)
    for text in ("Two", "Three", "Four"):
        write(inside, text)
    inside.get_by_text("No connection. What you write is sent as soon as it is back.").wait_for()
    assert texts() == ["One"]
    page.context.set_offline(False)
    wait_for(page, lambda: len(texts()) == 4)
    inside.get_by_text("Sent").wait_for(timeout=8000)
    assert texts() == said(inside) == ["One", "Two", "Three", "Four"]


def test_line_whose_answer_was_lost_is_not_said_twice(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    lost = []

    def lose(route: Any) -> None:
        if route.request.method == "POST" and not lost:
            lost.append(route.fetch())  # it arrives; the answer does not
            route.abort()
        else:
            route.continue_()

    page.route("**/lines/", lose)
    write(inside, "Only once")
    write(inside, "And then this")
    wait_for(page, lambda: len(texts()) == 2)
    assert (texts(), len(lost)) == (["Only once", "And then this"], 1)
    wait_for(page, lambda: said(inside) == ["Only once", "And then this"])


def test_where_frames_may_keep_nothing_the_page_keeps_it(browse: Any, site: Site) -> None:
    site.origin = site.foreign
    page = browse()
    inside = open_chat(page)
    write(inside, "Kept by the page")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    inside.get_by_role("textbox", name="Your message").fill("Half a sen")
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    inside.get_by_text("Kept by the page").wait_for(timeout=8000)
    assert inside.get_by_role("textbox", name="Your message").input_value() == "Half a sen"
    assert ChatSession.objects.count() == 1


def test_draft_and_waiting_lines_survive_a_reload(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    page.route("**/lines/", lambda route: route.abort())
    write(inside, "Kept in the outbox")
    inside.get_by_role("textbox", name="Your message").fill("Half a sen")
    page.unroute("**/lines/")
    page.reload()
    page.locator("#carecenter-chat button.ready").wait_for()
    inside = open_chat(page)
    wait_for(page, lambda: texts() == ["Kept in the outbox"])
    assert inside.get_by_role("textbox", name="Your message").input_value() == "Half a sen"


def test_files_go_by_button_and_pictures_are_shown(browse: Any) -> None:
    page = browse()
    inside = open_chat(page)
    inside.locator("#file").set_input_files(
        [
            {"name": "kettle.png", "mimeType": "image/png", "buffer": PNG},
            {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"lid, handle"},
        ]
    )
    inside.locator(".picture.shown").wait_for()
    with page.expect_download() as download:
        inside.get_by_role("button", name="Save notes.txt").click()
    assert download.value.suggested_filename == "notes.txt"
    assert download.value.path().read_bytes() == b"lid, handle"


def test_answers_are_suggested_and_that_helped_makes_no_ticket(browse: Any, brand: Brand, axe: Any) -> None:
    reply = {"pool": brand.pool, "language": "en", "is_public": True}
    CannedReply.objects.create(
        title="How do I descale a kettle?", text="With vinegar.\n\nThen rinse.", **reply
    )
    CannedReply.objects.create(
        title="Descale in secret", text="For us alone", **{**reply, "is_public": False}
    )
    page = browse()
    inside = open_chat(page)
    inside.get_by_role("textbox", name="Your message").fill("descaling my kettle")
    inside.get_by_text("How do I descale a kettle?").click()
    assert axe(inside_of(page)) == []
    assert inside.get_by_text("in secret").count() == 0
    inside.get_by_role("button", name="That helped").click()
    inside.get_by_text("Glad that helped").wait_for()
    assert Contact.objects.count() == 0


def test_unread_answers_are_counted_on_the_button(browse: Any, alice: User) -> None:
    page = browse()
    write(open_chat(page), "Hello")
    frame(page).get_by_text("Sent").wait_for(timeout=8000)
    frame(page).get_by_role("button", name="Close the chat").click()
    assert launcher(page).get_attribute("aria-expanded") == "false"
    agent_says(alice, "Hello!")
    page.wait_for_timeout(300)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    inside_of(page).evaluate("window.dispatchEvent(new Event('online'))")
    wait_for(page, lambda: "1 new" in (launcher(page).get_attribute("aria-label") or ""))


def test_conversation_is_ended_by_either_side(browse: Any, alice: User) -> None:
    page = browse()
    inside = open_chat(page)
    write(inside, "Hello")
    inside.get_by_text("Sent").wait_for(timeout=8000)
    inside.get_by_role("button", name="More").click()
    inside.get_by_role("menuitem", name="End the conversation").click()
    inside.get_by_text("This conversation has ended. Write again any time.").wait_for()
    write(inside, "One more")
    wait_for(page, lambda: Contact.objects.count() == 2)
    end(Contact.objects.get(ended_at=None), reason="finished", actor="system")
    inside.get_by_text("This conversation has ended. Write again any time.").wait_for()


def test_keyboard_reaches_everything_and_finds_out(browse: Any) -> None:
    page = browse()
    page.get_by_role("button", name="Buy").focus()
    page.evaluate("window.Carecenter.open()")
    inside = inside_of(page)
    wait_for(page, lambda: inside.evaluate("document.activeElement.id") == "text")
    seen = []
    for _ in range(6):
        page.keyboard.press("Tab")
        seen.append(inside.evaluate("document.activeElement.id"))
    assert seen == ["emoji-open", "attach", "close", "scroll", "text", "emoji-open"]
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert frame(page).locator("#text").input_value() == "😀"
    page.keyboard.press("Escape")
    assert launcher(page).get_attribute("aria-expanded") == "false"
    assert page.evaluate("document.activeElement.textContent") == "Buy"


def inside_of(page: Any) -> Any:
    return next(one for one in page.frames if "/frame/" in one.url)


LOOKS = [
    ("desktop-light", (1280, 860), "light", "ltr"),
    ("desktop-dark", (1280, 860), "dark", "ltr"),
    ("phone-light", (390, 844), "light", "ltr"),
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
    inside.get_by_role("button", name="Start the chat").click()
    inside.get_by_text("Please give an e-mail address that we can write to.").wait_for()
    picture(page, "widget-details")
    assert axe(inside_of(page)) == []
    inside.get_by_role("textbox", name="Your e-mail address").fill("kim@example.net")
    inside.get_by_role("button", name="Start the chat").click()
    inside.get_by_text("Sent").wait_for(timeout=8000)
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
    context = chromium.new_context()
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
