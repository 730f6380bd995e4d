"""The inlet on a free port of this machine, in a thread of its own."""

import asyncio
import gc
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager

import pytest

from channels_app.inlet.protocol import Gate, protocol_factory
from channels_app.inlet.receiving import Receiver

LIMIT = 3_000_000


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Its port. Takes mails of up to LIMIT bytes from four clients at a time."""
    ready: Future[int] = Future()
    loop, stop = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        receiver = Receiver(name="inlet.test")
        gate = Gate(clients=4, mails=2)
        factory = protocol_factory(receiver, limit=LIMIT, gate=gate, tls=tls)
        server = await loop.create_server(factory, "127.0.0.1", 0)
        ready.set_result(server.sockets[0].getsockname()[1])
        await stop.wait()
        server.close()
        receiver.close()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    try:
        yield ready.result(10)
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()
        gc.collect()  # with the threads go their database connections


@pytest.fixture
def inlet(settings, connection, other_connection) -> Iterator[int]:
    """Its port, with inboxes of two pools behind it."""
    settings.MAIL_SIZE_LIMIT = LIMIT
    with serving() as port:
        yield port
