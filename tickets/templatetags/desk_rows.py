"""The rows of the desk's lists, written in Python: thirty of them through the template engine cost more than all the
rest of the page. Every value passes through `escape`.
"""

import datetime as dt
import functools
from collections.abc import Iterable
from html import escape
from typing import Any

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import catalog

from carecenter.lib import icons
from carecenter.lib.catalogue_words import once_a_language
from carecenter.lib.kinds import kind_of
from carecenter.templatetags.ui import ago, initials, tone
from tickets.models import Priority, Status, Ticket
from tickets.templatetags.desk import kind_icon, priority_tone, requester_name, status_tone
from tickets.templatetags.moments import said

register = template.Library()
Words = dict[Any, str]

ROW = """<li id="row-{pk}" class="row-item"{swap}>
  <label class="row-pick"><input type="checkbox" data-pick-row="{pk}" aria-label="{pick}" autocomplete="off"></label>
  <a class="ticket-row" href="{href}" data-row="{pk}" data-version="{version}" hx-get="{href}" \
hx-target="#ticket-pane" hx-swap="outerHTML" hx-push-url="true" \
hx-sync="#ticket-pane:replace" hx-indicator="#ticket-pane"{current}>
    <span class="avatar" data-tone="{tone}" aria-hidden="true">{initials}</span>
    <span class="min-w-0 flex-1">
      <span class="flex items-baseline gap-2"><span class="truncate {semibold}" dir="auto">{name}</span>{when}</span>
      <span class="block truncate {medium}" dir="auto">{subject}</span>
      <span class="text-muted-foreground block truncate text-xs" dir="auto">{preview}</span>
      <span class="mt-1.5 flex min-h-5 items-center gap-2 text-xs">
        <span class="text-muted-foreground" title="{kind}">{kind_icon}</span>{chips}
        <span class="ms-auto flex items-center gap-2">{waiting}{assignee}</span>
      </span>
    </span>
  </a>
</li>
"""
CHIP = '<span class="chip" data-tone="{}">{}</span>'
SNOOZED = '<span class="chip" data-tone="amber">{}{}</span>'
WAITING = (
    '<span class="text-muted-foreground inline-flex items-center gap-1 tabular-nums" title="{}">{}{}</span>'
)
ASSIGNEE = '<span class="avatar" data-size="xs" title="{}">{}</span>'


@register.simple_tag(takes_context=True)
def ticket_rows(context: template.Context, tickets: Iterable[Ticket]) -> SafeString:
    """The rows; with `out_of_band` in the context each replaces itself, and `open_pk` is the one that is open."""
    words = said_in_rows()
    base, _zero, end = reverse("tickets:ticket", args=[0]).rpartition("0")
    query = f"{end}{context.get('list_query') or ''}"
    swap = ' hx-swap-oob="morph"' if context.get("out_of_band") else ""
    open_pk = context.get("open_pk")
    return mark_safe(
        "".join(row(words, ticket, base, query, swap, ticket.pk == open_pk) for ticket in tickets)
    )


@once_a_language
def said_in_rows() -> Words:
    """What every row says, escaped; by name, and labels by what they are of."""
    texts = {"pick": _("Select #%(number)s"), "waits": _("The customer waits since")}
    labels = {one: str(one.label) for one in (*Priority, *Status)}
    return {key: escape(text) for key, text in (texts | labels).items()}


@functools.lru_cache(maxsize=128)
def label_of(kind: str, _catalogue: object) -> str:
    """Of a kind of contact, escaped."""
    return escape(str(kind_of(kind).label))


def row(words: Words, ticket: Ticket, base: str, query: str, swap: str, is_open: bool) -> str:
    name = requester_name(ticket)
    kind = label_of(ticket.last_kind, catalog())
    return ROW.format(
        pk=ticket.pk,
        version=ticket.version,
        pick=words["pick"] % {"number": ticket.number},
        swap=swap,
        href=escape(f"{base}{ticket.pk}{query}"),
        current=' aria-current="true"' if is_open else "",
        tone=tone(name),
        initials=escape(initials(name)),
        semibold="font-semibold" if ticket.waiting_since else "",
        medium="font-medium" if ticket.waiting_since else "",
        name=escape(name),
        when=ago(ticket.last_message_at, "ms-auto shrink-0 text-xs text-muted-foreground"),
        subject=getattr(ticket, "marked_subject", None) or escape(ticket.subject or _("(no subject)")),
        preview=getattr(ticket, "snippet", None) or escape(ticket.preview),
        kind=kind,
        kind_icon=icons.svg(kind_icon(ticket.last_kind), "size-3.5", mark_safe(kind)),
        chips=chips(words, ticket),
        waiting=waiting(words, ticket.waiting_since),
        assignee=assignee(ticket),
    )


def chips(words: Words, ticket: Ticket) -> str:
    """Priority and status, where they are not the usual ones."""
    shown = ""
    if ticket.priority != Priority.NORMAL:
        shown += CHIP.format(priority_tone(ticket.priority), words[Priority(ticket.priority)])
    if ticket.status != Status.OPEN:
        shown += CHIP.format(status_tone(ticket.status), words[Status(ticket.status)])
    if ticket.snoozed_until is not None:
        shown += SNOOZED.format(icons.svg("clock-pause", "size-3.5"), escape(said(ticket.snoozed_until)))
    return shown


def waiting(words: Words, since: dt.datetime | None) -> str:
    if since is None:
        return ""
    return WAITING.format(words["waits"], icons.svg("clock", "size-3.5"), ago(since))


def assignee(ticket: Ticket) -> str:
    if ticket.assignee is None:
        return ""
    return ASSIGNEE.format(escape(ticket.assignee.name), escape(initials(ticket.assignee.name)))
