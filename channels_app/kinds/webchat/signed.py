"""Who the site says its visitor is: a JSON Web Token signed with the inbox's secret (HS256)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import jwt

from channels_app.kinds.base import SignatureError

LONGEST_LIFE = timedelta(hours=24)
LEEWAY = timedelta(seconds=60)  # clocks differ
FURTHEST = 10**11  # seconds since 1970; beyond it a number fits no clock


@dataclass(frozen=True, slots=True)
class SiteUser:
    external_id: str
    email: str = ""
    name: str = ""


def read_user_token(secrets: Sequence[str], token: str, at: datetime) -> SiteUser:
    """Who it is. Raises SignatureError, in words for the site's developer, for anything but a fresh token of ours.

    Only HS256, whatever the token's own header says; `exp` at most a day away, so that a leaked one is soon worthless.
    Signed with any of the secrets: the one before is good for a while.
    """
    if not secrets:
        raise SignatureError("this inbox has no secret to sign users with")
    claims = next((found for secret in secrets if (found := claims_of(secret, token)) is not None), None)
    if claims is None:
        raise SignatureError("the token is not signed with this inbox's secret (HS256)")
    check_time(claims, at)
    who = str(claims["sub"]).strip()
    if not who or len(who) > 320:
        raise SignatureError("sub is empty or too long")
    return SiteUser(who, text(claims, "email", 320), text(claims, "name", 200))


def claims_of(secret: str, token: str) -> dict[str, Any] | None:
    """What the token says, None when another secret signed it. Raises SignatureError when something is missing."""
    options: Any = {"require": ["exp", "sub"], "verify_exp": False, "verify_iat": False, "verify_nbf": False}
    try:
        claims: dict[str, Any] = jwt.decode(token[:4096], secret, algorithms=["HS256"], options=options)
    except jwt.MissingRequiredClaimError as error:
        raise SignatureError(f"the token lacks {error.claim}") from None
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    return claims


def check_time(claims: dict[str, Any], at: datetime) -> None:
    ends = claims["exp"]
    if isinstance(ends, bool) or not isinstance(ends, int | float):
        raise SignatureError("exp is no number of seconds")
    if not 0 < ends < FURTHEST:  # not a number is in no range either
        raise SignatureError("exp is no moment")
    left = ends - at.timestamp()
    if left < -LEEWAY.total_seconds():
        raise SignatureError("the token has expired")
    if left > (LONGEST_LIFE + LEEWAY).total_seconds():
        raise SignatureError("exp is more than 24 hours away")
    starts = claims.get("nbf", 0)
    if isinstance(starts, int | float) and min(starts, FURTHEST) > at.timestamp() + LEEWAY.total_seconds():
        raise SignatureError("the token is not valid yet")


def text(claims: dict[str, Any], name: str, longest: int) -> str:
    value = claims.get(name, "")
    return value.strip()[:longest] if isinstance(value, str) else ""
