"""What the door offers: passkeys, where the browser is at a place for them, and the organisation's own sign-in."""

import ipaddress
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.domain import oidc
from accounts.domain.passkeys import Site


def site_of(request: HttpRequest) -> Site | None:
    """Our own address by https, or localhost to try things; browsers make passkeys nowhere else."""
    host = urlsplit(f"//{request.get_host()}").hostname or ""
    ours = urlsplit(settings.PUBLIC_BASE_URL)
    if host == "localhost":
        return Site(host, f"{request.scheme}://{request.get_host()}")
    if host == ours.hostname and ours.scheme == "https" and not is_number(host):
        return Site(host, f"https://{ours.netloc}")
    return None


def is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def button_text() -> str:
    """What the sign-in page offers, "" for nothing."""
    if not oidc.is_on():
        return ""
    return settings.OIDC_BUTTON or _("Sign in with your organisation")
