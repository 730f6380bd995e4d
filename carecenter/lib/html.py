"""HTML between strangers, agents and plain text: sanitising, and conversion both ways.

Pure functions. Nothing that comes out loads anything from elsewhere unless it was asked to.
"""

from __future__ import annotations

import html as html_entities
import re

_MAX_HTML = 2_000_000
_MAX_RICH = 300_000
_BLOCKS = re.compile(
    r"<(?:br|hr)\b[^>]{0,500}>|</(?:p|div|tr|li|h[1-6]|blockquote|table|ul|ol|pre|title)\s{0,9}>",
    re.IGNORECASE,
)
_HIDDEN = ("script", "style", "head", "title", "noscript", "template", "svg", "math", "object")


def html_to_text(html: str) -> str:
    """Readable plain text of any HTML, broken or hostile too. Tables keep their columns, lists their bullets."""
    html = html[:_MAX_HTML].replace("\0", "")
    if not html.strip():
        return ""
    if len(html) > _MAX_RICH or html.count("<") > 20_000:
        return strip_tags(html)
    from inscriptis import get_text  # 4 MB: only where it is used
    from inscriptis.model.config import ParserConfig

    try:
        text = get_text(
            _XML_DECLARATION.sub("", html), ParserConfig(display_links=False, display_images=False)
        )
    except (RecursionError, ValueError, AssertionError, IndexError, TypeError, AttributeError, KeyError):
        return strip_tags(html)
    return _tidy(text)


_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,300}>", re.IGNORECASE)


def _tidy(text: str) -> str:
    text = text.replace("\xa0", " ")
    text = re.sub(r"[ \t]+\n", "\n", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n").rstrip()


def strip_tags(html: str) -> str:
    """Text without structure in one linear pass: for HTML that is too large or too deep to lay out."""
    pieces: list[str] = []
    position = 0
    lowered = html.lower()
    while position < len(html):
        start = html.find("<", position)
        if start < 0:
            pieces.append(html[position:])
            break
        pieces.append(html[position:start])
        if lowered.startswith("<!--", start):
            end = html.find("-->", start + 4)
            position = len(html) if end < 0 else end + 3
            continue
        hidden = next((name for name in _HIDDEN if lowered.startswith(f"<{name}", start)), None)
        if hidden:
            end = lowered.find(f"</{hidden}", start)
            start = start if end < 0 else end
        end = html.find(">", start)
        if end < 0:
            break
        if _BLOCKS.match(html, start, end + 1):
            pieces.append("\n")
        position = end + 1
    return _tidy(re.sub(r"[ \t]{2,}", " ", html_entities.unescape("".join(pieces))))


def text_to_html(text: str) -> str:
    """Plain text as paragraphs with line breaks, everything escaped."""
    paragraphs = re.split(r"\n{2,}", html_entities.escape(text.replace("\r\n", "\n").strip("\n")))
    return "".join(
        f"<p>{paragraph.replace(chr(10), '<br>')}</p>" for paragraph in paragraphs if paragraph.strip()
    )
