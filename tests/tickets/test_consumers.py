"""The desk's socket over a real Valkey: who may open it, and what comes through."""

import asyncio
import datetime
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.domain.sessions import end_all_sessions, note_sign_out
from accounts.models import Brand, Grant, Team, User, WebSession
from carecenter.lib.realtime import EPOCH_KEY, valkey
from carecenter.lib.time import now
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.tickets import TicketFactory
from tests.sockets import Socket, close_readers, tell
from tickets.consumers import FOREIGN_ORIGIN, NOT_SIGNED_IN, RIGHTS_CHANGED, TOO_MUCH, TOO_SLOW
from tickets.consumers import desk as desk_module
from tickets.domain.assignment import move_to_team
from tickets.domain.changes import set_priority

pytestmark = pytest.mark.django_db(transaction=True)
ClientFor = Callable[[User], Client]


@pytest.fixture(autouse=True)
def let_go(transactional_db: None) -> Iterator[None]:
    desk_module._beats.clear()
    yield
    close_readers()


@pytest.fixture
def limited(brand: Brand, team: Team) -> User:
    """An agent of one team alone."""
    return grant(UserFactory(name="Tina Team", email="tina@example.com"), "Agent", brand=brand, team=team)


@pytest.fixture
def everywhere() -> User:
    return grant(UserFactory(name="Eve", email="eve@example.com"), "Agent")


def knock(client: Client, origin: bytes = b"http://desk.example") -> int | None:
    async def run() -> int | None:
        async with Socket(client, origin=origin) as desk:
            return desk.code

    return async_to_sync(run)()


def hear(client: Client, *sent: tuple[str, dict[str, Any]]) -> list[Any]:
    """What one open socket receives when these facts go to these groups; a close is its code."""

    async def run() -> list[Any]:
        async with Socket(client) as desk:
            assert desk.code is None
            await desk.listen(0.1)
            for group, fact in sent:
                await tell(group, fact)
            heard = await desk.listen()
            return [*heard, desk.code] if desk.code else heard

    return async_to_sync(run)()


def hear_done(client: Client, work: Callable[[], object]) -> list[dict[str, Any]]:
    """The facts about tickets one open socket receives while this happens."""

    async def run() -> list[dict[str, Any]]:
        async with Socket(client) as desk:
            await desk.listen(0.1)
            await sync_to_async(work)()
            return [fact for fact in await desk.listen() if "ticket" in fact]

    return async_to_sync(run)()


# --- who may open it ---


def test_socket_is_closed_to_strangers(client: Client) -> None:
    assert knock(client) == NOT_SIGNED_IN


def test_socket_is_closed_to_pages_of_others(alice: User, client_for: ClientFor) -> None:
    assert knock(client_for(alice)) is None
    assert knock(client_for(alice), b"https://evil.example") == FOREIGN_ORIGIN
    assert knock(client_for(alice), b"") == FOREIGN_ORIGIN


