"""Signed requests in the Standard Webhooks scheme (https://www.standardwebhooks.com), both ways.

HMAC-SHA256 over "<webhook-id>.<webhook-timestamp>.<body>" with the bytes behind "whsec_", as "v1,<base64>". A header
may carry several, separated by spaces: while a secret is changed both sides know the old and the new one.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets as random
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

PREFIX = "whsec_"
TOLERANCE_SECONDS = 300
ID = re.compile(r"[!-~]{1,200}")  # printable, no spaces


class BadSignature(Exception):
    """Says what is wrong, for who signs; never which signature would have been right."""


def new_secret() -> str:
    return PREFIX + base64.b64encode(random.token_bytes(32)).decode()


def good_at(kept: Any, at: datetime) -> list[str]:
    """The secrets that are good at this moment, the newest first, of [{"value", "until"}]; "" is no end."""
    if isinstance(kept, str):
        return [kept] if kept else []
    found: Iterable[Mapping[str, str]] = kept or ()
    return [one["value"] for one in found if not one["until"] or datetime.fromisoformat(one["until"]) > at]


def sign(secret: str, *, id: str, timestamp: int, body: bytes) -> str:  # noqa: A002 -- the scheme's word
    """Raises ValueError for what is no secret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("not a secret of this scheme") from None
    if len(key) < 16:
        raise ValueError("the secret is too short")
    digest = hmac.new(key, f"{id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def headers_for(secrets: Iterable[str], *, id: str, at: datetime, body: bytes) -> dict[str, str]:  # noqa: A002
    """The three headers of a request, signed with each of the secrets."""
    timestamp = int(at.timestamp())
    signatures = [sign(secret, id=id, timestamp=timestamp, body=body) for secret in secrets]
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signatures),
    }


def check(secrets: Iterable[str], *, headers: Mapping[str, str], body: bytes, at: datetime) -> str:
    """The id of a request that was signed with one of the secrets within five minutes of `at`; names in lower case.

    Raises BadSignature. Every signature is compared with every secret, each in constant time.
    """
    id_, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not ID.fullmatch(id_):
        raise BadSignature("webhook-id is missing or not 1 to 200 printable characters")
    if not re.fullmatch(r"[0-9]{1,12}", stamp):
        raise BadSignature("webhook-timestamp is missing or not in seconds since 1970")
    if abs(at.timestamp() - int(stamp)) > TOLERANCE_SECONDS:
        raise BadSignature("webhook-timestamp is more than five minutes away from our clock")
    given = headers.get("webhook-signature", "").encode("utf-8", "replace").split(b" ")[:16]
    is_good = False
    for secret in secrets:
        wanted = sign(secret, id=id_, timestamp=int(stamp), body=body).encode()
        for one in given:
            is_good |= hmac.compare_digest(one, wanted)
    if not is_good:
        raise BadSignature("webhook-signature does not fit the body")
    return id_
