"""A mail server that takes everything and remembers what it took, each time."""

import asyncio
import re
import threading
from collections import Counter
from concurrent.futures import Future
from typing import Any, Self

from aiosmtpd.smtp import SMTP

MESSAGE_ID = re.compile(rb"^Message-ID:\s*<([^>]+)>", re.IGNORECASE | re.MULTILINE)


class Sink:
    """Use as a context manager. `pause`: how long it takes to answer a mail it has received."""

    def __init__(self, *, pause: float = 0.0) -> None:
        self.pause = pause
        self.taken: Counter[str] = Counter()
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()

    def __enter__(self) -> Self:
        ready: Future[int] = Future()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._serve(ready),))
        self._thread.start()
        self.port = ready.result(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)

    @property
    def url(self) -> str:
        return f"smtp+plain://127.0.0.1:{self.port}"

    async def _serve(self, ready: "Future[int]") -> None:
        server = await self._loop.create_server(lambda: SMTP(self, loop=self._loop), "127.0.0.1", 0)
        ready.set_result(server.sockets[0].getsockname()[1])
        await self._stop.wait()
        server.close()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 -- aiosmtpd's name
        """Counted when its last byte is here: from then on it may be in somebody's mailbox."""
        found = MESSAGE_ID.search(envelope.original_content)
        self.taken[found[1].decode() if found else ""] += 1
        await asyncio.sleep(self.pause)
        return "250 OK"
