"""An article's HTML made ready to be read: headings with addresses, tables that scroll, links that lead somewhere."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from lxml import etree
from lxml import html as trees

from carecenter.lib.html import strip_tags
from carecenter.lib.sanitise import sanitise_article_html
from knowledge_base.domain.addresses import slug_of

LONG = 1200  # characters from which a table of contents helps
FEW = 3  # headings
OUTSIDE = ("http://", "https://")


@dataclass(frozen=True)
class Heading:
    anchor: str
    words: str
    is_deeper: bool


@dataclass(frozen=True)
class Laid:
    """`html` is safe to show. `headings` are the table of contents, empty for what is short."""

    html: SafeString
    headings: tuple[Heading, ...]
    first_picture: str = ""


@dataclass(frozen=True)
class Words:
    """What is read out for parts that can be scrolled, in the page's language."""

    table: str
    code: str


def lay_out(html: str, *, link: Callable[[str], str | None], words: Words) -> Laid:
    """`link` gives the address to use for a link as it was written, None for one that leads nowhere: its words stay.

    What is stored was sanitised before; it is again, for whatever wrote into the table.
    """
    clean = sanitise_article_html(html)
    if not clean.strip():
        return Laid(mark_safe(""), ())
    tree = trees.fragment_fromstring(clean, create_parent="div")
    headings = mark_headings(tree)
    set_links(tree, link)
    frame_tables(tree, words.table)
    for code in tree.iter("pre"):
        make_scrollable(code, words.code)
    first = set_pictures(tree)
    inside = "".join(trees.tostring(child, encoding="unicode") for child in tree)
    is_long = len(tree.text_content()) >= LONG and len(headings) >= FEW
    safe = mark_safe((etree_text(tree)) + inside)  # sanitised above, and only our own attributes were added
    return Laid(safe, tuple(headings) if is_long else (), first)


def etree_text(tree: trees.HtmlElement) -> str:
    """The words before the first element, escaped."""
    holder = etree.Element("p")
    holder.text = tree.text or ""
    return trees.tostring(holder, encoding="unicode")[3:-4] if holder.text else ""


def mark_headings(tree: trees.HtmlElement) -> list[Heading]:
    """An id for every heading of the first two floors, of its words and once in the page."""
    found, taken = [], set()
    for element in tree.iter("h2", "h3"):
        words = " ".join(element.text_content().split())
        if not words:
            continue
        wanted = slug_of(words) or "part"
        anchor, number = wanted, 2
        while anchor in taken:
            anchor, number = f"{wanted}-{number}", number + 1
        taken.add(anchor)
        element.set("id", anchor)
        found.append(Heading(anchor, words, element.tag == "h3"))
    return found


def set_links(tree: trees.HtmlElement, link: Callable[[str], str | None]) -> None:
    for element in list(tree.iter("a")):
        href = element.get("href", "")
        address = href if href.startswith("#") else link(href)
        if not address:
            element.drop_tag()
            continue
        element.set("href", address)
        if address.startswith(OUTSIDE):
            element.set("rel", "noopener")
        elif "rel" in element.attrib:
            del element.attrib["rel"]


def frame_tables(tree: trees.HtmlElement, label: str) -> None:
    """Wide tables scroll by themselves, by keyboard too."""
    for table in list(tree.iter("table")):
        frame = trees.Element("div")
        frame.set("class", "wide")
        make_scrollable(frame, label)
        frame.tail, table.tail = table.tail, None
        parent = table.getparent()
        if parent is not None:
            parent.replace(table, frame)
        frame.append(table)


def make_scrollable(element: trees.HtmlElement, label: str) -> None:
    element.set("tabindex", "0")
    element.set("role", "region")
    element.set("aria-label", label)


def set_pictures(tree: trees.HtmlElement) -> str:
    """Later ones load when they come near. The address of the first, for those who share the page."""
    first = ""
    for number, picture in enumerate(tree.iter("img")):
        picture.set("alt", picture.get("alt", ""))
        picture.set("decoding", "async")
        if number:
            picture.set("loading", "lazy")
        first = first or picture.get("src", "")
    return first


def plain(html: str, limit: int = 180) -> str:
    """The beginning in plain words, whole ones: for those who share or list the page."""
    text = " ".join(strip_tags(html).split())
    if len(text) <= limit:
        return text
    return text[:limit].rpartition(" ")[0].rstrip(",;:.") + "…"
