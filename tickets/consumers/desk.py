"""The desk's socket: small facts about the tickets its user may see, and who else looks at them."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import import_module
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from redis import RedisError

from carecenter.lib.realtime import encode, epoch
from carecenter.lib.sockets import Bucket, Outgoing, logger, on_pool, origin_is_ours, read_message
from carecenter.lib.time import now
from tickets.consumers.admission import Rights, claimed_user, find_rights, session_key_of
from tickets.consumers.brands import ear
from tickets.consumers.viewers import LEFT, Viewing, group_of
from tickets.domain.facts import find_place
from workforce.domain.presence import heartbeat

NOT_SIGNED_IN = 4401
FOREIGN_ORIGIN = 4403
TRY_LATER = 1013
TOO_SLOW = 4408
RIGHTS_CHANGED = 4409  # come back: whoever is still welcome is let in with what holds now
TOO_MUCH = 4429
LOOK_AGAIN_SECONDS = 60  # should the word of a changed right ever be lost
BEAT_SECONDS = 15
FIRST_BEAT_SECONDS = 3
MISSED = "desk.missed"
REFUSED_AT_MOST = 200

_beats: dict[int, float] = {}


class DeskConsumer(AsyncWebsocketConsumer):
    """Holds the user's rights in memory and asks them at every push; ends when they change or the session does."""

    rights: Rights | None = None
    viewing: Viewing | None = None
    timer: asyncio.TimerHandle | None = None
    first: asyncio.TimerHandle | None = None
    ending: asyncio.Task[None] | None = None
    epoch = ""

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Straight to the handler: database connections are tidied up where they are used, on the readers' threads."""
        handler: Callable[..., Awaitable[None]] = getattr(self, message["type"].replace(".", "_"))
        await handler(message)

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        await self.leave()
        raise StopConsumer

    # --- coming and going ---

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        try:
            await self.connect()
        except (RedisError, OSError):  # Valkey is away: the page tries again
            await self.end(TRY_LATER)

    async def connect(self) -> None:
        self.joined: list[str] = []
        self.refused = 0
        self.bucket = Bucket(size=40, per_second=8)
        self.outgoing = Outgoing(self.write)
        if not origin_is_ours(self.scope):
            await self.close(FOREIGN_ORIGIN)
            return
        key = session_key_of(self.scope)
        user_id = await on_pool(claimed_user, key)
        if user_id is not None:
            # Listen first, look then: rights that go after our look are told to us, however close it is.
            await self.join(f"user-{user_id}")
            self.rights = await on_pool(find_rights, key)
        await self.accept()
        if self.rights is None or self.rights.user_id != user_id:
            await self.end(NOT_SIGNED_IN)  # after accepting: a page cannot read why it was refused
            return
        for brand in self.rights.brand_groups:
            await ear().join(brand, self)
        self.look_again_later(self.rights)
        # A room of desks that comes back at once is let in first and counted as present a moment later.
        pause = random.uniform(0, FIRST_BEAT_SECONDS)  # noqa: S311
        self.first = asyncio.get_running_loop().call_later(pause, self.start_beating, self.rights.user_id)

    async def join(self, group: str) -> None:
        if group not in self.joined:
            self.joined.append(group)
            await self.channel_layer.group_add(group, self.channel_name)

    async def leave(self) -> None:
        """No fact reaches this screen any more."""
        for timer in (self.timer, self.first):
            if timer:
                timer.cancel()
        await self.stop_viewing()
        rights, self.rights = self.rights, None
        self.outgoing.stop()
        for brand in rights.brand_groups if rights else ():
            await ear().leave(brand, self)
        joined, self.joined = self.joined, []
        for group in joined:
            await self.channel_layer.group_discard(group, self.channel_name)

    async def end(self, code: int) -> None:
        await self.leave()
        await self.close(code)

    def look_again_later(self, rights: Rights) -> None:
        """At the end of the session, and else now and then."""
        left = (rights.until - now()).total_seconds()
        pause = min(LOOK_AGAIN_SECONDS * random.uniform(0.75, 1.25), max(left, 0) + 0.2)  # noqa: S311
        self.timer = asyncio.get_running_loop().call_later(pause, self.start_looking)

    def start_looking(self) -> None:
        self.look = asyncio.ensure_future(self.look_again())

    def start_beating(self, user_id: int) -> None:
        self.beats = asyncio.ensure_future(self.first_beat(user_id))

    async def first_beat(self, user_id: int) -> None:
        await self.beat(user_id)
        self.epoch = await on_pool(epoch)

    async def look_again(self) -> None:
        before = self.rights
        if before is None:
            return
        found = await on_pool(find_rights, session_key_of(self.scope))
        if self.rights is not before:
            return
        if found is None or (found.user_id, found.scope, found.brands) != (
            before.user_id,
            before.scope,
            before.brands,
        ):
            await self.end(NOT_SIGNED_IN if found is None else RIGHTS_CHANGED)
            return
        self.rights = found
        self.look_again_later(found)

    # --- facts, from the server to the screen ---

    async def fact(self, event: dict[str, Any]) -> None:
        """A fact for this user, or of a ticket on the screen; one that says that rights changed ends the socket."""
        if self.rights is None:  # already on its way when the rights went
            return
        fact, group = event["fact"], event.get("group", "")
        if group.startswith("ticket-"):
            await self.hear_viewer(event)
        elif str(fact.get("name", "")).startswith("user."):
            await self.end(RIGHTS_CHANGED)
        else:
            await self.tell(fact)

    def hear(self, fact: dict[str, Any], text: str) -> None:
        """A fact of a brand that this user may hear, and how it is written. Others wait meanwhile: it never waits."""
        if self.ending:  # more comes before it is gone
            return
        if not self.outgoing.put(text):
            self.ending = asyncio.ensure_future(self.end(TOO_SLOW))
        elif self.viewing and self.rights and not self.viewing.moved(fact, self.rights.scope):
            self.leaving = asyncio.ensure_future(self.stop_viewing())

    async def hear_viewer(self, event: dict[str, Any]) -> None:
        """Somebody else who has the same ticket open came, wrote or went."""
        viewing, sender = self.viewing, event.get("from", "")
        if viewing is None or event["group"] != viewing.group or sender == self.channel_name:
            return
        await self.tell(event["fact"])
        if event.get("hello"):
            await self.answer_hello(viewing, sender)

    async def tell(self, fact: dict[str, Any]) -> None:
        if not self.outgoing.put(encode(fact)):
            await self.end(TOO_SLOW)

    async def write(self, text: str) -> None:
        await self.send(text_data=text)

    # --- messages, from the screen to the server ---

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.rights is None:
            return
        message = read_message(text_data) if self.bucket.take() else None
        if message is None:
            self.refused += 1
            if self.refused > REFUSED_AT_MOST:
                await self.end(TOO_MUCH)
            return
        kind = message["type"]
        own = {"seen": self.seen, "view": self.view, "writing": self.writing}.get(kind)
        if own is not None:
            await own(message)
            return
        prefix = f"{kind.partition('.')[0]}."
        if path := settings.DESK_SOCKET_VERBS.get(prefix):
            await self.hand_on(path, self.rights.user_id, message)

    async def hand_on(self, path: str, user_id: int, message: dict[str, Any]) -> None:
        """What belongs to another app: it gets the user and the message; what it returns goes back to the screen."""
        try:
            answer = await on_pool(verb(path), user_id, message)
        except Exception as error:  # noqa: BLE001  the socket's edge: a message that fails must not end it
            logger.warning("a message of type %s failed: %s", message["type"], type(error).__name__)
            return
        if answer and self.rights:
            await self.tell(answer)

    async def seen(self, message: dict[str, Any]) -> None:
        """The page is open. It hears in turn when facts may have been lost on the way."""
        if self.rights:
            await self.beat(self.rights.user_id)
        await self.say_here()
        before, self.epoch = self.epoch, await on_pool(epoch)
        if before != self.epoch and before and self.epoch:
            await self.tell({"name": MISSED})

    async def beat(self, user_id: int) -> None:
        """The person is here. Once in a while for a person, however many pages are open."""
        at = time.monotonic()
        if at - _beats.get(user_id, -BEAT_SECONDS) < BEAT_SECONDS:
            return
        if len(_beats) > 5000:
            _beats.clear()
        _beats[user_id] = at
        try:
            await on_pool(heartbeat, user_id)
        except Exception as error:  # noqa: BLE001  the next beat tries again
            logger.warning("a heartbeat failed: %s", type(error).__name__)

    async def view(self, message: dict[str, Any]) -> None:
        """The page shows this ticket now, or none. Others who have it open are told, and tell who they are."""
        ticket_id = message.get("ticket")
        if self.viewing and self.viewing.place.ticket_id == ticket_id:
            return
        await self.stop_viewing()
        if not isinstance(ticket_id, int) or isinstance(ticket_id, bool) or not 0 < ticket_id < 2**63:
            return
        place = await on_pool(find_place, ticket_id)
        if self.rights is None or place is None or not place.is_in(self.rights.scope):
            return
        await self.join(group_of(ticket_id))
        self.viewing = Viewing(self.rights, place, self.channel_name)
        await self.say_here(hello=True)

    async def stop_viewing(self) -> None:
        viewing, self.viewing = self.viewing, None
        if viewing is None:
            return
        if viewing.group in self.joined:
            self.joined.remove(viewing.group)
            await self.channel_layer.group_discard(viewing.group, self.channel_name)
        await self.spread(viewing.group, viewing.fact(LEFT))

    async def writing(self, message: dict[str, Any]) -> None:
        if self.viewing:
            self.viewing.write(str(message.get("mode", "")))
            await self.say_here()

    async def say_here(self, *, hello: bool = False) -> None:
        if self.viewing:
            await self.spread(self.viewing.group, self.viewing.fact(), hello=hello)

    async def spread(self, group: str, fact: dict[str, Any], *, hello: bool = False) -> None:
        """To the others who have the ticket open. A Valkey that is down is no error: they see it later."""
        event = {"type": "fact", "fact": fact, "group": group, "from": self.channel_name, "hello": hello}
        try:
            await self.channel_layer.group_send(group, event)
        except (RedisError, OSError):
            return

    async def answer_hello(self, viewing: Viewing, channel: str) -> None:
        event = {"type": "fact", "fact": viewing.fact(), "group": viewing.group, "from": self.channel_name}
        try:
            await self.channel_layer.send(channel, event)
        except (RedisError, OSError):
            return


@cache
def verb(path: str) -> Callable[[int, dict[str, Any]], dict[str, Any] | None]:
    module, _, name = path.rpartition(".")
    found: Callable[[int, dict[str, Any]], dict[str, Any] | None] = getattr(import_module(module), name)
    return found
