"""Mails as the made-up customers' programs write them: HTML by program, quoted history, raw bytes."""

import hashlib
from datetime import datetime
from html import escape

from carecenter.lib.html import text_to_html
from channels_app.kinds.base import Attachment as MailFile
from channels_app.kinds.base import OutboundMessage
from channels_app.kinds.email.compose import compose
from channels_app.models import Connection, InboundRecord
from tickets.models import Message

OUTLOOK = (
    '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!-- p.MsoNormal {{margin:0cm; '
    'font-size:11.0pt; font-family:"Calibri",sans-serif;}} --></style></head><body lang="{language}" link="#0563C1">'
    '<div class="WordSection1">{paragraphs}</div></body></html>'
)
PROGRAMS = {"plain": "Mutt/2.2.9", "div": "", "outlook": "Microsoft Outlook 16.0"}
QUOTED = {
    "en": "On {day} {month} {year} at {time}, {who} wrote:",
    "de": "Am {day}. {month} {year} um {time} schrieb {who}:",
}


def html_as(style: str, text: str, language: str) -> str:
    """The HTML part of a customer's mail; empty for programs that write plain text."""
    if style == "div":
        lines = (f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))
        return f'<div dir="ltr">{"".join(lines)}</div>'
    if style == "outlook":
        lines = (
            f'<p class="MsoNormal">{escape(line) or "<o:p>&nbsp;</o:p>"}</p>' for line in text.split("\n")
        )
        return OUTLOOK.format(language=language, paragraphs="".join(lines))
    return ""


def our_html(text: str) -> str:
    """An answer as our editor would have made it."""
    return text_to_html(text)


def quote(text: str, *, who: str, at: datetime, language: str, months: list[str]) -> str:
    """The mail before, as a reply carries it along."""
    head = QUOTED[language].format(
        day=at.day, month=months[at.month - 1], year=at.year, time=f"{at:%H:%M}", who=who
    )
    return "\n".join([head, *(f"> {line}".rstrip() for line in text.split("\n"))])


def raw_of(
    message: Message, *, inbox_address: str, style: str, references: list[str], files: list[MailFile]
) -> bytes:
    """The bytes the mail came as."""
    program = {"User-Agent": PROGRAMS[style]} if PROGRAMS.get(style) else {}
    return compose(
        OutboundMessage(
            message_id=message.external_id,
            from_address=message.from_address,
            from_name=message.from_name,
            to=(("", inbox_address),),
            cc=tuple((copy["name"], copy["address"]) for copy in message.cc),
            sent_at=message.sent_at or message.created_at,
            subject=message.subject,
            text=message.text,
            html=message.html,
            attachments=tuple(files),
            in_reply_to=message.in_reply_to,
            references=tuple(references),
            auto_submitted=message.is_auto,
            headers={"Return-Path": f"<{message.from_address}>", **program},
        )
    )


def record_of(
    raw: bytes, *, connection: Connection, sender: str, subject: str, to: str, at: datetime
) -> InboundRecord:
    """The row a mail is before anything else."""
    return InboundRecord(
        connection=connection,
        key=hashlib.sha256(raw).hexdigest(),
        raw=raw,
        size=len(raw),
        sender=sender,
        subject=subject[:400],
        envelope={"from": sender, "to": [to], "peer": "192.0.2.25"},
        received_at=at,
        ended_at=at,
        tries=1,
        state=InboundRecord.State.DONE,
    )
