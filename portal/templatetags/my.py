"""How tickets and what was said on them look to customers. `{% load my %}`."""

from typing import Any

from django import template
from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carecenter.lib.sanitise import sanitise_reply_html
from carecenter.templatetags.ui import clock
from portal.domain.my_tickets import MyTicket
from tickets.domain.private_links import opened
from tickets.models import ACTIVE, Attachment, Direction, Message, Status, Ticket

register = template.Library()
TONES = {Status.PENDING: "amber", Status.SOLVED: "green"}
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")


@register.filter
def state_words(ticket: Ticket) -> str:
    """Where it stands, as it matters to the customer: who has to do something."""
    if ticket.status == Status.PENDING:
        return _("Waiting for you")
    if ticket.status in ACTIVE:
        return _("We are on it")
    return _("Solved") if ticket.status == Status.SOLVED else _("Closed")


@register.filter
def state_tone(ticket: Ticket) -> str:
    return TONES.get(Status(ticket.status), "blue" if ticket.is_active else "neutral")


@register.filter
def is_ours(message: Message) -> bool:
    return message.direction == Direction.OUTBOUND


@register.filter
def is_picture(file: Attachment) -> bool:
    return file.blob.content_type in PICTURES


@register.simple_tag
def said(message: Message, found: MyTicket) -> SafeString:
    """What was said. Ours as we formatted it, with the links that are its customer's alone; theirs as text."""
    own = found.is_own
    if message.direction == Direction.OUTBOUND and message.html:
        html = opened(message.html, message.ticket_id) if own else message.html
        return mark_safe(f'<div class="said" dir="auto">{sanitise_reply_html(html)}</div>')
    text = message.reply_text or message.text
    if own and message.direction == Direction.OUTBOUND:
        text = opened(text, message.ticket_id)
    return mark_safe(f'<div class="said said-plain" dir="auto">{urlize(escape(text), nofollow=True)}</div>')


@register.simple_tag
def at(moment: Any, classes: str = "soft") -> SafeString | str:
    return clock(moment, classes)
