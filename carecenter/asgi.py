"""The web process: sockets by Channels, pages by Django's WSGI handler on a fixed pool of threads.

Under Django's own ASGI handler each request opens a database connection and costs several times as much
(docs/decisions/0001-pages-on-wsgi-threads.md).
"""

import os
from typing import Any, cast

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")

from django.core.wsgi import get_wsgi_application

wsgi = get_wsgi_application()

from a2wsgi import WSGIMiddleware  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from carecenter.lib.spool import SpoolChunked  # noqa: E402
from carecenter.routing import websocket_urlpatterns  # noqa: E402

HTTP_THREADS = int(os.environ.get("CARECENTER_HTTP_THREADS", "8"))

# The bridge spells the types of WSGI and ASGI differently from Django and Channels.
pages: Any = WSGIMiddleware(cast("Any", wsgi), workers=HTTP_THREADS)

application = ProtocolTypeRouter(
    {
        "http": SpoolChunked(pages, limit=settings.MAIL_SIZE_LIMIT + 2**20),
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
