"""Follow-ups: the same verbs as on the desk."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.response import Response

from accounts.api.needs import need
from accounts.permissions import FEEDBACK_FOLLOW_UP
from carecenter.api.pagination import Keyset
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import EndpointSet, invalid, paged, read_body, read_query, shown
from feedback.access import get_follow_up_for
from feedback.api.read import EndWrite, FollowUpQuery, NoteWrite, OwnerWrite, StepWrite
from feedback.api.shown import FollowUpShown
from feedback.domain import follow_ups as verbs
from feedback.domain.errors import NotAllowed, NotValid
from feedback.domain.owners import possible_owners
from feedback.models import FollowUp

NEWEST_FIRST = Keyset(("id",), descending=True)
SAME = ("brand", "owner", "ticket", "answer")


def filtered(follow_ups: QuerySet[FollowUp], query: dict[str, Any]) -> QuerySet[FollowUp]:
    if "state" in query:
        follow_ups = follow_ups.filter(ended_at__isnull=query["state"] == "open")
    return follow_ups.filter(**{name: query[name] for name in SAME if name in query})


class FollowUpEndpoint(EndpointSet):
    refusals = {NotAllowed: (409, "not-allowed"), NotValid: (400, "not-valid")}

    @extend_schema(parameters=[FollowUpQuery], responses=page_of(FollowUpShown))
    def list(self, request: SignedRequest) -> Response:
        """List follow-ups of bad experiences, the newest first."""
        query = read_query(request, FollowUpQuery)
        need(request.user, FEEDBACK_FOLLOW_UP)
        rows = filtered(FollowUp.objects.visible_to(request.user), query)
        return paged(request, rows, keyset=NEWEST_FIRST, query=query, show=FollowUpShown)

    @extend_schema(responses=FollowUpShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a follow-up."""
        return self.answer(request, self.row(request, pk))

    @extend_schema(request=None, responses=FollowUpShown)
    def take(self, request: SignedRequest, pk: int) -> Response:
        """Take a follow-up that nobody has; 409 when somebody was faster."""
        return self.answer(request, verbs.take(self.row(request, pk), actor=request.user))

    @extend_schema(request=OwnerWrite, responses=FollowUpShown)
    def owner(self, request: SignedRequest, pk: int) -> Response:
        """Give a follow-up to a colleague, or back to the team."""
        found = self.row(request, pk)
        wanted = read_body(request, OwnerWrite)["owner"]
        to = None
        if wanted is not None:
            to = possible_owners(found.brand_id, found.answer.team_id).filter(pk=wanted).first()
            if to is None:
                raise invalid("owner", "There is none with this id who may follow up here.")
        return self.answer(request, verbs.give(found, to=to, actor=request.user))

    @extend_schema(request=StepWrite, responses=FollowUpShown)
    def step(self, request: SignedRequest, pk: int) -> Response:
        """Tick a step of the playbook, or take the tick back."""
        found = self.row(request, pk)
        body = read_body(request, StepWrite)
        return self.answer(request, verbs.tick(found, body["step"], done=body["done"], actor=request.user))

    @extend_schema(request=NoteWrite, responses=FollowUpShown)
    def note(self, request: SignedRequest, pk: int) -> Response:
        """Write down what was done. It replaces the note before."""
        found = self.row(request, pk)
        body = read_body(request, NoteWrite)
        return self.answer(request, verbs.write_note(found, body["note"], actor=request.user))

    @extend_schema(request=EndWrite, responses=FollowUpShown)
    def end(self, request: SignedRequest, pk: int) -> Response:
        """End a follow-up with what came of it. Some days later the customer is asked whether it is settled."""
        found = self.row(request, pk)
        body = read_body(request, EndWrite)
        ended = verbs.end(found, body["outcome"], note=body.get("note"), actor=request.user)
        return self.answer(request, ended)

    @extend_schema(request=None, responses=FollowUpShown)
    def reopen(self, request: SignedRequest, pk: int) -> Response:
        """Open a follow-up again."""
        return self.answer(request, verbs.reopen(self.row(request, pk), actor=request.user))

    def row(self, request: SignedRequest, pk: int) -> FollowUp:
        need(request.user, FEEDBACK_FOLLOW_UP)
        return get_follow_up_for(request.user, pk)

    def answer(self, request: SignedRequest, row: FollowUp) -> Response:
        return Response(shown(request, row, FollowUpShown))
