"""The inboxes that strangers reach by their key: a page of ours, a signed request."""

from typing import Any

from carecenter.lib.time import now
from channels_app.kinds.base import SignedRequest
from channels_app.models import Connection, InboundRecord
from channels_app.registry import abouts, adapter_for


def find_connection(key: str) -> Connection | None:
    """The connection of an open inbox of a kind that crosses the border."""
    found = Connection.objects.select_related("inbox__brand", "inbox__hours").filter(
        inbox__key=key, inbox__is_active=True, is_active=True
    )
    connection = found.first()
    return connection if connection is not None and connection.inbox.kind in abouts() else None


def check(connection: Connection, headers: dict[str, str], body: bytes) -> dict[str, Any]:
    """The settings, when the request is signed by who it says. Raises kinds.base.SignatureError."""
    config = connection.opened()
    request = SignedRequest(headers=headers, body=body, received_at=now())
    adapter_for(connection.inbox.kind).verify(config, request)
    return config


def find_stored(connection: Connection, key: str) -> InboundRecord | None:
    """What was stored under this key, with its ticket where there is one by now."""
    found = InboundRecord.objects.select_related("ticket", "blob").filter(connection=connection, key=key)
    return found.first()
