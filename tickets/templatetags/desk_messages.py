"""The messages of a conversation, written in Python as rows are: thirty of them through the template engine cost as
much as all the rest of the page. Every value passes through `escape`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.access import has
from accounts.permissions import ARTICLES_WRITE
from carecenter.lib import icons
from carecenter.lib.catalogue_words import once_a_language
from carecenter.lib.kinds import Capability, can, kind_of
from carecenter.templatetags.ui import clock, full_date, initials, tone
from tickets.domain.conversation import Line
from tickets.models import Delivery, Direction, Message
from tickets.templatetags.desk import (
    delivery_icon,
    kind_icon,
    sender_name,
)
from tickets.templatetags.message_bodies import incoming_body, listed_files, own_html

register = template.Library()

MESSAGE = """<li id="message-{pk}" class="message" data-side="{side}"{author}{withdrawn}>
  <span class="avatar" data-size=""{tone} aria-hidden="true">{initials}</span>
  <article class="message-card" aria-label="{label}">
    {head}
    {body}
    {files}{actions}{delivery}
  </article>
</li>
"""
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
SPLIT = """<button type="button" class="message-action" data-dialog-url="{}?from={}" \
aria-label="{}" title="{}">{}</button>"""
MAKE_ARTICLE = """<button type="button" class="message-action{}" hx-post="{}" hx-swap="none" \
aria-label="{}" title="{}">{}</button>"""
SENT = '<footer class="delivery" data-state="sent">{}<span>{}</span>{}</footer>'


@dataclass(frozen=True)
class Shown:
    """What all messages of a page share."""

    context: template.Context
    words: dict[str, str]
    split: str  # the address of the dialog; empty for who may not
    articles: str  # of making an article of message 0; empty for who may not


@register.simple_tag(takes_context=True)
def conversation_items(context: template.Context, items: Iterable[Message | Line]) -> SafeString:
    """Messages and the lines between them."""
    may_write = has(context["request"].user, ARTICLES_WRITE)
    shown = Shown(
        context,
        words(),
        reverse("tickets:split", args=[context["ticket"].pk]) if context.get("may_edit") else "",
        reverse("tickets:make_article", args=[0]) if may_write else "",
    )
    return mark_safe(
        "".join(
            message(shown, item)
            if isinstance(item, Message)
            else included(context, "tickets/_line.html", line=item)
            for item in items
        )
    )


def included(context: template.Context, name: str, **more: Any) -> str:
    """What is rare, or long, is a template."""
    with context.push(**more):
        return str(context.template.engine.get_template(name).render(context))  # type: ignore[union-attr]


@once_a_language
def words() -> dict[str, str]:
    """What every message says, escaped. Names come in after that, where a text has `%(name)s`."""
    said = {
        "note_by": _("Internal note by %(name)s"),
        "message_from": _("Message from %(name)s"),
        "split": _("Split from here…"),
        "split_from": _("Split from here: message from %(name)s"),
        "article": _("Make an article of this answer"),
        "article_of": _("Make an article of this answer: %(name)s"),
        "sent": _("Sent"),
        "note": _("Internal note"),
        "automatic": _("Automatic"),
        "report": _("Delivery report"),
        "from": _("From"),
        "to": _("To"),
        "copy": _("Copy"),
        "subject": _("Subject"),
        "date": _("Date"),
        "before_to": _("to"),
    }
    return {key: escape(text) for key, text in said.items()}


def message(shown: Shown, one: Message) -> str:
    name = sender_name(one)
    safe_name = {"name": escape(name)}
    internal = one.audience == Message.Audience.INTERNAL
    inbound = one.direction == Direction.INBOUND
    author = f' data-author="{one.author_id}" data-name="{safe_name["name"]}"' if one.author_id else ""
    own = f'<div class="prose-mail" dir="auto">{own_html(one)}</div>' if one.author_id else ""
    files = listed_files(one)
    return MESSAGE.format(
        pk=one.pk,
        side="note" if internal else escape(one.direction),
        author=author,
        withdrawn=" data-withdrawn" if one.delivery == Delivery.WITHDRAWN else "",
        tone=f' data-tone="{tone(name)}"' if inbound else "",
        initials=escape(initials(name)),
        label=shown.words["note_by" if internal else "message_from"] % safe_name,
        head=head(shown, one, safe_name["name"], internal=internal),
        body=own or incoming_body(one, name),
        files=included(shown.context, "tickets/_attachments.html", files=files) if files else "",
        actions=actions(shown, one, safe_name, is_answer=not inbound and not internal),
        delivery=delivery(shown, one),
    )


def actions(shown: Shown, one: Message, name: dict[str, str], *, is_answer: bool) -> str:
    found = ""
    if shown.split:
        found = SPLIT.format(
            shown.split,
            one.pk,
            shown.words["split_from"] % name,
            shown.words["split"],
            icons.svg("arrows-split", "size-3.5"),
        )
    if shown.articles and is_answer and one.author_id:
        found += MAKE_ARTICLE.format(
            " end-11" if shown.split else "",
            shown.articles.replace("/0/", f"/{one.pk}/"),
            shown.words["article_of"] % name,
            shown.words["article"],
            icons.svg("book-upload", "size-3.5"),
        )
    return found


def delivery(shown: Shown, one: Message) -> str:
    """How far an answer has come; nearly every one has been sent."""
    if one.delivery == Delivery.NONE:
        return ""
    if one.delivery == Delivery.SENT:
        return SENT.format(
            icons.svg(delivery_icon("sent"), "size-3.5"), shown.words["sent"], clock(one.sent_at)
        )
    return included(shown.context, "tickets/_delivery.html", message=one)


def head(shown: Shown, one: Message, safe_name: str, *, internal: bool) -> str:
    """Who, what kind, when; of a mail its addresses, folded."""
    when = clock(one.created_at, "shrink-0 text-xs text-muted-foreground")
    folded = folded_addresses(shown, one) if can(one.kind, Capability.ADDRESSES) and not internal else ""
    return HEAD.format(safe_name, chips(shown, one, internal), when, folded)


def chips(shown: Shown, one: Message, internal: bool) -> str:
    found = ""
    if internal:
        found += CHIP.format("amber", "", shown.words["note"])
    elif not can(one.kind, Capability.ADDRESSES):
        found += CHIP.format("neutral", icons.svg(kind_icon(one.kind)), escape(str(kind_of(one.kind).label)))
    if one.is_auto:
        found += CHIP.format("neutral", "", shown.words["automatic"])
    if one.is_bounce:
        found += CHIP.format("red", "", shown.words["report"])
    return found


def folded_addresses(shown: Shown, one: Message) -> str:
    said = shown.words
    inbound = one.direction == Direction.INBOUND
    to = addresses(one.to)
    pairs = [("to", to)]
    if one.from_address:
        pairs.insert(0, ("from", f"{one.from_name} <{one.from_address}>"))
    if one.cc:
        pairs.append(("copy", addresses(one.cc)))
    if one.subject:
        pairs.append(("subject", one.subject))
    listed = "".join(f'<dt>{said[word]}</dt><dd dir="auto">{escape(value)}</dd>' for word, value in pairs)
    date = full_date(timezone.localtime(one.created_at))
    listed += f"<dt>{said['date']}</dt><dd>{escape(date)}</dd>"
    before = "" if inbound else f"{said['before_to']} "
    return ADDRESSES.format(before, escape(one.from_address if inbound else to), listed)


def addresses(people: list[dict[str, str]]) -> str:
    """Names, else addresses, of those a message went to."""
    return ", ".join(person.get("name") or person.get("address", "") for person in people or [])
