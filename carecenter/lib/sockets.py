"""What every socket needs, whoever it is for: few threads to read with, a bounded way out, a limit on what comes in."""

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import close_old_connections

logger = logging.getLogger(__name__)
Result = TypeVar("Result")

# Not Channels' own thread: that is one for the whole process.
READERS = ThreadPoolExecutor(4, thread_name_prefix="socket-reads")
LONGEST_MESSAGE = 4096  # characters a client may send at once
LONGEST_TYPE = 40


async def on_pool(work: Callable[..., Result], *given: Any) -> Result:
    """Run something that asks the database on the readers' threads."""

    def run() -> Result:
        close_old_connections()
        return work(*given)

    found: Result = await sync_to_async(run, thread_sensitive=False, executor=READERS)()
    return found


def origin_is_ours(scope: Mapping[str, Any]) -> bool:
    """The page that opens the socket must come from this site: a socket carries cookies from anywhere."""
    headers = dict(scope["headers"])
    origin = headers.get(b"origin", b"").decode("latin-1")
    host = headers.get(b"host", b"").decode("latin-1")
    return bool(origin) and (urlsplit(origin).netloc == host or origin in settings.CSRF_TRUSTED_ORIGINS)


def read_message(text: str | None) -> dict[str, Any] | None:
    """What a client said, when it is an object with a type and not too long; None for anything else."""
    if not text or len(text) > LONGEST_MESSAGE:
        return None
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(message, dict):
        return None
    kind = message.get("type")
    return message if isinstance(kind, str) and 0 < len(kind) <= LONGEST_TYPE else None


class Bucket:
    """So many messages at once, so many a second after that."""

    def __init__(self, *, size: int, per_second: float) -> None:
        self.size = size
        self.per_second = per_second
        self.left = float(size)
        self.at = time.monotonic()

    def take(self) -> bool:
        """May one more come?"""
        at = time.monotonic()
        self.left = min(self.size, self.left + (at - self.at) * self.per_second)
        self.at = at
        if self.left < 1:
            return False
        self.left -= 1
        return True


class Outgoing:
    """What waits to be written to one socket: in order, at most `limit` pieces, so that one who does not read costs
    a bounded piece of memory and holds up nobody. A writer runs only while something waits."""

    def __init__(self, write: Callable[[str], Awaitable[None]], *, limit: int = 256) -> None:
        self.write = write
        self.limit = limit
        self.waiting: deque[str] = deque()
        self.writer: asyncio.Task[None] | None = None

    def put(self, text: str) -> bool:
        """False when the other side has not read for too long: nothing more is taken, the socket should go."""
        if len(self.waiting) >= self.limit:
            return False
        self.waiting.append(text)
        if self.writer is None or self.writer.done():
            self.writer = asyncio.ensure_future(self.run())
        return True

    async def run(self) -> None:
        try:
            while self.waiting:
                await self.write(self.waiting.popleft())
        except asyncio.CancelledError:
            raise
        except Exception as error:  # noqa: BLE001  the other side went: its disconnect arrives by itself
            logger.debug("a socket could not be written to: %s", type(error).__name__)
            self.waiting.clear()

    def stop(self) -> None:
        """What waits is thrown away, a write that hangs is given up."""
        self.waiting.clear()
        if self.writer is not None:
            self.writer.cancel()
