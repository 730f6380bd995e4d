"""Send a mail of the system itself: by the server for outgoing mail, or, without one, into a folder."""

import datetime
import os
from email.utils import make_msgid, parseaddr
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.smtp import EmailBackend
from django.template.loader import render_to_string

from carecenter.lib.colours import DEFAULT, text_on
from carecenter.lib.ids import new_token
from carecenter.lib.outgoing import way
from carecenter.lib.outgoing.models import Encryption
from carecenter.lib.sealing import Unreadable
from carecenter.lib.time import now

TIMEOUT_SECONDS = 20
# The card of `mail/base.html`, where the context names no brand's.
OURS = {"from_name": "Carecenter", "colour": DEFAULT, "on_colour": text_on(DEFAULT)}


class Letter(EmailMultiAlternatives):
    """A mail, and the way it will take: the one by which its sender was chosen."""

    way: way.Way


def compose(template: str, context: dict[str, Any], *, subject: str, to: str) -> Letter:
    """A mail of the two templates `<template>.txt` and `<template>.html`, in the language that is active."""
    text, html = words_of(template, context)
    chosen = way.current()
    message = Letter(subject, text, chosen.sender, [to])
    message.way = chosen
    domain = parseaddr(chosen.sender)[1].rpartition("@")[2]
    message.extra_headers["Message-ID"] = make_msgid(domain=domain)  # without asking the name server for ours
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    message.attach_alternative(html, "text/html")
    return message


def words_of(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """Both parts of a mail, text and HTML, in the language that is active."""
    context = OURS | context
    return render_to_string(f"{template}.txt", context), render_to_string(f"{template}.html", context)


def send(message: Letter) -> None:
    """Hand the mail over. Raises OSError or smtplib.SMTPException when that did not work."""
    if not message.way:
        keep(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]  # Django's own takes it
        return
    message.connection = connection(message.way)
    message.send()


def connection(chosen: way.Way) -> EmailBackend:
    """STARTTLS or nothing where that is meant: a server that does not offer it is an error, never clear text."""
    try:
        password = chosen.password
    except Unreadable as error:
        raise OSError("the stored password cannot be read") from error
    return EmailBackend(
        host=chosen.host,
        port=chosen.port,
        username=chosen.username,
        password=password,
        use_tls=chosen.encryption == Encryption.STARTTLS,
        use_ssl=chosen.encryption == Encryption.TLS,
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
