"""Ready-made replies: chosen at `/` while writing, and kept in the settings."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import has
from accounts.models import User
from accounts.permissions import REPLIES_MANAGE, TICKET_REPLY
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.html import text_to_html
from tickets.access import can_reply, get_ticket_for
from tickets.domain import canned
from tickets.domain.errors import TicketError
from tickets.domain.placeholders import PLACEHOLDERS, fill, hole
from tickets.forms import CannedForm
from tickets.models import CannedReply, Ticket
from tickets.views.signatures import filled

PREVIEW = 160
LISTED = 500


def ticket_to_answer(request: StaffRequest, pk: int) -> Ticket:
    ticket = get_ticket_for(request.user, pk)
    if not can_reply(request.user, ticket):
        raise PermissionDenied
    return ticket


@login_required
@require_GET
def choices(request: StaffRequest, pk: int) -> JsonResponse:
    """What `/` offers on this ticket, filtered by the page while one types."""
    ticket = ticket_to_answer(request, pk)
    found = canned.replies_for(ticket, request.user)[: canned.SHOWN]
    rows = [
        {
            "id": reply.pk,
            "title": reply.title,
            "shortcut": reply.shortcut,
            "preview": reply.text[:PREVIEW],
            "language": reply.language,
            "mine": reply.owner_id is not None,
        }
        for reply in found
    ]
    return JsonResponse({"replies": rows})


@login_required
@require_POST
def use(request: StaffRequest, pk: int, reply_pk: int) -> JsonResponse:
    """The reply with its placeholders filled in for this ticket; `warning` says which could not be."""
    ticket = ticket_to_answer(request, pk)
    reply = get_object_or_404(canned.replies_for(ticket, request.user), pk=reply_pk)
    filled = fill(reply.text, ticket=ticket, agent=request.user)
    canned.count_use(reply)
    warning = ""
    if filled.open:
        names = ", ".join(hole(name) for name in filled.open)
        warning = _(
            "Left out, because it is not known here: %(names)s. Read the text before you send it."
        ) % {"names": names}
    return JsonResponse({"text": filled.text, "html": text_to_html(filled.text), "warning": warning})


def get_reply_for(user: User, pk: int) -> CannedReply:
    """One the user may change. Raises Http404."""
    if (reply := canned.find_reply(user, pk)) is None:
        raise Http404
    return reply


@needs(TICKET_REPLY)
@require_GET
def replies(request: StaffRequest) -> HttpResponse:
    found = list(
        canned.replies_of(request.user)
        .select_related("brand", "team", "pool")
        .order_by("title", "pk")[:LISTED]
    )
    for reply in found:
        reply.may_change = canned.may_change(request.user, reply)  # type: ignore[attr-defined]
    return render(
        request,
        "tickets/canned.html",
        {
            "area": "settings",
            "mine": [reply for reply in found if reply.owner_id],
            "shared": [reply for reply in found if not reply.owner_id],
            "may_share": has(request.user, REPLIES_MANAGE),
        },
    )


@needs(TICKET_REPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """One's own; with ?shared=1 one for everybody."""
    shared = bool(request.GET.get("shared"))
    if shared and not has(request.user, REPLIES_MANAGE):
        raise Http404
    owner = None if shared else request.user
    return edit_page(request, CannedReply(owner=owner), shared=shared)


@needs(TICKET_REPLY)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    reply = get_reply_for(request.user, pk)
    return edit_page(request, reply, shared=reply.owner_id is None)


FIELDS = ("title", "shortcut", "text", "pool", "brand", "team", "language", "is_public")


def edit_page(request: StaffRequest, reply: CannedReply, *, shared: bool) -> HttpResponse:
    initial: dict[str, Any] = {}
    if reply.pk is not None:
        initial = {name: getattr(reply, name) for name in FIELDS}
    form = CannedForm(request.POST or None, user=request.user, shared=shared, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            canned.save_reply(reply, actor=request.user, **form.cleaned_data)
        except TicketError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("The ready-made reply is saved."))
            return redirect("tickets:canned")
    context = {
        "area": "settings",
        "form": form,
        "reply": reply,
        "shared": shared,
        **filled(request, text_of(form)),
        "placeholders": [(hole(name), label) for name, (label, _fill) in PLACEHOLDERS.items()],
    }
    return render(request, "tickets/canned_edit.html", context, status=422 if form.errors else 200)


def text_of(form: CannedForm) -> str:
    return str(form["text"].value() or "")


@needs(TICKET_REPLY)
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    canned.delete_reply(get_reply_for(request.user, pk), actor=request.user)
    messages.success(request, _("The ready-made reply is deleted."))
    return redirect("tickets:canned")
