"""Tickets: list, show, open, change, take."""

from typing import Any

from django.db import transaction
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from accounts.access import has
from accounts.api.directory import colleagues_of, teams_seen_by
from accounts.api.needs import missing, need
from accounts.models import User
from accounts.permissions import TICKET_ASSIGN, TICKET_CREATE, TICKET_EDIT, TICKET_VIEW
from carecenter.api.conditional import check_match, etag, not_modified, require_match
from carecenter.api.pagination import Keyset, next_link
from carecenter.api.request import SignedRequest
from carecenter.api.schema import page_of
from carecenter.api.views import invalid, paged, read_body, read_query, shown
from customers.domain.people import ids_of
from tickets.api.base import TicketEndpointSet, need_here
from tickets.api.opening import case_from, open_ticket
from tickets.api.read import PRIORITY_NAMES, TicketChange, TicketMergeWrite, TicketQuery, TicketWrite
from tickets.api.shown import TicketShown
from tickets.domain.assignment import assign, claim_unassigned, move_to_team
from tickets.domain.changes import set_priority, set_subject, set_tags
from tickets.domain.errors import CannotUndo
from tickets.domain.fields.values import BadFields, set_fields
from tickets.domain.merging import merge
from tickets.domain.search.finding import find
from tickets.domain.snooze import snooze, wake
from tickets.domain.status import change_status
from tickets.domain.unmerging import find_merge, unmerge
from tickets.models import Ticket, TicketQuerySet

RECENT_FIRST = Keyset(("last_message_at", "id"), descending=True)
BY_CHANGE = Keyset(("updated_at", "id"))
EDITS = ("subject", "priority", "tags", "fields", "status", "snoozed_until")
ASSIGNMENTS = ("team", "assignee")


def ticket_for(user: User, pk: int, *, lock: bool = False) -> Ticket:
    """Raises Http404. `lock` needs a transaction."""
    tickets = Ticket.objects.visible_to(user)
    if lock:
        tickets = tickets.select_for_update(of=("self",))
    ticket = tickets.filter(pk=pk).first()
    if ticket is None:
        raise Http404
    return ticket


def filtered(tickets: TicketQuerySet, query: dict[str, Any]) -> TicketQuerySet:
    if statuses := query.get("status"):
        tickets = tickets.filter(status__in=statuses)
    for name in ("team", "assignee"):
        if name in query:
            tickets = tickets.filter(
                **{f"{name}__isnull" if query[name] is None else name: query[name] or True}
            )
    if "customer" in query:
        tickets = tickets.filter(customer__in=ids_of(query["customer"]))
    if tags := query.get("tag"):
        tickets = tickets.filter(tags__contains=tags)
    if "updated_since" in query:
        tickets = tickets.filter(updated_at__gte=query["updated_since"])
    return tickets.filter(**{name: query[name] for name in ("brand", "number") if name in query})


def searched(request: SignedRequest, query: dict[str, Any]) -> Response:
    """Found by what the search box takes. What the box would only hint at is refused here: nobody reads hints."""
    if others := sorted(set(query) - {"q", "limit", "cursor"}):
        raise invalid(others[0], "With q, say it there: status:open tag:refund.")
    after = ""
    if cursor := query.get("cursor"):
        at, pk = RECENT_FIRST.decode(cursor)
        after = f"{at.isoformat()}~{pk}"
    found = find(request.user, query["q"], after=after, limit=query["limit"])
    if found.query.hints:
        raise invalid("q", found.query.hints[0])
    more = (
        next_link(request, RECENT_FIRST.encode(found.tickets[-1])) if found.older and found.tickets else None
    )
    shown: Any = TicketShown
    rows = shown(found.tickets, many=True, context={"request": request}).data
    return Response({"results": rows, "next": more})


