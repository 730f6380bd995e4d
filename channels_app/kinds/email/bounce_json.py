"""Delivery notices that come as JSON: Amazon SES through SNS mails, and the event lists of mail services.

Read by what the fields mean, not by who sent them: an address, a status, a reason, a type of event.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from channels_app.kinds.base import Bounce
from channels_app.kinds.email.bounce_reasons import find_code, is_hard
from channels_app.kinds.email.charsets import clean

_MAX_LENGTH = 500_000
_MAX_NODES = 5_000
_MAX_DEPTH = 8
_FAILED = {
    "bounce",
    "bounced",
    "dropped",
    "blocked",
    "deferred",
    "failed",
    "permanent_fail",
    "hard_bounce",
    "soft_bounce",
    "invalid",
}
_QUIET = {
    "delivery",
    "delivered",
    "complaint",
    "spamreport",
    "processed",
    "open",
    "click",
    "unsubscribe",
    "send",
    "group_unsubscribe",
}
_TYPES = ("notificationType", "eventType", "event", "type")
_ADDRESSES = ("emailAddress", "email", "recipient", "rcpt_to")
_REASONS = ("diagnosticCode", "reason", "response", "description", "error")


def read_json_notice(text: str) -> tuple[bool, tuple[Bounce, ...]]:
    """(whether this is a delivery notice, the failures it tells of)."""
    start = text.lstrip()[:1]
    if start not in ("{", "[") or len(text) > _MAX_LENGTH:
        return False, ()
    try:
        # Mailers fold long lines, within strings too.
        value, _ = json.JSONDecoder(strict=False).raw_decode(text.lstrip().replace("\n", ""))
    except (ValueError, RecursionError):
        return False, ()
    found = list(_walk(value, "", 0, [_MAX_NODES]))
    return bool(found), tuple(bounce for bounce in found if bounce is not None)


def _walk(value: Any, kind: str, depth: int, left: list[int]) -> Iterator[Bounce | None]:
    """A Bounce for each failure, None for each notice of something else."""
    left[0] -= 1
    if depth > _MAX_DEPTH or left[0] < 0:
        return
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, kind, depth + 1, left)
    elif isinstance(value, dict):
        kind = next((str(value[key]).lower() for key in _TYPES if isinstance(value.get(key), str)), kind)
        if "bounceType" in value:
            kind = "hard_bounce" if value["bounceType"] == "Permanent" else "soft_bounce"
        address = next((value[key] for key in _ADDRESSES if isinstance(value.get(key), str)), "")
        if "@" in address and (kind in _FAILED | _QUIET or "reason" in value or "status" in value):
            yield None if kind in _QUIET else _bounce(value, address)
            return
        if kind in _QUIET and depth < 2:
            yield None
        for key, item in value.items():
            if isinstance(item, (dict, list)):
                yield from _walk(item, kind, depth + 1, left)
            elif (
                key == "Message"
                and isinstance(item, str)
                and item.startswith("{")
                and len(item) < _MAX_LENGTH
            ):
                try:
                    yield from _walk(json.loads(item), kind, depth + 1, left)
                except (ValueError, RecursionError):
                    continue


def _bounce(value: dict[str, Any], address: str) -> Bounce:
    diagnostic = clean(next((str(value[key]) for key in _REASONS if value.get(key)), ""))
    code = find_code(str(value.get("status") or ""), diagnostic)
    return Bounce(clean(address)[:320], code, is_hard(code, diagnostic), diagnostic[:1000])
