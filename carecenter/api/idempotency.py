"""`Idempotency-Key`: a POST that is sent twice has one effect and one answer.

The key's row, the effect and the stored answer are one transaction. A second request with the key waits at the
unique index until the first has committed, and then finds the answer; if the first failed, nothing of it is left and
the second does the work. Only good answers are kept: a refused request may be corrected and sent again.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.http import HttpResponse, HttpResponseBase
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from carecenter.api.models import StoredAnswer
from carecenter.api.parsers import Received
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.lib.rows import update
from carecenter.lib.sealing import Unreadable, seal, unseal
from carecenter.lib.statements import Given, Text
from carecenter.lib.time import now

KEPT = timedelta(hours=24)
WAIT_SECONDS = 10
HEADERS = ("Location", "ETag")
Handler = Callable[..., HttpResponseBase]
# A row for the key, or that of a key whose time is over; nothing where the key has been used.
CLAIM = Text(
    """
    INSERT INTO api_storedanswer AS kept (token_id, key, request_hash, headers, body, created_at)
    VALUES (%s, %s, %s, '{}', '', %s)
    ON CONFLICT (token_id, key) DO UPDATE SET request_hash = EXCLUDED.request_hash, status = NULL,
        headers = EXCLUDED.headers, body = EXCLUDED.body, created_at = EXCLUDED.created_at
    WHERE kept.created_at < %s RETURNING id
    """,
    [Given("token"), Given("key"), Given("hash"), Given("at"), Given("until")],
)


def once(handler: Handler, key: str) -> Handler:
    """The handler, run at most once for this key within the token's last 24 hours."""
    if not 0 < len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise Problem(400, "idempotency-key", "An Idempotency-Key has 1 to 255 printable ASCII characters.")

    def run(request: SignedRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        wanted = hash_of(request)
        with transaction.atomic():
            row, is_ours = claim(request.auth.pk, key, wanted)
            if not is_ours:
                return replay(row, wanted)
            response = handler(request, *args, **kwargs)
            keep(row, response)
        return response

    return run


def hash_of(request: SignedRequest) -> str:
    """Of method, address and what the body says; how its JSON was written does not matter."""
    asked = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(asked + plain(request.data)).hexdigest()


def plain(data: Any) -> bytes:
    if isinstance(data, Received):
        return data.sha256.encode()
    return (
        data if isinstance(data, bytes) else json.dumps(data, sort_keys=True, separators=(",", ":")).encode()
    )


def claim(token_id: int, key: str, wanted: str) -> tuple[StoredAnswer, bool]:
    """This key's row, and whether it is new. Waits for a request with the same key that is still running."""
    mine = StoredAnswer(token_id=token_id, key=key, request_hash=wanted)
    values = {"token": token_id, "key": key, "hash": wanted, "at": mine.created_at}
    call, told = CLAIM.ready(connection, values | {"until": mine.created_at - KEPT})
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL lock_timeout = '{WAIT_SECONDS}s'; {call}", told)
            claimed = cursor.fetchone()
            cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != "55P03":  # lock_not_available
            raise
        raise Problem(
            409,
            "still-running",
            "The first request with this key has not ended.",
            headers={"Retry-After": "5"},
        ) from None
    if claimed is None:
        return StoredAnswer.objects.filter(token_id=token_id, key=key).get(), False
    (mine.pk,) = claimed
    return mine, True


def keep(row: StoredAnswer, response: HttpResponseBase) -> None:
    """Raises Problem for nothing: a handler that refuses has raised before, and took the row with it."""
    row.status = response.status_code
    row.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
    if isinstance(response, Response) and response.data is not None:
        # sealed: it may be the one answer that holds a secret just made
        row.body = seal({"body": JSONRenderer().render(response.data).decode()})
    update(row, "status", "headers", "body")


def replay(row: StoredAnswer, wanted: str) -> HttpResponse:
    if row.request_hash != wanted:
        raise Problem(422, "idempotency-key-reused", "This Idempotency-Key was used for another request.")
    headers = {**row.headers, "Idempotency-Replayed": "true"}
    try:
        body = unseal(row.body).get("body", "")
    except Unreadable:
        raise Problem(409, "answer-unreadable", "Done before, under another key of ours.") from None
    return HttpResponse(body, status=row.status, headers=headers, content_type="application/json")


def delete_expired(limit: int = 5000) -> int:
    """Forget answers after their 24 hours, so many at a time."""
    old = StoredAnswer.objects.filter(created_at__lt=now() - KEPT).order_by("created_at").values("pk")[:limit]
    return StoredAnswer.objects.filter(pk__in=old).delete()[0]
