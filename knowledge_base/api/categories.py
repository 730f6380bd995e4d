"""The shelves of a help centre: named in each language, two deep, in an order. The verbs of their pages."""

from typing import Any

from django.conf import settings
from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import brands_for
from accounts.api.needs import missing, need
from accounts.models import Brand, User
from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown
from knowledge_base import access
from knowledge_base.api.articles import ArticleEndpointSet
from knowledge_base.api.read import CategoryQuery
from knowledge_base.api.shown import CategoryShown
from knowledge_base.domain import categories as verbs
from knowledge_base.forms import CategoryForm
from knowledge_base.models import Category

BY_ID = Keyset(("id",))
LANGUAGES = dict(settings.LANGUAGES)


def by_language(longest: int, **more: Any) -> serializers.DictField:
    return serializers.DictField(
        child=Text(max_length=longest, allow_blank=True), required=False, help_text="By language.", **more
    )


@example({"names": {"en": "Returns", "de": "Rückgabe"}, "icon": "package"})
class CategoryChange(Input):
    names = by_language(80)
    abouts = by_language(200)
    icon = Text(max_length=40, required=False, allow_blank=True)

    def get_fields(self) -> dict[str, Any]:
        # `parent` is a name of Field itself, so it cannot be declared as such.
        parent = Id(required=False, allow_null=True, help_text="It stands in this one; null: at the top.")
        return {**super().get_fields(), "parent": parent}

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for name in ("names", "abouts"):
            if unknown := [code for code in attrs.get(name, {}) if code not in LANGUAGES]:
                raise serializers.ValidationError({name: [f"There is no language {unknown[0][:20]}."]})
        return attrs


@example({"brand": 1, "names": {"en": "Returns"}})
class CategoryWrite(CategoryChange):
    """It comes last, and stays with its brand."""

    brand = Id()


@example({"brand": 1, "ids": [2, 1]})
class CategoryOrder(Input):
    brand = Id()
    ids = serializers.ListField(
        child=Id(), max_length=1000, help_text="These first; the others behind as they were."
    )


class CategoryOrdered(serializers.Serializer[Any]):
    before = serializers.ListField(child=serializers.IntegerField(), help_text="Send it to take this back.")


class CategoryEndpoint(ArticleEndpointSet):
    @extend_schema(parameters=[CategoryQuery], responses=page_of(CategoryShown))
    def list(self, request: SignedRequest) -> Response:
        """List the categories of the brands whose articles you may read."""
        query = read_query(request, CategoryQuery)
        need(request.user, ARTICLES_READ)
        brands = brands_for(request.user, ARTICLES_READ).order_by().values("pk")
        categories = Category.objects.filter(brand__in=brands)
        if "brand" in query:
            categories = categories.filter(brand=query["brand"])
        return paged(request, categories, keyset=BY_ID, query=query, show=CategoryShown)

    @extend_schema(request=CategoryWrite, responses={201: CategoryShown})
    def create(self, request: SignedRequest) -> Response:
        """Set up a category of a help centre."""
        body = read_body(request, CategoryWrite)
        need(request.user, ARTICLES_PUBLISH)
        made = self.keep(request, Category(brand=brand_of(request.user, body["brand"])), body)
        return self.answer(request, made.pk, status=201)

    @extend_schema(responses=CategoryShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a category."""
        need(request.user, ARTICLES_READ)
        return self.answer(request, pk)

    @extend_schema(request=CategoryChange, responses=CategoryShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a category. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, CategoryChange, partial=True)
        with transaction.atomic():
            category = hold(self.row(request, pk))
            check_seen(request, shown(request, category, CategoryShown))
            kept = {name: getattr(category, name) for name in ("names", "abouts", "icon")}
            self.keep(request, category, {**kept, "parent": category.parent_id, **body})
        return self.answer(request, pk)

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a category in which nothing stands."""
        verbs.delete_category(self.row(request, pk), actor=request.user)
        return Response(status=204)

    @extend_schema(request=CategoryOrder, responses=CategoryOrdered)
    def order(self, request: SignedRequest) -> Response:
        """Put the categories of a help centre in order."""
        body = read_body(request, CategoryOrder)
        need(request.user, ARTICLES_PUBLISH)
        brand = brand_of(request.user, body["brand"])
        return Response({"before": verbs.reorder(brand, body["ids"], actor=request.user)})

    def keep(self, request: SignedRequest, category: Category, body: dict[str, Any]) -> Category:
        names, abouts = body.get("names", {}), body.get("abouts", {})
        languages = list(dict.fromkeys([category.brand.language, *names, *abouts]))
        typed = {"parent": body.get("parent"), "icon": body.get("icon", "")}
        typed |= {f"name_{code}": names.get(code, "") for code in languages}
        typed |= {f"about_{code}": abouts.get(code, "") for code in languages}
        form = CategoryForm(typed, category=category, languages=languages)
        called = {f"name_{code}": "names" for code in languages}
        checked(form, called | {f"about_{code}": "abouts" for code in languages})
        return verbs.save_category(category, actor=request.user, **form.values())

    def row(self, request: SignedRequest, pk: int) -> Category:
        """Raises Http404, and 403 for one the user may only read."""
        need(request.user, ARTICLES_PUBLISH)
        category = access.get_category_for(request.user, pk)
        if not access.can_publish(request.user, category.brand_id):
            raise missing(ARTICLES_PUBLISH)
        return category

    def answer(self, request: SignedRequest, pk: int, *, status: int = 200) -> Response:
        category = access.get_category_for(request.user, pk)
        return with_tag(shown(request, category, CategoryShown), status=status)


def brand_of(user: User, pk: int) -> Brand:
    """Raises ValidationError for one whose help centre the user does not arrange."""
    brand = brands_for(user, ARTICLES_PUBLISH).filter(pk=pk).first()
    if brand is None:
        raise invalid("brand", "There is none with this id.")
    return brand
