"""By which server mail leaves, and under whose name: what the environment says at the start, else what was saved."""

from dataclasses import dataclass, field
from email.utils import formataddr
from urllib.parse import unquote, urlsplit

from django.conf import settings

from carecenter.lib.outgoing.models import ONLY, Encryption, MailServer
from carecenter.lib.sealing import unseal

# `smtp://` means STARTTLS or nothing: a server that does not offer it is an error, never clear text.
SCHEMES = {
    "smtp": (Encryption.STARTTLS, 587),
    "smtps": (Encryption.TLS, 465),
    "smtp+plain": (Encryption.NONE, 25),
}
NOBODY = "Carecenter <carecenter@localhost>"


@dataclass(frozen=True)
class Way:
    """`host` is empty where there is no server: mails are kept as files. `at_start`: the environment said so."""

    sender: str
    host: str = ""
    port: int = 0
    encryption: str = ""
    username: str = ""
    sealed: str = field(default="", repr=False)
    given: str = field(default="", repr=False)  # the password of the environment
    at_start: bool = False

    def __bool__(self) -> bool:
        return bool(self.host)

    @property
    def password(self) -> str:
        """Raises sealing.Unreadable when it was sealed under a secret key that is not known any more."""
        return self.given or str(unseal(self.sealed).get("password", ""))


def current() -> Way:
    """One look at one row, none with CARECENTER_SMTP_URL and CARECENTER_MAIL_FROM.

    ValueError for a CARECENTER_SMTP_URL that cannot be read.
    """
    if settings.SMTP_URL and settings.MAIL_FROM:
        return of_url(settings.SMTP_URL, settings.MAIL_FROM)
    row = MailServer.objects.filter(pk=ONLY).first()
    saved = formataddr((row.sender_name, row.sender_address)) if row and row.sender_address else NOBODY
    sender = settings.MAIL_FROM or saved
    if settings.SMTP_URL:
        return of_url(settings.SMTP_URL, sender)
    if row is None:
        return Way(sender)
    return Way(sender, row.host, row.port, row.encryption, row.username, sealed=row.sealed)


def of_url(url: str, sender: str) -> Way:
    """What a `CARECENTER_SMTP_URL` means."""
    parts = urlsplit(url)
    if parts.scheme not in SCHEMES:
        raise ValueError("CARECENTER_SMTP_URL begins with smtp://, smtps:// or smtp+plain://")
    encryption, port = SCHEMES[parts.scheme]
    return Way(
        sender,
        parts.hostname or "localhost",
        parts.port or port,
        encryption,
        unquote(parts.username or ""),
        given=unquote(parts.password or ""),
        at_start=True,
    )
