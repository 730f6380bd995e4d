"""HTML made safe: what strangers mail us before it is shown, what agents write before it is stored.

nh3 (ammonia) parses as a browser does and keeps what the lists here name. No script, form, frame, event attribute
or address outside http, https, mailto and tel survives; nothing loads anything from elsewhere unless asked.
"""

import re
from collections.abc import Mapping

import nh3

from carecenter.lib.html import strip_tags, text_to_html

MAX_HTML = 2_000_000  # characters; the rest of a longer mail is cut, its raw source stays
MAX_TAGS = (
    2_000  # opened and never closed, ten thousand cost nh3 twenty seconds: more of them are closed first
)

TEXT_TAGS = {
    "a", "abbr", "b", "blockquote", "br", "center", "cite", "code", "dd", "del", "div", "dl", "dt", "em", "font",
    "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "li", "mark", "ol", "p", "pre", "q", "s", "small",
    "span", "strike", "strong", "sub", "sup", "u", "ul",
}  # fmt: skip
TABLE_TAGS = {"table", "tbody", "thead", "tfoot", "tr", "td", "th", "caption", "col", "colgroup"}
MAIL_TAGS = TEXT_TAGS | TABLE_TAGS
REPLY_TAGS = MAIL_TAGS - {"font", "center"}

# No property that can carry an address: `background`, `list-style-image`, `content`, `cursor` are out.
STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius",
    "border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display",
    "font-family", "font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height", "margin",
    "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "min-width", "padding",
    "padding-bottom", "padding-left", "padding-right", "padding-top", "text-align", "text-decoration",
    "text-transform", "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip
REPLY_STYLES = {"color", "background-color", "text-align", "font-weight", "font-style", "text-decoration"}
ATTRIBUTES = {
    "*": {"style", "dir", "lang", "align", "valign", "width", "height", "bgcolor", "title"},
    "a": {"href", "name"},
    "img": {"src", "alt"},
    "font": {"color", "size", "face"},
    "table": {"border", "cellpadding", "cellspacing"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "ol": {"start", "type"},
    "blockquote": {"type"},
}
SCHEMES = {"http", "https", "mailto", "tel"}


def bounded(html: str) -> str:
    """HTML that is sanitised in a second or so: with many tags each is closed first, nested too deeply its text."""
    html = html[:MAX_HTML].replace("\x00", "")
    if html.count("<") <= MAX_TAGS:
        return html
    # Imported where it is used: most mails do not need it.
    from lxml import etree
    from lxml import html as trees

    parser = trees.HTMLParser(encoding="utf-8")
    try:
        root = trees.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, ValueError):
        return text_to_html(strip_tags(html))
    last = parser.error_log.last_error
    if last is not None and "depth" in last.message:
        return text_to_html(strip_tags(html))
    return str(trees.tostring(root, encoding="unicode"))[:MAX_HTML]


def sanitise_mail_html(html: str, *, pictures: Mapping[str, str] | None = None, remote: bool = False) -> str:
    """A stranger's HTML for the sandboxed frame. `pictures` maps content ids to addresses of ours.

    Remote pictures are left out unless `remote`; `has_remote_pictures` tells whether there are any.
    """
    known = pictures or {}

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return picture(value)
        return None if name == "href" and not leads_outside(value) else value

    def picture(src: str) -> str | None:
        src = src.strip()
        if src.lower().startswith("cid:"):
            return known.get(src[4:].strip("<>"))
        if remote and src.lower().startswith(("https://", "http://")):
            return src
        return src if src.lower().startswith(DATA_PICTURES) else None

    return nh3.clean(
        bounded(html),
        tags=MAIL_TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=STYLES,
        url_schemes=SCHEMES | {"cid", "data"},
        url_relative="pass_through",  # addresses of ours for inline pictures; the filter drops all others
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def leads_outside(href: str) -> bool:
    """Is it a link that a mail may have? White space and case are folded as browsers do."""
    folded = "".join(href.split()).lower()
    return folded.startswith(("http://", "https://", "mailto:", "tel:"))


DATA_PICTURES = ("data:image/png;", "data:image/jpeg;", "data:image/gif;", "data:image/webp;")


def has_remote_pictures(html: str) -> bool:
    """Would the mail load pictures from elsewhere if it were allowed to?"""
    found = False

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal found
        if tag == "img" and name == "src" and value.strip().lower().startswith(("https://", "http://")):
            found = True
        return value

    nh3.clean(bounded(html), tags={"img"}, attributes={"img": {"src"}}, attribute_filter=attribute)
    return found


def sanitise_reply_html(html: str) -> str:
    """What an agent wrote or pasted, before it is stored and sent. Pictures are attachments: `cid:` only."""

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "img" and name == "src" and not value.lower().startswith("cid:"):
            return None
        return None if name == "href" and not leads_outside(value) else value

    return nh3.clean(
        bounded(html),
        tags=REPLY_TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=attribute,
        filter_style_properties=REPLY_STYLES,
        url_schemes=SCHEMES | {"cid"},
        url_relative="deny",
        link_rel="noopener noreferrer",
    )


ARTICLE_TAGS = (TEXT_TAGS | TABLE_TAGS | {"aside", "figcaption", "figure"}) - {
    "center",
    "cite",
    "font",
    "span",
}
ARTICLE_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "a": {"href"},
    "aside": {"class", "role"},
    "code": {"class"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
ARTICLE_CLASSES = re.compile(r"(?:tip|warning|language-[a-z0-9+#-]{1,20})")
OWN_PICTURE = re.compile(r"/help/[-a-zA-Z0-9_]+/pictures/[a-z2-7]{26}/?")
OWN_PAGE = re.compile(r"/help/[^\s\\]*|#[^\s\\]*")
HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}  # the title of the page is the only h1


def sanitise_article_html(html: str) -> str:
    """What an author wrote, pasted or imported, before it is stored and shown to everybody. Twice is as once.

    Pictures are our own only (`/help/BRAND/pictures/KEY`), links lead outside or into the help centre. No styles:
    an article looks as its brand does. An aside is a tip or a warning; headings are of three sizes.
    """

    def attribute(tag: str, name: str, value: str) -> str | None:
        if name == "src":
            return value if OWN_PICTURE.fullmatch(value) else None
        if name == "href":
            return value if leads_outside(value) or OWN_PAGE.fullmatch(value) else None
        if name == "class":
            return value if ARTICLE_CLASSES.fullmatch(value) else None
        if name in ("width", "height", "colspan", "rowspan", "start"):
            return value if re.fullmatch(r"\d{1,4}", value) else None
        return value

    found = nh3.clean(
        bounded(html),
        tags=ARTICLE_TAGS,
        attributes=ARTICLE_ATTRIBUTES,
        attribute_filter=attribute,
        url_schemes=SCHEMES,
        url_relative="pass_through",  # the filter drops all but ours
        link_rel="noopener",
        # Inside of an article it is a note; without this it would be a landmark of the page.
        set_tag_attribute_values={"aside": {"role": "note"}},
    )
    found = re.sub(r"<img(?![^>]* src=)[^>]*>", "", found)
    return re.sub(r"<(/?)(h[156])\b", lambda match: f"<{match[1]}{HEADINGS[match[2]]}", found)
