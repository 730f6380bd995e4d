"""Ready-made replies: one's own and the shared ones, and what one says when it is filled in for a ticket."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.access import brands_for, pools_for, teams_for
from accounts.api.needs import missing, need
from accounts.forms import language_choices
from accounts.models import User
from accounts.permissions import REPLIES_MANAGE, TICKET_REPLY
from carecenter.api.conditional import check_match, etag, fingerprint, require_match
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import invalid, paged, read_body, read_query, shown
from carecenter.lib.html import text_to_html
from tickets.api.base import TicketEndpointSet, need_here
from tickets.api.tickets import found, ticket_for
from tickets.domain.canned import count_use, delete_reply, find_reply, replies_for, replies_of, save_reply
from tickets.domain.placeholders import fill, unknown_in
from tickets.models import CannedReply
from tickets.models.canned import is_shortcut

BY_ID = Keyset(("id",))
SHARED_ONLY = ("team", "is_public")


class ReplyQuery(PageQuery):
    ticket = Id(required=False, help_text="Those that fit this ticket, shared ones among them.")


class ReplyChange(Input):
    """`brand` and `team` narrow where it is offered. `team` and `is_public` are for shared ones."""

    title = Text(max_length=120)
    shortcut = Text(
        max_length=40,
        required=False,
        allow_blank=True,
        validators=[is_shortcut],
        help_text="Typed after / in an answer.",
    )
    text = Text(max_length=8000, help_text="Plain, with placeholders like {{customer.first_name}}.")
    brand = Id(required=False, allow_null=True, help_text="null: all brands.")
    team = Id(required=False, allow_null=True, help_text="null: all teams.")
    language = serializers.ChoiceField(choices=language_choices("Any"), required=False, allow_blank=True)
    is_public = serializers.BooleanField(
        required=False, help_text="May be suggested to customers before somebody answers."
    )

    def validate_text(self, text: str) -> str:
        if unknown := unknown_in(text):
            raise serializers.ValidationError(f"There is no placeholder {', '.join(unknown)}.")
        return text


class ReplyWrite(ReplyChange):
    is_shared = serializers.BooleanField(default=False, help_text="For everybody; else yours alone.")
    pool = Id(required=False, help_text="Needed only by who works for several clients.")


class ReplyFill(Input):
    ticket = Id()


class ReplyShown(serializers.Serializer[CannedReply]):
    id = serializers.IntegerField()
    title = serializers.CharField()
    shortcut = serializers.CharField()
    text = serializers.CharField()
    pool = serializers.IntegerField(source="pool_id")
    brand = serializers.IntegerField(source="brand_id", allow_null=True, help_text="null: all brands.")
    team = serializers.IntegerField(source="team_id", allow_null=True, help_text="null: all teams.")
    language = serializers.CharField(help_text="Empty: any.")
    is_shared = serializers.SerializerMethodField(help_text="False: yours alone.")
    is_public = serializers.BooleanField()
    updated_at = Moment()

    def get_is_shared(self, reply: CannedReply) -> bool:
        return reply.owner_id is None


class ReplyFilled(serializers.Serializer[dict[str, Any]]):
    text = serializers.CharField()
    html = serializers.CharField(help_text="The same, to be sent as it is.")
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="Placeholders for which nothing is known here."
    )


class ReplyEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[ReplyQuery], responses=page_of(ReplyShown))
    def list(self, request: SignedRequest) -> Response:
        """List ready-made replies: yours and the shared ones you look after, or with `ticket` all that fit it."""
        query = read_query(request, ReplyQuery)
        need(request.user, TICKET_REPLY)
        rows = replies_of(request.user)
        if "ticket" in query:
            ticket = self.named_ticket(request.user, query["ticket"])
            rows = replies_for(ticket, request.user)
        return paged(request, rows, keyset=BY_ID, query=query, show=ReplyShown)

    @extend_schema(request=ReplyWrite, responses={201: ReplyShown})
    def create(self, request: SignedRequest) -> Response:
        """Write a ready-made reply, for yourself or for everybody."""
        body = read_body(request, ReplyWrite)
        need(request.user, TICKET_REPLY)
        is_shared, pool = body.pop("is_shared"), body.pop("pool", None)
        reply = CannedReply(owner=None if is_shared else request.user)
        pools = pools_for(request.user, need_for(request.user, reply)).order_by("pk")
        known = list(pools.filter(pk=pool) if pool else pools[:2])
        if len(known) != 1:
            raise invalid(
                "pool", "There is none with this id." if pool else "You work in several: say which."
            )
        reply.pool = known[0]
        made = save_reply(reply, actor=request.user, **values_of(request.user, reply, body))
        return answer(request, made, status=201)

    @extend_schema(responses=ReplyShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a ready-made reply that you may change."""
        need(request.user, TICKET_REPLY)
        return answer(request, get_reply_for(request.user, pk))

    @extend_schema(request=ReplyChange, responses=ReplyShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change a ready-made reply. Needs `If-Match` with the ETag of what you read."""
        body = read_body(request, ReplyChange, partial=True)
        need(request.user, TICKET_REPLY)
        with transaction.atomic():
            reply = get_reply_for(request.user, pk, lock=True)
            check_match(require_match(request), fingerprint(shown(request, reply, ReplyShown)))
            values = values_of(request.user, reply, body)
            return answer(request, save_reply(reply, actor=request.user, **values))

    @extend_schema(request=None, responses={204: None})
    def retire(self, request: SignedRequest, pk: int) -> Response:
        """Delete a ready-made reply; answers that were written with it stay."""
        need(request.user, TICKET_REPLY)
        delete_reply(get_reply_for(request.user, pk), actor=request.user)
        return Response(status=204)

    @extend_schema(request=ReplyFill, responses=ReplyFilled)
    def fill(self, request: SignedRequest, pk: int) -> Response:
        """Fill in the placeholders for a ticket, as `/` does while one writes. It counts as a use."""
        body = read_body(request, ReplyFill)
        need(request.user, TICKET_REPLY)
        reply = CannedReply.objects.filter(pk=pk, pool__in=pools_for(request.user, TICKET_REPLY)).first()
        if reply is None or reply.owner_id not in (None, request.user.pk):
            raise Http404
        ticket = self.named_ticket(request.user, body["ticket"])
        if not replies_for(ticket, request.user).filter(pk=pk).exists():
            raise invalid("ticket", "This reply is not for this ticket.")
        filled = fill(reply.text, ticket=ticket, agent=request.user)
        count_use(reply)
        return Response({"text": filled.text, "html": text_to_html(filled.text), "left_out": filled.open})

    def named_ticket(self, user: User, pk: int) -> Any:
        """Raises ValidationError for one the user does not see, 403 for one they may not answer."""
        try:
            ticket = ticket_for(user, pk)
        except Http404:
            raise invalid("ticket", "There is none with this id.") from None
        need_here(user, TICKET_REPLY, ticket)
        return ticket


def get_reply_for(user: User, pk: int, *, lock: bool = False) -> CannedReply:
    """One the user may change. Raises Http404."""
    if (reply := find_reply(user, pk, lock=lock)) is None:
        raise Http404
    return reply


def need_for(user: User, reply: CannedReply) -> str:
    """What one must be allowed for this reply; 403 for who is not."""
    code = TICKET_REPLY if reply.owner_id else REPLIES_MANAGE
    if not pools_for(user, code).exists():
        raise missing(code)
    return code


def values_of(user: User, reply: CannedReply, body: dict[str, Any]) -> dict[str, Any]:
    """The body with its rows, all of the reply's pool. Raises ValidationError."""
    if reply.owner_id and (wrong := [name for name in SHARED_ONLY if body.get(name)]):
        raise invalid(wrong[0], "Only a shared reply has this.")
    code = need_for(user, reply)
    rows = {"brand": brands_for(user, code), "team": teams_for(user, code)}
    named = {
        name: found(some.filter(pool=reply.pool_id), body, name)
        for name, some in rows.items()
        if name in body
    }
    return body | named


def answer(request: SignedRequest, reply: CannedReply, *, status: int = 200) -> Response:
    body = shown(request, reply, ReplyShown)
    return Response(body, status=status, headers={"ETag": etag(fingerprint(body))})
