"""Who has the same ticket open, and writes there: told from socket to socket."""

from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.test import Client

from accounts.models import Brand, Team, User
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.tickets import TicketFactory
from tests.sockets import Socket, close_readers
from tickets.domain.assignment import move_to_team
from tickets.models import Ticket

pytestmark = pytest.mark.django_db(transaction=True)
ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def let_go(transactional_db: None) -> Iterator[None]:
    yield
    close_readers()


@pytest.fixture
def ticket(brand: Brand, team: Team) -> Ticket:
    return TicketFactory(brand=brand, team=team)


def play(story: Callable[..., Any], *clients: Client) -> Any:
    """Run a story with one open socket for each browser."""

    async def run() -> Any:
        async with AsyncExitStack() as stack:
            return await story(*[await stack.enter_async_context(Socket(client)) for client in clients])

    return async_to_sync(run)()


def facts(heard: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [(fact["name"], fact["who"], fact["mode"]) for fact in heard]


def test_two_with_one_ticket_see_each_other_write_and_leave(
    alice: User, bob: User, ticket: Ticket, client_for: ClientFor
) -> None:
    async def story(a: Socket, b: Socket) -> None:
        await a.send({"type": "view", "ticket": ticket.pk})
        assert await a.listen() == []
        await b.send({"type": "view", "ticket": ticket.pk})
        assert facts(await b.listen()) == [("viewer.here", "Alice Adams", "")]
        assert facts(await a.listen()) == [("viewer.here", "Bob Brown", "")]

        await b.send({"type": "writing", "mode": "public"})
        (fact,) = await a.listen()
        assert (fact["mode"], fact["since"], fact["user"], fact["ticket"]) == ("public", 0, bob.pk, ticket.pk)
        await b.send({"type": "writing", "mode": ""})
        assert facts(await a.listen()) == [("viewer.here", "Bob Brown", "")]

        await b.send({"type": "view", "ticket": None})
        assert facts(await a.listen()) == [("viewer.left", "Bob Brown", "")]
        await a.send({"type": "writing", "mode": "public"})
        assert await b.listen() == []

    play(story, client_for(alice), client_for(bob))


def test_who_comes_later_hears_who_writes_already(
    alice: User, bob: User, ticket: Ticket, client_for: ClientFor
) -> None:
    async def story(a: Socket, b: Socket) -> None:
        await b.send({"type": "view", "ticket": ticket.pk})
        await b.send({"type": "writing", "mode": "internal"})
        await b.listen()
        await a.send({"type": "view", "ticket": ticket.pk})
        assert facts(await a.listen()) == [("viewer.here", "Bob Brown", "internal")]

    play(story, client_for(alice), client_for(bob))


def test_a_socket_that_ends_has_left(alice: User, bob: User, ticket: Ticket, client_for: ClientFor) -> None:
    async def story(a: Socket) -> list[tuple[Any, ...]]:
        await a.send({"type": "view", "ticket": ticket.pk})
        async with Socket(await sync_to_async(client_for)(bob)) as b:
            await b.send({"type": "view", "ticket": ticket.pk})
            await a.until("viewer.here")
        return facts(await a.listen())

    assert play(story, client_for(alice)) == [("viewer.left", "Bob Brown", "")]


def test_who_may_not_see_the_ticket_hears_and_says_nothing(
    alice: User, charlie: User, brand: Brand, ticket: Ticket, client_for: ClientFor
) -> None:
    elsewhere = TeamFactory(pool=brand.pool, name="Second line")
    tina = grant(UserFactory(name="Tina Team"), "Agent", brand=brand, team=elsewhere)

    async def story(a: Socket, c: Socket, t: Socket) -> None:
        for one in (c, t, a):
            await one.send({"type": "view", "ticket": ticket.pk})
            await one.send({"type": "writing", "mode": "public"})
        for one in (a, c, t):
            assert await one.listen() == []

    play(story, client_for(alice), client_for(charlie), client_for(tina))


def test_who_may_not_see_it_any_more_is_out(
    alice: User, bob: User, brand: Brand, team: Team, ticket: Ticket, client_for: ClientFor
) -> None:
    tina = grant(UserFactory(name="Tina Team"), "Agent", brand=brand, team=team)
    elsewhere = TeamFactory(pool=brand.pool, name="Second line")

    async def story(a: Socket, t: Socket) -> None:
        for one in (t, a):
            await one.send({"type": "view", "ticket": ticket.pk})
        assert {one["who"] for one in await t.listen()} == {"Alice Adams"}
        await a.listen()
        await sync_to_async(move_to_team)(ticket, team=elsewhere, actor=bob)
        assert [fact["name"] for fact in await t.listen()] == ["ticket.gone"]
        await a.until("viewer.left")
        await a.send({"type": "writing", "mode": "public"})
        assert await t.listen() == []

    play(story, client_for(alice), client_for(tina))
