"""Words, colours and icons of tickets for the desk's templates."""

import datetime as dt
import math

from django import template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carecenter.lib.kinds import kind_of
from carecenter.lib.sanitise import sanitise_article_html, sanitise_reply_html
from carecenter.lib.time import now
from knowledge_base.models import Text
from tickets.domain.conversation import Conversation
from tickets.domain.routes import answered_by_mail, asked_for
from tickets.forms import LogForm
from tickets.models import Attachment, Delivery, Draft, Message, Priority, Status, Ticket
from tickets.templatetags.moments import said

register = template.Library()

STATUS_TONES = {
    Status.NEW: "primary",
    Status.OPEN: "blue",
    Status.PENDING: "amber",
    Status.ON_HOLD: "amber",
    Status.SOLVED: "green",
}
STATUS_ICONS = {
    Status.NEW: "sparkles",
    Status.OPEN: "circle-dot",
    Status.PENDING: "clock",
    Status.ON_HOLD: "clock-pause",
    Status.SOLVED: "circle-check",
    Status.CLOSED: "lock",
}
PRIORITY_TONES = {Priority.URGENT: "red", Priority.HIGH: "amber", Priority.NORMAL: "blue"}
DELIVERY_ICONS = {
    Delivery.QUEUED: "clock",
    Delivery.SENDING: "send",
    Delivery.SENT: "check",
    Delivery.FAILED: "alert-circle",
    Delivery.UNCONFIRMED: "help-circle",
    Delivery.WITHDRAWN: "arrow-back-up",
    Delivery.BOUNCED: "alert-circle",
}


@register.filter
def kind_icon(kind: str) -> str:
    return kind_of(kind).icon


@register.filter
def kind_label(kind: str) -> str:
    return str(kind_of(kind).label)


@register.filter
def status_tone(status: str) -> str:
    return STATUS_TONES.get(status, "neutral")  # type: ignore[call-overload]


@register.filter
def status_icon(status: str) -> str:
    return STATUS_ICONS.get(status, "lock")  # type: ignore[call-overload]


@register.filter
def priority_tone(priority: int) -> str:
    return PRIORITY_TONES.get(priority, "neutral")  # type: ignore[call-overload]


@register.filter
def delivery_icon(delivery: str) -> str:
    return DELIVERY_ICONS.get(delivery, "clock")  # type: ignore[call-overload]


@register.filter
def requester_name(ticket: Ticket) -> str:
    """Whose case it is: the customer, or for an internal one who works on it."""
    if ticket.customer is not None:
        return str(ticket.customer)
    return _("Internal case")


@register.simple_tag
def answer_to(shown: Conversation, ticket: Ticket) -> dict[str, str]:
    """Whom an answer goes to, {"name", "address"}: who wrote last, who need not be the customer."""
    last = answered_by_mail(one for one in shown.items if isinstance(one, Message))
    if last is None:
        return {"name": str(ticket.customer or ""), "address": ""}
    wrote = last.customer
    is_theirs = wrote is None or ticket.customer_id in (wrote.pk, wrote.merged_into_id)
    name = ("" if is_theirs else last.from_name) or str(ticket.customer or "")
    address = asked_for(ticket, last)
    return {"name": name, "address": "" if address.lower() == name.lower() else address}


@register.filter
def sender_name(message: Message) -> str:
    if message.author is not None:
        return str(message.author)
    return (
        message.from_name
        or message.from_address
        or (str(message.customer) if message.customer else _("Unknown"))
    )


@register.filter
def body_text(message: Message) -> str:
    """What the customer wrote now, without the history their mail program quoted."""
    return message.reply_text.strip() or message.text.strip() or _("(empty message)")


@register.filter
def article_html(text: Text) -> SafeString:
    """What the public reads of an article, else its draft. Sanitised when it was saved, and again here."""
    return mark_safe(sanitise_article_html((text.published or text).html))


@register.filter
def file_icon(file: Attachment) -> str:
    if file.blob.content_type.startswith("image/"):
        return "photo"
    return "file-text" if file.blob.content_type in ("application/pdf", "text/plain") else "file"


@register.filter
def can_be_taken_back(message: Message) -> bool:
    return message.delivery == Delivery.QUEUED and message.tries == 0 and seconds_left(message) > 0


@register.filter
def seconds_left(message: Message) -> int:
    """Until an answer leaves; 0 when that has passed."""
    if message.send_at is None:
        return 0
    return max(0, math.ceil((message.send_at - now()).total_seconds()))


@register.filter
def draft_html(draft: Draft) -> SafeString:
    """A draft as the editor takes it up."""
    return mark_safe(sanitise_reply_html(draft.html))


@register.filter
def moment(at: dt.datetime) -> str:
    """When, as people say it: the hour today, the day too on others."""
    return said(at)


@register.simple_tag
def log_form() -> LogForm:
    """An empty form for logging a call or a visit."""
    return LogForm()
