"""The desk's socket over a real Valkey: who may open it, and what comes through."""

from collections.abc import Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.db import connections
from django.test import Client

from accounts.models import Brand, User
from carecenter.lib.realtime import push
from tickets.consumers import FOREIGN_ORIGIN, NOT_SIGNED_IN, READERS, DeskConsumer

pytestmark = pytest.mark.django_db(transaction=True)
OURS = b"http://desk.example"


@pytest.fixture(autouse=True)
def let_go(transactional_db: None) -> Iterator[None]:
    """The readers' connections would keep the test's database from going."""
    yield
    for _ in range(READERS._max_workers):
        READERS.submit(connections.close_all).result()


def socket(client: Client, origin: bytes = OURS) -> ApplicationCommunicator:
    cookie = client.cookies.get(settings.SESSION_COOKIE_NAME)
    headers = [(b"host", b"desk.example"), (b"origin", origin)]
    if cookie:
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie.value}".encode()))
    scope = {"type": "websocket", "path": "/ws/desk/", "headers": headers}
    return ApplicationCommunicator(DeskConsumer.as_asgi(), scope)


async def open_socket(communicator: ApplicationCommunicator) -> int | None:
    """None when it opened, else the code it was closed with."""
    await communicator.send_input({"type": "websocket.connect"})
    answer = await communicator.receive_output(timeout=5)
    return None if answer["type"] == "websocket.accept" else answer["code"]


async def leave(communicator: ApplicationCommunicator) -> None:
    await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
    await communicator.wait(timeout=5)


def knock(client: Client, origin: bytes = OURS) -> int | None:
    async def run() -> int | None:
        communicator = socket(client, origin)
        code = await open_socket(communicator)
        await leave(communicator)
        return code

    return async_to_sync(run)()


def hear(client: Client, *sent: tuple[str, dict[str, Any]]) -> list[Any]:
    """What one open socket receives when these facts go to these groups; a close is its code."""

    async def run() -> list[Any]:
        communicator = socket(client)
        assert await open_socket(communicator) is None
        for group, fact in sent:
            await sync_to_async(push, thread_sensitive=False)([group], fact)
        heard: list[Any] = []
        while not await communicator.receive_nothing(timeout=0.4):
            output = await communicator.receive_output(timeout=2)
            heard.append(output.get("text") or output.get("code"))
        await leave(communicator)
        return heard

    return async_to_sync(run)()


def test_socket_is_closed_to_strangers(client: Client) -> None:
    assert knock(client) == NOT_SIGNED_IN


def test_socket_is_closed_to_pages_of_others(alice: User, client_for: Any) -> None:
    assert knock(client_for(alice), b"https://evil.example") == FOREIGN_ORIGIN
    assert knock(client_for(alice), b"") == FOREIGN_ORIGIN


def test_socket_is_closed_to_the_inactive(alice: User, client_for: Any) -> None:
    client = client_for(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert knock(client) == NOT_SIGNED_IN


def test_facts_of_own_brands_come_through(
    alice: User, brand: Brand, other_brand: Brand, client_for: Any
) -> None:
    heard = hear(
        client_for(alice),
        (f"brand-{other_brand.pk}", {"name": "ticket.created", "ticket": 1}),
        (f"brand-{brand.pk}", {"name": "ticket.created", "ticket": 2}),
    )
    assert heard == ['{"name":"ticket.created","ticket":2}']


def test_socket_closes_when_grants_change(alice: User, brand: Brand, client_for: Any) -> None:
    heard = hear(
        client_for(alice),
        (f"user-{alice.pk}", {"name": "user.grants_changed"}),
        (f"brand-{brand.pk}", {"name": "ticket.created", "ticket": 2}),
    )
    assert heard == [NOT_SIGNED_IN]
