"""The desk's list of articles: which there are, by what one looks for, and how far each is."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, User
from accounts.permissions import ARTICLES_WRITE
from knowledge_base.domain.versions import says_the_same
from knowledge_base.models import Article, Text, Vote

PAGE = 30
WORDS = 6


class State(models.TextChoices):
    """How far an article is. One that is published in any language counts as published."""

    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CHANGED = "changed", _("Changed since")
    SCHEDULED = "scheduled", _("Scheduled")
    ARCHIVED = "archived", _("Archive")


@dataclass(frozen=True)
class Wanted:
    """What one looks for; empty is everything but the archive."""

    state: str = ""
    visibility: str = ""
    language: str = ""
    brand: int | None = None
    category: int | None = None
    owner: int | None = None
    is_due: bool = False
    words: str = ""


def today() -> datetime.date:
    return timezone.localdate()


def found(articles: QuerySet[Article], wanted: Wanted) -> QuerySet[Article]:
    """Those of `articles` that are wanted, without order."""
    archived = wanted.state == State.ARCHIVED
    articles = articles.filter(archived_at__isnull=not archived)
    exact = {
        "visibility": wanted.visibility,
        "brand": wanted.brand,
        "category": wanted.category,
        "owner": wanted.owner,
    }
    articles = articles.filter(**{name: value for name, value in exact.items() if value})
    if wanted.is_due:
        articles = articles.filter(review_on__lte=today())
    texts = Text.objects.filter(article=OuterRef("pk"))
    if wanted.language:
        texts = texts.filter(language=wanted.language)
        articles = articles.filter(Exists(texts))
    for word in wanted.words.replace("\x00", "").split()[:WORDS]:
        says = Q(title__icontains=word) | Q(html__icontains=word) | Q(phrases__icontains=word)
        articles = articles.filter(Exists(texts.filter(says)))
    return in_state(articles, wanted.state, texts)


def in_state(articles: QuerySet[Article], state: str, texts: QuerySet[Text]) -> QuerySet[Article]:
    published = texts.filter(published__isnull=False)
    if state == State.DRAFT:
        return articles.filter(~Exists(published))
    if state == State.PUBLISHED:
        return articles.filter(Exists(published))
    if state == State.SCHEDULED:
        return articles.filter(Exists(texts.filter(publish_at__isnull=False)))
    if state == State.CHANGED:
        same = {name: F(f"published__{name}") for name in ("title", "summary", "html", "phrases")}
        return articles.filter(Exists(published.exclude(**same)))
    return articles


def page_of(articles: QuerySet[Article], before: str) -> tuple[list[Article], str]:
    """The last changed first, with their texts, and where the next page begins; `before` is what this gave."""
    at, _sep, pk = before.rpartition("~")
    try:
        moment = datetime.datetime.fromisoformat(at) if at else None
        last = int(pk) if pk else 0
    except ValueError:
        moment, last = None, 0
    if moment is not None and moment.tzinfo is not None and last < 2**63:
        articles = articles.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=last))
    rows = articles.order_by("-updated_at", "-pk").select_related("brand", "category", "owner")
    texts = Text.objects.select_related("published").order_by("language")
    rows = rows.prefetch_related(Prefetch("texts", texts))
    rows = rows.annotate(
        votes_given=count_of(Vote.objects.all()), helped=count_of(Vote.objects.filter(helped=True))
    )
    shown: list[Article] = [*rows[: PAGE + 1]]
    if len(shown) <= PAGE:
        return shown, ""
    shown = shown[:PAGE]
    return shown, f"{shown[-1].updated_at.isoformat()}~{shown[-1].pk}"


def count_of(votes: QuerySet[Vote]) -> Coalesce:
    """Counted for the rows of the page alone: as a join they would be counted for every article first."""
    mine = votes.filter(article=OuterRef("pk")).order_by().values("article")
    return Coalesce(Subquery(mine.annotate(n=Count("pk")).values("n")), 0)


def state_of(text: Text) -> State:
    """How far this language is; whether its article is in the archive is not asked."""
    if text.published is None:
        return State.SCHEDULED if text.publish_at is not None else State.DRAFT
    return State.PUBLISHED if says_the_same(text, text.published) else State.CHANGED


def has_address(article: Article) -> bool:
    """Was it ever published, so that people have its address in bookmarks and mails?"""
    return article.texts.filter(published_at__isnull=False).exists()


def main_text(article: Article) -> Text | None:
    """In the brand's language, else the first there is. Asks `article.texts`, so that a prefetch is used."""
    texts = list(article.texts.all())
    return next(
        (text for text in texts if text.language == article.brand.language), texts[0] if texts else None
    )


def languages_in_use(articles: QuerySet[Article]) -> list[str]:
    texts = Text.objects.filter(article__in=articles)
    return sorted(texts.order_by().values_list("language", flat=True).distinct())


def authors_of(brand: Brand) -> QuerySet[User]:
    """Colleagues who may write articles of the brand."""
    here = Q(grants__brand=brand) | Q(grants__brand=None, grants__team=None)
    here |= Q(grants__brand=None, grants__team__pool=brand.pool_id)
    may: dict[str, Any] = {"grants__role__permissions__contains": [ARTICLES_WRITE]}
    return User.objects.filter(here, is_active=True, **may).distinct().order_by("name", "pk")
