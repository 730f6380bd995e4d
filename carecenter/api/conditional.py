"""ETag, If-None-Match and If-Match by an object's `version`: nobody overwrites what they have not seen."""

import hashlib
import json
from typing import Any, TypeVar

from django.db.models import Model
from rest_framework.request import Request
from rest_framework.response import Response

from carecenter.api.problems import Problem

M = TypeVar("M", bound=Model)


def etag(version: int) -> str:
    return f'"{version}"'


def fingerprint(body: Any) -> int:
    """The version of a thing that counts none: what is shown of it."""
    plain = json.dumps(body, sort_keys=True, default=str).encode()
    return int.from_bytes(hashlib.sha256(plain).digest()[:7])


def not_modified(request: Request, version: int) -> bool:
    """Has the client this version already?"""
    return etag(version) in tags(request.headers.get("If-None-Match", ""))


def require_match(request: Request) -> list[str]:
    """The tags of If-Match. Problem 428 without the header."""
    header = request.headers.get("If-Match")
    if not header:
        raise Problem(428, "precondition-required", "Send If-Match with the ETag of what you read.")
    return tags(header)


def check_match(wanted: list[str], version: int) -> None:
    """Problem 412 unless the object, locked by the caller, still has a version the client has seen."""
    if "*" not in wanted and etag(version) not in wanted:
        raise Problem(
            412,
            "version-mismatch",
            "This has changed since you read it. Read it again and decide.",
            headers={"ETag": etag(version)},
        )


def hold(row: M) -> M:
    """The row as it is now, locked: between the look at its version and the verb nobody else changes it."""
    manager: Any = type(row)._base_manager
    held: M = manager.select_for_update(of=("self",)).get(pk=row.pk)
    return held


def check_seen(request: Request, body: Any) -> None:
    """Problem 428 or 412 unless the client has seen what would be shown now; the caller holds the row."""
    check_match(require_match(request), fingerprint(body))


def with_tag(body: Any, *, status: int = 200, **headers: str) -> Response:
    """The thing as it is shown, with the tag that a change of it names."""
    return Response(body, status=status, headers={"ETag": etag(fingerprint(body)), **headers})


def tags(header: str) -> list[str]:
    # A proxy that compresses makes our tags weak (W/"5"); they still name the version.
    return [tag.strip().removeprefix("W/") for tag in header[:1000].split(",")]
