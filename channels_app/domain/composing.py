"""From an answer's row to the plain data an adapter sends."""

import re
import secrets

from django.utils.translation import gettext as _

from carecenter.lib.blobs.models import Blob
from carecenter.lib.html import text_to_html
from carecenter.lib.kinds import Capability, can
from carecenter.lib.sanitise import sanitise_mail_html, sanitise_reply_html
from carecenter.lib.time import now
from channels_app.domain.addresses import LOOP_HEADER, loop_mark, reply_address
from channels_app.domain.online import foot_of
from channels_app.kinds.base import AddressPair, Attachment, OutboundMessage
from channels_app.models import Connection, Conversation
from knowledge_base.domain.logos import sign_in_mails
from tickets.domain.private_links import opened
from tickets.domain.scanning import open_file
from tickets.domain.signatures import signature_of
from tickets.domain.threading import family_ids
from tickets.history import is_import_id
from tickets.models import Message

REFERENCES = 30
_REPLY_PREFIX = re.compile(r"^\s*(?:re|aw|antw|sv|vs|odp)\s*:", re.IGNORECASE)


def outbound_message(message: Message, connection: Connection) -> OutboundMessage:
    """Everything the mail needs. The same row gives the same mail, its Message-ID included, whenever it is sent again.

    Raises FileNotFoundError when the bytes of an attachment are gone.
    """
    address = connection.address
    text, html = whole_words(message)
    return OutboundMessage(
        message_id=message_id_of(message, address),
        from_name=connection.from_name or message.ticket.brand.name,
        from_address=address,
        reply_to=reply_address(address, message.ticket),
        to=as_pairs(message.to),
        cc=as_pairs(message.cc),
        subject=subject_of(message),
        text=text,
        html=html,
        attachments=files_of(message),
        in_reply_to=message.in_reply_to,
        references=references_of(message),
        auto_submitted=message.is_auto,
        headers={LOOP_HEADER: loop_mark()},
        sent_at=now(),
        conversation=conversation_of(message, connection),
        author_name=message.author.name if message.author else "",
    )


def conversation_of(message: Message, connection: Connection) -> str:
    """The thread's name on the other side, for kinds that have one."""
    if can(message.kind, Capability.ADDRESSES):
        return ""
    known = Conversation.objects.filter(
        connection=connection, ticket__in=family_ids(message.ticket_id)
    ).order_by("-pk")
    return known.values_list("key", flat=True).first() or ""


def as_pairs(addresses: list[dict[str, str]]) -> tuple[AddressPair, ...]:
    return tuple((item.get("name", ""), item["address"]) for item in addresses if item.get("address"))


def message_id_of(message: Message, address: str) -> str:
    """Given once and stored before the first try, so that replies and returned mail find the answer from then on."""
    if message.external_id:
        return message.external_id
    made = f"{message.ticket.token}.{secrets.token_hex(8)}"
    if address:
        made = f"{made}@{address.rpartition('@')[2]}"
    nameless = Message.objects.filter(pk=message.pk, external_id="")
    if not nameless.update(external_id=made):
        made = Message.objects.values_list("external_id", flat=True).get(pk=message.pk)
    message.external_id = made
    return made


def subject_of(message: Message) -> str:
    """An answer says so, and every mail of ours names the ticket for clients that lose References."""
    subject = message.subject or message.ticket.subject or str(_("Your request"))
    number = f"[#{message.ticket.number}]"
    if message.in_reply_to and not _REPLY_PREFIX.match(subject):
        subject = f"Re: {subject}"
    return subject if number in subject else f"{subject} {number}"


def references_of(message: Message) -> tuple[str, ...]:
    """Message-IDs of the thread, oldest first, ending with the one that is answered."""
    earlier = message.ticket.messages.filter(
        pk__lt=message.pk, kind=message.kind, audience=Message.Audience.PUBLIC
    )
    rows = earlier.exclude(external_id="").order_by("-pk").values_list("external_id", flat=True)[:REFERENCES]
    ids = [found.partition("#")[0] for found in reversed(rows) if not is_import_id(found)]
    if message.in_reply_to:
        ids = [found for found in ids if found != message.in_reply_to] + [message.in_reply_to]
    return tuple(dict.fromkeys(ids))


def whole_words(message: Message) -> tuple[str, str]:
    """The text and the HTML as they leave: what was written, where to read it online, who wrote it. Sanitised again:
    rules change.

    What the system itself writes keeps its layout. Links that are the customer's alone open for them.
    """
    text, html = opened(message.text, message.ticket_id), opened(clean_html(message), message.ticket_id)
    foot, foot_html = foot_of(message)
    signature = signature_of(message)
    texts = [text, foot, f"-- \n{signature}" if signature else ""]
    if html and signature:
        html = f"{html}<br>{text_to_html(signature)}"
    return "\n\n".join(filter(None, texts)), html and html + foot_html


def clean_html(message: Message) -> str:
    if message.author:
        return sanitise_reply_html(message.html)
    sign = sign_in_mails(message.ticket.brand) if "cid:logo" in message.html else None
    return sanitise_mail_html(message.html, pictures={"logo": sign.light} if sign else {})


def bytes_of(blob: Blob) -> bytes:
    """Raises KeptBack."""
    with open_file(blob) as source:
        return source.read()


def files_of(message: Message) -> tuple[Attachment, ...]:
    rows = message.attachments.select_related("blob").order_by("pk")
    return tuple(
        Attachment(
            name=row.name,
            content_type=row.blob.content_type if row.is_inline else row.content_type,
            content=bytes_of(row.blob),
            content_id=row.content_id or None,
            inline=row.is_inline,
        )
        for row in rows
    )
