"""Chunked request bodies for WSGI: they carry no Content-Length, and Django would read nothing."""

import tempfile
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

PIECE = 65_536
IN_MEMORY = 2**20


class SpoolChunked:
    """ASGI app that stores a chunked body in a temporary file and hands it on with its length.

    A body over `limit` bytes is answered 413 before the inner app sees anything.
    """

    def __init__(self, app: App, *, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        names = {name for name, _ in scope.get("headers", [])}
        if b"transfer-encoding" not in names or b"content-length" in names:
            await self.app(scope, receive, send)
            return
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as body:
            size = 0
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return
                size += len(message.get("body", b""))
                if size > self.limit:
                    await refuse(send)
                    return
                body.write(message.get("body", b""))
                more = message.get("more_body", False)
            body.seek(0)

            async def replay() -> MutableMapping[str, Any]:
                piece = body.read(PIECE)
                return {"type": "http.request", "body": piece, "more_body": body.tell() < size}

            await self.app({**scope, "headers": with_length(scope["headers"], size)}, replay, send)


def with_length(headers: list[tuple[bytes, bytes]], size: int) -> list[tuple[bytes, bytes]]:
    kept = [(name, value) for name, value in headers if name != b"transfer-encoding"]
    return [*kept, (b"content-length", str(size).encode())]


async def refuse(send: Send) -> None:
    headers = [(b"content-length", b"0"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
