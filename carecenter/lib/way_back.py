"""What the "Undo" of a message puts back, for as long as the message stands."""

from typing import Any, Final

from django.core.cache import cache
from redis.exceptions import RedisError

from carecenter.lib.ids import new_token

SECONDS: Final = 120


def remember(kind: str, of: int, was: Any) -> str:
    """A token that leads back to this, "" when nothing can be remembered just now."""
    token = new_token()
    try:
        cache.set(f"way-back-{kind}-{token}", {"of": of, "was": was}, SECONDS)
    except RedisError:
        return ""
    return token


def recall(kind: str, of: int, token: str) -> Any:
    """What was, of this very row; None when it is too late."""
    try:
        kept = cache.get(f"way-back-{kind}-{token[:60]}")
    except RedisError:
        kept = None
    return kept["was"] if kept is not None and kept["of"] == of else None
