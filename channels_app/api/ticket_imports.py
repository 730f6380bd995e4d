"""Another help desk's tickets: handed in, tried, taken over, stopped. The verbs and the form of their page."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import AdministrationSet
from accounts.permissions import INBOX_MANAGE
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.parsers import FileParser, Received
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import checked, invalid, paged, read_query, shown
from channels_app import tasks
from channels_app.access import get_ticket_import_for, ticket_imports_for
from channels_app.domain import ticket_imports as verbs
from channels_app.domain.import_words import in_words
from channels_app.import_form import TicketImportForm
from channels_app.models import TicketImport, TicketImportTrouble

LATEST_FIRST = Keyset(("id",), descending=True)
BY_ID = Keyset(("id",))


class ExportParser(FileParser):
    def most(self) -> int:
        return verbs.MOST_BYTES


class TicketImportWrite(Input):
    inbox = Id(help_text="Gets the tickets.")
    origin = serializers.ChoiceField(choices=TicketImport.Source.choices, help_text="What wrote the file.")
    file_name = Text(max_length=200, help_text="Its ending counts: .json, .jsonl, .ndjson, .csv or .zip.")


class TicketImportQuery(PageQuery):
    inbox = Id(required=False)
    state = serializers.ChoiceField(choices=TicketImport.State.choices, required=False)


class TicketImportCounts(serializers.Serializer[dict[str, int]]):
    tickets = serializers.IntegerField(default=0, help_text="New ones.")
    messages = serializers.IntegerField(default=0)
    files = serializers.IntegerField(default=0)
    customers_new = serializers.IntegerField(default=0)
    there = serializers.IntegerField(default=0, help_text="Tickets that are here already.")
    bad = serializers.IntegerField(default=0, help_text="Of which something was not taken over.")


class TicketImportShown(serializers.Serializer[TicketImport]):
    id = serializers.IntegerField()
    inbox = serializers.IntegerField(source="inbox_id")
    origin = serializers.ChoiceField(source="source", choices=TicketImport.Source.choices)
    file_name = serializers.CharField()
    state = serializers.ChoiceField(choices=TicketImport.State.choices)
    error = serializers.SerializerMethodField(help_text="Why it could not be read; else empty.")
    would_come = TicketImportCounts(source="found", help_text="What the trial found.")
    came = TicketImportCounts(source="taken")
    done = serializers.IntegerField(help_text="Tickets of the file that were read.")
    total = serializers.IntegerField(help_text="Tickets in the file, once it was tried.")
    can_start = serializers.BooleanField(help_text="From the beginning, or where it was stopped.")
    made_by = serializers.IntegerField(source="made_by_id", allow_null=True)
    created_at = Moment()
    ended_at = Moment(allow_null=True)

    def get_error(self, job: TicketImport) -> str:
        return in_words(job.error)


class TicketImportTroubleShown(serializers.Serializer[TicketImportTrouble]):
    ticket = serializers.CharField(help_text="Its old number, where it has one.")
    file = serializers.CharField()
    line = serializers.IntegerField()
    reason = serializers.SerializerMethodField()

    def get_reason(self, trouble: TicketImportTrouble) -> str:
        return in_words(trouble.reason)


class TicketImportSet(AdministrationSet):
    code = INBOX_MANAGE
    refusals = {verbs.NotNow: (409, "not-now")}

    def answer(self, request: SignedRequest, pk: int, *, status: int = 200, **headers: str) -> Response:
        job = get_ticket_import_for(request.user, pk)
        return Response(shown(request, job, TicketImportShown), status=status, headers=headers)


class TicketImportEndpoint(TicketImportSet):
    """Takes bytes, where the other takes JSON."""

    parser_classes = (ExportParser,)

    @extend_schema(parameters=[TicketImportQuery], responses=page_of(TicketImportShown))
    def list(self, request: SignedRequest) -> Response:
        """List what was imported, the latest first."""
        query = read_query(request, TicketImportQuery)
        wanted = {name: query[name] for name in ("inbox", "state") if name in query}
        jobs = ticket_imports_for(request.user).filter(**wanted)
        return paged(request, jobs, keyset=LATEST_FIRST, query=query, show=TicketImportShown)

    @extend_schema(
        parameters=[TicketImportWrite],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={202: TicketImportShown},
    )
    def create(self, request: SignedRequest) -> Response:
        """Hand in an export of up to 500 MB. It is tried, and changes nothing before you start it."""
        query = read_query(request, TicketImportWrite)
        received = request.data
        if not isinstance(received, Received):
            raise invalid("file_name", "There are no bytes in the body.")
        file = UploadedFile(received.content, query["file_name"], size=received.size)
        form = TicketImportForm({**query, "source": query["origin"]}, {"file": file}, user=request.user)
        values = checked(form, {"file": "file_name", "source": "origin"})
        job = verbs.begin(
            values["file"],
            inbox=values["inbox"],
            source=values["source"],
            file_name=query["file_name"],
            actor=request.user,
        )
        tasks.import_soon(job.pk)
        return self.answer(
            request, job.pk, status=202, Location=request.build_absolute_uri(f"{request.path}{job.pk}/")
        )


class TicketImportJobEndpoint(TicketImportSet):
    @extend_schema(responses=TicketImportShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show how far an import is, what would come of it, and what came."""
        return self.answer(request, pk)

    @extend_schema(parameters=[PageQuery], responses=page_of(TicketImportTroubleShown))
    def troubles(self, request: SignedRequest, pk: int) -> Response:
        """List what is not taken over, and why; of a very bad file the first thousand."""
        query = read_query(request, PageQuery)
        rows = get_ticket_import_for(request.user, pk).troubles.all()
        return paged(request, rows, keyset=BY_ID, query=query, show=TicketImportTroubleShown)

    @extend_schema(request=None, responses={202: TicketImportShown})
    def start(self, request: SignedRequest, pk: int) -> Response:
        """Take over what was tried, or go on where it was stopped. Imported tickets are not taken back."""
        answer = self.act(request, pk, verbs.start)
        tasks.import_soon(pk)
        return answer

    @extend_schema(request=None, responses={202: TicketImportShown})
    def stop(self, request: SignedRequest, pk: int) -> Response:
        """Stop after the ticket that is being taken over. What came stays."""
        return self.act(request, pk, verbs.stop)

    @extend_schema(request=None, responses={202: TicketImportShown})
    def drop(self, request: SignedRequest, pk: int) -> Response:
        """Drop the file. What came of it stays."""
        return self.act(request, pk, verbs.drop)

    def act(self, request: SignedRequest, pk: int, verb: Any) -> Response:
        verb(get_ticket_import_for(request.user, pk), actor=request.user)
        return self.answer(request, pk, status=202)
