"""What a desk does with a ticket and its messages beyond writing: log, split, take back, send again."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import TICKET_EDIT, TICKET_NOTE, TICKET_REPLY, TICKET_VIEW
from carecenter.api.fields import Id, Input, Text
from carecenter.api.request import SignedRequest
from carecenter.api.views import read_body, shown
from tickets.access import get_message_for
from tickets.api.base import TicketEndpointSet, need_here
from tickets.api.read import WithText
from tickets.api.shown import MessageShown, TicketShown
from tickets.api.tickets import answer, ticket_for
from tickets.by_hand import LOGGED
from tickets.domain.delivery import confirm_arrived, send_again
from tickets.domain.opening import log_on_ticket
from tickets.domain.replies import take_back
from tickets.domain.splitting import split
from tickets.models import Direction, Message

MOST_SPLIT = 200


class LogWrite(WithText):
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in LOGGED])
    direction = serializers.ChoiceField(
        choices=Direction.choices, default=Direction.INBOUND, help_text="Who called or came."
    )


class SplitWrite(Input):
    messages = serializers.ListField(child=Id(), min_length=1, max_length=MOST_SPLIT)
    subject = Text(max_length=400, required=False, default="", allow_blank=True, help_text="Else the same.")


class TicketVerbEndpoint(TicketEndpointSet):
    @extend_schema(request=LogWrite, responses={201: MessageShown})
    def log(self, request: SignedRequest, pk: int) -> Response:
        """Log a phone call or a visit that took place about this ticket: nobody waits for an answer any more."""
        body = read_body(request, LogWrite)
        need(request.user, TICKET_VIEW)
        ticket = ticket_for(request.user, pk)
        need_here(request.user, TICKET_NOTE, ticket)
        made = log_on_ticket(
            ticket,
            kind=body["kind"],
            direction=body["direction"],
            html=body["html"],
            actor=request.user,
        )
        return Response(shown(request, made, MessageShown), status=201)

    @extend_schema(request=SplitWrite, responses={201: TicketShown})
    def split(self, request: SignedRequest, pk: int) -> Response:
        """Make a ticket of its own of these messages; at least one stays. The answer is the new ticket."""
        body = read_body(request, SplitWrite)
        need(request.user, TICKET_VIEW)
        ticket = ticket_for(request.user, pk)
        need_here(request.user, TICKET_EDIT, ticket)
        made = split(ticket, body["messages"], subject=body["subject"], actor=request.user).made
        return answer(request, ticket_for(request.user, made.pk), status=201)


class MessageVerbEndpoint(TicketEndpointSet):
    @extend_schema(request=None, responses=MessageShown)
    def take_back(self, request: SignedRequest, pk: int) -> Response:
        """Take back an answer of yours that has not left: its text is your draft on the desk; 409 when it has left."""
        message = self.row(request, pk)
        take_back(message.pk, actor=request.user)
        return self.told(request, pk)

    @extend_schema(request=None, responses=MessageShown)
    def send_again(self, request: SignedRequest, pk: int) -> Response:
        """Send an answer again that failed, came back, or of which nobody knows; 409 otherwise."""
        message = self.row(request, pk)
        send_again(message.pk, actor=request.user)
        return self.told(request, pk)

    @extend_schema(request=None, responses=MessageShown)
    def arrived(self, request: SignedRequest, pk: int) -> Response:
        """Say that an unconfirmed answer arrived, so that it is not sent again; 409 otherwise."""
        message = self.row(request, pk)
        confirm_arrived(message.pk, actor=request.user)
        return self.told(request, pk)

    def row(self, request: SignedRequest, pk: int) -> Message:
        need(request.user, TICKET_VIEW)
        message = get_message_for(request.user, pk)
        need_here(request.user, TICKET_REPLY, message.ticket)
        return message

    def told(self, request: SignedRequest, pk: int) -> Response:
        return Response(shown(request, get_message_for(request.user, pk), MessageShown))
