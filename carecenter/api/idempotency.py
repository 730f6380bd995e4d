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
from carecenter.lib.sealing import Unreadable, seal, unseal
from carecenter.lib.time import now

KEPT = timedelta(hours=24)
WAIT_SECONDS = 10
HEADERS = ("Location", "ETag")
Handler = Callable[..., HttpResponseBase]


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
    of_key = StoredAnswer.objects.filter(token_id=token_id, key=key)
    of_key.filter(created_at__lt=now() - KEPT).delete()
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{WAIT_SECONDS}s"])
            mine = StoredAnswer(token_id=token_id, key=key, request_hash=wanted)
            StoredAnswer.objects.bulk_create([mine], ignore_conflicts=True)
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
    row = of_key.get()
    return row, row.status is None


def keep(row: StoredAnswer, response: HttpResponseBase) -> None:
    """Raises Problem for nothing: a handler that refuses has raised before, and took the row with it."""
    row.status = response.status_code
    row.headers = {name: response[name] for name in HEADERS if response.has_header(name)}
    if isinstance(response, Response) and response.data is not None:
        # sealed: it may be the one answer that holds a secret just made
        row.body = seal({"body": JSONRenderer().render(response.data).decode()})
    row.save(update_fields=["status", "headers", "body"])


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
