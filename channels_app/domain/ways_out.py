"""By which way answers leave: the installation's mail server, or a folder; HTTP to where the settings say."""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.conf import settings

from carecenter.lib.http import HttpCourier
from carecenter.lib.mailer import keep
from carecenter.lib.outgoing import way
from channels_app.kinds.email.transport import SmtpTransport, Transport


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
    """Configuration and transport by the courier a kind names. ValueError or Unreadable where they cannot be read."""
    return COURIERS[courier]()


def mail() -> tuple[dict[str, Any], Transport]:
    """The installation's mail server, or a folder.

    ValueError for a CARECENTER_SMTP_URL that cannot be read, sealing.Unreadable for a password that cannot.
    """
    chosen = way.current()
    if not chosen:
        return {}, FolderTransport()
    config = {
        "host": chosen.host,
        "port": chosen.port,
        "security": str(chosen.encryption),
        "username": chosen.username,
        "password": chosen.password,
    }
    return config, SmtpTransport()


def http() -> tuple[dict[str, Any], HttpCourier]:
    """ValueError for a CARECENTER_PRIVATE_TARGETS that cannot be read."""
    return {}, HttpCourier(private=[ipaddress.ip_network(one) for one in settings.PRIVATE_TARGETS])


COURIERS: dict[str, Callable[[], tuple[dict[str, Any], Any]]] = {"mail": mail, "http": http}
