"""The body of a message that came in: as text, or as it was sent in a frame. In Python as `desk_messages` is."""

import functools
from html import escape

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import catalog

from tickets.models import Message
from tickets.templatetags.desk import (
    body_text,
    is_formatted,
    links,
    message_has_remote_pictures,
    quoted_text,
)

PLAIN = """<div data-mail-body>
<div class="message-text" dir="auto">{text}</div>{quoted}
</div>"""
PLAIN_QUOTED = '<p class="mt-2 text-xs">{button}</p>{quoted}'
FORMATTED = """<div class="mail-body" data-mail-body data-shown="{shown}">
  <div data-body="text" class="message-text" dir="auto"{text_hidden}>{text}</div>
  <div data-body="html"{html_hidden}><iframe id="mail-{pk}" class="mail-frame" title="{title}" \
sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox" loading="lazy" {source}="{url}"></iframe></div>
  <p class="mt-2 flex flex-wrap gap-x-3 gap-y-1 text-xs">{buttons}</p>
  {quoted}
</div>"""
SHOW = '<button type="button" class="quiet-link" data-show-body="{}" data-other-label="{}">{}</button>'
PICTURES = '<button type="button" class="quiet-link" data-load-pictures="{}?pictures=1"{}>{}</button>'
QUOTED_BUTTON = (
    '<button type="button" class="quiet-link" data-toggle-quoted="quoted-{pk}" aria-expanded="false" '
    'aria-controls="quoted-{pk}"{hidden}>{word}</button>'
)
QUOTED = '<div id="quoted-{}" class="message-text quoted" dir="auto" hidden>{}</div>'


@functools.lru_cache(maxsize=8)
def words(_catalogue: object) -> dict[str, str]:
    said = {
        "message_from": _("Message from %(name)s"),
        "as_sent": _("Show as sent"),
        "as_text": _("Show as text"),
        "pictures": _("Load pictures from the web"),
        "quoted": _("Show quoted text"),
    }
    return {key: escape(text) for key, text in said.items()}


def incoming_body(one: Message, name: str) -> str:
    """What they wrote; what their mail program quoted is folded."""
    quoted = quoted_text(one)
    text = links(body_text(one))
    folded = QUOTED.format(one.pk, links(quoted)) if quoted else ""
    if one.html:
        return formatted(one, name, text, folded)
    if folded:
        folded = PLAIN_QUOTED.format(button=quoted_button(one, hidden=False), quoted=folded)
    return PLAIN.format(text=text, quoted=folded)


def quoted_button(one: Message, *, hidden: bool) -> str:
    return QUOTED_BUTTON.format(
        pk=one.pk, hidden=" hidden" if hidden else "", word=words(catalog())["quoted"]
    )


def formatted(one: Message, name: str, text: str, quoted: str) -> str:
    """Text and frame, of which one is hidden: the frame where formatting is part of what is said."""
    said, as_sent = words(catalog()), is_formatted(one)
    url = reverse("tickets:message_html", args=[one.pk])
    pair = (said["as_text"], said["as_sent"])
    label, other = pair if as_sent else pair[::-1]
    buttons = SHOW.format("text" if as_sent else "html", other, label)
    if message_has_remote_pictures(one):
        buttons += PICTURES.format(url, "" if as_sent else " hidden", said["pictures"])
    if quoted:
        buttons += quoted_button(one, hidden=as_sent)
    return FORMATTED.format(
        shown="html" if as_sent else "text",
        text_hidden=" hidden" if as_sent else "",
        text=text,
        html_hidden="" if as_sent else " hidden",
        pk=one.pk,
        title=said["message_from"] % {"name": escape(name)},
        source="src" if as_sent else "data-src",
        url=url,
        buttons=buttons,
        quoted=quoted,
    )
