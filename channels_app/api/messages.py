"""POST /api/v1/inboxes/<key>/messages/: signed items of other programs. Stored first, worked on by a worker."""

import io
from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carecenter.api.problems import Problem
from carecenter.api.throttles import take
from carecenter.api.views import Endpoint
from carecenter.lib.sealing import Unreadable
from channels_app.api.described import InboxAccepted, InboxMessageWrite
from channels_app.domain import doors
from channels_app.domain.errors import EmptyInput, TooLarge
from channels_app.domain.intake import holds, keep_bytes, store_raw
from channels_app.kinds.base import ParseError, SignatureError
from channels_app.models import Connection
from channels_app.registry import about, adapter_for
from channels_app.tasks import send_inbound

SIGNED = [
    OpenApiParameter(name, str, OpenApiParameter.HEADER, required=True, description=text)
    for name, text in (
        ("webhook-id", "Your id of this request, the same when you send it again."),
        ("webhook-timestamp", "Now, in seconds since 1970; five minutes off at most."),
        ("webhook-signature", "v1,<base64>; several, separated by spaces, while a secret is changed."),
    )
]


class InboxMessages(Endpoint):
    """Signed by the secret of the inbox, as Standard Webhooks has it: no token, no session."""

    authentication_classes = ()
    permission_classes = (AllowAny,)
    throttle_classes = ()
    parser_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """The webhook-id is what an Idempotency-Key is elsewhere."""
        APIView.initial(self, request, *args, **kwargs)

    @extend_schema(
        operation_id="inboxes_messages_receive",
        auth=[{"signature": []}],  # type: ignore[list-item]
        parameters=SIGNED,
        request=InboxMessageWrite,
        responses={202: InboxAccepted},
    )
    def post(self, request: Request, key: str) -> Response:
        """Write to an inbox as a customer would, from a program of yours."""
        connection = door(key)
        body = body_of(request)
        try:
            config = doors.check(connection, headers_of(request), body)
        except SignatureError as error:
            raise Problem(401, "signature", f"{error}.") from None
        except Unreadable:
            raise Problem(503, "unavailable", "The secret of this inbox cannot be read here.") from None
        limit(key)
        try:
            adapter_for(connection.inbox.kind).parse(config, body)
        except ParseError as error:
            raise Problem(422, "unreadable", str(error)) from None
        return accepted(
            connection, body, request.headers["webhook-id"], str(request.META.get("REMOTE_ADDR", ""))
        )


def door(key: str) -> Connection:
    connection = doors.find_connection(key)
    if connection is None or not about(connection.inbox.kind).takes_requests:
        raise Problem(404, "not-found", "No inbox of this key takes messages.")
    return connection


def body_of(request: Request) -> bytes:
    """The bytes as they came: what was signed."""
    most = settings.MAIL_SIZE_LIMIT
    length = str(request.META.get("CONTENT_LENGTH") or "0")
    if length.isdecimal() and int(length) <= most:
        body: bytes = request._request.read(most + 1)
        if len(body) <= most:
            return body
    raise Problem(413, "too-large", f"A message may have {most} bytes.")


def headers_of(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def limit(key: str) -> None:
    """After the signature: strangers cannot use up what is the site's."""
    per_minute = settings.API_RATE_PER_MINUTE
    taken = take(f"inbox-rate:{key}", per_minute=per_minute) if per_minute else None
    if taken is not None and not taken[0]:
        raise Throttled(wait=(1 - taken[1]) * 60 / per_minute)


def accepted(connection: Connection, body: bytes, webhook_id: str, peer: str) -> Response:
    try:
        raw = keep_bytes(io.BytesIO(body))
        (record,) = store_raw([connection], raw, external_id=webhook_id, envelope={"peer": peer})
    except (EmptyInput, TooLarge) as error:
        raise Problem(413, "too-large", f"{error}.") from None
    except OSError:
        raise Problem(
            503, "unavailable", "This cannot be stored now. Try again.", headers={"Retry-After": "5"}
        ) from None
    if not holds(record, raw):
        raise Problem(409, "id-reused", "This webhook-id was used for another message.")
    send_inbound([record.pk])
    return Response({"record": record.pk}, status=202)
