"""What an import would do, page by page, without doing it."""

import hashlib
import json
from collections.abc import Container
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Brand
from carecenter.lib.html import strip_tags
from knowledge_base.domain.addresses import free_slug, slug_of
from knowledge_base.domain.articles import FIELDS, Draft
from knowledge_base.domain.imports.bundles import MAX_FILES, MAX_TEXTS, BadBundle, BadFile, Bundle
from knowledge_base.domain.imports.pages import Page, page_of, source_of
from knowledge_base.domain.imports.rewriting import Surroundings, address_of, rewrite
from knowledge_base.domain.imports.sheets import pages_of
from knowledge_base.models import Article, Category, Import, ImportItem, Text

Will = ImportItem.Will


@dataclass
class Planned:
    """A page with the article it belongs to, if there is one; `error` says why it cannot become one."""

    path: str
    page: Page | None = None
    error: str = ""
    slug: str = ""
    source: str = ""
    article: Article | None = None
    text: Text | None = None
    notes: list[str] = field(default_factory=list)


def read_all(bundle: Bundle) -> list[Planned]:
    """Every page of the archive, in order; what cannot be read is in the list with its reason."""
    found = [Planned(path, error=why) for path, why in sorted(bundle.refused.items())]
    size = 0
    for path, kind in bundle.pages():
        try:
            content = bundle.read(path)
            size += len(content)
            if size > MAX_TEXTS or len(found) > MAX_FILES:
                raise BadBundle(_("There is more in it than one import takes: bring it in by parts."))
            if kind == "csv":
                found.extend(row_planned(one) for one in pages_of(path, content))
            else:
                found.append(Planned(path, page_of(path, content, kind)))
        except BadFile as error:
            found.append(Planned(path, error=str(error)))
    return found


def row_planned(one: Page | tuple[str, BadFile]) -> Planned:
    return Planned(one.path, one) if isinstance(one, Page) else Planned(one[0], error=str(one[1]))


def plan(bundle: Bundle, job: Import) -> list[Planned]:
    """The pages with their articles and addresses. Reads the brand's articles; writes nothing."""
    planned = read_all(bundle)
    seen: dict[tuple[str, str], str] = {}
    for one in planned:
        if one.page is None:
            continue
        one.page.language = one.page.language or job.language
        one.source = source_of(job.name, one.page.key)
        same = seen.setdefault((one.source, one.page.language), one.path)
        if same != one.path:
            refuse(one, _("It is the same article as %(path)s, in the same language.") % {"path": same})
    find_articles(planned, job.brand)
    choose_addresses(planned, job.brand)
    return planned


def refuse(one: Planned, why: str) -> None:
    one.page, one.error = None, why


def find_articles(planned: list[Planned], brand: Brand) -> None:
    sources = {one.source for one in planned if one.page is not None}
    rows = Article.objects.filter(brand=brand, source__in=sources).select_related("brand", "category")
    known = {article.source: article for article in rows}
    texts = Text.objects.filter(article__in=known.values()).select_related("published")
    by_language = {(text.article_id, text.language): text for text in texts}
    for one in planned:
        one.article = known.get(one.source) if one.page is not None else None
        if one.page is not None and one.article is not None:
            one.text = by_language.get((one.article.pk, one.page.language))


def choose_addresses(planned: list[Planned], brand: Brand) -> None:
    """An article keeps the address it has; a new one gets what its file says, else one of its title."""
    owners = dict(Article.objects.filter(brand=brand).values_list("slug", "source"))
    first: dict[str, str] = {}  # source -> address
    wanted = [(one, one.page) for one in planned if one.page is not None]
    for one, page in sorted(wanted, key=lambda pair: pair[1].language != brand.language):
        if one.source not in first:
            if page.slug and owners.get(page.slug, one.source) != one.source:
                refuse(one, _("Another article has the address “%(slug)s” already.") % {"slug": page.slug})
                continue
            kept = page.slug or (one.article.slug if one.article is not None else "")
            first[one.source] = kept or new_slug(page.title, brand, owners)
            owners[first[one.source]] = one.source
        one.slug = first[one.source]


def new_slug(title: str, brand: Brand, used: Container[str]) -> str:
    """One that nobody has: neither an article of the brand nor a page of this import."""
    wanted = slug_of(title) or free_slug(Article, brand, title)
    number, slug = 2, wanted
    while slug in used:
        slug, number = f"{wanted}-{number}", number + 1
    return slug


def addresses(planned: list[Planned], brand: Brand) -> dict[str, str]:
    """By the path of each page where its article is read."""
    return {one.path: address_of(brand, one.slug) for one in planned if one.page is not None}


def values_of(page: Page, around: Surroundings) -> dict[str, Any]:
    """The text as it would be stored. Raises BadFile for one without words."""
    html = rewrite(page, around)
    values = Draft(page.title, page.summary, html, page.phrases).values()
    if not strip_tags(values["html"]).strip() and "<img" not in values["html"]:
        raise BadFile(_("There is nothing in it."))
    return values


def digest_of(values: dict[str, Any]) -> str:
    plain = json.dumps({name: values[name] for name in FIELDS}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def digest_of_text(text: Text) -> str:
    return digest_of({name: getattr(text, name) for name in FIELDS})


def find_category(brand: Brand, name: str) -> Category | None:
    """By its address or one of its names, whatever their case."""
    folded = name.strip().casefold()
    for category in Category.objects.filter(brand=brand).order_by("parent_id", "position", "pk"):
        names = {str(one).casefold() for one in category.names.values()}
        if folded in names or folded == category.slug:
            return category
    return None


def outcome(one: Planned, values: dict[str, Any], job: Import) -> str:
    """What importing this page would change now; adds to its notes."""
    page, article, text = one.page, one.article, one.text
    assert page is not None  # noqa: S101 -- asked before
    name = page.category
    category = find_category(job.brand, name) if name else job.category
    if name and category is None:
        one.notes.append(_("The category “%(name)s” is made for it.") % {"name": name})
    if article is None:
        return Will.CREATE
    if article.archived_at is not None:
        one.notes.append(_("It is in the archive, and comes back."))
    if text is None:
        one.notes.append(_("A language more of an article that is there."))
        return Will.CREATE
    if was_edited_since(article, text):
        one.notes.append(_("It was edited here since the last import: the edit is replaced."))
    is_same = (
        digest_of(values) == digest_of_text(text)
        and article.archived_at is None
        and article.slug == one.slug
        and (page.visibility or article.visibility) == article.visibility
        and (category is None or article.category_id == category.pk)
        and not (name and category is None)
        and not needs_publishing(one, text, job)
    )
    return Will.SAME if is_same else Will.UPDATE


def needs_publishing(one: Planned, text: Text, job: Import) -> bool:
    """Does the public read something else than the draft, when the import publishes?"""
    if not job.publishes or one.page is None or one.page.is_draft:
        return False
    version = text.published
    return version is None or any(getattr(version, name) != getattr(text, name) for name in FIELDS)


def was_edited_since(article: Article, text: Text) -> bool:
    last = ImportItem.objects.filter(article=article, language=text.language).exclude(digest="")
    digest = last.order_by("-pk").values_list("digest", flat=True).first()
    return digest is not None and digest != digest_of_text(text)
