"""Writing on a ticket: answers, notes, logged calls, drafts with files, and what became of an answer."""

from contextlib import nullcontext

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.views.guard import StaffRequest
from carecenter.lib.kinds import Capability, can
from carecenter.lib.time import now
from tickets.access import can_note, can_reply, get_attachment_for, get_message_for, get_ticket_for
from tickets.domain import delivery, drafts, opening, replies
from tickets.domain.copies import read_copies
from tickets.domain.errors import Merged, TicketError
from tickets.domain.signatures import leave_off
from tickets.domain.soft_lock import AnsweredMeanwhile, reply_unless_answered
from tickets.forms import LogForm
from tickets.models import Attachment, Delivery, Message, Status, Ticket
from tickets.views.people import put_living_customers
from tickets.views.responses import changed, refused, tell

Audience = Message.Audience


def audience_of(request: StaffRequest, ticket: Ticket) -> Message.Audience:
    """Answer or note, as the composer says; PermissionDenied when the user may not write that."""
    internal = request.POST.get("audience") == Audience.INTERNAL
    if not (can_note if internal else can_reply)(request.user, ticket):
        raise PermissionDenied
    return Audience.INTERNAL if internal else Audience.PUBLIC


@login_required
@require_POST
def write(request: StaffRequest, pk: int) -> HttpResponse:
    """Send the composer's answer, or keep its note. `then` may solve the ticket in the same step."""
    ticket = get_ticket_for(request.user, pk, alone=True)
    audience = audience_of(request, ticket)
    draft = drafts.find_draft(ticket, author=request.user, audience=audience)
    html = request.POST.get("html", "")
    try:
        if audience == Audience.INTERNAL:
            replies.add_note(ticket, actor=request.user, html=html, draft=draft)
            response = changed(request, ticket, _("Note added."))
        else:
            then = Status.SOLVED if request.POST.get("then") == Status.SOLVED else ""
            cc = read_copies(request.POST.get("cc", ""))
            unsigned = bool(request.POST.get("signature_shown") and not request.POST.get("signature"))
            # a reply is a transaction of its own, and another around it two savepoints more
            with transaction.atomic() if unsigned else nullcontext():
                message = reply_unless_answered(
                    ticket,
                    actor=request.user,
                    seen=seen_in(request),
                    html=html,
                    cc=cc,
                    then=then,
                    draft=draft,
                )
                if unsigned:
                    leave_off(message)
            response = told_as_leaving(request, ticket, message, solved=bool(then))
    except AnsweredMeanwhile as error:
        drafts.save_draft(ticket, author=request.user, audience=audience, html=html, cc=cc)
        return asked_again(request, ticket, error, then=then)
    except Merged as error:
        drafts.save_draft(ticket, author=request.user, audience=audience, html=html)
        drafts.carry_over(ticket)
        return refused(request, ticket, error)
    except TicketError as error:
        return refused(request, ticket, error)
    return trigger_client_event(response, "composer-sent", {"ticket": ticket.pk, "audience": audience})


def seen_in(request: StaffRequest) -> int | None:
    """The last message the writer knew of when they began; a client that does not say is not asked."""
    seen = request.POST.get("seen", "")
    return int(seen) if seen.isdecimal() and len(seen) < 19 else None


def asked_again(
    request: StaffRequest, ticket: Ticket, error: AnsweredMeanwhile, *, then: str
) -> HttpResponse:
    """What the colleague said, and whether to send all the same; the page fetches the conversation anew."""
    if not request.htmx:
        return refused(request, ticket, error)
    shown = {"answers": error.answers, "last_pk": error.answers[-1].pk, "then": then}
    response = render(request, "tickets/_answered_meanwhile.html", shown, status=409)
    return trigger_client_event(response, "ticket-changed", {"ticket": ticket.pk})


def told_as_leaving(request: StaffRequest, ticket: Ticket, message: Message, *, solved: bool) -> HttpResponse:
    if not can(message.kind, Capability.UNDO):
        return changed(request, ticket, _("Solved, and said.") if solved else _("Said."))
    text = _("Your answer leaves in %(seconds)s seconds.") % {"seconds": settings.UNDO_SECONDS}
    if solved:
        text = _("Solved. Your answer leaves in %(seconds)s seconds.") % {"seconds": settings.UNDO_SECONDS}
    response = changed(request, ticket)
    action = {"label": _("Take back"), "url": reverse("tickets:take_back", args=[message.pk])}
    return tell(response, text, action=action, seconds=settings.UNDO_SECONDS, key=f"send-{message.pk}")


