"""What all desks of a brand hear by one ear."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import Client

from accounts.models import Brand, User
from carecenter.lib.realtime import publisher
from tests.sockets import Socket, close_readers, tell
from tickets.consumers import brands

pytestmark = pytest.mark.django_db(transaction=True)
ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def let_go(transactional_db: None) -> Iterator[None]:
    yield
    close_readers()


def test_a_fact_that_fails_makes_no_desk_deaf(client_for: ClientFor, alice: User, brand: Brand) -> None:
    async def run() -> list[Any]:
        async with Socket(client_for_alice) as desk:
            await desk.listen(0.1)
            await tell(f"brand-{brand.pk}", {"name": "x", "brand": ["no number"], "ticket": 1})
            await tell(f"brand-{brand.pk}", {"name": "x", "ticket": 2})
            return await desk.listen()

    client_for_alice = client_for(alice)
    assert async_to_sync(run)() == [{"name": "x", "ticket": 2}]


def test_when_the_last_desk_of_a_brand_goes_nothing_is_listened_to(
    client_for: ClientFor, alice: User, bob: User, brand: Brand
) -> None:
    group = f"asgi__group__brand-{brand.pk}"
    desks = client_for(alice), client_for(bob)

    async def run() -> list[int]:
        counts = []
        async with Socket(desks[0]):
            async with Socket(desks[1]):
                counts.append(len(brands.ear().desks[group.removeprefix("asgi__group__")]))
            counts.append(publisher().pubsub_numsub(group)[0][1])
        counts.append(publisher().pubsub_numsub(group)[0][1])
        return counts

    assert async_to_sync(run)() == [2, 1, 0]


def test_one_that_never_joined_takes_nobody_along(brand: Brand) -> None:
    """It leaves while another is just joining."""
    group = f"brand-{brand.pk}"

    class Desk:
        rights = None

        def hear(self, fact: dict[str, Any], text: str) -> None: ...

    async def run() -> tuple[int, int]:
        ear = brands.ear()
        await asyncio.gather(ear.join(group, Desk()), ear.leave(group, Desk()))
        return len(ear.desks[group]), publisher().pubsub_numsub(f"asgi__group__{group}")[0][1]

    assert async_to_sync(run)() == (1, 1)
