"""Articles from files: handed in, looked at, brought in, taken back. The verbs and the form of their page."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import ARTICLES_PUBLISH
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.parsers import FileParser, Received
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import checked, invalid, paged, read_query, shown
from knowledge_base.api.articles import ArticleEndpointSet
from knowledge_base.api.read import Language
from knowledge_base.domain.imports import running
from knowledge_base.domain.imports.bundles import MAX_ARCHIVE, BadBundle
from knowledge_base.import_form import ImportForm
from knowledge_base.models import Import, ImportItem, Visibility
from knowledge_base.work_access import get_import_for, imports_for

LATEST_FIRST = Keyset(("id",), descending=True)
BY_ID = Keyset(("id",))


class ArchiveParser(FileParser):
    def most(self) -> int:
        return MAX_ARCHIVE


class ImportWrite(Input):
    """Whose articles they become, and what pages get that say nothing themselves."""

    brand = Id()
    file_name = Text(max_length=200, help_text="Its ending counts: .zip, .md, .html or .csv.")
    name = Text(
        max_length=60,
        required=False,
        default="files",
        help_text="Of the source: under the same name the same page changes its article.",
    )
    language = Language(required=False, help_text="Else the brand's.")
    visibility = serializers.ChoiceField(choices=Visibility.choices, default=Visibility.PUBLIC)
    category = Id(required=False)
    publishes = serializers.BooleanField(default=False, help_text="At once, not as drafts.")


class ImportQuery(PageQuery):
    brand = Id(required=False)


class PageOfImportQuery(PageQuery):
    will = serializers.ChoiceField(choices=ImportItem.Will.choices, required=False)
    state = serializers.ChoiceField(choices=ImportItem.State.choices, required=False)


class ArticleImportListed(serializers.Serializer[Import]):
    id = serializers.IntegerField()
    brand = serializers.IntegerField(source="brand_id")
    state = serializers.ChoiceField(choices=Import.State.choices)
    error = serializers.CharField(help_text="Why it could not be read; else empty.")
    file_name = serializers.CharField()
    name = serializers.CharField()
    language = serializers.CharField()
    visibility = serializers.ChoiceField(choices=Visibility.choices)
    category = serializers.IntegerField(source="category_id", allow_null=True)
    publishes = serializers.BooleanField()
    made_by = serializers.IntegerField(source="made_by_id", allow_null=True)
    created_at = Moment()
    ended_at = Moment(allow_null=True)


class ArticleImportProgress(serializers.Serializer[running.Progress]):
    """How many pages."""

    total = serializers.IntegerField()
    percent = serializers.IntegerField()
    will = serializers.DictField(child=serializers.IntegerField(), help_text="By what is done with them.")
    states = serializers.DictField(child=serializers.IntegerField(), help_text="By what became of them.")


class ArticleImportShown(ArticleImportListed):
    progress = serializers.SerializerMethodField()

    @extend_schema_field(ArticleImportProgress)
    def get_progress(self, job: Import) -> dict[str, Any]:
        return dict(ArticleImportProgress(running.progress(job)).data)


class ArticleImportPageShown(serializers.Serializer[ImportItem]):
    path = serializers.CharField(help_text="In the archive; of a table with its line.")
    title = serializers.CharField()
    language = serializers.CharField()
    will = serializers.ChoiceField(choices=ImportItem.Will.choices)
    state = serializers.ChoiceField(choices=ImportItem.State.choices)
    notes = serializers.ListField(child=serializers.CharField(), help_text="Why not, and what was left out.")
    article = serializers.IntegerField(source="article_id", allow_null=True)


class ArticleImportSet(ArticleEndpointSet):
    def answer(self, request: SignedRequest, pk: int, *, status: int = 200, **headers: str) -> Response:
        job = get_import_for(request.user, pk)
        return Response(shown(request, job, ArticleImportShown), status=status, headers=headers)


class ArticleImportEndpoint(ArticleImportSet):
    """Takes bytes, where the other takes JSON."""

    parser_classes = (ArchiveParser,)
    refusals = {**ArticleEndpointSet.refusals, BadBundle: (422, "bad-file")}

    @extend_schema(parameters=[ImportQuery], responses=page_of(ArticleImportListed))
    def list(self, request: SignedRequest) -> Response:
        """List what was imported, the latest first."""
        query = read_query(request, ImportQuery)
        need(request.user, ARTICLES_PUBLISH)
        jobs = imports_for(request.user)
        if "brand" in query:
            jobs = jobs.filter(brand=query["brand"])
        return paged(request, jobs, keyset=LATEST_FIRST, query=query, show=ArticleImportListed)

    @extend_schema(
        parameters=[ImportWrite],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={202: ArticleImportShown},
    )
    def create(self, request: SignedRequest) -> Response:
        """Hand in a file of up to 100 MB. It is looked at, and changes nothing before you start it."""
        need(request.user, ARTICLES_PUBLISH)
        query = read_query(request, ImportWrite)
        received = request.data
        if not isinstance(received, Received):
            raise invalid("file_name", "There are no bytes in the body.")
        file = UploadedFile(received.content, query["file_name"], size=received.size)
        form = ImportForm(query, {"file": file}, user=request.user)
        brand = checked(form, {"file": "file_name"})["brand"]
        job = running.begin(file, brand=brand, actor=request.user, **form.options())
        location = request.build_absolute_uri(f"{request.path}{job.pk}/")
        return self.answer(request, job.pk, status=202, Location=location)


class ArticleImportJobEndpoint(ArticleImportSet):
    @extend_schema(responses=ArticleImportShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show how far an import is, and what its pages would become, or became."""
        need(request.user, ARTICLES_PUBLISH)
        return self.answer(request, pk)

    @extend_schema(parameters=[PageOfImportQuery], responses=page_of(ArticleImportPageShown))
    def pages(self, request: SignedRequest, pk: int) -> Response:
        """List the pages of an import: the report."""
        query = read_query(request, PageOfImportQuery)
        need(request.user, ARTICLES_PUBLISH)
        wanted = {name: query[name] for name in ("will", "state") if name in query}
        items = get_import_for(request.user, pk).items.filter(**wanted)
        return paged(request, items, keyset=BY_ID, query=query, show=ArticleImportPageShown)

    @extend_schema(request=None, responses={202: ArticleImportShown})
    def start(self, request: SignedRequest, pk: int) -> Response:
        """Bring in what was looked at."""
        return self.act(request, pk, running.start)

    @extend_schema(request=None, responses={202: ArticleImportShown})
    def undo(self, request: SignedRequest, pk: int) -> Response:
        """Take back what an import did; what somebody has worked on since stays."""
        return self.act(request, pk, running.undo)

    def act(self, request: SignedRequest, pk: int, verb: Any) -> Response:
        need(request.user, ARTICLES_PUBLISH)
        verb(get_import_for(request.user, pk), actor=request.user)
        return self.answer(request, pk, status=202)
