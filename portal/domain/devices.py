"""Browsers in which somebody has proved an address: each asks for codes for it on an allowance of its own.

Strangers who ask for somebody's codes use up what strangers have, and never that. The cookie opens nothing: whoever
steals it can have mails sent to its owner, as many as one browser may.
"""

from datetime import timedelta

from django.core.signing import BadSignature, Signer
from django.utils.crypto import salted_hmac

from accounts.models import Brand
from carecenter.lib.cookies import of_path
from carecenter.lib.ids import new_token
from carecenter.lib.time import now

KEPT = timedelta(days=365)


def cookie_name(brand: Brand, address: str) -> str:
    """One for each address: people share browsers. Which address it is cannot be read from it."""
    return of_path("my-known-" + salted_hmac("portal.devices", f"{brand.pool_id}:{address}").hexdigest()[:16])


def make_cookie(brand: Brand, address: str, before: str) -> str:
    """For who has just proved the address; a browser that we know stays the same one, and gets no new allowance."""
    device = find_device(brand, address, before) or new_token()
    return signer(brand, address).sign(f"{device}.{int(now().timestamp())}")


def find_device(brand: Brand, address: str, cookie: str) -> str:
    """Which browser this is; "" for a cookie that is not ours, is of another address, or too old."""
    try:
        device, _dot, made = signer(brand, address).unsign(cookie[:200]).partition(".")
        is_young = now().timestamp() - int(made) < KEPT.total_seconds()
    except (BadSignature, ValueError):
        return ""
    return device if is_young else ""


def signer(brand: Brand, address: str) -> Signer:
    return Signer(salt=f"portal.devices:{brand.pool_id}:{address}")
