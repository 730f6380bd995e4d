"""The pages and the sockets of this test's database on one port, as the web process serves them."""

import asyncio
import threading
from typing import Any

import uvicorn
from a2wsgi import WSGIMiddleware
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.test.utils import modify_settings

from carecenter.routing import websocket_urlpatterns
from tests.sockets import close_readers
from tests.stacks import free_ports

THREADS = 4


class LiveSite:
    """In a thread of this process. Reactions run where the change is made, after its commit, as in all tests."""

    # What pytest-django's fixture of this name has.
    _live_server_modified_settings = modify_settings(ALLOWED_HOSTS={"append": "127.0.0.1"})

    def __init__(self) -> None:
        (self.port,) = free_ports(1)
        self.url = f"http://127.0.0.1:{self.port}"
        self.pages: Any = WSGIMiddleware(get_wsgi_application(), workers=THREADS)
        self.start()

    def start(self) -> None:
        application = ProtocolTypeRouter({"http": self.pages, "websocket": URLRouter(websocket_urlpatterns)})
        config = uvicorn.Config(
            application,
            host="127.0.0.1",
            port=self.port,
            lifespan="off",
            log_level="error",
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=1,
        )
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=asyncio.run, args=[self.server.serve()], daemon=True)
        self.thread.start()
        while not self.server.started:
            threading.Event().wait(0.02)

    def stop(self) -> None:
        """No page and no socket is answered until `start`."""
        self.server.should_exit = True
        self.thread.join(15)

    def close(self) -> None:
        """The threads' connections would keep the test's database from going."""
        self.stop()
        together = threading.Barrier(THREADS)

        def close() -> None:
            connections.close_all()
            together.wait(10)

        for job in [self.pages.executor.submit(close) for _ in range(THREADS)]:
            job.result()
        close_readers()
