"""What visitors did not find, as a work list. The verbs of its page."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from carecenter.api.fields import Id, Moment
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_query, shown
from knowledge_base.api.articles import ArticleEndpointSet, answer
from knowledge_base.api.shown import ArticleShown
from knowledge_base.domain import gaps as verbs
from knowledge_base.models import Miss
from knowledge_base.work_access import get_miss_for, misses_for

MOST_FIRST = Keyset(("count", "id"), descending=True)


class GapQuery(PageQuery):
    brand = Id(required=False)
    settled = serializers.BooleanField(default=False)


class ArticleGapShown(serializers.Serializer[Miss]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="brand_id")
    language = serializers.CharField()
    words = serializers.CharField(help_text="Folded: no names, numbers and addresses.")
    count = serializers.IntegerField(help_text="How often it was looked for in vain, or asked after all.")
    asked_anyway = serializers.IntegerField(help_text="Of these: something was shown, and a form was sent.")
    first_at = Moment()
    last_at = Moment()
    settled_at = Moment(allow_null=True)
    article = serializers.IntegerField(source="article_id", allow_null=True, help_text="Begun for it.")


class GapEndpoint(ArticleEndpointSet):
    @extend_schema(parameters=[GapQuery], responses=page_of(ArticleGapShown))
    def list(self, request: SignedRequest) -> Response:
        """List what visitors looked for and did not find, the most often first."""
        query = read_query(request, GapQuery)
        need(request.user, ARTICLES_READ)
        misses = misses_for(request.user).filter(settled_at__isnull=not query["settled"])
        if "brand" in query:
            misses = misses.filter(brand=query["brand"])
        return paged(request, misses, keyset=MOST_FIRST, query=query, show=ArticleGapShown)

    @extend_schema(request=None, responses=ArticleShown)
    def write(self, request: SignedRequest, pk: int) -> Response:
        """Begin an article with the visitors' words; the one that was begun for it, if there is one."""
        made = verbs.write_article(self.row(request, pk), actor=request.user)
        return answer(request, made.pk)

    @extend_schema(request=None, responses=ArticleGapShown)
    def settle(self, request: SignedRequest, pk: int) -> Response:
        """Say that nothing is left to do about it; looked for in vain once more, it is work again."""
        return self.act(request, pk, verbs.settle)

    @extend_schema(request=None, responses=ArticleGapShown)
    def reopen(self, request: SignedRequest, pk: int) -> Response:
        """Put it on the work list again."""
        return self.act(request, pk, verbs.reopen)

    def act(self, request: SignedRequest, pk: int, verb: Any) -> Response:
        miss = self.row(request, pk)
        verb(miss, actor=request.user)
        miss.refresh_from_db()
        return Response(shown(request, miss, ArticleGapShown))

    def row(self, request: SignedRequest, pk: int) -> Miss:
        """Raises Http404, as the page does for one the user may only read."""
        need(request.user, ARTICLES_WRITE)
        return get_miss_for(request.user, pk)
