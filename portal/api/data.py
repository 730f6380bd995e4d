"""What is done with all data: erased after months, inbox by inbox, and taken along. The verbs of their pages.

The file of an export is fetched on the page: who presses there has just shown who they are.
"""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.administration import AdministrationSet
from accounts.models import User
from accounts.permissions import BRANDS_MANAGE
from carecenter.api.conditional import check_seen, hold, with_tag
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import checked, invalid, paged, read_body, read_query, shown
from portal import tasks
from portal.access import exports_for, get_export_for, inboxes_for, whole_pools_for
from portal.domain import pool_exports, retention
from portal.domain.errors import PortalError
from portal.models import PoolExport
from portal.retention_form import MOST, RetentionForm
from tickets.models import Inbox

BY_ID = Keyset(("id",))
NEWEST_FIRST = Keyset(("id",), descending=True)
HERE = "null, as all of these, where nothing is erased by itself."


@example({"months": 24, "tag": "legal-hold"})
class RetentionChange(Input):
    months = serializers.IntegerField(
        min_value=1, max_value=MOST, help_text="After the last message; of 31 days."
    )
    tag = Text(max_length=60, required=False, allow_blank=True, help_text="It keeps a ticket.")


class RetentionShown(serializers.Serializer[Inbox]):
    inbox = serializers.IntegerField(source="pk")
    months = serializers.IntegerField(source="retention.months", allow_null=True, help_text=HERE)
    tag = serializers.CharField(
        source="retention.tag", allow_null=True, help_text="Tickets with it are kept."
    )
    begins_at = Moment(source="retention.begins_at", allow_null=True)
    ran_at = Moment(source="retention.ran_at", allow_null=True)
    erased = serializers.IntegerField(source="retention.erased", allow_null=True, help_text="Tickets so far.")


class RetentionEndpoint(AdministrationSet):
    code = BRANDS_MANAGE

    @extend_schema(parameters=[PageQuery], responses=page_of(RetentionShown))
    def list(self, request: SignedRequest) -> Response:
        """List inboxes with when they are emptied."""
        query = read_query(request, PageQuery)
        return paged(request, inboxes_for(request.user), keyset=BY_ID, query=query, show=RetentionShown)

    @extend_schema(responses=RetentionShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show when an inbox is emptied."""
        return self.answer(request, self.row(request.user, pk))

    @extend_schema(request=RetentionChange, responses=RetentionShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Erase what is over by itself, from a week on: until then it can be switched off without a loss.

        Needs `If-Match` with the ETag of what you read.
        """
        body = read_body(request, RetentionChange, partial=True)
        with transaction.atomic():
            hold(self.row(request.user, pk))
            inbox = self.row(request.user, pk)
            before = shown(request, inbox, RetentionShown)
            check_seen(request, before)
            values = checked(RetentionForm({**before, **body}))
            retention.switch_on(inbox, **values, actor=request.user)
        return self.answer(request, self.row(request.user, pk))

    @extend_schema(request=None, responses=RetentionShown)
    def off(self, request: SignedRequest, pk: int) -> Response:
        """Erase nothing more by itself in this inbox."""
        retention.switch_off(self.row(request.user, pk), actor=request.user)
        return self.answer(request, self.row(request.user, pk))

    def row(self, user: User, pk: int) -> Inbox:
        if (inbox := inboxes_for(user).filter(pk=pk).first()) is None:
            raise Http404
        return inbox

    def answer(self, request: SignedRequest, inbox: Inbox) -> Response:
        return with_tag(shown(request, inbox, RetentionShown))


@example({"pool": 1})
class ExportWrite(Input):
    pool = Id(help_text="Of whose brands you have all.")


class ExportShown(serializers.Serializer[PoolExport]):
    token = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")
    asked_by = serializers.IntegerField(source="asked_by_id")
    asked_at = Moment()
    state = serializers.ChoiceField(choices=PoolExport.State.choices)
    done = serializers.IntegerField(help_text="Rows written, of `total`.")
    total = serializers.IntegerField()
    expires_at = Moment(allow_null=True)


class ExportEndpoint(AdministrationSet):
    code = BRANDS_MANAGE
    refusals = {PortalError: (409, "not-possible")}

    @extend_schema(parameters=[PageQuery], responses=page_of(ExportShown))
    def list(self, request: SignedRequest) -> Response:
        """List exports of all data, the newest first."""
        query = read_query(request, PageQuery)
        rows: QuerySet[PoolExport] = exports_for(request.user)
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=ExportShown)

    @extend_schema(request=ExportWrite, responses={202: ExportShown})
    def create(self, request: SignedRequest) -> Response:
        """Have all data of a pool written into a file. It is fetched on the page of data."""
        body = read_body(request, ExportWrite)
        pool = whole_pools_for(request.user).filter(pk=body["pool"]).first()
        if pool is None:
            raise invalid("pool", "There is none with this id of which you have everything.")
        made = pool_exports.ask(pool, actor=request.user)
        transaction.on_commit(lambda: tasks.soon(tasks.run_export, made.pk), robust=True)
        return Response(shown(request, made, ExportShown), status=202)

    @extend_schema(responses=ExportShown)
    def retrieve(self, request: SignedRequest, token: str) -> Response:
        """Show how far an export is."""
        return self.answer(request, token)

    @extend_schema(request=None, responses=ExportShown)
    def drop(self, request: SignedRequest, token: str) -> Response:
        """Throw an export away, made or being made."""
        pool_exports.drop(get_export_for(request.user, token), actor=request.user)
        return self.answer(request, token)

    def answer(self, request: SignedRequest, token: str) -> Response:
        export: Any = get_export_for(request.user, token)
        return Response(shown(request, export, ExportShown))
