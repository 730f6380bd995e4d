"""What came in and is not a message on a ticket: parked, failed and ignored contacts, and blocked senders."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import missing, need
from accounts.permissions import INTAKE_REPLAY, INTAKE_VIEW
from carecenter.api.fields import Moment
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, paged, read_query, shown
from channels_app import access, tasks
from channels_app.domain import decisions
from channels_app.domain.errors import ChannelError
from channels_app.models import BlockedSender, InboundRecord, Reason

NEWEST_FIRST = Keyset(("id",), descending=True)
State = InboundRecord.State
LEFT = [(one.value, one.label) for one in (State.PARKED, State.FAILED, State.IGNORED)]


class IntakeQuery(PageQuery):
    state = serializers.ChoiceField(choices=LEFT, default=State.PARKED)


class IntakeShown(serializers.Serializer[InboundRecord]):
    id = serializers.IntegerField()
    inbox = serializers.IntegerField(source="connection.inbox_id")
    state = serializers.ChoiceField(choices=State.choices)
    reason = serializers.ChoiceField(choices=Reason.choices, allow_blank=True)
    sender = serializers.CharField()
    subject = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    tries = serializers.IntegerField()
    ticket = serializers.IntegerField(source="ticket_id", allow_null=True)
    received_at = Moment()
    ended_at = Moment(allow_null=True)


class BlockedSenderShown(serializers.Serializer[BlockedSender]):
    id = serializers.IntegerField()
    pool = serializers.IntegerField(source="pool_id")
    address = serializers.CharField()


class IntakeEndpoint(EndpointSet):
    refusals = {ChannelError: (409, "not-possible")}

    @extend_schema(parameters=[IntakeQuery], responses=page_of(IntakeShown))
    def list(self, request: SignedRequest) -> Response:
        """List contacts that became no message, the newest first: parked, failed or ignored ones."""
        query = read_query(request, IntakeQuery)
        need(request.user, INTAKE_VIEW)
        rows = InboundRecord.objects.visible_to(request.user).filter(state=query["state"])
        rows = rows.select_related("connection").defer("raw")
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=IntakeShown)

    @extend_schema(responses=IntakeShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show what became of something that came in."""
        need(request.user, INTAKE_VIEW)
        return Response(shown(request, access.get_record_for(request.user, pk), IntakeShown))

    @extend_schema(request=None, responses={202: IntakeShown})
    def replay(self, request: SignedRequest, pk: int) -> Response:
        """Let it run again from its bytes, as if it came now. Ask again for what became of it."""
        return self.decide(request, pk, decisions.replay)

    @extend_schema(request=None, responses={202: IntakeShown})
    def open_anyway(self, request: SignedRequest, pk: int) -> Response:
        """Let it become a ticket, whatever it was held back for. Ask again for what became of it."""
        return self.decide(request, pk, decisions.open_anyway)

    @extend_schema(request=None, responses={202: IntakeShown})
    def ignore(self, request: SignedRequest, pk: int) -> Response:
        """Take it off the list; it stays among the ignored ones."""
        return self.decide(request, pk, decisions.ignore)

    @extend_schema(request=None, responses={202: IntakeShown})
    def block(self, request: SignedRequest, pk: int) -> Response:
        """Ignore it, and from now on everything from its sender."""
        return self.decide(request, pk, decisions.ignore_and_block)

    def decide(self, request: SignedRequest, pk: int, verb: Callable[..., Any]) -> Response:
        need(request.user, INTAKE_REPLAY)
        record = access.get_record_for(request.user, pk)
        if not access.can_replay(request.user, record):
            raise missing(INTAKE_REPLAY)
        verb(record, actor=request.user)
        transaction.on_commit(lambda: tasks.send_inbound([pk]), robust=True)
        record.refresh_from_db(fields=["state", "reason", "tries", "ended_at"])
        return Response(shown(request, record, IntakeShown), status=202)


class BlockedSenderEndpoint(EndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(BlockedSenderShown))
    def list(self, request: SignedRequest) -> Response:
        """List senders whose mail is ignored, the newest first."""
        query = read_query(request, PageQuery)
        need(request.user, INTAKE_REPLAY)
        rows = access.blocked_senders_for(request.user)
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=BlockedSenderShown)

    @extend_schema(request=None, responses={204: None})
    def unblock(self, request: SignedRequest, pk: int) -> Response:
        """Let mail of this sender become tickets again."""
        need(request.user, INTAKE_REPLAY)
        blocked = access.blocked_senders_for(request.user).filter(pk=pk).first()
        if blocked is None:
            raise Http404
        decisions.unblock_sender(blocked, actor=request.user)
        return Response(status=204)
