"""A client of our sockets without a network: the consumer itself, over a real Valkey."""

import json
import threading
from typing import Any, Self

from asgiref.sync import sync_to_async
from asgiref.testing import ApplicationCommunicator
from channels.routing import URLRouter
from django.conf import settings
from django.db import connections
from django.test import Client

from carecenter.lib.realtime import push
from carecenter.lib.sockets import READERS
from carecenter.routing import websocket_urlpatterns

OURS = b"http://desk.example"


def close_readers() -> None:
    """The readers' connections would keep the test's database from going."""
    together = threading.Barrier(READERS._max_workers)

    def close() -> None:
        connections.close_all()
        together.wait(10)  # or one thread would take all the jobs

    for job in [READERS.submit(close) for _ in range(READERS._max_workers)]:
        job.result()


class Socket:
    """Use as `async with Socket(client) as desk:`; `desk.code` is None while it is open, else why it was closed."""

    def __init__(self, client: Client | None = None, *, path: str = "ws/desk/", origin: bytes = OURS) -> None:
        headers = [(b"host", b"desk.example"), (b"origin", origin)]
        cookie = client.cookies.get(settings.SESSION_COOKIE_NAME) if client else None
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie.value}".encode()))
        scope = {
            "type": "websocket",
            "path": f"/{path}",
            "headers": headers,
            "subprotocols": [],
            "query_string": b"",
        }
        self.wire = ApplicationCommunicator(URLRouter(websocket_urlpatterns), scope)
        self.code: int | None = None
        self.heard: list[Any] = []

    async def __aenter__(self) -> Self:
        await self.wire.send_input({"type": "websocket.connect"})
        answer = await self.wire.receive_output(timeout=10)
        if answer["type"] == "websocket.close":
            self.code = answer["code"]
        elif not await self.wire.receive_nothing(timeout=0.1):
            await self.take(5)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self.wire.wait(timeout=10)

    async def take(self, timeout: float) -> None:
        output = await self.wire.receive_output(timeout=timeout)
        if output["type"] == "websocket.close":
            self.code = output["code"]
        elif (fact := json.loads(output["text"]))[
            "name"
        ] != "agent.presence_changed":  # of opening the socket
            self.heard.append(fact)

    async def send(self, message: Any) -> None:
        text = message if isinstance(message, str) else json.dumps(message)
        await self.wire.send_input({"type": "websocket.receive", "text": text})

    async def listen(self, quiet: float = 0.4) -> list[Any]:
        """What came since the last look, once nothing more comes."""
        while not await self.wire.receive_nothing(timeout=quiet):
            await self.take(5)
        heard, self.heard = self.heard, []
        return heard

    async def until(self, name: str, timeout: float = 5) -> dict[str, Any]:
        """The next fact with this name; others before it are dropped."""
        while True:
            for at, fact in enumerate(self.heard):
                if fact["name"] == name:
                    del self.heard[: at + 1]
                    found: dict[str, Any] = fact
                    return found
            await self.take(timeout)


async def tell(group: str, fact: dict[str, Any]) -> None:
    """As the product does it, from a thread."""
    await sync_to_async(push, thread_sensitive=False)([group], fact)
