"""The visitor's socket: opened by their token, hears of their own chat alone."""

from contextlib import AsyncExitStack

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from channels_app.consumers import MOST_SOCKETS, TOO_MANY
from channels_app.domain.chat_sessions import agent_has_read
from channels_app.models import ChatSession
from journal.domain.dispatch import reacting
from tests.channels_app.chat.conftest import Browser
from tests.sockets import OURS, Socket, close_readers
from tickets.domain.lines import say
from tickets.models import Contact

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def closed_afterwards():
    yield
    close_readers()


def socket_of(token, origin=OURS):
    made = Socket(path="ws/chat/", origin=origin)
    made.wire.scope["subprotocols"] = ["carecenter.chat", token] if token is not None else []
    return made


def code_of(token, origin=OURS):
    async def run():
        async with socket_of(token, origin) as found:
            return found.code

    return async_to_sync(run)()


@pytest.mark.parametrize("token", [None, "", "a" * 26])
def test_stranger_cannot_open(chat, token):
    assert code_of(token) == 4401


@pytest.mark.parametrize("origin", [b"https://evil.example", b"https://shop.example", b"null", b""])
def test_page_of_another_site_cannot_open(visitor, origin):
    """Not even the shop's: its page shows our frame, and our frame opens the socket."""
    visitor.begin()
    assert code_of(visitor.token, origin) == 4403
    assert code_of(visitor.token) is None


def test_chat_of_a_closed_inbox_cannot_be_opened(visitor, chat):
    visitor.begin()
    type(chat).objects.update(is_active=False)
    assert code_of(visitor.token) == 4401


def test_one_visitor_opens_few_sockets(visitor):
    visitor.begin()

    async def run():
        async with AsyncExitStack() as opened:
            codes = [
                (await opened.enter_async_context(socket_of(visitor.token))).code
                for _ in range(MOST_SOCKETS + 1)
            ]
        async with socket_of(visitor.token) as again:
            return codes, again.code

    codes, again = async_to_sync(run)()
    assert codes == [None] * MOST_SOCKETS + [TOO_MANY]
    assert again is None


def test_visitor_hears_their_own_agent_and_nobody_elses(visitor, alice):
    visitor.begin()
    visitor.say("Hello")
    other = Browser()
    other.begin()
    other.say("Hello too")
    mine = ChatSession.objects.order_by("pk")[0].contact

    def answer():
        with reacting():
            say(mine, "For the first", actor=alice, client_id="alice-line-1")
        agent_has_read(mine, 2**40)

    async def run():
        async with socket_of(visitor.token) as first, socket_of(other.token) as second:
            await sync_to_async(answer, thread_sensitive=False)()
            line = await first.until("chat.line")
            read = await first.until("chat.read")
            return line, read, await second.listen()

    line, read, foreign = async_to_sync(run)()
    assert (line["line"]["text"], line["line"]["side"]) == ("For the first", "out")
    assert "contact" not in line
    assert "ticket" not in line
    assert read["from"] == "agent"
    assert foreign == []


def test_reading_and_pages_are_noted(visitor, alice):
    visitor.begin()
    visitor.say("Hello")
    line = say(Contact.objects.get(), "Hello!", actor=alice)

    async def run():
        async with socket_of(visitor.token) as mine:
            for said in (
                "no json",
                [],
                {"type": "read", "to": "x"},
                {"type": "read", "to": line.pk + 5},
                {"type": "page", "page_url": "https://shop.example/cart", "page_title": "Cart"},
                {"type": "typing"},
            ):
                await mine.send(said)
            return await mine.listen(), mine.code

    assert async_to_sync(run)() == ([], None)
    session = ChatSession.objects.get()
    assert (session.read_to, session.page_url, session.page_title) == (
        line.pk,
        "https://shop.example/cart",
        "Cart",
    )