@login_required
@require_POST
def log(request: StaffRequest, pk: int) -> HttpResponse:
    """Write down a call or a visit about this ticket."""
    ticket = get_ticket_for(request.user, pk)
    if not can_note(request.user, ticket):
        raise PermissionDenied
    form = LogForm(request.POST)
    if not form.is_valid():
        return render(request, "tickets/_log_form.html", {"ticket": ticket, "log_form": form}, status=422)
    try:
        opening.log_on_ticket(ticket, actor=request.user, **form.cleaned())
    except TicketError as error:
        return refused(request, ticket, error)
    response = changed(request, ticket, _("Written down."))
    return trigger_client_event(response, "close-dialog", {"id": "log-dialog"})


@login_required
@require_POST
def save_draft(request: StaffRequest, pk: int) -> JsonResponse:
    """Keep what is being written. Called with every pause in typing."""
    ticket = get_ticket_for(request.user, pk, alone=True)
    audience = audience_of(request, ticket)
    try:
        cc = read_copies(request.POST.get("cc", ""))
    except TicketError:  # still being typed: the last whole line of addresses is kept
        cc = None
    html = request.POST.get("html", "")
    drafts.save_draft(ticket, author=request.user, audience=audience, html=html, cc=cc)
    return JsonResponse({"saved_at": now().isoformat()})


@login_required
@require_POST
def attach(request: StaffRequest, pk: int) -> HttpResponse:
    """Hang one file on the draft; returns its chip. 413 above the size limit."""
    ticket = get_ticket_for(request.user, pk)
    audience = audience_of(request, ticket)
    upload = request.FILES.get("file")
    if upload is None or not upload.name:
        return HttpResponse(_("Choose a file."), status=400, content_type="text/plain; charset=utf-8")
    if upload.size is None or upload.size > settings.UPLOAD_SIZE_LIMIT:
        limit = settings.UPLOAD_SIZE_LIMIT // 1_000_000
        text = _("%(name)s is too large; up to %(limit)s MB can be sent.") % {
            "name": upload.name,
            "limit": limit,
        }
        return HttpResponse(text, status=413, content_type="text/plain; charset=utf-8")
    file = drafts.attach(
        ticket, author=request.user, audience=audience, name=upload.name, content=upload.read()
    )
    return render(request, "tickets/_draft_file.html", {"file": file}, status=201)


@login_required
@require_POST
def detach(request: StaffRequest, token: str) -> HttpResponse:
    """Take a file off the user's own draft."""
    file: Attachment = get_attachment_for(request.user, token)
    if file.draft_id is None:
        raise PermissionDenied
    drafts.detach(file)
    return HttpResponse("")


@login_required
@require_POST
def take_back(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop an answer before it leaves; it is a draft again, and the composer shows it."""
    message = get_message_for(request.user, pk)
    if not can_reply(request.user, message.ticket):
        raise PermissionDenied
    try:
        draft = replies.take_back(message.pk, actor=request.user)
    except TicketError as error:
        return refused(request, message.ticket, error)
    response = changed(
        request, message.ticket, _("Taken back. Your text is in the editor again."), key=f"send-{message.pk}"
    )
    return trigger_client_event(response, "composer-restore", {"ticket": draft.ticket_id})


@login_required
@require_POST
def retry(request: StaffRequest, pk: int) -> HttpResponse:
    """Send a failed or returned answer again."""
    message = get_message_for(request.user, pk)
    return move(request, message, Delivery.QUEUED, _("It will be sent again now."))


@login_required
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    """Decide about an answer of which nobody knows whether it arrived: it did, or send it again."""
    message = get_message_for(request.user, pk)
    outcome = request.POST.get("outcome", request.GET.get("outcome", ""))
    if outcome == "arrived":
        return move(request, message, Delivery.SENT, _("Marked as sent."))
    if outcome == "again":
        return move(request, message, Delivery.QUEUED, _("It will be sent again now."))
    return HttpResponseBadRequest()


def move(request: StaffRequest, message: Message, to: str, text: str) -> HttpResponse:
    """Move an answer's state by hand, where the table of states allows it."""
    user = request.user
    ticket = get_ticket_for(user, message.ticket_id)
    if not can_reply(user, ticket):
        raise PermissionDenied
    decide = delivery.send_again if to == Delivery.QUEUED else delivery.confirm_arrived
    try:
        decide(message.pk, actor=user)
    except TicketError as error:
        return refused(request, ticket, error)
    return changed(request, ticket, text)


@login_required
def composer(request: StaffRequest, pk: int) -> HttpResponse:
    """The composer as the server keeps it: after an answer was taken back."""
    from tickets.views.ticket import ticket_context

    ticket = get_ticket_for(request.user, pk)
    put_living_customers([ticket])
    return render(request, "tickets/_composer.html", ticket_context(request, ticket))
