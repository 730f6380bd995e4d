"""What the desks of a brand hear, received once for the whole process.

A fact is read, weighed and written down once for each kind of rights, not once for each of five hundred desks.
"""

import asyncio
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

from accounts.permissions import Scope
from carecenter.lib.realtime import encode
from carecenter.lib.sockets import logger
from tickets.domain.facts import fact_for

PREFIX = "brand-"


class Hearing(Protocol):
    """What decides whether a fact is for somebody."""

    @property
    def scope(self) -> Scope: ...


class Desk(Protocol):
    """One open socket."""

    @property
    def rights(self) -> Hearing | None: ...

    def hear(self, fact: dict[str, Any], text: str) -> None: ...


class Ear:
    """Listens for the desks of one event loop."""

    def __init__(self) -> None:
        self.layer = get_channel_layer()
        self.desks: dict[str, set[Desk]] = {}
        self.channel = ""
        self.lock = asyncio.Lock()
        self.listener: asyncio.Task[None] | None = None

    async def join(self, group: str, desk: Desk) -> None:
        """From now on the desk hears this brand. Raises what the layer raises while Valkey is away."""
        async with self.lock:
            if self.listener is None or self.listener.done():
                self.channel = await self.layer.new_channel()
                self.listener = asyncio.ensure_future(self.listen())
            await self.layer.group_add(group, self.channel)
        self.desks.setdefault(group, set()).add(desk)

    async def leave(self, group: str, desk: Desk) -> None:
        """The last one of a brand ends the listening to it."""
        self.desks.get(group, set()).discard(desk)
        async with self.lock:  # somebody may have come while we waited
            if group in self.desks and not self.desks[group]:
                del self.desks[group]
                await self.layer.group_discard(group, self.channel)

    async def listen(self) -> None:
        while True:
            event = await self.layer.receive(self.channel)
            try:
                self.hand_out(event["group"], event["fact"])
            except Exception:  # noqa: BLE001  the listening's edge: one fact that fails must not make every desk deaf
                logger.exception("a fact could not be handed out")

    def hand_out(self, group: str, fact: dict[str, Any]) -> None:
        """To everybody who may hear it, as they may hear it."""
        brand = group.removeprefix(PREFIX)
        brand_id = int(brand) if brand.isdecimal() else None
        known: dict[Scope, tuple[dict[str, Any] | None, str]] = {}
        for desk in tuple(self.desks.get(group, ())):
            if desk.rights is None:  # it has just gone
                continue
            scope = desk.rights.scope
            if scope not in known:
                shown = fact_for(scope, fact, brand_id=brand_id)
                known[scope] = shown, encode(shown) if shown else ""
            shown, text = known[scope]
            if shown is not None:
                desk.hear(shown, text)


_ears: WeakKeyDictionary[asyncio.AbstractEventLoop, Ear] = WeakKeyDictionary()


def ear() -> Ear:
    """The one of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _ears:
        _ears[loop] = Ear()
    return _ears[loop]
