"""Secrets at rest: sealed with a key made from the installation's secret key, readable by this installation only."""

import base64
import hashlib
import json
from functools import cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class Unreadable(Exception):
    """Sealed under a secret key that this installation does not have."""


def seal(secrets: dict[str, Any]) -> str:
    """A JSON object as text that tells nothing. Empty for {}."""
    if not secrets:
        return ""
    return box().encrypt(json.dumps(secrets).encode()).decode("ascii")


def unseal(sealed: str) -> dict[str, Any]:
    """Raises Unreadable when the secret key was changed without keeping the old one as a fallback."""
    if not sealed:
        return {}
    try:
        opened: dict[str, Any] = json.loads(box().decrypt(sealed.encode("ascii")))
    except (InvalidToken, ValueError) as error:
        raise Unreadable("sealed under another secret key") from error
    return opened


def box() -> MultiFernet:
    return box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@cache
def box_of(keys: tuple[str, ...]) -> MultiFernet:
    """The first key seals, all of them open."""
    digests = (hashlib.sha256(b"sealing" + key.encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
