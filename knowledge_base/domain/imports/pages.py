"""From a file to what would be an article: its words as HTML, and what the file says about itself."""

import hashlib
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from knowledge_base.domain.imports.bundles import BadFile
from knowledge_base.domain.imports.front import Front, list_of, split, text_of
from knowledge_base.models import Visibility

TITLE: Final = 200
VISIBILITIES: Final = {
    **{str(value): str(value) for value in Visibility},
    "signed-in": "signed_in", "customers": "signed_in", "private": "internal", "colleagues": "internal", "": "",
}  # fmt: skip
NO: Final = frozenset({"false", "no", "0", "draft"})
YES: Final = frozenset({"true", "yes", "1"})
LANGUAGE = re.compile(r"^[a-z]{2,3}(?:-[a-z0-9]{2,8})?$")


@dataclass
class Page:
    """One article in one language, as a file has it. `key` is the same for the languages of one article."""

    path: str
    key: str
    title: str
    html: str
    language: str = ""  # empty: what the import as a whole is in
    slug: str = ""
    category: str = ""
    visibility: str = ""
    summary: str = ""
    phrases: list[str] = field(default_factory=list)
    is_draft: bool = False
    notes: list[str] = field(default_factory=list)

    @property
    def folder(self) -> str:
        return posixpath.dirname(self.path)


