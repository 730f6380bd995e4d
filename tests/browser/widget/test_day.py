"""A day at the desk: three visitors and two agents, each in a window of their own, on one server with its sockets."""

import datetime
from collections.abc import Callable, Iterator
from typing import Any

import jwt
import pytest

from accounts.models import Brand, Team, User
from carecenter.lib.time import now
from channels_app.domain import chat_leaving
from channels_app.models import ChatSession, Connection
from tests.browser.conftest import until
from tests.browser.live_site import LiveSite
from tests.browser.widget.page import Site, frame, launcher, open_chat, said, wait_for, write
from tests.factories.channels import ConnectionFactory
from tests.factories.tickets import InboxFactory
from tickets.models import CannedReply, Contact, Message

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "a secret that only the shop and we know"
OPEN = "document.body.dataset.socket === 'open'"


@pytest.fixture
def live_server(transactional_db: None) -> Iterator[LiveSite]:
    """In place of the one without sockets."""
    site = LiveSite()
    yield site
    site.close()


def signed(**claims: Any) -> str:
    return jwt.encode({**claims, "exp": now() + datetime.timedelta(hours=1)}, SECRET, algorithm="HS256")


def take_next(page: Any, name: str) -> None:
    page.locator(".chat-row", has_text=name).get_by_role("button", name="Answer").click()
    page.locator(".chat", has_text=name).get_by_role("textbox").wait_for()


def reply(page: Any, name: str, text: str) -> None:
    field = page.locator(".chat", has_text=name).get_by_role("textbox", name="Your line")
    field.fill(text)
    field.press("Enter")


@pytest.fixture
def shop(chat: Connection, brand: Brand, team: Team) -> Connection:
    """The chat with everything around it: mail for who leaves, a ready-made reply, the shop's own sign-ins."""
    letters = InboxFactory(brand=brand, key="letters", name="Letters")
    ConnectionFactory(inbox=letters, address="shop@nordlicht.test")
    CannedReply.objects.create(
        pool=brand.pool, title="Delivery", shortcut="delivery", text="It takes two days."
    )
    chat.config |= {"ask_email": "optional", "ask_name": "optional"}
    chat.seal({"user_secret": SECRET})
    chat.save(update_fields=["config", "sealed"])
    return chat


def begin(page: Any, text: str, *, name: str = "", address: str = "") -> Any:
    """The first line of who is not signed in, with what they tell of themselves."""
    inside = open_chat(page)
    write(inside, text)
    if name:
        inside.get_by_role("textbox", name="Your name").fill(name)
        inside.get_by_role("textbox", name="Your e-mail address").fill(address)
    inside.get_by_role("button", name="Start the chat").click()
    return inside


def talk(first: Any, second: Any, anna: Any, cleo: Any) -> None:
    """Lines, typing and a ready-made reply."""
    field = first.locator(".chat", has_text="Ben Brook").get_by_role("textbox", name="Your line")
    field.press_sequentially("/deli")
    first.get_by_role("option", name="Delivery").wait_for()
    field.press("Enter")
    wait_for(first, lambda: field.input_value() == "It takes two days.")
    field.press("Enter")
    reply(first, "Visitor", "It is: 38 dB.")
    anna.get_by_text("38 dB").wait_for()
    cleo.get_by_role("textbox", name="Your message").press_sequentially("My new")
    second.get_by_text("Cleo Carver is writing…").wait_for()
    cleo.get_by_role("textbox", name="Your message").fill("")
    reply(second, "Cleo Carver", "Gladly. What is the new one?")
    cleo.get_by_text("What is the new one?").wait_for()


def reload_and_open_a_second_tab(anna: Any, browse: Callable[..., Any], first: Any) -> None:
    anna.reload()
    anna.locator("#carecenter-chat button.ready").wait_for()
    if not frame(anna).get_by_role("textbox", name="Your message").is_visible():
        launcher(anna).click()
    wait_for(anna, lambda: said(frame(anna)) == ["Is the blue kettle quiet?", "It is: 38 dB."])
    tab = browse(context=anna.context)
    launcher(tab).click()
    write(frame(tab), "From the second tab")
    wait_for(anna, lambda: said(frame(anna))[-1:] == ["From the second tab"])
    first.locator(".chat", has_text="Visitor").get_by_text("From the second tab").wait_for()


def hand_over(first: Any, second: Any, ben: Any) -> None:
    first.locator(".chat", has_text="Ben Brook").get_by_role("button", name="Hand over").click()
    first.get_by_label("Bob Brown").check()
    first.get_by_label("What they should know").fill("He waits for a parcel.")
    first.get_by_role("dialog").get_by_role("button", name="Hand over").click()
    second.get_by_text("Alice Adams handed this over: He waits for a parcel.").wait_for()
    reply(second, "Ben Brook", "Bob here. It left yesterday.")
    ben.get_by_text("It left yesterday").wait_for()


def leave(page: Any, second: Any) -> None:
    """The window is closed, an answer comes after it, and the sweep looks five minutes later."""
    page.context.close()
    reply(second, "Ben Brook", "It comes tomorrow.")
    until(second, "!document.querySelector('[data-pending]')")
    ChatSession.objects.filter(visitor_name="Ben Brook").update(seen_at=now() - datetime.timedelta(minutes=5))
    for pk in chat_leaving.left_sessions(10):
        chat_leaving.end_left(pk)


def test_two_agents_and_three_visitors(
    open_page: Any, browse: Callable[..., Any], site: Site, shop: Connection, alice: User, bob: User, picture: Any
) -> None:  # fmt: skip
    first, second = (open_page(agent, "/desk/chats/") for agent in (alice, bob))
    for desk in (first, second):
        until(desk, OPEN)
    anna, ben = browse(), browse()
    site.more = f'data-user-token="{signed(sub="C-77", email="cleo@example.net", name="Cleo Carver")}"'
    cleo = browse()
    site.more = ""
    with_anna = begin(anna, "Is the blue kettle quiet?")
    with_ben = begin(ben, "Where is my parcel?", name="Ben Brook", address="ben@example.net")
    with_cleo = open_chat(cleo)
    write(with_cleo, "Please change my address")
    # It should be in both queues until it is taken
    until(first, "document.querySelectorAll('.chat-row').length === 3")
    take_next(first, "Ben Brook")
    take_next(second, "Cleo Carver")
    take_next(first, "Visitor")
    until(second, "document.querySelectorAll('.chat-row').length === 0")
    second.get_by_text("signed in at the site", exact=False).first.wait_for()
    talk(first, second, with_anna, with_cleo)
    picture(first, "chats-light")
    reload_and_open_a_second_tab(anna, browse, first)
    hand_over(first, second, with_ben)
    leave(ben, second)
    # It should go on by mail for who left
    mail = Message.objects.get(inbox__key="letters", to__contains=[{"address": "ben@example.net"}])
    assert "It comes tomorrow." in mail.text
    assert Contact.objects.get(customer__name="Ben Brook").end_reason == Contact.EndReason.LEFT
    # It should have every line once, with whom said it
    lines = Message.objects.filter(kind="webchat").order_by("pk")
    of_cleo = lines.filter(customer__name="Cleo Carver", direction="in")
    assert [line.text for line in of_cleo] == ["Please change my address"]
    assert lines.count() == len(set(lines.values_list("ticket_id", "text")))
