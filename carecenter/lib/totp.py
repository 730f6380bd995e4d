"""Codes of authenticator apps: RFC 6238 as the apps speak it, six digits of HMAC-SHA1, a new one every 30 seconds."""

import base64
import datetime
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP_SECONDS = 30
DIGITS = 6
DRIFT_STEPS = 1  # a telephone's clock may be so many steps away from ours


def new_secret() -> str:
    """160 bits, as the RFC wants them, in the letters that apps take."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def step_of(moment: datetime.datetime) -> int:
    return int(moment.timestamp()) // STEP_SECONDS


def code_at(secret: str, step: int) -> str:
    digest = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def find_step(secret: str, code: str, at: datetime.datetime) -> int | None:
    """The step of which this is the code, within the drift; None for a wrong one. Looks at all of them every time."""
    middle = step_of(at)
    found = None
    for step in range(middle - DRIFT_STEPS, middle + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def address(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says: the form all apps read (otpauth://)."""
    label = quote(f"{issuer}:{account}", safe="@:")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"
