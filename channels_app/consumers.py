"""The visitor's socket: lines, typing, read marks and changes of one chat. It only hints: lines come in by HTTP."""

import asyncio
from collections import Counter
from typing import Any

from channels.generic.websocket import AsyncWebsocketConsumer

from carecenter.lib.realtime import encode
from carecenter.lib.sockets import Bucket, Outgoing, on_pool, origin_is_ours, read_message
from channels_app.domain import chat_sessions
from channels_app.models import ChatSession

PROTOCOL = "carecenter.chat"
NOT_YOURS = 4401
FOREIGN_ORIGIN = 4403
TOO_SLOW = TOO_MANY = 4429
MOST_SOCKETS = 10  # of one visitor, in this process: tabs of one browser share the token
TOUCH_SECONDS = 30


_open: Counter[int] = Counter()


class ChatConsumer(AsyncWebsocketConsumer):
    """The token comes as the second subprotocol: a page cannot set headers, and addresses stand in logs."""

    async def connect(self) -> None:
        self.session_id: int | None = None
        self.alive: asyncio.Task[None] | None = None
        self.bucket = Bucket(size=10, per_second=1)
        self.out = Outgoing(lambda text: self.send(text_data=text))
        if not origin_is_ours(self.scope):
            await self.close(FOREIGN_ORIGIN)
            return
        session_id = await on_pool(session_by_token, list(self.scope.get("subprotocols") or []))
        if session_id is None:
            await self.close(NOT_YOURS)
            return
        if _open[session_id] >= MOST_SOCKETS:
            await self.close(TOO_MANY)
            return
        self.session_id = session_id
        _open[session_id] += 1
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept(PROTOCOL)
        self.alive = asyncio.create_task(self.stay(session_id))

    @property
    def group(self) -> str:
        return f"visitor-{self.session_id}"

    async def stay(self, session_id: int) -> None:
        """While the socket is open its visitor is there, whatever the browser does to timers of hidden pages."""
        while True:
            await on_pool(chat_sessions.touch, session_id)
            await asyncio.sleep(TOUCH_SECONDS)

    async def disconnect(self, code: int) -> None:
        self.out.stop()
        if self.alive is not None:
            self.alive.cancel()
        if self.session_id is not None:
            _open[self.session_id] -= 1
            if _open[self.session_id] <= 0:
                del _open[self.session_id]
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """{"type": "typing" | "read" | "page"}; anything else is no word of ours, and too much is not heard."""
        said = read_message(text_data)
        if self.session_id is None or said is None or not self.bucket.take():
            return
        kind, position = said["type"], said.get("to")
        if kind == "typing":
            await on_pool(chat_sessions.tell_typing, self.session_id)
        elif kind == "read" and type(position) is int and 0 < position < 2**62:
            await on_pool(chat_sessions.mark_read, self.session_id, position)
        elif kind == "page":
            page = {name: str(said.get(name, "")) for name in ("page_url", "page_title")}
            await on_pool(chat_sessions.touch, self.session_id, page)

    async def fact(self, event: dict[str, Any]) -> None:
        """One who does not read is dropped: coming back, the page reads what it missed."""
        if self.session_id is not None and not self.out.put(encode(event["fact"])):
            await self.close(TOO_SLOW)


def session_by_token(offered: list[str]) -> int | None:
    if len(offered) != 2 or offered[0] != PROTOCOL:
        return None
    mine = ChatSession.objects.filter(
        token_hash=chat_sessions.hash_of(offered[1]),
        connection__is_active=True,
        connection__inbox__is_active=True,
    )
    return mine.values_list("pk", flat=True).first()
