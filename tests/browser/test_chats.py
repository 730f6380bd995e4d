"""Two agents and visitors on real sockets: a server of our own runs beside the test, with the test's database."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import Brand, Team, User
from channels_app.domain import chat_lines, chat_sessions
from channels_app.models import ChatSession, Connection
from journal.domain import dispatch
from journal.models import Event
from tests.browser.conftest import until
from tests.browser.live_site import LiveSite
from tests.browser.looks import LOOKS
from tests.browser.settling import settle
from tests.factories.tickets import InboxFactory
from tickets.domain import holding
from tickets.models import CannedReply, Contact, Message
from workforce.domain.presence import heartbeat

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def live_server(transactional_db: None) -> Iterator[LiveSite]:
    """Pages and sockets, as in production: uvicorn on a free port."""
    site = LiveSite()
    yield site
    site.close()


@pytest.fixture
def chat(brand: Brand, team: Team) -> Connection:
    inbox = InboxFactory(brand=brand, key="shop-chat", name="Shop chat", kind="webchat", default_team=team)
    return Connection.objects.create(inbox=inbox)


class Visitor:
    """At the other end, by the domain: what the widget asks for, without its page."""

    def __init__(self, chat: Connection, name: str, page: str = "Kettles") -> None:
        told = {"page_url": "https://shop.example/kettles?x=1", "page_title": page, "language": "en-GB"}
        told |= {"referrer": "https://search.example/", "user_agent": "Firefox"}
        self.session, self.token = chat_sessions.begin(chat, chat_sessions.Visitor(name=name), told)
        self.count = 0

    def say(self, text: str) -> None:
        self.count += 1
        self.session = ChatSession.objects.select_related("contact", "connection__inbox__brand").get(
            pk=self.session.pk
        )
        client_id = f"{self.session.key[:12]}-{self.count:04}"
        assert chat_lines.take(self.session, chat_lines.Said(client_id, text)).line


@pytest.fixture
def vera(chat: Connection) -> Visitor:
    visitor = Visitor(chat, "Vera Vogel")
    visitor.say("Hello, is this kettle quiet enough for the night?")
    return visitor


def bubbles(page: Any, contact: int | None = None) -> list[str]:
    column = f'.chat[data-contact="{contact}"] ' if contact else ""
    found: list[str] = page.locator(f"{column}.chat-line [data-text]").all_inner_texts()
    return found


def write(page: Any, text: str) -> None:
    field = page.get_by_role("textbox", name="Your line")
    field.fill(text)
    field.press("Enter")


def test_agent_answers_and_sees_lines_at_once(open_page, alice, bob, team, vera, axe, picture):
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    page.get_by_text("Anonymous visitor").wait_for()
    until(page, "document.querySelectorAll('.chat-line').length === 1")
    assert bubbles(page) == ["Hello, is this kettle quiet enough for the night?"]

    write(page, "Good evening Vera, it is: 38 dB.")
    until(page, "!document.querySelector('[data-pending]')")
    vera.say("Thank you 🙂")
    until(page, "document.querySelectorAll('.chat-line').length === 3")

    assert bubbles(page)[1:] == ["Good evening Vera, it is: 38 dB.", "Thank you 🙂"]
    assert Message.objects.filter(direction="out").count() == 1
    chat_sessions.tell_typing(vera.session.pk)
    page.get_by_text("Vera Vogel is writing…").wait_for()
    chat_sessions.mark_read(vera.session.pk, Message.objects.filter(direction="out").get().pk)
    page.get_by_text("Read", exact=True).wait_for()
    until(page, "true")
    assert axe(page) == []
    picture(page, "chats-one-light")


def test_chat_that_a_colleague_took_leaves_the_queue(open_page, alice, bob, team, vera):
    first, second = open_page(alice, "/desk/chats/"), open_page(bob, "/desk/chats/")
    second.get_by_role("button", name="Answer").wait_for()
    first.get_by_role("button", name="Answer").click()
    first.get_by_role("textbox", name="Your line").wait_for()
    until(second, "document.querySelectorAll('.chat-row').length === 0")


def test_what_happened_before_the_page_could_hear_is_seen(open_page, alice, bob, team, vera):
    page = open_page(bob, "/desk/")
    held: list[Any] = []
    page.route("**/core*.js", lambda route: held.append(route))  # noqa: PLW0108 -- it wants a function
    page.goto("/desk/chats/", wait_until="commit")
    while not held:
        page.wait_for_timeout(50)
    contact = Contact.objects.get()
    heartbeat(alice.pk)
    holding.take(contact, actor=alice)
    dispatch.run(list(Event.objects.filter(next_try_at__isnull=False)))  # told to those who hear already
    held[0].continue_()
    until(page, "document.body.dataset.socket === 'open'")
    until(page, "document.querySelectorAll('.chat-row').length === 0")


def test_three_chats_side_by_side_with_unread_marks(open_page, alice, chat, vera, axe, picture):
    others = [Visitor(chat, name) for name in ("Wim de Vries", "Xenia Papadopoulou")]
    for visitor in others:
        visitor.say(f"Hi, {visitor.session.visitor_name} here. Where is my parcel?")
    page = open_page(alice, "/desk/chats/")
    for count in (1, 2, 3):
        page.get_by_role("button", name="Answer").first.click()
        until(page, f"document.querySelectorAll('.chat-line').length === {count}")
        until(page, f"document.querySelectorAll('.chat-row').length === {3 - count}")
    assert page.locator(".chat:visible").count() == 3
    write_in = page.locator(".chat", has_text="Wim de Vries")
    write_in.get_by_role("textbox").fill("A draft for Wim")
    picture(page, "chats-three-light")
    assert axe(page) == []

    page.set_viewport_size({"width": 820, "height": 1000})
    until(page, "[...document.querySelectorAll('.chat')].filter((one) => !one.hidden).length === 1")
    vera.say("Are you there?")
    until(page, "document.title.startsWith('(1)')")
    tab = page.locator(".chat-strip-tab", has_text="Vera Vogel")
    assert tab.locator("[data-dot]").is_visible()
    tab.click()
    until(page, "!document.title.startsWith('(')")


def test_draft_and_unsent_lines_survive_a_reload(open_page, alice, vera):
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    page.get_by_role("textbox", name="Your line").wait_for()
    page.context.set_offline(True)
    write(page, "First while the line is cut")
    write(page, "Second while the line is cut")
    page.get_by_role("textbox", name="Your line").fill("Half a sen")
    assert page.locator("[data-pending]").count() == 2
    vera.say("Still here?")
    page.context.set_offline(False)
    page.reload()
    until(
        page,
        "document.querySelectorAll('.chat-line').length === 4 && !document.querySelector('[data-pending]')",
    )

    assert page.get_by_role("textbox", name="Your line").input_value() == "Half a sen"
    assert bubbles(page)[1:] == [
        "Still here?",
        "First while the line is cut",
        "Second while the line is cut",
    ]


def test_hand_over_reaches_the_colleague_with_note_and_lines(open_page, alice, bob, team, vera, axe, picture):
    heartbeat(bob.pk)
    first, second = open_page(alice, "/desk/chats/"), open_page(bob, "/desk/chats/")
    first.get_by_role("button", name="Answer").click()
    write(first, "I ask a colleague who has this kettle.")
    until(first, "!document.querySelector('[data-pending]')")
    first.get_by_role("button", name="Hand over").first.click()
    hand_over = first.get_by_role("dialog").get_by_role("button", name="Hand over")
    assert hand_over.is_disabled()
    first.get_by_label("Bob Brown").check()
    first.get_by_label("What they should know").fill("She wants a quiet one for the night.")
    picture(first, "chats-hand-over-light")
    assert axe(first, "#hand-over") == []
    hand_over.click()

    second.get_by_text("Alice Adams handed this over: She wants a quiet one for the night.").wait_for()
    until(second, "document.querySelectorAll('.chat-line').length === 2")
    until(first, "document.querySelectorAll('.chat').length === 0")
    vera.say("Hello colleague")
    until(second, "document.querySelectorAll('.chat-line').length === 3")


def test_end_asks_and_solves(open_page, alice, vera):
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    write(page, "Bye")
    until(page, "!document.querySelector('[data-pending]')")
    page.get_by_role("button", name="End chat").first.click()
    page.get_by_role("dialog").get_by_role("button", name="End chat").click()
    page.get_by_text("No chat open").wait_for()
    vera.session.refresh_from_db()
    assert (vera.session.contact.end_reason, vera.session.contact.ticket.status) == ("finished", "solved")


def test_who_writes_again_is_read_with_what_was_said_before(open_page, alice, vera, axe, picture):
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    write(page, "Yes, you can hardly hear it.")
    until(page, "!document.querySelector('[data-pending]')")
    page.get_by_role("button", name="End chat").first.click()
    page.get_by_role("dialog").get_by_role("button", name="End chat").click()
    page.get_by_text("No chat open").wait_for()
    vera.say("And how long is the cord?")  # comes back to who she talked to
    page.get_by_text("Earlier chat").wait_for()
    said = ["Hello, is this kettle quiet enough for the night?", "Yes, you can hardly hear it."]
    assert bubbles(page) == [*said, "And how long is the cord?"]
    picture(page, "chats-again")
    assert axe(page) == []


def test_slash_puts_a_filled_reply_in(open_page, alice, brand, vera, axe, picture):
    canned = {"pool": brand.pool, "title": "Thank you", "shortcut": "thanks"}
    CannedReply.objects.create(text="Dear {{customer.first_name}}, thank you! {{agent.first_name}}", **canned)
    CannedReply.objects.create(pool=brand.pool, title="Opening hours", text="We are open from 9 to 5.")
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    field = page.get_by_role("textbox", name="Your line")
    field.press_sequentially("/")
    page.get_by_role("option", name="Opening hours").wait_for()
    picture(page, "chats-slash-light")
    assert axe(page) == []
    field.press_sequentially("tha")
    until(page, "document.querySelectorAll('[role=option]').length === 1")
    field.press("Enter")
    until(page, "document.querySelector('textarea').value !== '/tha'")
    assert field.input_value() == "Dear Vera, thank you! Alice"


def test_enter_before_the_replies_are_there_sends_nothing(open_page, alice, brand, vera):
    CannedReply.objects.create(pool=brand.pool, title="Thank you", shortcut="thanks", text="Thank you!")
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    held = []
    page.route("**/tickets/*/replies/", lambda route: held.append(route))  # noqa: PLW0108 -- it wants a function
    field = page.get_by_role("textbox", name="Your line")
    field.press_sequentially("/thanks")
    field.press("Enter")
    page.wait_for_timeout(300)
    held.pop().continue_()
    page.get_by_role("option", name="Thank you").wait_for()
    assert Message.objects.filter(direction="out").count() == 0
    assert field.input_value() == "/thanks"


@pytest.mark.parametrize(("size", "theme"), LOOKS)
def test_chats_on_small_screens_and_in_the_dark(open_page, alice, chat, vera, axe, picture, size, theme):
    Visitor(chat, "Wim").say("Where is my parcel?")
    page = open_page(alice, "/desk/chats/", size=size, theme=theme)
    picture(page, f"chats-queue-{size}-{theme}")
    assert axe(page) == []
    page.get_by_role("button", name="Answer").first.click()
    write(page, "Good morning, I look it up. One moment please.")
    until(page, "!document.querySelector('[data-pending]')")
    picture(page, f"chats-open-{size}-{theme}")
    assert axe(page) == []
    page.get_by_role("button", name="About the customer").first.click()
    page.get_by_text("https://search.example/".removeprefix("https://")).wait_for()
    page.wait_for_timeout(500)
    picture(page, f"chats-about-{size}-{theme}")
    assert axe(page) == []


def test_presence_is_chosen_in_the_menu(open_page, alice: User):
    page = open_page(alice, "/desk/")
    page.get_by_role("button", name="Your account").click()
    page.get_by_role("menuitem", name="Away").click()
    until(page, "document.querySelector('[data-own-presence]').dataset.state === 'away'")
    alice.presence.refresh_from_db()
    assert alice.presence.chosen == "away"


def test_slash_in_a_mail_fills_on_the_server_and_warns(open_page, alice, brand, mail, dana, axe, picture):
    text = "Dear {{customer.first_name}},\n\nthank you for {{ticket.subject}}. {{customer.name}}"
    CannedReply.objects.create(pool=brand.pool, title="Thank you", shortcut="thanks", text=text)
    dana.name = ""
    dana.save(update_fields=["name"])
    ticket = mail(dana, "Kettle", "It does not boil.")
    page = open_page(alice, f"/desk/tickets/{ticket.pk}/")
    editor = page.get_by_role("textbox", name="Reply")
    editor.click()
    editor.press_sequentially("/tha")
    page.get_by_role("option", name="Thank you").wait_for()
    picture(page, "composer-slash-light")
    assert axe(page) == []
    editor.press("Enter")
    page.get_by_text("Left out, because it is not known here").wait_for()
    assert "thank you for Kettle" in editor.inner_text()
    assert "{{" not in editor.inner_text()
    assert "/tha" not in editor.inner_text()


def test_settings_of_replies_hours_and_alerts(open_page, admin, brand, axe, picture):
    CannedReply.objects.create(
        pool=brand.pool, title="Thank you", shortcut="thanks", text="Dear {{customer.name}}", is_public=True
    )
    pages = {
        "replies": "/admin-desk/replies/",
        "reply": "/admin-desk/replies/new/?shared=1",
        "hours": "/admin-desk/hours/",
        "hours-new": "/admin-desk/hours/new/",
        "alerts": "/desk/settings/alerts/",
    }
    for size, theme in LOOKS:
        page = open_page(admin, pages["replies"], size=size, theme=theme)
        for name, path in pages.items():
            page.goto(path)
            settle(page)
            picture(page, f"settings-{name}-{size}-{theme}")
            assert axe(page) == [], name


def test_line_in_a_chat_rings_elsewhere_and_not_where_it_is_read(open_page, alice, vera):
    page = open_page(alice, "/desk/chats/")
    page.get_by_role("button", name="Answer").click()
    write(page, "Hello Vera")
    until(page, "!document.querySelector('[data-pending]')")
    page.evaluate("delete document.body.dataset.rang")
    vera.say("I read")
    until(page, "document.querySelectorAll('.chat-line').length === 3")
    page.wait_for_timeout(500)
    assert page.evaluate("document.body.dataset.rang ?? ''") == ""

    page.goto("/desk/")
    page.get_by_role("heading").first.click()
    until(page, "document.body.dataset.socket === 'open'")
    vera.say("And now?")
    until(page, "document.body.dataset.rang === 'chat_line'")


def test_waiting_chats_are_counted_in_the_navigation(open_page, alice, chat):
    page = open_page(alice, "/desk/")
    until(page, "document.body.dataset.socket === 'open'")
    Visitor(chat, "Wim").say("Hello?")
    until(page, "document.querySelector('[data-waiting]').textContent === '1'")
    assert page.get_by_role("link", name="Chats, 1 waiting").is_visible()
