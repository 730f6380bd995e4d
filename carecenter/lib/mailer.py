"""Send a mail of the system itself: by the mail server of the settings, or, without one, into a folder."""

import datetime
import os
from email.utils import make_msgid, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from carecenter.lib.ids import new_token
from carecenter.lib.time import now

TIMEOUT_SECONDS = 20
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


def compose(template: str, context: dict[str, Any], *, subject: str, to: str) -> EmailMultiAlternatives:
    """A mail of the two templates `<template>.txt` and `<template>.html`, in the language that is active."""
    text, html = words_of(template, context)
    message = EmailMultiAlternatives(subject, text, settings.MAIL_FROM, [to])
    domain = parseaddr(settings.MAIL_FROM)[1].rpartition("@")[2]
    message.extra_headers["Message-ID"] = make_msgid(domain=domain)  # without asking the name server for ours
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.attach_alternative(html, "text/html")
    return message


def words_of(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Both parts of a mail, text and HTML, in the language that is active."""
    return render_to_string(f"{template}.txt", context), render_to_string(f"{template}.html", context)


def send(message: EmailMultiAlternatives) -> None:
    """Hand the mail over. Raises OSError or smtplib.SMTPException when that did not work.

    `smtp://` means STARTTLS or nothing: a server that does not offer it is an error, never clear text.
    """
    if not settings.SMTP_URL:
        keep(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]  # Django's own takes it
        return
    message.connection = connection(settings.SMTP_URL)
    message.send()


def connection(url: str) -> EmailBackend:
    """The connection a `CARECENTER_SMTP_URL` means. ValueError for a scheme we do not know."""
    parts = urlsplit(url)
    if parts.scheme not in PORTS:
        raise ValueError("CARECENTER_SMTP_URL begins with smtp://, smtps:// or smtp+plain://")
    return EmailBackend(
        host=parts.hostname or "localhost",
        port=parts.port or PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        use_tls=parts.scheme == "smtp",
        use_ssl=parts.scheme == "smtps",
        timeout=TIMEOUT_SECONDS,
    )


def keep(raw: bytes) -> Path:
    """Store the mail as a file of its own; it appears whole or not at all, and only its owner may read it."""
    folder = Path(settings.MAIL_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{now().astimezone(datetime.UTC):%Y%m%dT%H%M%S.%fZ}-{new_token()}.eml"
    unfinished = folder / f".{name}"
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    return folder / name
