"""The customers' side of the demo: mails that left are files in a folder, and a customer's mail comes in by hand."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from pathlib import Path

from django.conf import settings

from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from channels_app.domain.addresses import connections_for
from channels_app.domain.errors import NotOurs
from channels_app.domain.inboxes import MAIL
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.kinds.base import InboundEvent, ParseError
from channels_app.models import InboundRecord, InboxAddress
from channels_app.registry import adapter_for

SHOWN = 50
NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-[a-z2-7]{26}")


@dataclass(frozen=True)
class KeptMail:
    """A mail in the folder. `name` is its file's name without the ending."""

    name: str
    sent_at: datetime | None
    event: InboundEvent


@dataclass(frozen=True)
class Letter:
    """What a visitor of the demo writes as a customer. `to` may carry a reply token."""

    name: str
    address: str
    to: str
    subject: str
    text: str
    in_reply_to: str = ""


def kept_mails() -> list[KeptMail]:
    """The latest mails, the newest first: the files' names sort by time."""
    names = sorted((path.stem for path in Path(settings.MAIL_DIR).glob("*.eml")), reverse=True)
    found = (read_kept(name) for name in names[:SHOWN])
    return [mail for mail in found if mail is not None]


def read_kept(name: str) -> KeptMail | None:
    """None for a name that is none of ours, or no longer there."""
    raw = kept_bytes(name)
    if raw is None:
        return None
    try:
        (event, *_) = adapter_for(MAIL).parse({}, raw)
    except ParseError:
        return None
    return KeptMail(name=name, sent_at=event.sent_at, event=event)


def kept_bytes(name: str) -> bytes | None:
    if not NAME.fullmatch(name):
        return None
    try:
        return (Path(settings.MAIL_DIR) / f"{name}.eml").read_bytes()
    except FileNotFoundError:
        return None


def our_addresses() -> list[tuple[str, str]]:
    """(address, name of the inbox) of every open mail inbox."""
    rows = InboxAddress.objects.filter(connection__is_active=True, connection__inbox__is_active=True)
    named = rows.select_related("connection__inbox__brand").order_by("address")
    return [(row.address, f"{row.connection.inbox.brand} · {row.connection.inbox}") for row in named]


def write_letter(letter: Letter) -> InboundRecord:
    """Store the mail as if it had come by SMTP. Raises NotOurs for an address that is none of our inboxes."""
    connections = connections_for([letter.to])
    if not connections:
        raise NotOurs(letter.to)
    message = EmailMessage()
    message["From"] = formataddr((letter.name, letter.address))
    message["To"] = letter.to
    message["Subject"] = letter.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{new_token()}@{letter.address.rpartition('@')[2]}>"
    if letter.in_reply_to:
        message["In-Reply-To"] = message["References"] = f"<{letter.in_reply_to}>"
    message.set_content(letter.text)
    raw = keep_bytes(io.BytesIO(message.as_bytes()))
    envelope = {"from": letter.address, "to": [letter.to], "peer": "demo"}
    return store_raw(connections.values(), raw, envelope=envelope)[0]
