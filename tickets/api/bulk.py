"""One change to many tickets, and to one tag everywhere: a job with progress, a way to stop it and a way back."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from accounts.api.directory import colleagues_of, teams_seen_by
from accounts.api.needs import need
from accounts.models import User
from accounts.permissions import TAGS_MANAGE, TICKET_VIEW
from carecenter.api.fields import Id, Input, Moment, Text
from carecenter.api.pagination import Keyset, PageQuery
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import invalid, paged, read_body, read_query, shown
from tickets.access import get_job_for
from tickets.api.base import TicketEndpointSet
from tickets.api.read import PRIORITY_NAMES
from tickets.api.tickets import found
from tickets.domain import bulk, tagging
from tickets.domain.bulk_verbs import CHANGES, Values
from tickets.domain.changes import MAX_TAG, clean_tag
from tickets.domain.fields.many import find_field_to_set, value_of
from tickets.models import BulkItem, BulkJob, Status

NEWEST_FIRST = Keyset(("id",), descending=True)
Verb = BulkJob.Verb
# What each verb takes; the tag of all tickets is changed at `tags/change/`.
VALUE: Final[dict[str, str]] = {
    Verb.ASSIGN: "assignee",
    Verb.TEAM: "team",
    Verb.STATUS: "status",
    Verb.PRIORITY: "priority",
    Verb.TAG: "tag",
    Verb.UNTAG: "tag",
    Verb.FIELD: "field",
    Verb.SNOOZE: "snoozed_until",
    Verb.MERGE: "into",
}


class FieldValue(Input):
    id = Id()
    value = serializers.JSONField(allow_null=True, help_text="As in `fields` of a ticket; null empties it.")


class BulkWrite(Input):
    """The verb, the tickets, and the one value that the verb takes."""

    verb = serializers.ChoiceField(choices=[(code, label) for code, label in Verb.choices if code in VALUE])
    tickets = serializers.ListField(child=Id(), min_length=1, max_length=bulk.MOST)
    assignee = Id(required=False, allow_null=True, help_text="assign; null gives them back to the queue.")
    team = Id(required=False, allow_null=True, help_text="team; null: none.")
    status = serializers.ChoiceField(
        choices=[(code, label) for code, label in Status.choices if code != Status.NEW],
        required=False,
        help_text="status.",
    )
    priority = serializers.ChoiceField(choices=list(PRIORITY_NAMES), required=False, help_text="priority.")
    tag = Text(max_length=MAX_TAG, required=False, help_text="tag and untag.")
    field = FieldValue(required=False, help_text="field: one of `ticket-fields/`.")
    snoozed_until = Moment(required=False, allow_null=True, help_text="snooze; null wakes them.")
    into = Id(required=False, help_text="merge: the one of `tickets` that stays.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        given = set(attrs) - {"verb", "tickets"}
        if given != {VALUE[attrs["verb"]]}:
            raise serializers.ValidationError(
                {VALUE[attrs["verb"]]: ["This verb takes this, and nothing else."]}
            )
        return attrs


class TagChangeWrite(Input):
    tag = Text(max_length=MAX_TAG)
    to = Text(
        max_length=MAX_TAG, allow_blank=True, help_text="Another tag joins the two; empty takes it off."
    )


class TagShown(serializers.Serializer[dict[str, Any]]):
    tag = serializers.CharField()
    tickets = serializers.IntegerField()


class TagsShown(serializers.Serializer[dict[str, Any]]):
    results = TagShown(many=True)
    is_all = serializers.BooleanField(
        help_text=f"False: only the latest {tagging.LATEST:,} tickets were counted."
    )


class BulkFailureShown(serializers.Serializer[BulkItem]):
    ticket = serializers.IntegerField(source="ticket_id")
    reason = serializers.CharField()


class BulkJobShown(serializers.Serializer[BulkJob]):
    id = serializers.IntegerField()
    verb = serializers.ChoiceField(choices=Verb.choices)
    state = serializers.ChoiceField(choices=BulkJob.State.choices)
    undoes = serializers.IntegerField(source="undoes_id", allow_null=True, help_text="The job it takes back.")
    total = serializers.IntegerField(help_text="Tickets that you may see of those you named.")
    created_at = Moment()
    ended_at = Moment(allow_null=True)


class BulkProgressShown(BulkJobShown):
    done = serializers.IntegerField(help_text="Changed.")
    same = serializers.IntegerField(help_text="Were so already.")
    failed = serializers.IntegerField()
    left = serializers.IntegerField(help_text="Not looked at, for good when it was stopped.")
    failures = BulkFailureShown(many=True, help_text="The first 100, with the reason of each.")


class BulkEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[PageQuery], responses=page_of(BulkJobShown))
    def list(self, request: SignedRequest) -> Response:
        """List your bulk jobs, the newest first; kept for a month."""
        query = read_query(request, PageQuery)
        need(request.user, TICKET_VIEW)
        jobs = BulkJob.objects.filter(user=request.user.pk)
        return paged(request, jobs, keyset=NEWEST_FIRST, query=query, show=BulkJobShown)

    @extend_schema(request=BulkWrite, responses={202: BulkProgressShown})
    def create(self, request: SignedRequest) -> Response:
        """Begin one change to many tickets: each in turn, under your rights at that moment.

        `GET` the job to see how far it is. A change of one fails alone; tickets you may not see are left out.
        """
        body = read_body(request, BulkWrite)
        need(request.user, TICKET_VIEW)
        need(request.user, CHANGES[body["verb"]].needs)
        job = bulk.start(request.user, body["verb"], arguments(request.user, body), body["tickets"])
        return answer(request, job, status=202)

    @extend_schema(responses=BulkProgressShown)
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a bulk job of yours and how far it is."""
        return answer(request, self.row(request, pk))

    @extend_schema(request=None, responses=BulkProgressShown)
    def stop(self, request: SignedRequest, pk: int) -> Response:
        """Stop a job: no further ticket is touched. One that has ended stays as it is."""
        job = self.row(request, pk)
        bulk.stop(job)
        job.refresh_from_db()
        return answer(request, job)

    @extend_schema(request=None, responses={202: BulkProgressShown})
    def undo(self, request: SignedRequest, pk: int) -> Response:
        """Put back what a job changed, as a job of its own; 409 while it runs, and the second time.

        A ticket that somebody has changed since stays as it is.
        """
        job = self.row(request, pk)
        need(request.user, CHANGES[job.verb].needs)
        return answer(request, bulk.undo(job, actor=request.user), status=202)

    def row(self, request: SignedRequest, pk: int) -> BulkJob:
        need(request.user, TICKET_VIEW)
        return get_job_for(request.user, pk)


