"""The list of articles at the desk, a new one, and the search for one to link to."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from accounts.access import brands_for
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.domain.listing import State, Wanted, found, languages_in_use, main_text, page_of
from knowledge_base.forms import language_name, shelf_name
from knowledge_base.models import Article, Category, Visibility
from knowledge_base.views.responses import public_path

LINKS = 8
CHOICES = 300  # names in a filter


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def wanted_in(params: QueryDict, user: User) -> Wanted:
    owner = params.get("owner", "")
    return Wanted(
        state=params.get("state", "") if params.get("state") in State.values else "",
        visibility=params.get("visibility", "") if params.get("visibility") in Visibility.values else "",
        language=params.get("language", "")[:10],
        brand=number_in(params.get("brand")),
        category=number_in(params.get("category")),
        owner=user.pk if owner == "me" else number_in(owner),
        is_due=params.get("due") == "1",
        words=params.get("q", "")[:200],
    )


@require_safe
@needs(ARTICLES_READ)
def article_list(request: StaffRequest) -> HttpResponse:
    """The last changed first, by keyset."""
    wanted = wanted_in(request.GET, request.user)
    mine = Article.objects.visible_to(request.user)
    rows, older = page_of(found(mine, wanted), request.GET.get("before", ""))
    for row in rows:
        row.shown_text = shown_text(row, wanted.language)  # type: ignore[attr-defined]
    context = {
        "area": "articles",
        "articles_tab": "list",
        "articles": rows,
        "older": older,
        "wanted": wanted,
        "is_narrowed": wanted != Wanted(),
        "states": [("", None), *((value, label) for value, label in State.choices)],
        "writable": list(brands_for(request.user, ARTICLES_WRITE)[:CHOICES]),
        **filters(mine, wanted),
    }
    fragment = request.htmx and request.htmx.target == "article-rows"
    return render(request, f"knowledge_base/{'_rows' if fragment else 'list'}.html", context)


def shown_text(article: Article, language: str) -> Any:
    texts = {text.language: text for text in article.texts.all()}
    return texts.get(language) or main_text(article)


def filters(mine: QuerySet[Article], wanted: Wanted) -> dict[str, Any]:
    """What the list can be narrowed by, from what there is."""
    living = mine.living()  # type: ignore[attr-defined]
    brands = Brand.objects.filter(pk__in=mine.order_by().values("brand_id"))
    owners = User.objects.filter(pk__in=living.order_by().values("owner_id"))
    shelves = Category.objects.filter(brand__in=brands).select_related("brand", "parent__brand")
    if wanted.brand:
        shelves = shelves.filter(brand=wanted.brand)
    return {
        "brands": list(brands[:CHOICES]),
        "owners": list(owners.order_by("name")[:CHOICES]),
        "languages": [(code, language_name(code)) for code in languages_in_use(mine)],
        "shelves": [(one.pk, shelf_name(one)) for one in shelves[:CHOICES]],
        "visibilities": Visibility.choices,
    }


@require_POST
@needs(ARTICLES_WRITE)
def new(request: StaffRequest) -> HttpResponse:
    """An empty draft in the brand's language, opened in the editor."""
    brand = access.get_brand_for(request.user, number_in(request.POST.get("brand")) or 0, ARTICLES_WRITE)
    category = None
    if pk := number_in(request.POST.get("category")):
        category = access.get_category_for(request.user, pk)
        if category.brand_id != brand.pk:
            raise Http404
    draft = Draft(request.POST.get("title", ""))
    article = create_article(
        actor=request.user, brand=brand, language=brand.language, draft=draft, category=category
    )
    return redirect("articles:text", article.pk, brand.language)


@require_safe
@needs(ARTICLES_READ)
def links(request: StaffRequest, brand_pk: int) -> JsonResponse:
    """Articles of the brand to link to, by their words, without `but`; where there is a help centre."""
    brand = access.get_brand_for(request.user, brand_pk, ARTICLES_READ)
    mine = Article.objects.visible_to(request.user).filter(brand=brand)
    mine = mine.exclude(pk=number_in(request.GET.get("but")) or 0)
    rows, _older = page_of(found(mine, Wanted(words=request.GET.get("q", "")[:200])), "")
    shown = [(row, main_text(row), public_path(row)) for row in rows]
    choices = [
        {"title": text.title, "address": path, "read": text.published_id is not None}
        for _row, text, path in shown
        if text is not None and text.title and path
    ]
    return JsonResponse({"links": choices[:LINKS]})
