"""The socket of wall boards: it says that something changed, a few times a second at most. Numbers come by HTTP."""

import asyncio
from dataclasses import dataclass
from typing import Any, Final

from channels.generic.websocket import AsyncWebsocketConsumer
from redis import RedisError

from accounts.access import brands_for, scope
from accounts.permissions import INSIGHTS_VIEW, Scope
from carecenter.lib.realtime import encode
from carecenter.lib.sockets import Outgoing, on_pool, origin_is_ours
from insights.domain.walls import find_link
from tickets.consumers.admission import find_user, session_key_of
from tickets.consumers.brands import ear

PROTOCOL: Final = "carecenter.wall"
NOT_YOURS: Final = 4401
FOREIGN_ORIGIN: Final = 4403
TRY_LATER: Final = 1013
APART: Final = 0.4  # seconds between two nudges
LOOK_AGAIN_SECONDS: Final = 60
LOOK: Final = encode({"name": "wall.look"})


@dataclass(frozen=True)
class WallRights:
    """Of what this board hears that it changed."""

    scope: Scope
    brands: tuple[int, ...]


class WallConsumer(AsyncWebsocketConsumer):
    """For who signed in, or by a link's token as the second subprotocol: addresses stand in logs."""

    rights: WallRights | None = None
    checks: asyncio.Task[None] | None = None
    soon: asyncio.TimerHandle | None = None
    told_at = 0.0

    async def connect(self) -> None:
        self.joined: list[str] = []
        self.outgoing = Outgoing(lambda text: self.send(text_data=text))
        if not origin_is_ours(self.scope):
            await self.close(FOREIGN_ORIGIN)
            return
        self.rights = await on_pool(self.find)
        if self.rights is None:
            await self.close(NOT_YOURS)
            return
        await self.accept(PROTOCOL if self.offered else None)
        try:
            for brand in self.rights.brands:
                self.joined.append(f"brand-{brand}")
                await ear().join(self.joined[-1], self)
        except (RedisError, OSError):  # Valkey is away: the page tries again
            await self.close(TRY_LATER)
            return
        self.checks = asyncio.create_task(self.look_again())

    @property
    def offered(self) -> list[str]:
        return list(self.scope.get("subprotocols") or [])

    def find(self) -> WallRights | None:
        """What holds now; asks the database."""
        if self.offered:
            link = find_link(self.offered[1]) if self.offered[:1] == [PROTOCOL] and self.offered[1:] else None
            user = link.owner if link else None
        else:
            user = find_user(session_key_of(self.scope))
        if user is None:
            return None
        brands = brands_for(user, INSIGHTS_VIEW).order_by("pk").values_list("pk", flat=True)
        return WallRights(scope(user, INSIGHTS_VIEW), tuple(brands))

    async def look_again(self) -> None:
        """A link that was switched off, a session that ended, a right that went: the board is sent away."""
        while True:
            await asyncio.sleep(LOOK_AGAIN_SECONDS)
            if await on_pool(self.find) != self.rights:
                await self.close(NOT_YOURS)
                return

    async def disconnect(self, code: int) -> None:
        self.rights = None
        self.outgoing.stop()
        if self.checks is not None:
            self.checks.cancel()
        if self.soon is not None:
            self.soon.cancel()
        for group in self.joined:
            await ear().leave(group, self)

    def hear(self, fact: dict[str, Any], text: str) -> None:
        """Something changed in a brand of theirs. What comes close together is told once."""
        if self.soon is None:
            loop = asyncio.get_running_loop()
            self.soon = loop.call_later(max(0.0, self.told_at + APART - loop.time()), self.nudge)

    def nudge(self) -> None:
        self.soon, self.told_at = None, asyncio.get_running_loop().time()
        self.outgoing.put(LOOK)
