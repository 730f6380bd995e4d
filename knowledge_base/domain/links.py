"""Links from one article to another: what visitors follow, and which of them lead nowhere."""

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand
from carecenter.lib.html import strip_tags
from knowledge_base.domain.reading import published
from knowledge_base.models import Article, Category, Text, Version, Visibility

# Sanitised HTML has its attributes in double quotes.
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"]*)"[^>]*>(.*?)</a>', re.IGNORECASE | re.DOTALL)
_OWN = re.compile(
    r"/help/(?P<brand>[-\w]+)/(?:(?P<language>[a-z]{2,3}(?:-[a-z]{2,8})?)/)?(?:(?P<kind>articles|categories)/"
    r"(?P<slug>[-\w]+)/?)?(?P<rest>[?#].*)?"
)
WIDTH = {Visibility.PUBLIC: 0, Visibility.SIGNED_IN: 1, Visibility.INTERNAL: 2}  # fewer see it


class Why(models.TextChoices):
    """What is wrong with a link."""

    GONE = "gone", _("There is no such article")
    DRAFT = "draft", _("The article is not published")
    ARCHIVED = "archived", _("The article is in the archive")
    HIDDEN = "hidden", _("Fewer people may read that article than this one")
    EMPTY = "empty", _("There is no such category, or nothing to read in it")
    ELSEWHERE = "elsewhere", _("It leads to another brand's help centre")


@dataclass(frozen=True)
class Target:
    """Where a link of ours leads: "articles" or "categories" and the slug; both empty for the home."""

    brand: str
    kind: str
    slug: str
    rest: str  # "#part" or "?query"


@dataclass(frozen=True)
class Broken:
    """A link that visitors cannot follow: its address, its words, and why."""

    href: str
    words: str
    why: Why


def target_of(href: str) -> Target | None:
    """None for what leads outside, to a part of the same page, or to other pages of ours."""
    found = _OWN.fullmatch(entities.unescape(href).strip())
    if found is None:
        return None
    return Target(found["brand"], found["kind"] or "", found["slug"] or "", found["rest"] or "")


def links_in(html: str) -> Iterator[tuple[str, str]]:
    """(address, words) of every link of a sanitised article."""
    for href, words in _LINK.findall(html):
        yield entities.unescape(href), strip_tags(words).strip()


def readable_targets(brand: Brand, html: str, visibilities: tuple[str, ...]) -> set[str]:
    """Of the articles that this one links to, the slugs of those that such a reader can open. One query, or none."""
    targets = (target_of(href) for href, _words in links_in(html))
    slugs = {one.slug for one in targets if one and one.brand == brand.slug and one.kind == "articles"}
    if not slugs:
        return set()
    return set(published(brand, visibilities).filter(slug__in=slugs).values_list("slug", flat=True))


def broken_links(brand: Brand, html: str, *, visibility: str = Visibility.PUBLIC) -> list[Broken]:
    """Links of an article's words that its readers could not follow. In two queries, or none."""
    links = [(href, words, target) for href, words in links_in(html) if (target := target_of(href))]
    known = Known(brand, [target for _href, _words, target in links])
    found = []
    for href, words, target in links:
        why = known.trouble_with(target, visibility)
        if why is not None:
            found.append(Broken(href, words, why))
    return found


class Known:
    """The articles and categories that some links name, read at once."""

    def __init__(self, brand: Brand, targets: list[Target]) -> None:
        self.brand = brand
        wanted: dict[str, set[str]] = {"articles": set(), "categories": set()}
        for target in targets:
            if target.brand == brand.slug and target.kind:
                wanted[target.kind].add(target.slug)
        self.articles = self.read_articles(wanted["articles"])
        self.categories = self.read_categories(wanted["categories"])

    def read_articles(self, slugs: set[str]) -> dict[str, tuple[str, bool, bool]]:
        """(visibility, is it archived, is anything published) by slug."""
        if not slugs:
            return {}
        read = Text.objects.filter(article=models.OuterRef("pk"), published__isnull=False)
        rows = Article.objects.filter(brand=self.brand, slug__in=slugs).annotate(read=models.Exists(read))
        return {row.slug: (row.visibility, row.archived_at is not None, row.read) for row in rows}

    def read_categories(self, slugs: set[str]) -> set[str]:
        rows = Category.objects.filter(brand=self.brand, slug__in=slugs)
        return set(rows.values_list("slug", flat=True)) if slugs else set()

    def trouble_with(self, target: Target, visibility: str) -> Why | None:
        if target.brand != self.brand.slug:
            return Why.ELSEWHERE
        if target.kind == "categories":
            return None if target.slug in self.categories else Why.EMPTY
        if not target.kind:
            return None
        if target.slug not in self.articles:
            return Why.GONE
        width, is_archived, is_read = self.articles[target.slug]
        if is_archived:
            return Why.ARCHIVED
        if not is_read:
            return Why.DRAFT
        return Why.HIDDEN if WIDTH[Visibility(width)] > WIDTH[Visibility(visibility)] else None


def all_broken(brand: Brand, *, limit: int = 500) -> list[tuple[Text, list[Broken]]]:
    """Every published text of a brand with links that lead nowhere, as the public reads it now."""
    rows = Text.objects.filter(article__brand=brand, article__archived_at__isnull=True)
    rows = rows.filter(published__html__contains='href="/help/')
    texts = list(rows.select_related("article__brand", "published").order_by("article_id", "pk")[:limit])
    pages: list[tuple[Text, Version]] = [(text, text.published) for text in texts if text.published]
    links = [
        target for _t, version in pages for href, _w in links_in(version.html) if (target := target_of(href))
    ]
    known = Known(brand, links)
    found = []
    for text, version in pages:
        wrong = [
            Broken(href, words, why)
            for href, words in links_in(version.html)
            if (target := target_of(href)) and (why := known.trouble_with(target, text.article.visibility))
        ]
        if wrong:
            found.append((text, wrong))
    return found
