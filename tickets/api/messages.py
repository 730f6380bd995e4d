"""Messages of a ticket: read them, answer, write a note; and their files."""

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.http import FileResponse, Http404, HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.models import User
from accounts.permissions import TICKET_NOTE, TICKET_REPLY, TICKET_VIEW
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.problems import Problem
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import Endpoint, paged, read_body, read_query, shown
from carecenter.lib.filenames import clean_name
from tickets.access import get_attachment_for
from tickets.api.base import TicketEndpointSet, need_here
from tickets.api.read import MessageWrite
from tickets.api.shown import MessageShown
from tickets.api.tickets import ticket_for
from tickets.api.uploads import uploads_for
from tickets.domain.replies import add_note, queue_reply
from tickets.domain.scanning import KeptBack, open_file
from tickets.domain.signatures import leave_off
from tickets.models import Attachment, Message, Ticket

OLDEST_FIRST = Keyset(("id",))


def messages_seen_by(user: User) -> QuerySet[Message]:
    """Messages of the tickets the user may see. Three queries for any number."""
    return with_files(Message.objects.filter(ticket__in=Ticket.objects.visible_to(user)))


def with_files(messages: QuerySet[Message]) -> QuerySet[Message]:
    files = Attachment.objects.select_related("blob").order_by("pk")
    return messages.prefetch_related(Prefetch("attachments", queryset=files))


class MessageEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(MessageShown))
    def list(self, request: SignedRequest, ticket: int) -> Response:
        """List the messages of a ticket, the oldest first."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        ticket_for(request.user, ticket)
        messages = messages_seen_by(request.user).filter(ticket=ticket)
        return paged(request, messages, keyset=OLDEST_FIRST, query=query, show=MessageShown)

    @extend_schema(request=MessageWrite, responses={201: MessageShown})
    def create(self, request: SignedRequest, ticket: int) -> Response:
        """Answer the customer, or write an internal note."""
        body = read_body(request, MessageWrite)
        need(request.user, TICKET_VIEW)
        target = ticket_for(request.user, ticket)
        files = uploads_for(request.user, body)
        if body["audience"] == Message.Audience.INTERNAL:
            need_here(request.user, TICKET_NOTE, target)
            message = add_note(target, actor=request.user, html=body["html"], draft=files)
        else:
            need_here(request.user, TICKET_REPLY, target)
            with transaction.atomic():
                message = queue_reply(
                    target,
                    actor=request.user,
                    html=body["html"],
                    cc=[dict(copy) for copy in body.get("cc", ())],
                    then=body.get("status", ""),
                    draft=files,
                )
                if not body["signature"]:
                    leave_off(message)
        location = request.build_absolute_uri(f"/api/v1/messages/{message.pk}/")
        return Response(shown(request, message, MessageShown), status=201, headers={"Location": location})

    @extend_schema(responses=MessageShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a message."""
        need(request.user, TICKET_VIEW)
        message = messages_seen_by(request.user).filter(pk=pk).first()
        if message is None:
            raise Http404
        return Response(shown(request, message, MessageShown))


class AttachmentEndpoint(Endpoint):
    @extend_schema(responses={(200, "*/*"): OpenApiResponse(OpenApiTypes.BINARY)})
    def get(self, request: SignedRequest, token: str) -> HttpResponseBase:
        """Download a file of a message: always as an attachment, never to be shown in a page."""
        need(request.user, TICKET_VIEW)
        attachment = get_attachment_for(request.user, token)
        try:
            content = open_file(attachment.blob)
        except FileNotFoundError:
            raise Http404 from None
        except KeptBack as error:
            raise Problem(error.status, error.code, str(error)) from None
        name = clean_name(attachment.name) or "file"
        response = FileResponse(
            content, as_attachment=True, filename=name, content_type=attachment.blob.content_type
        )
        response["X-Content-Type-Options"] = "nosniff"
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["Content-Length"] = str(attachment.blob.size)
        return response
