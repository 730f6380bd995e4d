"""What an article said before: listed, shown, kept by hand, brought back, published again. The verbs of their pages."""

from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.permissions import ARTICLES_PUBLISH, ARTICLES_READ, ARTICLES_WRITE
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import paged, read_body, read_query, shown
from knowledge_base.access import get_version_for
from knowledge_base.api.articles import ArticleEndpointSet, text_answer, text_to
from knowledge_base.api.read import ArticleKeep
from knowledge_base.api.shown import ArticleTextShown, ArticleVersionListed, ArticleVersionShown
from knowledge_base.domain import versions as verbs
from knowledge_base.domain.publishing import publish_version
from knowledge_base.models import Version

LATEST_FIRST = Keyset(("number",), descending=True)


def version_to(request: SignedRequest, code: str, pk: int, language: str, number: int) -> Version:
    """Raises Http404, and 403 for one the user may only read."""
    text_to(request, code, pk, language)
    return get_version_for(request.user, pk, language, number)


class VersionEndpoint(ArticleEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(ArticleVersionListed))
    def list(self, request: SignedRequest, pk: int, language: str) -> Response:
        """List what one language of an article said before, the latest first."""
        query = read_query(request, PageQuery)
        text = text_to(request, ARTICLES_READ, pk, language)
        versions = text.versions.defer("html", "phrases")
        return paged(request, versions, keyset=LATEST_FIRST, query=query, show=ArticleVersionListed)

    @extend_schema(request=ArticleKeep, responses={201: ArticleVersionShown})
    def create(self, request: SignedRequest, pk: int, language: str) -> Response:
        """Keep the draft as it is now, under a number; the latest one again when it says the same."""
        body = read_body(request, ArticleKeep)
        text = text_to(request, ARTICLES_WRITE, pk, language)
        kept = verbs.keep(text, actor=request.user, note=body["note"])
        location = request.build_absolute_uri(f"{request.path}{kept.number}/")
        return Response(shown(request, kept, ArticleVersionShown), status=201, headers={"Location": location})

    @extend_schema(responses=ArticleVersionShown)
    def retrieve(self, request: SignedRequest, pk: int, language: str, number: int) -> Response:
        """Show one version."""
        found = version_to(request, ARTICLES_READ, pk, language, number)
        return Response(shown(request, found, ArticleVersionShown))

    @extend_schema(request=None, responses=ArticleTextShown)
    def restore(self, request: SignedRequest, pk: int, language: str, number: int) -> Response:
        """Make the draft say what this version says. What it said is kept as a version; the public reads as before."""
        verbs.restore_version(version_to(request, ARTICLES_WRITE, pk, language, number), actor=request.user)
        return text_answer(request, pk, language)

    @extend_schema(request=None, responses=ArticleTextShown)
    def publish(self, request: SignedRequest, pk: int, language: str, number: int) -> Response:
        """Let the public read this version; the draft stays."""
        publish_version(version_to(request, ARTICLES_PUBLISH, pk, language, number), actor=request.user)
        return text_answer(request, pk, language)
