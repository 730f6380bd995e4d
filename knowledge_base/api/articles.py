"""Articles: list, search, show, draft, publish; by the same verbs as at the desk."""

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import brands_for, has
from accounts.api.needs import missing, need
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ, ARTICLES_WRITE
from carecenter.api.conditional import check_match, check_seen, etag, hold, require_match, with_tag
from carecenter.api.pagination import Keyset
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, checked, invalid, paged, read_body, read_query, shown
from knowledge_base.access import get_text_for
from knowledge_base.api.read import (
    ArticleChange,
    ArticlePublish,
    ArticleQuery,
    ArticleSchedule,
    ArticleTextChange,
    ArticleTextWrite,
    ArticleWrite,
    SearchQuery,
)
from knowledge_base.api.shown import ArticlesFoundShown, ArticleShown, ArticleTextShown
from knowledge_base.domain.articles import (
    Draft,
    add_language,
    change_article,
    create_article,
    lock_text,
    remove_language,
    save_draft,
    unchanged_since,
)
from knowledge_base.domain.errors import AddressTaken, Incomplete, NotAllowed, StaleDraft
from knowledge_base.domain.listing import has_address
from knowledge_base.domain.publishing import (
    archive,
    is_read,
    publish,
    restore,
    schedule,
    unpublish,
    unschedule,
)
from knowledge_base.domain.searching import search
from knowledge_base.forms import PropertiesForm
from knowledge_base.models import Article, Category, Text, Visibility

RECENT_FIRST = Keyset(("updated_at", "id"), descending=True)
BY_CHANGE = Keyset(("updated_at", "id"))
BY_ID = Keyset(("id",))


def articles_seen_by(user: User) -> QuerySet[Article]:
    """With their texts. Three queries for any number."""
    texts = Text.objects.select_related("published").order_by("pk")
    return (
        Article.objects.visible_to(user)
        .select_related("brand")
        .prefetch_related(Prefetch("texts", queryset=texts))
    )


def article_for(user: User, pk: int) -> Article:
    """Raises Http404."""
    article = articles_seen_by(user).filter(pk=pk).first()
    if article is None:
        raise Http404
    return article


def article_to(request: SignedRequest, code: str, pk: int) -> Article:
    """One the user may read, and do this with. Raises Http404, and 403 for one they may only read."""
    need(request.user, ARTICLES_READ)
    article = article_for(request.user, pk)
    need_in(request.user, code, article.brand_id)
    return article


def text_to(request: SignedRequest, code: str, pk: int, language: str) -> Text:
    """The same for one language of it."""
    need(request.user, ARTICLES_READ)
    text = get_text_for(request.user, pk, language)
    need_in(request.user, code, text.article.brand_id)
    return text


def need_in(user: User, code: str, brand_id: int) -> None:
    """Problem 403 when the user may see this brand's articles, but not do this with them."""
    if not has(user, code, brand_id=brand_id):
        raise missing(code)


def brand_for(user: User, code: str, body: dict[str, Any]) -> Brand:
    """Raises ValidationError."""
    brand = brands_for(user, code).filter(pk=body["brand"]).first()
    if brand is None:
        raise invalid("brand", "There is none with this id.")
    return brand


def filtered(articles: QuerySet[Article], query: dict[str, Any]) -> QuerySet[Article]:
    articles = articles.filter(archived_at__isnull=not query["archived"])
    texts = Text.objects.filter(article=OuterRef("pk"))
    if "language" in query:
        texts = texts.filter(language=query["language"])
        articles = articles.filter(Exists(texts))
    if "published" in query:
        is_read = Exists(texts.filter(published__isnull=False))
        articles = articles.filter(is_read if query["published"] else ~is_read)
    if "updated_since" in query:
        articles = articles.filter(updated_at__gte=query["updated_since"])
    if "review_by" in query:
        articles = articles.filter(review_on__lte=query["review_by"])
    return articles.filter(
        **{name: query[name] for name in ("brand", "category", "owner", "visibility") if name in query}
    )


