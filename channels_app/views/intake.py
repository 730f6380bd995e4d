"""Parked and failed contacts: the list, one record with its raw source, and what a person decides about it."""

from collections.abc import Callable

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import INTAKE_REPLAY, INTAKE_VIEW
from accounts.views.guard import StaffRequest, needs
from channels_app import access
from channels_app.domain import decisions, listing
from channels_app.domain.errors import ChannelError
from channels_app.domain.inbound import process_record
from channels_app.domain.intake import open_raw
from channels_app.domain.mailbox_alarms import trouble_of
from channels_app.models import InboundRecord
from tickets.domain.scanning import KeptBack, check
from tickets.views.files import kept_back

State = InboundRecord.State


@require_safe
@needs(INTAKE_VIEW)
def intake(request: StaffRequest) -> HttpResponse:
    """What came in and is not a message on a ticket, by what became of it."""
    show = request.GET.get("show", listing.Show.PARKED)
    if show not in listing.Show.values:
        raise Http404
    before = request.GET.get("before", "")
    page = listing.page_of(
        request.user, show, before=int(before) if before.isdecimal() and len(before) < 19 else 0
    )
    counts = listing.counts_for(request.user)
    context = {
        "area": "intake",
        "show": show,
        "tabs": [(value, label, counts.get(value, "")) for value, label in listing.Show.choices],
        "page": page,
        "is_later_page": bool(before),
        "troubled": listing.troubled_connections(request.user),
        "mailboxes": [(mailbox, trouble_of(mailbox)) for mailbox in listing.troubled_mailboxes(request.user)],
    }
    return render(request, "channels_app/intake.html", context)


@require_safe
@needs(INTAKE_VIEW)
def record(request: StaffRequest, pk: int) -> HttpResponse:
    found = access.get_record_for(request.user, pk)
    try:
        source, is_cut = listing.source_text(found)
    except FileNotFoundError:
        source, is_cut = "", False
    context = {
        "area": "intake",
        "record": found,
        "source": source,
        "is_cut": is_cut,
        "may_decide": access.can_replay(request.user, found),
        "moves": decisions.MOVES[found.state],
    }
    return render(request, "channels_app/record.html", context)


@require_safe
@needs(INTAKE_VIEW)
def raw(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The bytes as they came, as a download that no browser runs."""
    found = access.get_record_for(request.user, pk)
    try:
        source = open_raw(found)
        check(source)
    except FileNotFoundError:
        raise Http404 from None
    except KeptBack as error:
        return kept_back(request, error)
    headers = {
        "Content-Security-Policy": "sandbox; default-src 'none'",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return FileResponse(
        source,
        as_attachment=True,
        filename=f"contact-{found.pk}.eml",
        content_type="application/octet-stream",
        headers=headers,
    )


def decide(request: StaffRequest, pk: int, verb: Callable[..., None], text: str) -> HttpResponse:
    """Run a verb on a record the user may decide about, and show what became of it."""
    found = access.get_record_for(request.user, pk, INTAKE_REPLAY)
    try:
        verb(found, actor=request.user)
    except ChannelError as error:
        messages.error(request, str(error))
        return redirect("channels_app:record", pk)
    found = process_record(pk)
    if found.state == State.DONE and found.ticket_id:
        return redirect("tickets:ticket", found.ticket_id)
    messages.success(request, text)
    return redirect("channels_app:record", pk)


@require_POST
@needs(INTAKE_REPLAY)
def replay(request: StaffRequest, pk: int) -> HttpResponse:
    return decide(request, pk, decisions.replay, _("It was run again."))


@require_POST
@needs(INTAKE_REPLAY)
def open_anyway(request: StaffRequest, pk: int) -> HttpResponse:
    return decide(request, pk, decisions.open_anyway, _("It was run again."))


@require_POST
@needs(INTAKE_REPLAY)
def ignore(request: StaffRequest, pk: int) -> HttpResponse:
    return decide(request, pk, decisions.ignore, _("Ignored. You find it under “Ignored”."))


@require_POST
@needs(INTAKE_REPLAY)
def block(request: StaffRequest, pk: int) -> HttpResponse:
    """Ignore this one, and from now on everything from this address."""
    told = _("Blocked. Mail from this address is ignored from now on.")
    return decide(request, pk, decisions.ignore_and_block, told)


@require_safe
@needs(INTAKE_REPLAY)
def blocked(request: StaffRequest) -> HttpResponse:
    rows = access.blocked_senders_for(request.user).select_related("created_by", "pool").order_by("-pk")[:200]
    return render(request, "channels_app/blocked.html", {"area": "intake", "blocked": rows})


@require_POST
@needs(INTAKE_REPLAY)
def unblock(request: StaffRequest, pk: int) -> HttpResponse:
    decisions.unblock_sender(access.get_blocked_for(request.user, pk), actor=request.user)
    messages.success(request, _("Unblocked. Mail from this address becomes a ticket again."))
    return redirect("channels_app:blocked")
