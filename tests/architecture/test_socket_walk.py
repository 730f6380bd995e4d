"""Every socket is opened as a stranger, from a foreign page, from another pool, and without the permission."""

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.permissions import CODES, INSIGHTS_VIEW, TICKET_VIEW
from carecenter.routing import websocket_urlpatterns
from tests.architecture.world import build, person
from tests.factories.accounts import TeamFactory
from tests.sockets import OURS, Socket, close_readers, tell

# Each socket by its address: the permission it needs, the channel groups that carry facts of the world's firm, and what
# it says of one.
SOCKETS = {
    "ws/desk/": (TICKET_VIEW, lambda world: [f"brand-{world.brand.pk}"], "test.fact"),
    "ws/wall/": (INSIGHTS_VIEW, lambda world: [f"brand-{world.brand.pk}"], "wall.look"),
}
# Opened by a visitor's own token, not by a sign-in: tests/channels_app/chat/test_socket.py.
VISITORS = ("ws/chat/",)
every = pytest.mark.parametrize("path", SOCKETS)


@pytest.fixture
def world(transactional_db):
    yield build()
    close_readers()


def opens(path, client=None, origin=OURS):
    async def run():
        async with Socket(client, path=path, origin=origin) as found:
            return found.code is None

    return async_to_sync(run)()


def heard(path, client, groups, **about):
    """Names of the facts that come through when one is sent to each group."""

    async def run():
        async with Socket(client, path=path) as found:
            for group in groups:
                await tell(group, {"name": "test.fact", "id": 1, **about})
            return [fact["name"] for fact in await found.listen()]

    return async_to_sync(run)()


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def test_every_socket_has_samples():
    assert {str(one.pattern) for one in websocket_urlpatterns} == {*SOCKETS, *VISITORS}


@pytest.mark.parametrize("path", [*SOCKETS, *VISITORS])
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

    assert heard(path, client, groups) == [SOCKETS[path][2]] * len(groups)


@every
def test_agent_of_another_pool_hears_nothing(path, world):
    client = browser(person("Foreign", CODES, brand=world.elsewhere))

    assert heard(path, client, SOCKETS[path][1](world)) == []


@every
def test_agent_without_the_permission_hears_nothing(path, world):
    codes = [code for code in CODES if code != SOCKETS[path][0]]
    client = browser(person("Without", codes, brand=world.brand))

    assert heard(path, client, SOCKETS[path][1](world)) == []


@every
def test_agent_of_one_team_hears_of_that_team_alone(path, world):
    team = TeamFactory(pool=world.brand.pool, name="One of several")
    client = browser(person("Limited", CODES, brand=world.brand, team=team))
    groups = SOCKETS[path][1](world)

    assert heard(path, client, groups, brand=world.brand.pk, team=None) == []
    assert heard(path, client, groups, brand=world.brand.pk, team=team.pk + 1) == []
    assert heard(path, client, groups, brand=world.brand.pk, team=team.pk) == [SOCKETS[path][2]] * len(groups)
