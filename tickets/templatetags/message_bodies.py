"""What a message says, as markup: ours, or theirs as text or as it was sent. In Python as `desk_messages` is."""

import functools
import re
from html import escape

from django.urls import reverse
from django.utils.html import urlize
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from carecenter.lib.blobs.sniff import INLINE_PICTURES
from carecenter.lib.catalogue_words import once_a_language
from carecenter.lib.html import text_to_html
from carecenter.lib.sanitise import has_remote_pictures, sanitise_reply_html
from tickets.models import Attachment, Message
from tickets.templatetags.desk import body_text

KEPT_HTML = 8_000  # characters of an answer whose sanitised form is kept
# What every address that `urlize` links has.
ADDRESS_SIGN = re.compile(r"@|://|www\.|\.(?:com|edu|gov|int|mil|net|org)", re.IGNORECASE)
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


@once_a_language
def words() -> dict[str, str]:
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
    return QUOTED_BUTTON.format(pk=one.pk, hidden=" hidden" if hidden else "", word=words()["quoted"])


def formatted(one: Message, name: str, text: str, quoted: str) -> str:
    """Text and frame, of which one is hidden: the frame where formatting is part of what is said."""
    said, as_sent = words(), is_formatted(one)
    url = reverse("tickets:message_html", args=[one.pk])
    pair = (said["as_text"], said["as_sent"])
    label, other = pair if as_sent else pair[::-1]
    buttons = SHOW.format("text" if as_sent else "html", other, label)
    if "<img" in one.html.lower() and has_remote_pictures(one.html):
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


def quoted_text(message: Message) -> str:
    """The rest of the text that `body_text` leaves out."""
    own, whole = message.reply_text.strip(), message.text.strip()
    if not own or own == whole:
        return ""
    return whole[len(own) :].strip() if whole.startswith(own) else whole


def is_formatted(message: Message) -> bool:
    """Is the formatting part of what is said: pictures or a table, or no text beside it?"""
    html = message.html.lower()
    return bool(html) and (not message.text.strip() or "<img" in html or "<table" in html)


def links(text: str) -> SafeString:
    """Plain text with its addresses as links; everything else escaped. Lines without any cost no look at each word."""
    lines = (linked(line) if ADDRESS_SIGN.search(line) else escape(line) for line in text.split("\n"))
    return mark_safe("\n".join(lines))


def linked(line: str) -> str:
    html: str = urlize(line, nofollow=True, autoescape=True)
    return html.replace("<a ", '<a target="_blank" referrerpolicy="no-referrer" ')


def own_html(message: Message) -> SafeString:
    """What we wrote. Sanitised when it was saved, and again here: a row may be older than the rules."""
    if not message.html:
        return mark_safe(text_to_html(message.text))
    clean = cleaned if len(message.html) <= KEPT_HTML else sanitise_reply_html
    return mark_safe(clean(message.html))


@functools.lru_cache(maxsize=256)
def cleaned(html: str) -> str:
    """The same text, the same result: a ticket that is open is drawn again with every change."""
    return sanitise_reply_html(html)


def listed_files(message: Message) -> list[Attachment]:
    """Files to list: not the pictures that the formatted mail shows in place."""
    files = list(message.attachments.all())
    if not is_formatted(message):
        return files
    return [file for file in files if not (file.is_inline and file.blob.content_type in INLINE_PICTURES)]
