"""By which way answers leave: the installation's mail server, or a folder; HTTP to where the settings say."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from carecenter.lib.http import HttpCourier
from carecenter.lib.mailer import keep
from channels_app.kinds.email.transport import SmtpTransport, Transport

# `smtp://` means STARTTLS or nothing: a server that does not offer it is an error, never clear text.
SECURITY = {"smtp": "starttls", "smtps": "tls", "smtp+plain": "none"}
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


class FolderTransport:
    """Keeps each mail as a file, for installations without a mail server; the demo shows the folder."""

    def submit(
        self,
        config: Mapping[str, Any],
        envelope_from: str,
        recipients: Sequence[str],
        data: bytes,
    ) -> Mapping[str, tuple[int, bytes]]:
        keep(data)
        return {}


def way_out(courier: str) -> tuple[dict[str, Any], Any]:
    """Configuration and transport by the courier a kind names. ValueError where that cannot be read."""
    return COURIERS[courier]()


def mail() -> tuple[dict[str, Any], Transport]:
    """The installation's mail server, or a folder. ValueError for a CARECENTER_SMTP_URL that cannot be read."""
    if settings.SMTP_URL:
        return smtp_config(settings.SMTP_URL), SmtpTransport()
    return {}, FolderTransport()


def smtp_config(url: str) -> dict[str, Any]:
    parts = urlsplit(url)
    if parts.scheme not in SECURITY:
        raise ValueError("CARECENTER_SMTP_URL begins with smtp://, smtps:// or smtp+plain://")
    return {
        "host": parts.hostname or "localhost",
        "port": parts.port or PORTS[parts.scheme],
        "security": SECURITY[parts.scheme],
        "username": unquote(parts.username or ""),
        "password": unquote(parts.password or ""),
    }


def http() -> tuple[dict[str, Any], HttpCourier]:
    """ValueError for a CARECENTER_PRIVATE_TARGETS that cannot be read."""
    return {}, HttpCourier(private=[ipaddress.ip_network(one) for one in settings.PRIVATE_TARGETS])


COURIERS: dict[str, Callable[[], tuple[dict[str, Any], Any]]] = {"mail": mail, "http": http}
