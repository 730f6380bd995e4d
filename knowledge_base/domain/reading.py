"""What visitors read: published texts of living articles, in their language or in the one there is.

The only place that decides what the public sees; pages, search results, pictures and the sitemap all ask here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Window
from django.db.models.functions import Coalesce, RowNumber

from accounts.models import Brand
from carecenter.lib.time import now
from knowledge_base.models import Article, Category, Step, StepName, Text, Visibility
from knowledge_base.models.articles import ArticleQuerySet

PUBLIC = (Visibility.PUBLIC.value,)
ON_A_PAGE = 200  # articles of a category
ON_A_SHELF = 5  # articles of a category that its card shows
OFTEN_WITHIN = timedelta(days=30)
HEAVY = ("html", "phrases", "summary", "published__html", "published__phrases")


@dataclass(frozen=True)
class Reader:
    """Who reads: at which brand, in which language, and how much of it is for them."""

    brand: Brand
    language: str
    visibilities: tuple[str, ...] = PUBLIC

    @property
    def languages(self) -> tuple[str, ...]:
        """In which order texts are chosen: the reader's, the same without its region, the brand's."""
        return (self.language, self.language.partition("-")[0], self.brand.language)


@dataclass(frozen=True)
class Shown:
    """An article as one reader sees it."""

    article: Article
    text: Text
    wanted: str

    @property
    def slug(self) -> str:
        return self.article.slug

    @property
    def language(self) -> str:
        return self.text.language

    @property
    def title(self) -> str:
        return self.text.published.title if self.text.published else ""

    @property
    def summary(self) -> str:
        return self.text.published.summary if self.text.published else ""

    @property
    def html(self) -> str:
        return self.text.published.html if self.text.published else ""

    @property
    def is_fallback(self) -> bool:
        """Is it in another language than was asked for? "de" is no other one than "de-AT"."""
        return self.language.partition("-")[0] != self.wanted.partition("-")[0]

    @property
    def is_private(self) -> bool:
        return self.article.visibility != Visibility.PUBLIC

    @property
    def changed_at(self) -> datetime:
        """When what is read now was published or scheduled."""
        return self.text.published.made_at if self.text.published else self.text.edited_at


@dataclass
class Shelf:
    """A category with what stands on it; `count` is all of it, `shown` may be the first few, or a page with `more`."""

    category: Category
    shown: list[Shown] = field(default_factory=list)
    count: int = 0
    children: list["Shelf"] = field(default_factory=list)
    more: bool = False

    @property
    def left(self) -> int:
        return self.count - len(self.shown)


def published(brand: Brand, visibilities: Iterable[str] = PUBLIC) -> ArticleQuerySet:
    """Articles that have something to read for such a reader, in any language."""
    read = Text.objects.filter(article=OuterRef("pk"), published__isnull=False)
    rows: ArticleQuerySet = Article.objects.filter(brand=brand, visibility__in=tuple(visibilities))
    return rows.living().filter(Exists(read))


def with_texts(rows: ArticleQuerySet, *, whole: bool = False) -> ArticleQuerySet:
    """With what is published of them, in every language; `whole` with the words of the article itself."""
    texts = Text.objects.filter(published__isnull=False).select_related("published").order_by("pk")
    if not whole:
        texts = texts.defer(*(name for name in HEAVY if name != "published__summary"))
    return rows.prefetch_related(Prefetch("texts", texts, to_attr="read"))


def texts_read(article: Article) -> list[Text]:
    """What is published of an article of `with_texts`, the oldest text first."""
    found: list[Text] = article.read  # type: ignore[attr-defined]
    return found


def as_shown(article: Article, reader: Reader) -> Shown:
    """The text to show of an article of `with_texts`: the reader's language, else the brand's, else the oldest."""
    texts = texts_read(article)
    by_language = {text.language: text for text in texts}
    chosen = next((by_language[code] for code in reader.languages if code in by_language), texts[0])
    return Shown(article, chosen, reader.language)


def all_shown(rows: ArticleQuerySet, reader: Reader) -> list[Shown]:
    """Rows whose last text was taken back between the two queries are left out."""
    return [as_shown(article, reader) for article in with_texts(rows) if texts_read(article)]


def find_article(reader: Reader, slug: str) -> Shown | None:
    """The article at this address with its words, if this reader may read it."""
    rows = with_texts(published(reader.brand, reader.visibilities), whole=True)
    article = rows.select_related("category__parent", "category__brand").filter(slug=slug).first()
    return as_shown(article, reader) if article is not None else None


def languages_of(brand: Brand, visibilities: Iterable[str] = PUBLIC) -> list[str]:
    """Those in which there is something to read, the brand's own first."""
    rows = Text.objects.filter(
        published__isnull=False,
        article__brand=brand,
        article__archived_at__isnull=True,
        article__visibility__in=tuple(visibilities),
    )
    found = set(rows.order_by().values_list("language", flat=True).distinct())
    return [brand.language, *sorted(found - {brand.language})]


