"""What a desk does with a ticket and its messages beyond writing: log, split, spam, take back, send again."""

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import INTAKE_REPLAY, TICKET_EDIT, TICKET_NOTE, TICKET_REPLY, TICKET_VIEW
from carecenter.api.fields import Id, Input, Text
from carecenter.api.request import SignedRequest
from carecenter.api.views import read_body, shown
from tickets.access import get_message_for
from tickets.api.base import TicketEndpointSet, need_here
from tickets.api.read import WithText
from tickets.api.shown import MessageShown, TicketShown
from tickets.api.tickets import answer, ticket_for
from tickets.by_hand import LOGGED
from tickets.domain import spam
from tickets.domain.delivery import confirm_arrived, send_again
from tickets.domain.errors import CannotUndo
from tickets.domain.opening import log_on_ticket
from tickets.domain.replies import take_back
from tickets.domain.splitting import find_split, split, unsplit
from tickets.domain.status import MOVES
from tickets.models import Direction, Message, Status, Ticket

MOST_SPLIT = 200


class LogWrite(WithText):
    kind = serializers.ChoiceField(choices=[(kind.value, kind.label) for kind in LOGGED])
    direction = serializers.ChoiceField(
        choices=Direction.choices, default=Direction.INBOUND, help_text="Who called or came."
    )


class SplitWrite(Input):
    messages = serializers.ListField(child=Id(), min_length=1, max_length=MOST_SPLIT)
    subject = Text(max_length=400, required=False, default="", allow_blank=True, help_text="Else the same.")


class NoSpamWrite(Input):
    status = serializers.ChoiceField(
        choices=[(code, label) for code, label in Status.choices if code in MOVES[Status.SOLVED]],
        default=Status.OPEN,
        help_text="What it gets back to.",
    )


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

    @extend_schema(request=None, responses=TicketShown)
    def unsplit(self, request: SignedRequest, pk: int) -> Response:
        """Take back the split that made this ticket: its messages return. The answer is where they came from.

        409 when no split made it, or when it was undone before.
        """
        need(request.user, TICKET_VIEW)
        made = ticket_for(request.user, pk)
        need_here(request.user, TICKET_EDIT, made)
        done = find_split(made)
        if done is None:
            raise CannotUndo("This ticket was not split off another one.")
        need_here(request.user, TICKET_EDIT, ticket_for(request.user, done.source_id))
        unsplit(done, actor=request.user)
        return answer(request, ticket_for(request.user, done.source_id))

    @extend_schema(request=None, responses=TicketShown)
    def spam(self, request: SignedRequest, pk: int) -> Response:
        """Mark a ticket as spam: tagged and solved, in no figure, and its sender is not heard any more."""
        spam.mark(self.to_block(request, pk), actor=request.user)
        return answer(request, ticket_for(request.user, pk))

    @extend_schema(request=NoSpamWrite, responses=TicketShown)
    def no_spam(self, request: SignedRequest, pk: int) -> Response:
        """Say that it was no spam after all: its sender is heard again."""
        body = read_body(request, NoSpamWrite)
        ticket = self.to_block(request, pk)
        if spam.TAG not in ticket.tags:
            raise CannotUndo("This ticket is not marked as spam.")
        spam.unmark(ticket, to=body["status"], actor=request.user)
        return answer(request, ticket_for(request.user, pk))

    def to_block(self, request: SignedRequest, pk: int) -> Ticket:
        """Whose mail is not taken in any more, those decide who look after what is not taken in."""
        need(request.user, TICKET_VIEW)
        need(request.user, INTAKE_REPLAY)
        ticket = ticket_for(request.user, pk)
        need_here(request.user, TICKET_EDIT, ticket)
        need_here(request.user, INTAKE_REPLAY, ticket)
        return ticket


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