def decoded(content: bytes) -> str:
    """As UTF-8, with a mark of another Unicode form by that, else as Windows writes Western Europe."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return content.decode(name, "replace").replace("\x00", "").lstrip("\ufeff")
    if b"\x00" in content[:4096]:
        raise BadFile(_("It is no text."))
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def page_of(path: str, content: bytes, kind: str) -> Page:
    """A Markdown or HTML file. Raises BadFile."""
    text = decoded(content)
    front, body = split(text)
    page = from_markdown(path, body) if kind == "markdown" else from_html(path, body)
    tell_front(page, front)
    if not page.title:
        raise BadFile(_("It has no title."))
    return page


def blank(path: str) -> Page:
    """What the path alone says: guides/de/returns.md and guides/returns.de.md are guides/returns in German."""
    stem = posixpath.splitext(path)[0]
    known = dict(settings.LANGUAGES)
    language = ""
    if (named := stem.rpartition(".")[2].lower()) in known and "." in posixpath.basename(stem):
        stem, language = stem[: -len(named) - 1], named
    folders = stem.split("/")
    if not language and (spoken := next((one for one in folders[:-1] if one.lower() in known), "")):
        language = spoken.lower()
        folders.remove(spoken)
    category = folders[-2] if len(folders) > 1 else ""
    name = folders[-1] if folders[-1].lower() not in ("index", "readme") or len(folders) == 1 else category
    return Page(
        path=path,
        key="/".join(folders).lower(),
        title=words_of(name),
        html="",
        language=language,
        category=words_of(category),
    )


def words_of(name: str) -> str:
    """getting-started is "Getting started"; what orders files, like 03-, is left out."""
    words = re.sub(r"^\d{1,3}[-_. ]+", "", name).replace("-", " ").replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else ""


def from_markdown(path: str, body: str) -> Page:
    # Imported where it is used: most processes never read Markdown.
    from markdown_it import MarkdownIt

    page = blank(path)
    title, body = heading_of(body)
    page.title = title or page.title
    page.html = str(MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).render(body))
    return page


def heading_of(body: str) -> tuple[str, str]:
    """The first line when it is the title (# Title, or underlined with =), and the rest."""
    text = body.lstrip("\n")
    if match := re.match(r"#[ \t]+(\S.{0,400}?)[ \t]*#*[ \t]*(?:\n|$)", text):
        return plain(match[1]), text[match.end() :]
    if match := re.match(r"(\S.{0,400}?)[ \t]*\n=+[ \t]*(?:\n|$)", text):
        return plain(match[1]), text[match.end() :]
    return "", body


def plain(markdown: str) -> str:
    """A heading without its signs: links and emphasis are their words."""
    text = re.sub(r"!?\[([^\]]{0,300})\]\([^)]{0,300}\)", r"\1", markdown)
    return re.sub(r"[*_`]{1,3}(\S(?:.{0,300}?\S)?)[*_`]{1,3}", r"\1", text).strip()


def from_html(path: str, body: str) -> Page:
    """The main part of a page, without what stands on every page of a site."""
    # Imported where it is used: it costs every process some megabytes.
    from lxml import etree
    from lxml import html as trees

    page = blank(path)
    try:
        root = trees.document_fromstring(body.encode("utf-8"), parser=trees.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, ValueError) as error:
        raise BadFile(_("There is nothing in it.")) from error
    told = {
        str(meta.get("name", "")).lower().removeprefix("article:"): str(meta.get("content", ""))
        for meta in root.iter("meta")
    }
    page.title = " ".join((root.findtext(".//title") or page.title).split())
    page.language = language_of(root.get("lang") or "") or page.language
    main = part_of(root)
    for unwanted in list(
        main.iter("script", "style", "nav", "header", "footer", "form", "noscript", "template")
    ):
        unwanted.drop_tree()
    heading = main.find(".//h1")
    if heading is not None and (said := " ".join(heading.text_content().split())):
        page.title = said
        heading.drop_tree()
    page.html = "".join([_escaped(main.text), *(trees.tostring(one, encoding="unicode") for one in main)])
    tell_front(page, {name: value for name, value in told.items() if name in META})
    return page


META: Final = ("description", "summary", "slug", "category", "language", "visibility", "phrases")


def _escaped(text: str | None) -> str:
    return (text or "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def part_of(root: Any) -> Any:
    for name in ("main", "article", "body"):
        if (found := root.find(f".//{name}")) is not None:
            return found
    return root


def tell_front(page: Page, front: Mapping[str, str | list[str]]) -> None:
    """What the file says itself wins over what its path and its words say. Raises BadFile for what is not known."""
    page.title = (text_of(front, "title", "question") or page.title)[:TITLE]
    page.summary = text_of(front, "summary", "description", "excerpt") or page.summary
    page.category = text_of(front, "category", "categories", "section") or page.category
    page.phrases = list_of(front, "phrases", "questions", "keywords") or page.phrases
    if slug := text_of(front, "slug", "permalink"):
        page.slug = slugify(posixpath.basename(slug.rstrip("/")))[:80]
    if key := text_of(front, "key", "id", "translation_of"):
        page.key = key.lower()
    if language := text_of(front, "language", "lang", "locale"):
        page.language = language_of(language)
        if not page.language:
            raise BadFile(_("“%(code)s” is no language.") % {"code": language[:40]})
    visibility = text_of(front, "visibility", "access").lower()
    if visibility not in VISIBILITIES:
        raise BadFile(
            _("“%(word)s” is no visibility: say public, signed_in or internal.") % {"word": visibility[:40]}
        )
    page.visibility = VISIBILITIES[visibility] or page.visibility
    page.is_draft = (
        text_of(front, "draft").lower() in YES or text_of(front, "published", "status").lower() in NO
    )


def language_of(code: str) -> str:
    """de-AT is de where we know only that; "" for what is no language."""
    code = code.strip().lower().replace("_", "-")
    if not LANGUAGE.match(code):
        return ""
    return code if code in dict(settings.LANGUAGES) else code.partition("-")[0][:10]


def source_of(name: str, key: str) -> str:
    """What an article remembers of where it came from: the same again is an update."""
    source = f"{name}:{key}"
    if len(source) <= 200:
        return source
    return f"{name}:{hashlib.sha256(key.encode()).hexdigest()}"


__all__ = ["BadFile", "Front", "Page", "decoded", "page_of", "source_of"]