class ArticleEndpointSet(EndpointSet):
    refusals = {
        Incomplete: (409, "incomplete"),
        AddressTaken: (409, "address-taken"),
        StaleDraft: (409, "stale-draft"),
        NotAllowed: (409, "not-allowed"),
    }


class ArticleEndpoint(ArticleEndpointSet):
    @extend_schema(parameters=[ArticleQuery], responses=page_of(ArticleShown))
    def list(self, request: SignedRequest) -> Response:
        """List articles, the last changed first; drafts among them.

        With `updated_since` the oldest change comes first, so that a copy is brought up to date page by page.
        """
        query = read_query(request, ArticleQuery)
        need(request.user, ARTICLES_READ)
        articles = filtered(articles_seen_by(request.user), query)
        keyset = BY_CHANGE if "updated_since" in query else RECENT_FIRST
        return paged(request, articles, keyset=keyset, query=query, show=ArticleShown)

    @extend_schema(parameters=[SearchQuery], responses=ArticlesFoundShown)
    def search(self, request: SignedRequest) -> Response:
        """Search what is published of a brand, the likeliest first."""
        need(request.user, ARTICLES_READ)
        query = read_query(request, SearchQuery)
        brand = brand_for(request.user, ARTICLES_READ, query)
        found = search(
            brand,
            query["q"],
            language=query.get("language", brand.language),
            visibilities=tuple(query.get("visibility", Visibility.values)),
            limit=query["limit"],
        )
        return Response(
            shown(request, {"results": found.hits, "corrected": found.corrected}, ArticlesFoundShown)
        )

    @extend_schema(request=ArticleWrite, responses={201: ArticleShown})
    def create(self, request: SignedRequest) -> Response:
        """Begin an article: one text, a draft that nobody reads yet."""
        body = read_body(request, ArticleWrite)
        need(request.user, ARTICLES_WRITE)
        brand = brand_for(request.user, ARTICLES_WRITE, body)
        category = None
        if "category" in body:
            category = Category.objects.filter(pk=body["category"], brand=brand).first()
            if category is None:
                raise invalid("category", "There is none with this id.")
        made = create_article(
            actor=request.user,
            brand=brand,
            language=body.get("language", brand.language),
            draft=draft_of(body),
            category=category,
            visibility=body["visibility"],
        )
        location = request.build_absolute_uri(f"{request.path}{made.pk}/")
        return answer(request, made.pk, status=201, Location=location)

    @extend_schema(responses=ArticleShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show an article and its languages."""
        need(request.user, ARTICLES_READ)
        return answer(request, pk)

    @extend_schema(request=ArticleChange, responses=ArticleShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change what is the same in every language. Needs `If-Match` with the ETag of what you read.

        Who may read what is published, or will be by itself, decides who may publish. An address that was published
        stays.
        """
        body = read_body(request, ArticleChange, partial=True)
        article = article_to(request, ARTICLES_WRITE, pk)
        with transaction.atomic():
            hold(article)
            article = article_for(request.user, pk)
            check_seen(request, shown(request, article, ArticleShown))
            if body.get("visibility", article.visibility) != article.visibility and is_read(article):
                need_in(request.user, ARTICLES_PUBLISH, article.brand_id)
            if body.get("slug", article.slug) != article.slug and has_address(article):
                raise invalid("slug", "It was published: people know this address.")
            form = PropertiesForm({**properties_of(article), **body}, article=article)
            change_article(article, actor=request.user, **checked(form))
        return answer(request, pk)

    @extend_schema(request=None, responses=ArticleShown)
    def archive(self, request: SignedRequest, pk: int) -> Response:
        """Put an article into the archive: nobody but authors sees it any more."""
        archive(article_to(request, ARTICLES_PUBLISH, pk), actor=request.user)
        return answer(request, pk)

    @extend_schema(request=None, responses=ArticleShown)
    def restore(self, request: SignedRequest, pk: int) -> Response:
        """Bring an article back from the archive, as it was."""
        restore(article_to(request, ARTICLES_PUBLISH, pk), actor=request.user)
        return answer(request, pk)


class TextEndpoint(ArticleEndpointSet):
    @extend_schema(request=ArticleTextWrite, responses={201: ArticleTextShown})
    def create(self, request: SignedRequest, pk: int) -> Response:
        """Add a language to an article, as a draft; 409 when it has it already."""
        body = read_body(request, ArticleTextWrite)
        article = article_to(request, ARTICLES_WRITE, pk)
        language = body["language"]
        if any(text.language == language for text in article.texts.all()):
            raise NotAllowed("The article has this language already.")
        add_language(article, language, actor=request.user, draft=draft_of(body))
        location = request.build_absolute_uri(f"{request.path}{language}/")
        return text_answer(request, pk, language, status=201, Location=location)

    @extend_schema(responses=ArticleTextShown)
    def retrieve(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Show an article in one language: the draft, and what the public reads."""
        need(request.user, ARTICLES_READ)
        return text_answer(request, pk, language)

    @extend_schema(request=ArticleTextChange, responses=ArticleTextShown)
    def partial_update(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Change the draft. The public reads what it read until you publish.

        Needs `If-Match` with the ETag of what you read.
        """
        body = read_body(request, ArticleTextChange, partial=True)
        text = text_to(request, ARTICLES_WRITE, pk, language)
        wanted = require_match(request)
        with transaction.atomic():
            current = lock_text(text.pk)
            check_match(wanted, current.version)
            save_draft(current, draft_of(body, current), version=current.version, actor=request.user)
        return text_answer(request, pk, language)

    @extend_schema(request=None, responses={204: None})
    def remove(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Remove a language that nobody has read yet, and its versions; never the last one."""
        remove_language(text_to(request, ARTICLES_WRITE, pk, language), actor=request.user)
        return Response(status=204)

    @extend_schema(request=ArticlePublish, responses=ArticleTextShown)
    def publish(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Publish the draft of one language as it stands, or as you have seen it."""
        body = read_body(request, ArticlePublish)
        text = text_to(request, ARTICLES_PUBLISH, pk, language)
        with transaction.atomic():
            unchanged_since(lock_text(text.pk), body.get("version"))
            publish(text, actor=request.user, note=body["note"])
        return text_answer(request, pk, language)

    @extend_schema(request=ArticleSchedule, responses=ArticleTextShown)
    def schedule(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Publish the draft as it stands at a moment to come; what is written until then does not go with it."""
        body = read_body(request, ArticleSchedule)
        text = text_to(request, ARTICLES_PUBLISH, pk, language)
        with transaction.atomic():
            unchanged_since(lock_text(text.pk), body.get("version"))
            schedule(text, body["at"], actor=request.user)
        return text_answer(request, pk, language)

    @extend_schema(request=None, responses=ArticleTextShown)
    def unschedule(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Call off what was to be published by itself."""
        unschedule(text_to(request, ARTICLES_PUBLISH, pk, language), actor=request.user)
        return text_answer(request, pk, language)

    @extend_schema(request=None, responses=ArticleTextShown)
    def unpublish(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Take one language away from the public; the draft stays."""
        unpublish(text_to(request, ARTICLES_PUBLISH, pk, language), actor=request.user)
        return text_answer(request, pk, language)


def draft_of(body: dict[str, Any], current: Text | None = None) -> Draft:
    """What was sent; what was not stays as it is."""
    values = (
        {name: getattr(current, name) for name in ("title", "summary", "html", "phrases")} if current else {}
    )
    values |= {name: body[name] for name in ("title", "summary", "html", "phrases") if name in body}
    return Draft(**values)


def properties_of(article: Article) -> dict[str, Any]:
    """As the form of the screen would send them."""
    return {
        "category": article.category_id,
        "visibility": article.visibility,
        "owner": article.owner_id,
        "review_on": article.review_on,
        "slug": article.slug,
    }


def answer(request: SignedRequest, pk: int, *, status: int = 200, **headers: str) -> Response:
    return with_tag(shown(request, article_for(request.user, pk), ArticleShown), status=status, **headers)


def text_answer(
    request: SignedRequest, pk: int, language: str, *, status: int = 200, **headers: str
) -> Response:
    text = get_text_for(request.user, pk, language)
    return Response(
        shown(request, text, ArticleTextShown), status=status, headers={"ETag": etag(text.version), **headers}
    )
