"""What a page points at: pictures beside it come along, links to other files of the import lead to their articles."""

import base64
import binascii
import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Brand, User
from carecenter.lib.blobs.storage import store
from carecenter.lib.sanitise import MAX_HTML, MAX_TAGS, bounded
from knowledge_base.domain.errors import BadPicture
from knowledge_base.domain.imports.bundles import PICTURES, BadFile, Bundle, suffix
from knowledge_base.domain.imports.pages import Page
from knowledge_base.domain.pictures import Drawn, redraw
from knowledge_base.models import Picture

DATA = re.compile(r"^data:image/[a-z+.-]{1,20};base64,", re.IGNORECASE)
NOTES: Final = 20  # of one page
MOST_PICTURES: Final = 200
NEW_PICTURE: Final = "a" * 26  # stands for the key of one that is only looked at


@dataclass
class Surroundings:
    """Where a page stands: the files around it, and the address of each page's article."""

    bundle: Bundle
    brand: Brand
    addresses: Mapping[str, str]
    actor: User | None
    keeps: bool  # False: nothing is stored, only looked at
    # Path of a file: its picture (key, width, height), or why it is none. One logo stands on every page.
    seen: dict[str, "tuple[str, int, int] | str"] = field(default_factory=dict)


def address_of(brand: Brand, slug: str) -> str:
    """Where customers read the article."""
    return reverse("help:article", args=[brand.slug, slug])


def rewrite(page: Page, around: Surroundings) -> str:
    """The page's HTML with pictures and links of ours. What cannot be kept is told in the page's notes."""
    # Imported where it is used: it costs every process some megabytes.
    from lxml import etree
    from lxml import html as trees

    if len(page.html) > MAX_HTML or page.html.count("<") > 40 * MAX_TAGS:
        raise BadFile(_("There is too much in it for one article."))
    try:
        root: Any = trees.fragment_fromstring(bounded(page.html), create_parent="body")
    except (etree.ParserError, ValueError) as error:
        raise BadFile(_("Its text cannot be read.")) from error
    for number, picture in enumerate(list(root.iter("img"))):
        if number < MOST_PICTURES:
            place_picture(page, picture, around)
        else:
            picture.drop_tree()
    for link in list(root.iter("a")):
        place_link(page, link, around)
    whole: str = trees.tostring(root, encoding="unicode", with_tail=False)
    return whole.removeprefix("<body>").removesuffix("</body>").removesuffix("<body/>").strip()


def note(page: Page, text: str) -> None:
    if len(page.notes) < NOTES and text not in page.notes:
        page.notes.append(text)


def beside(page: Page, target: str) -> str:
    """The path in the archive that a relative address of this page means; "" for one that leads out of it."""
    try:
        path = unquote(urlsplit(target).path)
    except ValueError:  # an address that is none
        return ""
    path = path.replace("\\", "/")
    joined = posixpath.normpath(posixpath.join("" if path.startswith("/") else page.folder, path.lstrip("/")))
    return "" if joined.startswith("..") or "\x00" in joined else joined


def is_elsewhere(target: str) -> bool:
    return bool(re.match(r"^(?:[a-z][a-z0-9+.-]*:|//)", target.strip(), re.IGNORECASE))


def place_picture(page: Page, picture: Any, around: Surroundings) -> None:
    """Its file is stored, drawn anew; without it the picture goes and a note stays."""
    source = (picture.get("src") or "").strip()
    try:
        key, width, height = drawn_once(page, source, around)
    except (BadFile, BadPicture) as error:
        shown = "" if source.startswith("data:") else source[:120]
        note(
            page,
            _("Picture left out: %(name)s. %(why)s") % {"name": shown or _("one in the text"), "why": error},
        )
        picture.drop_tree()
        return
    picture.set("src", reverse("help:picture", args=[around.brand.slug, key]))
    picture.set("width", str(width))
    picture.set("height", str(height))


def drawn_once(page: Page, source: str, around: Surroundings) -> tuple[str, int, int]:
    """Key, width and height of the picture. Raises BadFile, BadPicture; for the same file again without looking."""
    path = "" if DATA.match(source) or is_elsewhere(source) else beside(page, source)
    known = around.seen.get(path) if path else None
    if isinstance(known, str):
        raise BadFile(known)
    if known is not None:
        return known
    try:
        drawn = redraw(picture_bytes(page, source, around.bundle))
    except (BadFile, BadPicture) as error:
        if path:
            around.seen[path] = str(error)
        raise
    found = (key_of(around, drawn, source), drawn.width, drawn.height)
    if path:
        around.seen[path] = found
    return found


def picture_bytes(page: Page, source: str, bundle: Bundle) -> bytes:
    """Raises BadFile."""
    if match := DATA.match(source):
        try:
            return base64.b64decode(source[match.end() :], validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadFile(_("It cannot be read.")) from error
    if not source or is_elsewhere(source):
        raise BadFile(_("It is not among the files."))
    path = beside(page, source)
    if not path or not bundle.has(path) or suffix(path) not in PICTURES:
        raise BadFile(_("It is not among the files."))
    return bundle.read(path)


def key_of(around: Surroundings, drawn: Drawn, source: str) -> str:
    """Of the brand's picture with these bytes: the same file twice, or imported again, is one. New ones are stored."""
    digest = hashlib.sha256(drawn.content).hexdigest()
    known = Picture.objects.filter(brand=around.brand, blob__sha256=digest).order_by("pk").first()
    if known is not None:
        return known.key
    if not around.keeps:
        return NEW_PICTURE
    name = "" if source.startswith("data:") else posixpath.basename(source)[:120]
    row = Picture(
        brand=around.brand,
        blob=store(drawn.content),
        name=name,
        width=drawn.width,
        height=drawn.height,
        added_by=around.actor,
    )
    row.save(force_insert=True)
    return row.key


def place_link(page: Page, link: Any, around: Surroundings) -> None:
    """To another page of the import: to its article. To a file that is none: the words stay, the link goes."""
    target = (link.get("href") or "").strip()
    if not target or target.startswith(("#", "/help/")) or is_elsewhere(target):
        return
    path = beside(page, target)
    for one in (path, f"{path}.md", f"{path}.html", f"{path}/index.md", f"{path}/index.html"):
        if one in around.addresses:
            _before, mark, name = target.partition("#")
            fragment = f"#{name}" if mark and name else ""
            link.set("href", around.addresses[one] + fragment)
            return
    note(
        page,
        _("Link left out: %(target)s is not among the articles of this import.") % {"target": target[:120]},
    )
    link.drop_tag()
