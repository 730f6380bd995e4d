"""The agents' chat page and what it asks for. Lines come by the desk's socket; these answers catch up and act."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import TICKET_REPLY
from accounts.views.guard import StaffRequest, needs
from channels_app.access import chats_for, get_chat_for, own_chat, receivers
from channels_app.domain import chat_desk, chats
from tickets.domain import holding, lines
from tickets.domain.errors import Empty, NotAllowed, TicketError
from tickets.models import Message
from workforce.domain.agents import settings_of
from workforce.domain.presence import heartbeat

MOST_COUNTED = 100


@needs(TICKET_REPLY)
@require_GET
@never_cache
def page(request: StaffRequest) -> HttpResponse:
    """The shell; conversations are drawn from the state it carries."""
    state = state_of(request)
    return render(request, "channels_app/desk_chats.html", {"area": "chats", "state": json.dumps(state)})


@needs(TICKET_REPLY)
@require_GET
@never_cache
def state(request: StaffRequest) -> JsonResponse:
    return JsonResponse(state_of(request))


def state_of(request: StaffRequest) -> dict[str, Any]:
    user = request.user
    found = chat_desk.state_for(chats_for(user), user)
    return found | {"me": user.pk, "name": user.name, "most": settings_of(user).most_chats}


@needs(TICKET_REPLY)
@require_GET
@never_cache
def waiting(request: StaffRequest) -> JsonResponse:
    """How many wait, for the number in the navigation of every page."""
    queue = chat_desk.waiting(chats_for(request.user)).exclude(agent=request.user)
    return JsonResponse({"waiting": queue[:MOST_COUNTED].count()})


@login_required
@require_GET
@never_cache
def chat(request: StaffRequest, pk: int) -> JsonResponse:
    """The lines behind ?after= and how the chat stands: at first, and after every gap."""
    contact = get_chat_for(request.user, pk)
    after = request.GET.get("after", "0")
    return JsonResponse(
        chat_desk.chat_for(contact, int(after) if after.isdecimal() and len(after) < 19 else 0)
    )


@login_required
@require_POST
def take(request: StaffRequest, pk: int) -> HttpResponse:
    contact = get_chat_for(request.user, pk)
    # Their page may be so new that its socket has not said so yet: to colleagues the chat would still be waiting.
    heartbeat(request.user.pk)
    try:
        holding.take(contact, actor=request.user)
    except TicketError as error:
        return refused(error)
    return JsonResponse(chat_desk.chat_for(contact, 0))


def refused(error: TicketError, status: int = 409) -> HttpResponse:
    return HttpResponse(str(error), status=status, content_type="text/plain; charset=utf-8")


def typed(request: StaffRequest, name: str) -> str:
    """Without what no text of the database can hold."""
    return request.POST.get(name, "").replace("\x00", "")


@login_required
@require_POST
def say(request: StaffRequest, pk: int) -> HttpResponse:
    """A line, once per client id: the same id again gives the line that is there."""
    try:
        contact = own_chat(request.user, pk)
        message = lines.say(
            contact, typed(request, "text"), actor=request.user, client_id=typed(request, "id")[:64]
        )
    except TicketError as error:
        return refused(error, 422 if isinstance(error, Empty) else 409)
    return said(message)


@login_required
@require_POST
def say_file(request: StaffRequest, pk: int) -> HttpResponse:
    """A file is a line of its own. 413 above the size limit."""
    try:
        contact = own_chat(request.user, pk)
        upload = request.FILES.get("file")
        if upload is None or not upload.name:
            raise Empty(_("Choose a file."))
        if upload.size is None or upload.size > settings.UPLOAD_SIZE_LIMIT:
            limit = settings.UPLOAD_SIZE_LIMIT // 1_000_000
            text = _("%(name)s is too large; up to %(limit)s MB can be sent.") % {
                "name": upload.name,
                "limit": limit,
            }
            return refused(Empty(text), 413)
        file = lines.File(upload.name, upload.read())
        client_id = typed(request, "id")[:64]
        message = lines.say(contact, "", actor=request.user, client_id=client_id, file=file)
    except TicketError as error:
        return refused(error, 422 if isinstance(error, Empty) else 409)
    return said(message)


def said(message: Message) -> JsonResponse:
    """Shown at the other end at once: the journal's reaction says it again, and it is the same line."""
    found = (
        Message.objects.select_related("contact__ticket")
        .prefetch_related("attachments__blob")
        .get(pk=message.pk)
    )
    chats.show(found)
    return JsonResponse({"line": chats.line_of(found)})


@login_required
@require_http_methods(["GET", "POST"])
def hand_over(request: StaffRequest, pk: int) -> HttpResponse:
    """GET: who could go on. POST: hand it over."""
    contact = get_chat_for(request.user, pk)
    people, teams = receivers(request.user, contact)
    if request.method != "POST":
        loads = holding.loads_of(people)
        rows = [(person, *loads[person.pk]) for person in people]
        context = {"contact": contact, "people": rows, "teams": teams}
        return render(request, "channels_app/_hand_over.html", context)
    kind, _colon, number = request.POST.get("to", "").partition(":")
    to = next((one for one in people if kind == "user" and str(one.pk) == number), None)
    team = next((one for one in teams if kind == "team" and str(one.pk) == number), None)
    if to is None and team is None:
        return refused(
            NotAllowed(_("Choose who goes on. Somebody who has just left cannot be chosen any more."))
        )
    note = typed(request, "note")[:4000]
    try:
        holding.give(contact, holding.Handover(to=to, team=team, note=note), actor=request.user)
    except TicketError as error:
        return refused(error)
    return HttpResponse(status=204)


@login_required
@require_POST
def end(request: StaffRequest, pk: int) -> HttpResponse:
    """The conversation is over; with solve=1 the ticket is solved too."""
    try:
        contact = own_chat(request.user, pk)
        lines.finish(contact, solve=bool(request.POST.get("solve")), actor=request.user)
    except TicketError as error:
        return refused(error)
    return HttpResponse(status=204)