def test_socket_is_closed_to_the_inactive(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    assert knock(client) == NOT_SIGNED_IN


def test_socket_is_closed_to_a_session_that_ended(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice)
    WebSession.objects.update(expire_date=now() - datetime.timedelta(seconds=1))
    assert knock(client) == NOT_SIGNED_IN


def test_socket_is_closed_to_a_session_of_an_old_password(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice)
    alice.set_password("another long password")
    alice.save(update_fields=["password"])
    assert knock(client) == NOT_SIGNED_IN


def test_a_handshake_asks_little(alice: User, client_for: ClientFor) -> None:
    """Twice the session, then user and grants: a whole room of desks comes back at once."""
    from tickets.consumers.admission import claimed_user, find_rights

    client = client_for(alice)
    key = client.cookies["sessionid"].value
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert claimed_user(key) == alice.pk
        assert find_rights(key) is not None
    assert len(asked) == 4


# --- what comes through ---


def test_facts_of_own_brands_come_through(
    alice: User, brand: Brand, other_brand: Brand, client_for: ClientFor
) -> None:
    heard = hear(
        client_for(alice),
        (f"brand-{other_brand.pk}", {"name": "ticket.created", "ticket": 1}),
        (f"brand-{brand.pk}", {"name": "ticket.created", "ticket": 2}),
        (f"user-{alice.pk}", {"name": "presence.set"}),
    )
    assert heard == [{"name": "ticket.created", "ticket": 2}, {"name": "presence.set"}]


def test_a_change_is_told_with_version_and_place(
    alice: User, brand: Brand, team: Team, client_for: ClientFor
) -> None:
    ticket = TicketFactory(brand=brand, team=team)
    (fact,) = hear_done(client_for(alice), lambda: set_priority(ticket, 4, actor=alice))
    wanted = {
        "name": "ticket.priority_changed",
        "ticket": ticket.pk,
        "actor": f"user:{alice.pk}",
        "subject": "",
        "brand": brand.pk,
        "team": team.pk,
        "assignee": None,
        "version": ticket.version + 1,
        "is_active": True,
    }
    assert {key: fact[key] for key in wanted} == wanted
    assert sorted(set(fact) - set(wanted)) == ["event", "position"]


def test_grants_that_name_no_brand_hear_theirs(
    brand: Brand, other_brand: Brand, team: Team, everywhere: User, client_for: ClientFor
) -> None:
    """Everywhere, and one team whatever the brand."""
    roaming = grant(UserFactory(name="Ron", email="ron@example.com"), "Agent", team=team)
    facts = [
        (f"brand-{pk}", {"name": "x", "brand": pk, "team": team.pk}) for pk in (brand.pk, other_brand.pk)
    ]
    assert [fact["brand"] for fact in hear(client_for(everywhere), *facts)] == [brand.pk, other_brand.pk]
    assert [fact["brand"] for fact in hear(client_for(roaming), *facts)] == [brand.pk]


def test_facts_of_other_teams_stay_away(
    alice: User, brand: Brand, team: Team, limited: User, client_for: ClientFor
) -> None:
    ours, theirs = TicketFactory(brand=brand, team=team), TicketFactory(brand=brand, team=None)

    def work() -> None:
        set_priority(theirs, 4, actor=alice)
        set_priority(ours, 4, actor=alice)

    assert [fact["ticket"] for fact in hear_done(client_for(limited), work)] == [ours.pk]


def test_a_fact_without_a_team_is_not_for_a_team(brand: Brand, limited: User, client_for: ClientFor) -> None:
    assert hear(client_for(limited), (f"brand-{brand.pk}", {"name": "x", "ticket": 1})) == []


def test_a_ticket_that_leaves_the_team_is_told_to_be_gone(
    alice: User, brand: Brand, team: Team, limited: User, client_for: ClientFor
) -> None:
    ticket = TicketFactory(brand=brand, team=team)
    other = TeamFactory(pool=brand.pool, name="Second line")
    heard = hear_done(client_for(limited), lambda: move_to_team(ticket, team=other, actor=alice))
    assert heard == [{"name": "ticket.gone", "ticket": ticket.pk}]
    (came,) = hear_done(client_for(limited), lambda: move_to_team(ticket, team=team, actor=alice))
    assert (came["name"], came["team"], "was" in came) == ("ticket.team_changed", team.pk, False)


def test_no_push_asks_the_database(alice: User, brand: Brand, client_for: ClientFor) -> None:
    client = client_for(alice)

    async def run() -> list[Any]:
        async with Socket(client) as desk:
            await desk.listen(0.1)
            await sync_to_async(Grant.objects.all().delete)()  # a reader would hear nothing from here on
            await tell(f"brand-{brand.pk}", {"name": "x", "brand": brand.pk, "team": 5})
            return await desk.listen()

    assert async_to_sync(run)() == [{"name": "x", "brand": brand.pk, "team": 5}]


# --- when rights go ---


def test_socket_closes_when_grants_change(alice: User, brand: Brand, client_for: ClientFor) -> None:
    heard = hear(
        client_for(alice),
        (f"user-{alice.pk}", {"name": "user.grants_changed"}),
        (f"brand-{brand.pk}", {"name": "ticket.created", "ticket": 2}),
    )
    assert heard == [RIGHTS_CHANGED]


def test_a_colleague_cannot_be_signed_out_by_a_brands_fact(
    alice: User, brand: Brand, client_for: ClientFor
) -> None:
    heard = hear(client_for(alice), (f"brand-{brand.pk}", {"name": "user.signed_out"}))
    assert heard == [{"name": "user.signed_out"}]


def closes(client: Client, work: Callable[[], object], within: float = 5) -> int | None:
    async def run() -> int | None:
        async with Socket(client) as desk:
            await sync_to_async(work)()
            while desk.code is None:
                await desk.take(within)
            return desk.code

    return async_to_sync(run)()


def test_signing_out_closes_the_socket(alice: User, client_for: ClientFor) -> None:
    assert closes(client_for(alice), lambda: note_sign_out(alice)) == RIGHTS_CHANGED
    assert closes(client_for(alice), lambda: end_all_sessions(alice, actor="system")) == RIGHTS_CHANGED


def test_a_session_that_runs_out_closes_the_socket(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice)
    WebSession.objects.update(expire_date=now() + datetime.timedelta(seconds=1.5))
    assert closes(client, lambda: None) == NOT_SIGNED_IN


def test_rights_that_went_unheard_are_noticed(
    alice: User, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The word of it may be lost with a Valkey that was down."""
    monkeypatch.setattr(desk_module, "LOOK_AGAIN_SECONDS", 0.5)
    assert closes(client_for(alice), lambda: Grant.objects.filter(user=alice).delete()) == RIGHTS_CHANGED


# --- what a client may say ---


def test_noise_is_ignored_and_too_much_of_it_ends_the_socket(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice)

    async def run() -> tuple[list[Any], int | None]:
        async with Socket(client) as desk:
            for noise in ("", "{", "[]", '"x"', "[" * 4000, '{"type": 5}', '{"type": "no.such"}', "x" * 5000):
                await desk.send(noise)
            await desk.send({"type": "view", "ticket": "1; DROP"})
            await desk.send({"type": "view", "ticket": 10**30})
            heard = await desk.listen()
            assert desk.code is None
            for _ in range(300):
                await desk.send({"type": "seen"})
            while desk.code is None:
                await desk.take(10)
            return heard, desk.code

    heard, code = async_to_sync(run)()
    assert heard == []
    assert code == TOO_MUCH


def echo(user_id: int, message: dict[str, Any]) -> dict[str, Any] | None:
    if message.get("bad"):
        raise ValueError("bad")
    return {"name": "echo", "user": user_id, "said": message}


def test_messages_of_other_apps_are_handed_on(alice: User, client_for: ClientFor, settings: Any) -> None:
    settings.DESK_SOCKET_VERBS = {"test.": f"{__name__}.echo"}
    client = client_for(alice)

    async def run() -> list[Any]:
        async with Socket(client) as desk:
            await desk.send({"type": "test.typing", "bad": True})
            await desk.send({"type": "test.typing", "contact": 5})
            return await desk.listen()

    (answer,) = async_to_sync(run)()
    assert answer == {"name": "echo", "user": alice.pk, "said": {"type": "test.typing", "contact": 5}}


def test_an_open_page_is_a_heartbeat(alice: User, client_for: ClientFor) -> None:
    from workforce.models import Presence

    client = client_for(alice)

    async def run() -> None:
        async with Socket(client) as desk:
            await desk.send({"type": "seen"})
            await desk.listen()

    async_to_sync(run)()
    assert Presence.objects.get(user=alice).seen_at > now() - datetime.timedelta(seconds=30)


def test_facts_lost_with_valkey_are_told_to_be_missed(alice: User, client_for: ClientFor) -> None:
    client = client_for(alice)

    async def run() -> list[Any]:
        async with Socket(client) as desk:
            await desk.send({"type": "seen"})
            before = await desk.listen()
            valkey().delete(EPOCH_KEY)
            await desk.send({"type": "seen"})
            return [*before, *await desk.listen()]

    assert async_to_sync(run)() == [{"name": "desk.missed"}]


# --- who does not read ---


def test_a_socket_that_does_not_read_is_dropped(
    alice: User, brand: Brand, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops reading, two thousand facts later it is gone and has kept no more than its share of them."""
    from channels.layers import get_channel_layer

    client = client_for(alice)
    waiting: list[int] = []
    put = desk_module.Outgoing.put

    def counted(self: Any, text: str) -> bool:
        found = put(self, text)
        waiting.append(len(self.waiting))
        return found

    monkeypatch.setattr(desk_module.Outgoing, "put", counted)

    async def never(text: str) -> None:
        await asyncio.sleep(3600)

    monkeypatch.setattr(desk_module.DeskConsumer, "write", lambda self, text: never(text))

    async def run() -> tuple[int | None, int]:
        async with Socket(client) as desk:
            for number in range(2000):
                await tell(f"brand-{brand.pk}", {"name": "x", "ticket": number})
            while desk.code is None:
                await desk.take(5)
            held = sum(queue.qsize() for queue in get_channel_layer()._get_layer().channels.values())
            return desk.code, held

    assert async_to_sync(run)() == (TOO_SLOW, 0)
    assert max(waiting) <= 256
