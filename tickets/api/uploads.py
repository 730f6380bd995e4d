"""Files sent ahead of their message: the bytes first, then their ids in what is written."""

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.access import scope
from accounts.api.needs import missing, need
from accounts.models import User
from accounts.permissions import TICKET_CREATE, TICKET_NOTE, TICKET_REPLY, TICKET_VIEW
from carecenter.api.parsers import BytesParser
from carecenter.api.request import SignedRequest
from carecenter.api.views import invalid, read_query, shown
from tickets.api.base import TicketEndpointSet
from tickets.api.read import UploadQuery
from tickets.api.shown import UploadShown
from tickets.domain.uploads import Uploads, find_uploads, keep_upload


class UploadParser(BytesParser):
    """A file as large as the composer of the desk takes it."""

    def most(self) -> int:
        return int(settings.UPLOAD_SIZE_LIMIT)


class UploadEndpoint(TicketEndpointSet):
    parser_classes = (UploadParser,)

    @extend_schema(
        parameters=[UploadQuery],
        request={"application/octet-stream": OpenApiTypes.BINARY},
        responses={201: UploadShown},
    )
    def create(self, request: SignedRequest) -> Response:
        """Send the bytes of a file; name its id in `attachments` of one message within a day."""
        need(request.user, TICKET_VIEW)
        query = read_query(request, UploadQuery)
        if not any(scope(request.user, code) for code in (TICKET_REPLY, TICKET_NOTE, TICKET_CREATE)):
            raise missing(TICKET_REPLY)
        body = request.data  # without any bytes it is an empty object
        content = body if isinstance(body, bytes) else b""
        made = keep_upload(request.user, name=query["name"], content=content)
        return Response(shown(request, made, UploadShown), status=201)


def uploads_for(user: User, body: dict[str, Any]) -> Uploads:
    """What `attachments` of a body names. Raises ValidationError for what is not there or not the user's."""
    found = find_uploads(user, body.get("attachments", ()))
    if found is None:
        raise invalid("attachments", "One of these is not there, was used, or is not yours.")
    return found
