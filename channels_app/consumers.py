"""The visitor's socket: lines, typing, read marks and changes of one chat. It only hints: lines come in by HTTP."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import close_old_connections

from carecenter.lib.realtime import encode
from carecenter.lib.time import now
from channels_app.domain import chat_sessions
from channels_app.models import ChatSession

READERS = ThreadPoolExecutor(2, thread_name_prefix="chat-socket")
PROTOCOL = "carecenter.chat"
NOT_YOURS = 4401
FOREIGN_ORIGIN = 4403
TOUCH_SECONDS = 30
TYPING_SECONDS = 2.0
MOST_BYTES = 2_000


class ChatConsumer(AsyncWebsocketConsumer):
    """The token comes as the second subprotocol: a page cannot set headers, and addresses stand in logs."""

    async def connect(self) -> None:
        self.session_id: int | None = None
        self.alive: asyncio.Task[None] | None = None
        self.told_typing = 0.0
        if not origin_is_ours(self.scope):
            await self.close(FOREIGN_ORIGIN)
            return
        session_id = await read(session_by_token, self.scope)
        if session_id is None:
            await self.close(NOT_YOURS)
            return
        self.session_id = session_id
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept(PROTOCOL)
        self.alive = asyncio.create_task(self.stay())

    @property
    def group(self) -> str:
        return f"visitor-{self.session_id}"

    async def stay(self) -> None:
        """While the socket is open its visitor is there, whatever the browser does to timers of hidden pages."""
        while True:
            await read(chat_sessions.touch, self.session_id)
            await asyncio.sleep(TOUCH_SECONDS)

    async def disconnect(self, code: int) -> None:
        if self.alive is not None:
            self.alive.cancel()
        if self.session_id is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """{"type": "typing" | "read" | "page"}; anything else is no word of ours."""
        if self.session_id is None or not text_data or len(text_data) > MOST_BYTES:
            return
        try:
            said = json.loads(text_data)
        except (ValueError, RecursionError):
            return
        if not isinstance(said, dict):
            return
        kind, position = said.get("type"), said.get("to")
        if kind == "typing" and now().timestamp() - self.told_typing > TYPING_SECONDS:
            self.told_typing = now().timestamp()
            await read(chat_sessions.tell_typing, self.session_id)
        elif kind == "read" and type(position) is int and 0 < position < 2**62:
            await read(chat_sessions.mark_read, self.session_id, position)
        elif kind == "page":
            page = {name: str(said.get(name, "")) for name in ("page_url", "page_title")}
            await read(chat_sessions.touch, self.session_id, page)

    async def fact(self, event: dict[str, Any]) -> None:
        if self.session_id is not None:
            await self.send(text_data=encode(event["fact"]))


async def read(verb: Any, *args: Any) -> Any:
    """Not on Channels' own thread: that is one for the whole process."""

    def run() -> Any:
        close_old_connections()
        return verb(*args)

    return await sync_to_async(run, thread_sensitive=False, executor=READERS)()


def session_by_token(scope: dict[str, Any]) -> int | None:
    offered = list(scope.get("subprotocols") or [])
    if len(offered) != 2 or offered[0] != PROTOCOL:
        return None
    mine = ChatSession.objects.filter(
        token_hash=chat_sessions.hash_of(offered[1]),
        connection__is_active=True,
        connection__inbox__is_active=True,
    )
    return mine.values_list("pk", flat=True).first()


def origin_is_ours(scope: dict[str, Any]) -> bool:
    """Our own frame opens it, wherever the frame is shown: the frame decides which sites may show it."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    base = urlsplit(settings.PUBLIC_BASE_URL)
    ours = (f"{base.scheme}://{base.netloc}", *settings.CSRF_TRUSTED_ORIGINS)
    return bool(origin) and (urlsplit(origin).netloc == host or origin in ours)