class TicketEndpoint(TicketEndpointSet):
    @extend_schema(parameters=[TicketQuery], responses=page_of(TicketShown))
    def list(self, request: SignedRequest) -> Response:
        """List tickets, the last written to first.

        With `updated_since` the oldest change comes first, so that a copy is brought up to date page by page.
        """
        query = read_query(request, TicketQuery)
        need(request.user, TICKET_VIEW)
        if "q" in query:
            return searched(request, query)
        tickets = filtered(Ticket.objects.visible_to(request.user), query)
        keyset = BY_CHANGE if "updated_since" in query else RECENT_FIRST
        return paged(request, tickets, keyset=keyset, query=query, show=TicketShown)

    @extend_schema(responses={200: TicketShown, 304: None})
    def retrieve(self, request: SignedRequest, pk: int) -> Response:
        """Show a ticket; 304 when If-None-Match has its ETag."""
        need(request.user, TICKET_VIEW)
        ticket = ticket_for(request.user, pk)
        if not_modified(request, ticket.version):
            return Response(status=304, headers={"ETag": etag(ticket.version)})
        return answer(request, ticket)

    @extend_schema(request=TicketWrite, responses={201: TicketShown})
    def create(self, request: SignedRequest) -> Response:
        """Open a ticket: write to a customer, log a call or a visit, or an internal case."""
        body = read_body(request, TicketWrite)
        need(request.user, TICKET_CREATE)
        case = case_from(request.user, body)
        if not has(
            request.user, TICKET_CREATE, brand_id=case.brand.pk, team_id=case.team.pk if case.team else None
        ):
            raise missing(TICKET_CREATE)
        with transaction.atomic():
            ticket = open_ticket(case, body, actor=request.user).ticket
            if "fields" in body:
                ticket = set_own_fields(ticket, body["fields"], actor=request.user)
        return answer(
            request, ticket, status=201, Location=request.build_absolute_uri(f"{request.path}{ticket.pk}/")
        )

    @extend_schema(request=TicketChange, responses=TicketShown)
    def partial_update(self, request: SignedRequest, pk: int) -> Response:
        """Change status, priority, tags, fields, subject, team, assignee or snoozing.

        All of it or nothing. Needs `If-Match` with the ETag of what you read.
        """
        body = read_body(request, TicketChange, partial=True)
        need(request.user, TICKET_VIEW)
        with transaction.atomic():
            ticket = ticket_for(request.user, pk, lock=True)
            if any(name in body for name in EDITS):
                need_here(request.user, TICKET_EDIT, ticket)
            if any(name in body for name in ASSIGNMENTS):
                need_here(request.user, TICKET_ASSIGN, ticket)
            check_match(require_match(request), ticket.version)
            change(ticket, body, actor=request.user)
            return answer(request, Ticket.objects.get(pk=pk))

    @extend_schema(request=None, responses=TicketShown)
    def take(self, request: SignedRequest, pk: int) -> Response:
        """Take a ticket that nobody has; 409 when somebody was faster."""
        need(request.user, TICKET_VIEW)
        need_here(request.user, TICKET_ASSIGN, ticket_for(request.user, pk))
        return answer(request, claim_unassigned(pk, agent=request.user))

    @extend_schema(request=TicketMergeWrite, responses=TicketShown)
    def merge(self, request: SignedRequest, pk: int) -> Response:
        """Merge this ticket into another one of the same firm; the answer is the one that stays.

        What was said here moves there. This ticket is closed, and `merged_into` names the other.
        """
        body = read_body(request, TicketMergeWrite)
        need(request.user, TICKET_VIEW)
        gone = ticket_for(request.user, pk)
        need_here(request.user, TICKET_EDIT, gone)
        try:
            kept = ticket_for(request.user, body["into"])
        except Http404:
            raise invalid("into", "There is none with this id.") from None
        need_here(request.user, TICKET_EDIT, kept)
        merge(gone, into=kept, actor=request.user)
        return answer(request, ticket_for(request.user, kept.pk))

    @extend_schema(request=None, responses=TicketShown)
    def unmerge(self, request: SignedRequest, pk: int) -> Response:
        """Take back the merge of this ticket into another one; 409 when there is none.

        What moved comes back; what came after the merge stays on the other ticket.
        """
        need(request.user, TICKET_VIEW)
        gone = ticket_for(request.user, pk)
        need_here(request.user, TICKET_EDIT, gone)
        done = find_merge(gone)
        if done is None:
            raise CannotUndo("This ticket is not merged.")
        need_here(request.user, TICKET_EDIT, ticket_for(request.user, done.kept_id))
        unmerge(done, actor=request.user)
        return answer(request, ticket_for(request.user, pk))


def change(ticket: Ticket, body: dict[str, Any], *, actor: User) -> None:
    """The verbs, in an order in which none undoes another: a team that takes a ticket may drop its assignee."""
    if "subject" in body:
        set_subject(ticket, body["subject"], actor=actor)
    if "priority" in body:
        set_priority(ticket, PRIORITY_NAMES[body["priority"]], actor=actor)
    if "tags" in body:
        set_tags(ticket, body["tags"], actor=actor)
    if "fields" in body:
        set_own_fields(ticket, body["fields"], actor=actor)
    if "team" in body:
        move_to_team(ticket, team=found(teams_seen_by(actor), body, "team"), actor=actor)
    if "assignee" in body:
        people = colleagues_of(actor).filter(is_active=True)
        assign(ticket, to=found(people, body, "assignee"), actor=actor)
    if body.get("snoozed_until") is not None:
        snooze(ticket, until=body["snoozed_until"], actor=actor)
    elif "snoozed_until" in body:
        wake(ticket, actor=actor)
    if "status" in body:
        change_status(ticket, body["status"], actor=actor)


def set_own_fields(ticket: Ticket, wanted: dict[str, Any], *, actor: User) -> Ticket:
    """Raises ValidationError that says of each field what it takes."""
    try:
        return set_fields(ticket, wanted, actor=actor)
    except BadFields as error:
        raise ValidationError({"fields": {key: [text] for key, text in error.problems.items()}}) from None


def found(rows: Any, body: dict[str, Any], name: str) -> Any:
    """The row this id names among those the caller may see; None for null. Raises ValidationError."""
    if body.get(name) is None:
        return None
    row = rows.filter(pk=body[name]).first()
    if row is None:
        raise invalid(name, "There is none with this id.")
    return row


def answer(request: SignedRequest, ticket: Ticket, *, status: int = 200, **headers: str) -> Response:
    body = shown(request, ticket, TicketShown)
    return Response(body, status=status, headers={"ETag": etag(ticket.version), **headers})
