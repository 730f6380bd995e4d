"""HTML to plain text and back. Pure functions, linear in their input: strangers choose it."""

from __future__ import annotations

import html as entities
import re

_MAX_HTML = 2_000_000
_MAX_RICH = 300_000
_MAX_RICH_TAGS = 12_000
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}>", re.IGNORECASE)
_UNSEEN = re.compile(
    r"<(?:(!--)|(script|style|head|title|noscript|template|svg|math|object)(?=[\s/>]))", re.IGNORECASE
)
_BREAK = re.compile(r"</?(?:br|hr|p|div|tr|li|h[1-6]|blockquote|table|ul|ol|pre)\b[^<>]*>", re.IGNORECASE)
# To the next bracket of either kind only: a tag that is never closed must not cost a walk to the end each time.
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]*>?")
_LINK = re.compile(r"\bhttps?://[^\s<>\"]{1,2000}(?<![.,;:!?)\]'’])")


def html_to_text(html: str) -> str:
    """Readable plain text of any HTML, broken or hostile too. Tables keep their columns, lists their bullets."""
    html = _XML_DECLARATION.sub("", html[:_MAX_HTML].replace("\0", ""))
    if not html.strip():
        return ""
    if len(html) > _MAX_RICH or html.count("<") > _MAX_RICH_TAGS:
        return strip_tags(html)
    # Imported where it is used: it costs every process 4 MB.
    from inscriptis import get_text
    from inscriptis.css_profiles import CSS_PROFILES
    from inscriptis.model.config import ParserConfig

    config = ParserConfig(css=CSS_PROFILES["strict"].copy(), display_links=False, display_images=False)
    try:
        text = _tidy(get_text(html, config))
    except (RecursionError, ValueError, AssertionError, LookupError, TypeError, AttributeError):
        return strip_tags(html)
    # Elements nested deeper than its parser goes vanish from the tree.
    return text or strip_tags(html)


def strip_tags(html: str) -> str:
    """Text without layout: for HTML that is too large or too deep to lay out, and for comparing."""
    text = _BREAK.sub("\n", _without_unseen(html[:_MAX_HTML]))
    text = entities.unescape(_TAG.sub("", text)).replace("\0", "")
    return _tidy(re.sub(r"[ \t]{2,}", " ", text))


def _without_unseen(html: str) -> str:
    """Without comments, scripts and the like. One that is never closed is looked for once, then only its tag goes."""
    pieces: list[str] = []
    never_closed: set[str] = set()
    position = 0
    lowered = html.lower()
    for match in _UNSEEN.finditer(lowered):
        closing = "-->" if match[1] else f"</{match[2]}"
        if match.start() < position or closing in never_closed:
            continue
        end = lowered.find(closing, match.end())
        if end < 0:
            never_closed.add(closing)
            continue
        pieces.append(html[position : match.start()])
        position = end + 3 if match[1] else end
    return "".join(pieces) + html[position:]


def _tidy(text: str) -> str:
    lines = [line.rstrip() for line in text.replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def text_to_html(text: str) -> str:
    """Plain text as paragraphs with line breaks and links, everything escaped."""
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip("\n"))
    return "".join(f"<p>{_linked(paragraph)}</p>" for paragraph in paragraphs if paragraph.strip())


def _linked(text: str) -> str:
    pieces: list[str] = []
    position = 0
    for match in _LINK.finditer(text):
        url = entities.escape(match[0])
        pieces += [entities.escape(text[position : match.start()]), f'<a href="{url}">{url}</a>']
        position = match.end()
    pieces.append(entities.escape(text[position:]))
    return "".join(pieces).replace("\n", "<br>")
