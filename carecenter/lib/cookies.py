"""Names of cookies. By TLS they begin with what makes a browser refuse them from any other host, and without TLS."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


def of_host(name: str) -> str:
    """For a cookie of the whole host, with the path `/`."""
    return f"__Host-{name}" if settings.SESSION_COOKIE_SECURE else name


def of_path(name: str) -> str:
    """For one that is sent to a part of the host alone."""
    return f"__Secure-{name}" if settings.SESSION_COOKIE_SECURE else name


class HostCookies(CookieStorage):
    cookie_name = "__Host-messages"


class HostMessages(FallbackStorage):
    """What a page says after a button was pressed, under the name that only TLS allows."""

    storage_classes = (HostCookies, SessionStorage)
