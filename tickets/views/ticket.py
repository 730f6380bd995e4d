"""One ticket: its page, its conversation as it grows, what came earlier."""

from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET
from django.views.decorators.vary import vary_on_headers
from django_htmx.http import push_url

from accounts.models import User
from accounts.views.guard import StaffRequest
from carecenter.lib.statements import Given, Statement
from tickets.access import can_assign, can_block, can_edit, can_note, can_reply, get_ticket_for
from tickets.domain.attaching import files_of
from tickets.domain.conversation import Conversation, conversation
from tickets.domain.copies import usual_copies, write_copies
from tickets.domain.lists import View
from tickets.domain.routes import answered_by_mail, asked_for
from tickets.domain.threading import living
from tickets.models import Draft, Message, Ticket
from tickets.views.lists import list_context
from tickets.views.people import put_living_customers


def rights(user: User, ticket: Ticket) -> dict[str, bool]:
    return {
        "may_reply": can_reply(user, ticket),
        "may_note": can_note(user, ticket),
        "may_edit": can_edit(user, ticket),
        "may_assign": can_assign(user, ticket),
        "may_block": can_block(user, ticket),
    }


def ticket_context(request: StaffRequest, ticket: Ticket) -> dict[str, Any]:
    """What the ticket pane shows. The number of queries does not depend on the number of messages."""
    drafts = _drafts().rows(ticket=ticket.pk, author=request.user.pk)
    files_of("draft").put(drafts)
    by_audience = {draft.audience: draft for draft in drafts}
    allowed = rights(request.user, ticket)
    reply = by_audience.get(Message.Audience.PUBLIC)
    note = by_audience.get(Message.Audience.INTERNAL)
    shown = conversation(ticket, viewer=request.user)
    usual = usual_copies_of(shown, ticket)
    can_write_reply = allowed["may_reply"] and ticket.inbox is not None and ticket.status != "closed"
    return {
        "ticket": ticket,
        "open_pk": ticket.pk,
        "conversation": shown,
        "reply_draft": reply,
        "note_draft": note,
        "usual_copies": usual,
        "copies": usual if reply is None else write_copies(reply.cc),
        "can_write_reply": can_write_reply,
        "starts_with_note": not can_write_reply or (note is not None and reply is None),
        **allowed,
    }


@cache
def _drafts() -> Statement[Draft]:
    drafts = Draft.objects.filter(ticket_id=Given("ticket"), author_id=Given("author"))
    return Statement(drafts)


def usual_copies_of(shown: Conversation, ticket: Ticket) -> str:
    """Who else gets the answer if the writer changes nothing, as the composer shows them."""
    last = answered_by_mail(one for one in shown.items if isinstance(one, Message))
    return write_copies(usual_copies(ticket, to=asked_for(ticket, last) if last else ""))


def living_for(user: User, ticket: Ticket) -> Ticket:
    """What a merged ticket is part of now, if the user may see that; else the ticket itself."""
    if ticket.merged_into_id is None:
        return ticket
    try:
        return get_ticket_for(user, living(ticket).pk)
    except Http404:
        return ticket


@login_required
@require_GET
@vary_on_headers("HX-Request", "HX-Target")
def ticket(request: StaffRequest, pk: int) -> HttpResponse:
    """The ticket beside its list; to htmx the ticket pane alone. One that was merged leads to what it is part of."""
    asked = get_ticket_for(request.user, pk)
    found = living_for(request.user, asked)
    here = reverse("tickets:ticket", args=[found.pk])
    if found is not asked and not request.htmx:
        return redirect(f"{here}?from={asked.number}")
    number = str(asked.number) if found is not asked else request.GET.get("from", "")
    context = ticket_context(request, found)
    context["came_from"] = number if number.isdecimal() and len(number) < 19 else ""
    if request.htmx and not request.htmx.history_restore_request:
        put_living_customers([found])
        shown = {**context, "area": "tickets", "list_query": query_of(request)}
        response = render(request, "tickets/_ticket.html", shown)
        return push_url(response, f"{here}{query_of(request)}") if found is not asked else response
    # A link from elsewhere names no view: the list beside it should not be one without this ticket.
    usual = View.MINE if found.assignee_id == request.user.pk else View.ALL
    beside = list_context(request, request.user, usual=usual, beside=found)
    return render(request, "tickets/desk.html", {**beside, **context})


def query_of(request: StaffRequest) -> str:
    query = request.GET.urlencode()
    return f"?{query}" if query else ""


@login_required
@require_GET
def live(request: StaffRequest, pk: int) -> HttpResponse:
    """What may have changed on an open ticket: conversation, head, properties. `since` is the oldest message shown."""
    found = get_ticket_for(request.user, pk)
    put_living_customers([found])
    since = request.GET.get("since", "")
    shown = conversation(
        found, viewer=request.user, since=int(since) if since.isdecimal() and len(since) < 19 else 0
    )
    context = {"ticket": found, "open_pk": found.pk, "conversation": shown, "out_of_band": True}
    context["usual_copies"] = usual_copies_of(shown, found)
    return render(request, "tickets/_live.html", {**context, **rights(request.user, found)})


@login_required
@require_GET
def earlier(request: StaffRequest, pk: int) -> HttpResponse:
    """The messages before one."""
    found = get_ticket_for(request.user, pk)
    before = request.GET.get("before", "")
    shown = conversation(
        found, viewer=request.user, before=int(before) if before.isdecimal() and len(before) < 19 else 1
    )
    context = {"ticket": found, "conversation": shown, **rights(request.user, found)}
    return render(request, "tickets/_conversation.html", context)
