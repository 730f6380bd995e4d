"""An `OutboundMessage` to the bytes that go on the wire. Pure: the same message gives the same bytes.

The fields are written by `fields.py`, the MIME body by the standard library.
"""

from __future__ import annotations

import hashlib
import re
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from carecenter.lib.filenames import clean_name
from channels_app.kinds.base import Attachment, OutboundMessage
from channels_app.kinds.email.charsets import clean
from channels_app.kinds.email.fields import address_pieces, field, identifier, text_pieces, wire_address

_POLICY = SMTP.clone(max_line_length=76, cte_type="7bit")
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,80}")
_MAX_REFERENCES = 12
_OWN_FIELD_NAMES = (
    "from sender to cc bcc subject date message-id in-reply-to references reply-to mime-version auto-submitted "
    "content-type content-transfer-encoding content-disposition content-id"
)
_OWN_FIELDS = frozenset(_OWN_FIELD_NAMES.split())


def compose(message: OutboundMessage) -> bytes:
    """The mail as 7-bit bytes with CRLF line ends. Bcc stands in the envelope only."""
    return _fields(message).encode("utf-8") + _body(message).as_bytes()


def recipients_of(message: OutboundMessage) -> list[str]:
    """The envelope's recipients, each once, in order."""
    pairs = (*message.to, *message.cc, *message.bcc)
    return list(dict.fromkeys(address for address in (wire_address(pair[1]) for pair in pairs) if address))


def _fields(message: OutboundMessage) -> str:
    lines = [
        field("Message-ID", [f"<{identifier(message.message_id)}>"]),
        field("Date", [format_datetime(message.sent_at)]),
        field("From", address_pieces([(message.from_name, message.from_address)])),
    ]
    for name, pairs in (("To", message.to), ("Cc", message.cc), ("Reply-To", (("", message.reply_to),))):
        if kept := [pair for pair in pairs if pair[1]]:
            lines.append(field(name, address_pieces(kept)))
    lines.append(field("Subject", text_pieces(message.subject)))
    if replied := identifier(message.in_reply_to):
        lines.append(field("In-Reply-To", [f"<{replied}>"]))
    if references := _bounded(message.references):
        lines.append(field("References", [f"<{reference}>" for reference in references]))
    if message.auto_submitted:
        lines += [field("Auto-Submitted", ["auto-replied"]), field("X-Auto-Response-Suppress", ["All"])]
    for name, value in message.headers.items():
        if _FIELD_NAME.fullmatch(name) and name.lower() not in _OWN_FIELDS:
            lines.append(field(name, text_pieces(value)))
    return "".join(lines)


def _bounded(references: tuple[str, ...]) -> list[str]:
    """The first id, which names the thread, and the latest ones."""
    cleaned = list(dict.fromkeys(found for found in map(identifier, references) if found))
    return cleaned if len(cleaned) <= _MAX_REFERENCES else [cleaned[0], *cleaned[1 - _MAX_REFERENCES :]]


def _body(message: OutboundMessage) -> EmailMessage:
    mail = EmailMessage(policy=_POLICY)
    inline = [item for item in message.attachments if item.inline and item.content_id and message.html]
    mail.set_content(_lines(message.text), subtype="plain", charset="utf-8", cte="quoted-printable")
    if message.html:
        mail.add_alternative(_lines(message.html), subtype="html", charset="utf-8", cte="quoted-printable")
        _relate_pictures(mail, inline)
    for item in message.attachments:
        if item not in inline:
            maintype, _, subtype = _content_type(item).partition("/")
            mail.add_attachment(item.content, maintype, subtype, filename=_name(item))
    _set_boundaries(mail, message.message_id)
    return mail


def _lines(text: str) -> str:
    return clean(text).replace("\r\n", "\n").replace("\r", "\n")


def _relate_pictures(mail: EmailMessage, inline: list[Attachment]) -> None:
    if not inline:
        return
    html: Any = list(mail.iter_parts())[-1]
    for item in inline:
        maintype, _, subtype = _content_type(item).partition("/")
        cid = f"<{identifier(item.content_id or '')}>"
        html.add_related(item.content, maintype, subtype, cid=cid, disposition="inline", filename=_name(item))


def _name(item: Attachment) -> str:
    return clean_name(item.name) or "attachment"


def _content_type(item: Attachment) -> str:
    """The declared type; what a relay might rewrite on its way (mails, multiparts) goes as plain bytes."""
    declared = item.content_type.lower().partition(";")[0].strip()
    if not _TYPE.fullmatch(declared) or declared.startswith(("multipart/", "message/")):
        return "application/octet-stream"
    return declared


def _set_boundaries(mail: EmailMessage, seed: str) -> None:
    """Boundaries from the Message-ID, so that composing twice gives the same bytes."""
    for number, part in enumerate(mail.walk()):
        if part.is_multipart():
            digest = hashlib.sha256(f"{seed}/{number}".encode("utf-8", "replace")).hexdigest()[:32]
            part.set_boundary(f"=_{digest}_{number}")
