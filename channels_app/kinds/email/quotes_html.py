"""Quotes in HTML mail, by the marks that mail programs leave in their markup."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from channels_app.kinds.email.quotes import OWN_LINK

_MAX_HTML = 2_000_000
_MAX_ELEMENTS = 60_000
_LONGEST_FOOT = 100
# One of these stands in every HTML mail with a quote that we know the marks of; in lower case.
_HINTS = (
    "<blockquote",
    "appendonsend",
    "data-carecenter-above",
    "divrplyfwdmsg",
    "emailquote",
    "gmail_quote",
    "gmx_quote",
    "hs_reply",
    "includetail",
    "isreplycontent",
    "moz-cite-prefix",
    "my%2ftickets%2f",
    "my/tickets/",
    "olk_src_body",
    "outlookmessageheader",
    "protonmail_quote",
    "quotedcontent",
    "reference-message",
    "reply-intro",
    "stopspelling",
    "tutanota_quote",
    "yahoo_quoted",
    "zmail_extra",
)
# These elements hold the quote, what follows them may be an answer.
_HOLDING = re.compile(
    r"(?:^|\s)(?:x_|ecx)*(?:gmail_quote(?:_container)?|yahoo_quoted|protonmail_quote|tutanota_quote|"
    r"gmx_quote|moz-cite-prefix|zmail_extra|"
    r"hs_reply|quotedContent|EmailQuote|isReplyContent)(?:\s|$)",
    re.IGNORECASE,
)
# From these on, everything is the other mail.
_STARTING_CLASS = re.compile(r"(?:^|\s)(?:x_)*OutlookMessageHeader(?:\s|$)", re.IGNORECASE)
_STARTING_ID = re.compile(
    r"^(?:x_)*(?:divRplyFwdMsg|OLK_SRC_BODY_SECTION|mail-editor-reference-message-container|"
    r"ms-outlook-mobile-reference-message|"
    r"includetail|reply-intro|stopSpelling|appendonsend)$",
    re.IGNORECASE,
)
_FORWARD = re.compile(
    r"forwarded message|weitergeleitete nachricht|message transféré|mensaje reenviado|messaggio inoltrato",
    re.IGNORECASE,
)


def drop_quotes(html: str) -> str | None:
    """The HTML without quoted mails, None if it has no marks of any or nothing would be left."""
    lowered = html.lower() if len(html) <= _MAX_HTML else ""
    if not any(hint in lowered for hint in _HINTS):
        return None
    from lxml import etree
    from lxml import html as lxml_html

    try:
        root: Any = lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]{0,300}>", "", html))
    except (etree.LxmlError, ValueError, AssertionError):
        return None
    if sum(1 for _ in root.iter()) > _MAX_ELEMENTS:
        return None
    before = _length(root)
    _drop(root)
    after = _length(root)
    if not after or after == before:
        return None
    return str(lxml_html.tostring(root, encoding="unicode"))


def _length(root: Any) -> int:
    return sum(len("".join(text.split())) for text in root.itertext() if isinstance(text, str))


def _drop(root: Any) -> None:
    for element in list(root.iter("style", "script", "title")):
        _remove(element)
    for element in [one for one in root.iter("a") if OWN_LINK.search((one.get("href") or "")[:1000])]:
        _remove_own_foot(element)
    start = next((element for element in root.iter() if _starts(element)), None)
    if start is not None and _has_text_before(root, start):
        _remove_from(start)
    holding = [element for element in root.iter() if _holds(element)]
    for element in holding:
        if element.getparent() is not None and not _FORWARD.search(_beginning(element)):
            if "moz-cite-prefix" in (element.get("class") or ""):
                _remove_next_quote(element)
            _remove(element)
    if not holding and start is None:
        _remove_last_quote(root)


def _remove_own_foot(link: Any) -> None:
    """The foot of our mail, where it stands alone in its paragraph."""
    foot = link.getparent()
    if foot is None or foot.tag not in ("p", "div", "span") or foot[0] is not link:
        return
    words = (foot.text or "").strip()
    if len(foot) == 1 and words.endswith(":") and len(words) < _LONGEST_FOOT:
        _remove(foot)


def _beginning(element: Any) -> str:
    """The first words in an element: a walk over all of each would be square in nested quotes."""
    return "".join(text for text in islice(element.itertext(), 40) if isinstance(text, str))[:300]


def _starts(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    if element.get("data-carecenter-above") is not None:
        return True
    return bool(
        _STARTING_ID.match(element.get("id") or "") or _STARTING_CLASS.search(element.get("class") or "")
    )


def _holds(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    if element.tag == "blockquote":
        # Gmail marks what a writer indents himself with its class too; quotes of its own are in a div of it.
        return (element.get("type") or "").lower() == "cite"
    names = (
        f"{element.get('class') or ''} {re.sub(r'^yahoo_quoted_.*', 'yahoo_quoted', element.get('id') or '')}"
    )
    return bool(_HOLDING.search(names))


def _has_text_before(root: Any, element: Any) -> bool:
    for other in root.iter():
        if other is element:
            return False
        text = (other.text if isinstance(other.tag, str) else "") or ""
        if text.strip() or ((other.tail or "").strip() and not _is_ancestor(other, element)):
            return True
    return False


def _is_ancestor(other: Any, element: Any) -> bool:
    return any(parent is other for parent in element.iterancestors())


def _remove(element: Any) -> None:
    """Takes the element out and leaves the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        previous = element.getprevious()
        if previous is not None:
            previous.tail = (previous.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)


def _remove_from(element: Any) -> None:
    """Takes out the element and all that comes after it in the document."""
    current = element
    while (parent := current.getparent()) is not None:
        for sibling in list(current.itersiblings()):
            parent.remove(sibling)
        current.tail = None
        following = parent
        if current is element:
            parent.remove(element)
        current = following


def _remove_next_quote(element: Any) -> None:
    following = element.getnext()
    if following is not None and following.tag == "blockquote":
        _remove(following)


def _remove_last_quote(root: Any) -> None:
    """The last blockquote that is in no other and that its writer did not indent himself."""
    quotes = [
        element
        for element in root.iter("blockquote")
        if not any(parent.tag == "blockquote" for parent in element.iterancestors())
        and "gmail_quote" not in (element.get("class") or "")
    ]
    if quotes:
        _remove(quotes[-1])
