"""Live conversations: who waits, what is said, taking, answering, handing over, ending. The visitor is told at once."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import TICKET_REPLY
from carecenter.api.fields import Id, Input, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import example, page_of
from carecenter.api.views import EndpointSet, invalid, paged, read_body, read_query, shown
from channels_app.access import chats_for, get_chat_for, own_chat, receivers
from channels_app.domain import chat_desk, chat_verbs, chats
from tickets.api.messages import with_files
from tickets.api.read import FileList
from tickets.api.shown import ContactShown, MessageShown
from tickets.api.uploads import uploads_for
from tickets.domain import holding, lines
from tickets.domain.errors import AlreadyTaken, Empty, NotAllowed
from tickets.domain.uploads import TooMuch
from tickets.models import Contact
from workforce.domain.presence import heartbeat

BY_ID = Keyset(("id",))


class ChatQuery(PageQuery):
    state = serializers.ChoiceField(
        choices=[("waiting", "waiting"), ("mine", "mine"), ("open", "open")],
        default="open",
        help_text="Nobody answers it; you do; or all that go on.",
    )


class LineQuery(PageQuery):
    after = Id(required=False, help_text="Lines behind this message.")


@example({"text": "It left today.", "id": "line-17"})
class LineWrite(Input):
    """A text, files, or both."""

    text = Text(max_length=lines.LONGEST, required=False, default="", allow_blank=True)
    attachments = FileList(required=False)
    id = Text(
        max_length=64, required=False, default="", help_text="Yours: the same id again is the same line."
    )


@example({"to": 1204})
class ReadWrite(Input):
    to = Id(help_text="The last line you have read.")


class HandOverWrite(Input):
    """To a colleague who is there, or to a team's queue: one of the two."""

    user = Id(required=False)
    team = Id(required=False)
    note = Text(max_length=4000, required=False, default="", allow_blank=True, help_text="For who goes on.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("user" in attrs) == ("team" in attrs):
            raise serializers.ValidationError({"user": ["Name a user or a team."]})
        return attrs


class ChatEndWrite(Input):
    solve = serializers.BooleanField(default=False, help_text="Solve the ticket too.")


class ChatEndpoint(EndpointSet):
    refusals = {
        AlreadyTaken: (409, "already-taken"),
        NotAllowed: (409, "not-allowed"),
        Empty: (400, "empty"),
        TooMuch: (413, "too-large"),
    }

    @extend_schema(parameters=[ChatQuery], responses=page_of(ContactShown))
    def list(self, request: SignedRequest) -> Response:
        """List live conversations that go on, the oldest first. Ended ones are contacts like any other."""
        query = read_query(request, ChatQuery)
        need(request.user, TICKET_REPLY)
        rows: QuerySet[Contact] = chats_for(request.user).filter(ended_at__isnull=True)
        if query["state"] == "waiting":
            rows = chat_desk.waiting(rows)
        elif query["state"] == "mine":
            rows = rows.filter(holder=Contact.Holder.AGENT, agent=request.user)
        return paged(request, rows, keyset=BY_ID, query=query, show=ContactShown)

    @extend_schema(responses=ContactShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a live conversation."""
        return self.told(request, pk)

    @extend_schema(parameters=[LineQuery], responses=page_of(MessageShown))
    def lines(self, request: SignedRequest, pk: int) -> Response:
        """List what was said, the oldest line first. Ask again with `after` for what is new."""
        query = read_query(request, LineQuery)
        contact = self.row(request, pk)
        said = chats.messages_of(contact).filter(pk__gt=query.get("after", 0))
        return paged(request, with_files(said), keyset=BY_ID, query=query, show=MessageShown)

    @extend_schema(request=None, responses=ContactShown)
    def take(self, request: SignedRequest, pk: int) -> Response:
        """Take a conversation that waits; 409 when somebody was faster, or you have as many as you want.

        It makes you present, as an open page of the desk does.
        """
        contact = self.row(request, pk)
        heartbeat(request.user.pk)
        holding.take(contact, actor=request.user)
        return self.told(request, pk)

    @extend_schema(request=LineWrite, responses={201: MessageShown})
    def say(self, request: SignedRequest, pk: int) -> Response:
        """Write a line in a conversation of yours. It cannot be taken back: the visitor sees it at once."""
        body = read_body(request, LineWrite)
        need(request.user, TICKET_REPLY)
        contact = own_chat(request.user, pk)
        files = uploads_for(request.user, body) if body.get("attachments") else None
        message = lines.say(contact, body["text"], actor=request.user, client_id=body["id"], file=files)
        said = with_files(chats.messages_of(contact).select_related("contact__ticket")).get(pk=message.pk)
        chats.show(said)
        return Response(shown(request, said, MessageShown), status=201)

    @extend_schema(request=None, responses={204: None})
    def typing(self, request: SignedRequest, pk: int) -> Response:
        """Let the visitor see that you write, for a few seconds."""
        return self.heard(request, pk, {"type": "chat.typing"})

    @extend_schema(request=ReadWrite, responses={204: None})
    def read(self, request: SignedRequest, pk: int) -> Response:
        """Let the visitor see how far you have read in a conversation of yours."""
        return self.heard(request, pk, {"type": "chat.read", **read_body(request, ReadWrite)})

    def heard(self, request: SignedRequest, pk: int, message: dict[str, Any]) -> Response:
        need(request.user, TICKET_REPLY)
        contact = own_chat(request.user, pk)
        chat_verbs.hear(request.user.pk, {**message, "contact": contact.pk})
        return Response(status=204)

    @extend_schema(request=HandOverWrite, responses=ContactShown)
    def hand_over(self, request: SignedRequest, pk: int) -> Response:
        """Hand a conversation of yours to a colleague who is there, or back to a team's queue."""
        body = read_body(request, HandOverWrite)
        contact = self.row(request, pk)
        people, teams = receivers(request.user, contact)
        to = next((one for one in people if one.pk == body.get("user")), None)
        team = next((one for one in teams if one.pk == body.get("team")), None)
        if to is None and team is None:
            raise invalid("user" if "user" in body else "team", "Nobody with this id can go on here now.")
        handover = holding.Handover(to=to, team=team, note=body["note"])
        return Response(shown(request, holding.give(contact, handover, actor=request.user), ContactShown))

    @extend_schema(request=ChatEndWrite, responses=ContactShown)
    def end(self, request: SignedRequest, pk: int) -> Response:
        """End a conversation of yours, and with `solve` the ticket."""
        body = read_body(request, ChatEndWrite)
        need(request.user, TICKET_REPLY)
        lines.finish(own_chat(request.user, pk), solve=body["solve"], actor=request.user)
        return self.told(request, pk)

    def row(self, request: SignedRequest, pk: int) -> Contact:
        need(request.user, TICKET_REPLY)
        return get_chat_for(request.user, pk)

    def told(self, request: SignedRequest, pk: int) -> Response:
        return Response(shown(request, self.row(request, pk), ContactShown))
