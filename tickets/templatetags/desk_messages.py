"""The head of a message, written in Python as rows are: a page shows thirty. Every value passes through `escape`."""

from html import escape

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carecenter.lib import icons
from carecenter.lib.kinds import Capability, can, kind_of
from carecenter.templatetags.ui import clock, full_date
from tickets.models import Direction, Message
from tickets.templatetags.desk import addresses, kind_icon

register = template.Library()

HEAD = """<header class="mb-1.5 flex items-baseline gap-2">
      <div class="flex min-w-0 flex-1 flex-wrap items-center gap-x-2 gap-y-0.5">
      <strong class="min-w-0 font-semibold wrap-anywhere" dir="auto">{}</strong>
      {}
      </div>
      {}
    </header>
    {}"""
CHIP = '<span class="chip" data-tone="{}">{}{}</span>'
ADDRESSES = """<details class="message-addresses"><summary>{}<span dir="ltr">{}</span></summary>
      <dl>{}</dl></details>"""


@register.simple_tag
def message_head(message: Message, name: str) -> SafeString:
    """Who, what kind, when; of a mail its addresses, folded."""
    internal = message.audience == Message.Audience.INTERNAL
    when = clock(message.created_at, "shrink-0 text-xs text-muted-foreground")
    folded = folded_addresses(message) if can(message.kind, Capability.ADDRESSES) and not internal else ""
    return mark_safe(HEAD.format(escape(name), chips(message, internal), when, folded))


def chips(message: Message, internal: bool) -> str:
    shown = ""
    if internal:
        shown += CHIP.format("amber", "", escape(_("Internal note")))
    elif not can(message.kind, Capability.ADDRESSES):
        shown += CHIP.format(
            "neutral", icons.svg(kind_icon(message.kind)), escape(str(kind_of(message.kind).label))
        )
    if message.is_auto:
        shown += CHIP.format("neutral", "", escape(_("Automatic")))
    if message.is_bounce:
        shown += CHIP.format("red", "", escape(_("Delivery report")))
    return shown


def folded_addresses(message: Message) -> str:
    inbound = message.direction == Direction.INBOUND
    to = addresses(message.to)
    pairs = [(_("To"), to)]
    if message.from_address:
        pairs.insert(0, (_("From"), f"{message.from_name} <{message.from_address}>"))
    if message.cc:
        pairs.append((_("Copy"), addresses(message.cc)))
    if message.subject:
        pairs.append((_("Subject"), message.subject))
    listed = "".join(f'<dt>{escape(word)}</dt><dd dir="auto">{escape(value)}</dd>' for word, value in pairs)
    # Words stand outside f-strings: makemessages does not look into them.
    date_word, to_word = _("Date"), _("to")
    date = full_date(timezone.localtime(message.created_at))
    listed += f"<dt>{escape(date_word)}</dt><dd>{escape(date)}</dd>"
    before = "" if inbound else f"{escape(to_word)} "
    return ADDRESSES.format(before, escape(message.from_address if inbound else to), listed)
