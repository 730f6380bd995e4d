"""The shelves of a help centre: their names, their order."""

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brands_for
from accounts.models import Brand
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ
from accounts.views.guard import StaffRequest, needs
from knowledge_base import access
from knowledge_base.domain import categories as verbs
from knowledge_base.domain.errors import AddressTaken, ArticleError
from knowledge_base.domain.listing import languages_in_use
from knowledge_base.forms import CategoryForm
from knowledge_base.models import Article, Category
from knowledge_base.views.listing import number_in
from knowledge_base.views.responses import tell, undone

page = require_http_methods(["GET", "HEAD", "POST"])
UNDO_SALT = "knowledge_base.category_order"
UNDO_SECONDS = 3600


@require_safe
@needs(ARTICLES_READ)
def shelves(request: StaffRequest) -> HttpResponse:
    """Of one brand; with several, the one chosen by `?brand=`."""
    brands = list(brands_for(request.user, ARTICLES_READ))
    asked = number_in(request.GET.get("brand"))
    brand = next((one for one in brands if one.pk == asked), brands[0] if brands else None)
    context: dict[str, Any] = {
        "area": "articles",
        "articles_tab": "categories",
        "brands": brands,
        "brand": brand,
    }
    if brand is not None:
        context |= tree_context(request, brand)
    return render(request, "knowledge_base/categories.html", context)


def tree_context(request: StaffRequest, brand: Brand) -> dict[str, Any]:
    rows = verbs.with_counts(brand)
    below: dict[int, list[Category]] = {}
    for row in rows:
        if row.parent_id is not None:
            below.setdefault(row.parent_id, []).append(row)
    return {
        "brand": brand,
        "tree": [(row, below.get(row.pk, [])) for row in rows if row.parent_id is None],
        "without": Article.objects.filter(brand=brand, category=None, archived_at=None).count(),
        "may_publish": access.can_publish(request.user, brand.pk),
    }


@page
@needs(ARTICLES_PUBLISH)
def new(request: StaffRequest, brand_pk: int) -> HttpResponse:
    brand = access.get_brand_for(request.user, brand_pk, ARTICLES_PUBLISH)
    return edit_page(request, Category(brand=brand))


@page
@needs(ARTICLES_PUBLISH)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    category = access.get_category_for(request.user, pk)
    access.get_brand_for(request.user, category.brand_id, ARTICLES_PUBLISH)
    return edit_page(request, category)


def edit_page(request: StaffRequest, category: Category) -> HttpResponse:
    brand = category.brand
    in_use = languages_in_use(Article.objects.filter(brand=brand))
    languages = list(dict.fromkeys([brand.language, *category.names, *in_use]))
    form = CategoryForm(request.POST or None, category=category, languages=languages)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.save_category(category, actor=request.user, **form.values())
        except ArticleError as error:
            form.add_error("parent" if not isinstance(error, AddressTaken) else None, str(error))
        else:
            messages.success(request, _("The category is saved."))
            return redirect(list_of(brand))
    context = {"area": "articles", "form": form, "category": category, "brand": brand, "back": list_of(brand)}
    return render(request, "knowledge_base/category.html", context, status=422 if form.errors else 200)


def list_of(brand: Brand) -> str:
    return f"{reverse('articles:categories')}?brand={brand.pk}"


@require_POST
@needs(ARTICLES_PUBLISH)
def order(request: StaffRequest, brand_pk: int) -> HttpResponse:
    """`ids` in their new order, or `to`: an order that was before, as the undo of a toast names it."""
    brand = access.get_brand_for(request.user, brand_pk, ARTICLES_PUBLISH)
    try:
        ids = (
            signing.loads(request.GET["to"], salt=UNDO_SALT, max_age=UNDO_SECONDS)
            if "to" in request.GET
            else None
        )
    except signing.BadSignature:
        return HttpResponse(_("This could not be undone any more."), status=409, content_type="text/plain")
    if ids is not None:
        verbs.reorder(brand, ids, actor=request.user)
        return undone(request, list_of(brand), _("Taken back."))
    given = [number for one in request.POST.getlist("ids")[:1000] if (number := number_in(one))]
    before = verbs.reorder(brand, given, actor=request.user)
    if not request.htmx:
        return redirect(list_of(brand))
    response = render(request, "knowledge_base/_tree.html", tree_context(request, brand))
    address = reverse("articles:category_order", args=[brand.pk])
    return tell(response, _("Moved."), undo=f"{address}?to={signing.dumps(before, salt=UNDO_SALT)}")


@require_POST
@needs(ARTICLES_PUBLISH)
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    category = access.get_category_for(request.user, pk)
    brand = access.get_brand_for(request.user, category.brand_id, ARTICLES_PUBLISH)
    try:
        verbs.delete_category(category, actor=request.user)
    except ArticleError as error:
        messages.warning(request, str(error))
        return redirect("articles:category", pk)
    messages.success(request, _("The category is deleted."))
    return redirect(list_of(brand))