class TagEndpoint(TicketEndpointSet):
    @extend_schema(responses=TagsShown)
    def list(self, request: SignedRequest) -> Response:
        """List tags where you look after them, the most used first."""
        need(request.user, TAGS_MANAGE)
        counted = tagging.counted(request.user)
        rows = [{"tag": tag, "tickets": many} for tag, many in counted.rows]
        return Response({"results": rows, "is_all": counted.is_all})

    @extend_schema(request=TagChangeWrite, responses={202: BulkProgressShown})
    def change(self, request: SignedRequest) -> Response:
        """Rename a tag, join it with another, or take it off, on every ticket: a bulk job with an undo."""
        body = read_body(request, TagChangeWrite)
        need(request.user, TICKET_VIEW)
        need(request.user, TAGS_MANAGE)
        return answer(request, tagging.change_tag(body["tag"], body["to"], actor=request.user), status=202)


def arguments(user: User, body: dict[str, Any]) -> Values:
    """The verb's own, checked: only what this user may choose. Raises ValidationError."""
    verb = body["verb"]
    value = body[VALUE[verb]]
    if verb == Verb.ASSIGN:
        to = found(colleagues_of(user).filter(is_active=True), body, "assignee")
        return {"assignee_id": to.pk if to else None}
    if verb == Verb.TEAM:
        team = found(teams_seen_by(user), body, "team")
        return {"team_id": team.pk if team else None}
    if verb in (Verb.TAG, Verb.UNTAG):
        if not (tag := clean_tag(value)):
            raise invalid("tag", "This is no tag.")
        return {"tag": tag}
    if verb == Verb.PRIORITY:
        return {"priority": PRIORITY_NAMES[value]}
    if verb == Verb.FIELD:
        if (field := find_field_to_set(user, value["id"])) is None:
            raise invalid("field", "There is no such field of tickets here.")
        return value_of(field, value["value"])
    if verb == Verb.SNOOZE:
        return {"snoozed_until": value.isoformat() if value else None}
    return {VALUE[verb]: value}


def answer(request: SignedRequest, job: BulkJob, *, status: int = 200) -> Response:
    so_far = bulk.progress(job)
    for name in ("done", "same", "failed", "left"):
        setattr(job, name, getattr(so_far, name))
    job.failures = bulk.failures(job) if so_far.failed else []  # type: ignore[attr-defined]
    headers = {"Location": request.build_absolute_uri(f"/api/v1/bulk/{job.pk}/")} if status == 202 else {}
    return Response(shown(request, job, BulkProgressShown), status=status, headers=headers)
