"""What of an article goes into an answer: a link to it, or its text as a mail can carry it."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.utils.html import escape
from django.utils.translation import gettext as _

from carecenter.lib.html import html_to_text
from carecenter.lib.sanitise import bounded, sanitise_reply_html
from knowledge_base.models import Text


@dataclass(frozen=True)
class Words:
    """For the editor as HTML, for a chat as plain text."""

    html: str
    text: str


def as_link(text: Text, address: str) -> Words:
    title = text.published.title if text.published is not None else text.title
    return Words(f'<a href="{escape(address)}">{escape(title)}</a>', f"{title}\n{address}")


def as_text(text: Text, address: str) -> Words:
    """The published words with links that lead there from anywhere. Its pictures stay behind a link to the article."""
    source = text.published.html if text.published is not None else ""
    html, pictures = made_to_travel(source, address)
    plain = html_to_text(html)
    if pictures:
        see = _("With pictures:")
        html += f'<p>{escape(see)} <a href="{escape(address)}">{escape(address)}</a></p>'
        plain += f"\n\n{see} {address}"
    return Words(sanitise_reply_html(html), plain)


def made_to_travel(html: str, address: str) -> tuple[str, int]:
    """Relative links become whole ones; how many pictures were left out."""
    # Imported where it is used: it costs every process some megabytes.
    from lxml import etree
    from lxml import html as trees

    try:
        root: Any = trees.fragment_fromstring(bounded(html), create_parent="body")
    except (etree.ParserError, ValueError):
        return "", 0
    for link in root.iter("a"):
        if href := link.get("href"):
            link.set("href", urljoin(address, href))
    pictures = list(root.iter("img"))
    for picture in pictures:
        picture.drop_tree()
    whole: str = trees.tostring(root, encoding="unicode", with_tail=False)
    return whole.removeprefix("<body>").removesuffix("</body>").removesuffix("<body/>"), len(pictures)