def shelves(reader: Reader, *, each: int = ON_A_SHELF) -> list[Shelf]:
    """The categories of the first floor with their first articles; those where there is nothing to read are left out.

    Articles of a category within another stand on the card of the outer one.
    """
    categories = list(
        Category.objects.filter(brand=reader.brand, parent__isnull=True).select_related("brand")
    )
    outer = Coalesce("category__parent_id", "category_id")
    rows = published(reader.brand, reader.visibilities).filter(category__isnull=False).annotate(outer=outer)
    counts = dict(rows.order_by().values("outer").annotate(n=Count("pk")).values_list("outer", "n"))
    order: list[Any] = [
        F("category__parent_id").asc(nulls_first=True),
        F("category__position"),
        F("position"),
        F("pk"),
    ]
    place = Window(RowNumber(), partition_by=F("outer"), order_by=order)
    first = rows.annotate(place=place).filter(place__lte=each).order_by("place")
    found = {category.pk: Shelf(category, count=counts.get(category.pk, 0)) for category in categories}
    for shown in all_shown(first, reader):
        shelf = found.get(shown.article.outer)  # type: ignore[attr-defined]
        if shelf is not None:
            shelf.shown.append(shown)
    return [shelf for shelf in found.values() if shelf.count]


def find_shelf(reader: Reader, slug: str, *, page: int = 1) -> Shelf | None:
    """A category with what stands on it and in the categories within it, a page of it. None for nothing to read."""
    named = Category.objects.filter(brand=reader.brand, slug=slug).select_related("brand", "parent__brand")
    category = named.first()
    if category is None:
        return None
    children = {one.pk: Shelf(one) for one in category.children.select_related("brand")}
    shelf = Shelf(category)
    articles = published(reader.brand, reader.visibilities).filter(category__in=[category.pk, *children])
    begin = (page - 1) * ON_A_PAGE
    found = all_shown(articles.order_by("position", "pk")[begin : begin + ON_A_PAGE + 1], reader)
    shelf.more = len(found) > ON_A_PAGE
    for shown in found[:ON_A_PAGE]:
        home = children.get(shown.article.category_id or 0, shelf)
        home.shown.append(shown)
        home.count += 1
    shelf.children = [child for child in children.values() if child.count]
    return shelf if shelf.count or shelf.children else None


def without_category(reader: Reader, *, limit: int = 12) -> list[Shown]:
    rows = published(reader.brand, reader.visibilities).filter(category__isnull=True)
    return all_shown(rows.order_by("position", "pk")[:limit], reader)


def often_read(reader: Reader, *, limit: int = 6) -> list[Shown]:
    """What most visitors read of late."""
    steps = Step.objects.filter(name=StepName.READ, at__gte=now() - OFTEN_WITHIN, article__brand=reader.brand)
    most = (
        steps.order_by().values("article").annotate(n=Count("visit", distinct=True)).order_by("-n", "article")
    )
    ids = [row["article"] for row in most[: limit * 3]]
    return in_order(reader, ids)[:limit]


def in_order(reader: Reader, ids: list[int]) -> list[Shown]:
    """These articles as given, without those that the reader may not read."""
    rows = published(reader.brand, reader.visibilities).filter(pk__in=ids)
    found = {shown.article.pk: shown for shown in all_shown(rows, reader)}
    return [found[pk] for pk in ids if pk in found]


def neighbours(shown: Shown, reader: Reader, *, limit: int = 4) -> list[Shown]:
    """What stands beside an article on its shelf, the next ones first."""
    article = shown.article
    if article.category_id is None:
        return []
    rows = published(reader.brand, reader.visibilities).filter(category=article.category_id)
    others = rows.exclude(pk=article.pk).order_by("position", "pk")
    after = list(others.filter(position__gte=article.position).values_list("pk", flat=True)[:limit])
    before = list(others.exclude(pk__in=after).values_list("pk", flat=True)[: limit - len(after)])
    return in_order(reader, [*after, *before])


def newest_change(brand: Brand) -> datetime | None:
    """When anything about the brand's articles changed last: what is kept of them is good until then."""
    row = (
        Article.objects.filter(brand=brand)
        .order_by("-updated_at", "-pk")
        .values_list("updated_at", flat=True)
    )
    return row.first()
