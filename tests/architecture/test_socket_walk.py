"""Every socket is opened as a stranger, from a foreign page, from another pool, and without the permission."""

import json

import pytest
from asgiref.sync import async_to_sync
from asgiref.testing import ApplicationCommunicator
from channels.layers import get_channel_layer
from channels.routing import URLRouter
from django.conf import settings
from django.db import connections
from django.test import Client

from accounts.permissions import CODES, TICKET_VIEW
from carecenter.routing import websocket_urlpatterns
from tests.architecture.world import build, person
from tickets.consumers import READERS

OURS = b"http://desk.example"
# Each socket by its address: the permission it needs, and the channel groups that carry facts of the world's firm.
SOCKETS = {"ws/desk/": (TICKET_VIEW, lambda world: [f"brand-{world.brand.pk}"])}
every = pytest.mark.parametrize("path", SOCKETS)


@pytest.fixture
def world(transactional_db):
    yield build()
    for _ in range(READERS._max_workers):
        READERS.submit(connections.close_all).result()  # or the test's database could not go


async def connect(path, client=None, origin=OURS):
    """(communicator, whether it opened)."""
    headers = [(b"host", b"desk.example"), (b"origin", origin)]
    if client is not None:
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
    scope = {
        "type": "websocket",
        "path": f"/{path}",
        "headers": headers,
        "subprotocols": [],
        "query_string": b"",
    }
    communicator = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)
    await communicator.send_input({"type": "websocket.connect"})
    answer = await communicator.receive_output(timeout=10)
    return communicator, answer["type"] == "websocket.accept"


def opens(path, client=None, origin=OURS):
    async def run():
        communicator, opened = await connect(path, client, origin)
        await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await communicator.wait(timeout=10)
        return opened

    return async_to_sync(run)()


def heard(path, client, groups):
    """Names of the facts that come through when one is sent to each group."""

    async def run():
        communicator, opened = await connect(path, client)
        names = []
        if opened:
            for group in groups:
                fact = {"name": "test.fact", "id": 1}
                await get_channel_layer().group_send(group, {"type": "fact", "fact": fact})
            while not await communicator.receive_nothing(timeout=0.5):
                names.append(json.loads((await communicator.receive_output(timeout=5))["text"])["name"])
            await communicator.send_input({"type": "websocket.disconnect", "code": 1000})
        await communicator.wait(timeout=10)
        return names

    return async_to_sync(run)()


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_every_socket_has_samples():
    assert {str(one.pattern) for one in websocket_urlpatterns} == set(SOCKETS)


@every
def test_stranger_cannot_open(path, world):
    assert opens(path) is False


@every
@pytest.mark.parametrize("origin", [b"https://evil.example", b"null", b""])
def test_page_of_another_site_cannot_open(path, origin, world):
    client = browser(person("Insider", CODES, brand=world.brand))

    assert opens(path, client) is True
    assert opens(path, client, origin) is False


@every
def test_who_may_hears_the_facts(path, world):
    """The next two tests mean nothing when nobody hears anything."""
    groups = SOCKETS[path][1](world)
    client = browser(person("Insider", CODES, brand=world.brand))

    assert heard(path, client, groups) == ["test.fact"] * len(groups)


@every
def test_agent_of_another_pool_hears_nothing(path, world):
    client = browser(person("Foreign", CODES, brand=world.elsewhere))

    assert heard(path, client, SOCKETS[path][1](world)) == []


@every
def test_agent_without_the_permission_hears_nothing(path, world):
    codes = [code for code in CODES if code != SOCKETS[path][0]]
    client = browser(person("Without", codes, brand=world.brand))

    assert heard(path, client, SOCKETS[path][1](world)) == []
