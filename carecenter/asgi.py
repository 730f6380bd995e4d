"""The web process: sockets by Channels, pages by Django's WSGI handler on a fixed pool of threads.

Under Django's own ASGI handler each request opens a database connection and costs several times as much
(docs/decisions/0001-pages-on-wsgi-threads.md).
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")

from django.core.wsgi import get_wsgi_application

wsgi = get_wsgi_application()

from a2wsgi import WSGIMiddleware  # noqa: E402
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from carecenter.lib.spool import SpoolChunked  # noqa: E402
from carecenter.routing import websocket_urlpatterns  # noqa: E402

HTTP_THREADS = int(os.environ.get("CARECENTER_HTTP_THREADS", "8"))

application = ProtocolTypeRouter(
    {
        "http": SpoolChunked(
            WSGIMiddleware(wsgi, workers=HTTP_THREADS), limit=settings.MAIL_SIZE_LIMIT + 2**20
        ),
        "websocket": URLRouter(websocket_urlpatterns),
    }
)
