"""/admin-desk/imports/: another help desk's tickets, handed in, tried, taken over, stopped and gone on with."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from channels_app import tasks
from channels_app.access import get_ticket_import_for, ticket_imports_for
from channels_app.domain import ticket_imports as verbs
from channels_app.domain.errors import ChannelError
from channels_app.domain.import_words import in_words
from channels_app.import_form import TicketImportForm
from channels_app.models import TicketImport

HERE = {"area": "settings"}
LISTED = 20
SHOWN = 200
FORM_BYTES = 20_000  # of a request beside the file


@needs(INBOX_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """What was imported before; sent, a file is tried and its report shown."""
    length = request.headers.get("Content-Length", "0")
    if request.method == "POST" and (not length.isdecimal() or int(length) > verbs.MOST_BYTES + FORM_BYTES):
        told = _("It is larger than %(most)s MB.") % {"most": verbs.MOST_BYTES // 2**20}
        return shown(request, TicketImportForm(user=request.user), status=413, told=told)
    form = TicketImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        job = verbs.begin(
            values["file"],
            inbox=values["inbox"],
            source=values["source"],
            file_name=values["file"].name or "export",
            actor=request.user,
        )
        tasks.import_soon(job.pk)
        return redirect("ticket_imports:job", job.pk)
    return shown(request, form, status=422 if form.errors else 200)


def shown(
    request: StaffRequest, form: TicketImportForm, *, status: int = 200, told: str = ""
) -> HttpResponse:
    earlier = ticket_imports_for(request.user).order_by("-pk")[:LISTED]
    context = {**HERE, "form": form, "imports": earlier, "told": told}
    return render(request, "channels_app/ticket_imports.html", context, status=status)


@needs(INBOX_MANAGE)
@require_safe
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """The report; to htmx the part of the page that changes while it works."""
    found = get_ticket_import_for(request.user, pk)
    name = "_ticket_import.html" if request.htmx else "ticket_import.html"
    troubles = list(found.troubles.order_by("pk")[: SHOWN + 1])
    for one in troubles:
        one.reason = in_words(one.reason)
    found.error = in_words(found.error)
    is_trial = found.state in (TicketImport.State.CHECKING, TicketImport.State.CHECKED)
    numbers = labelled(found.found if is_trial else found.taken)
    context = {**HERE, "job": found, "troubles": troubles[:SHOWN], "has_more": len(troubles) > SHOWN}
    return render(request, f"channels_app/{name}", {**context, "numbers": numbers})


def labelled(counts: dict[str, Any]) -> list[tuple[str, int]]:
    names = {
        "tickets": _("New tickets"),
        "messages": _("Messages"),
        "files": _("Files"),
        "customers_new": _("New customers"),
        "there": _("Here already"),
        "bad": _("Not taken over"),
    }
    return [(label, counts.get(name, 0)) for name, label in names.items()]


@needs(INBOX_MANAGE)
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    answer = moved(request, pk, verbs.start)
    tasks.import_soon(pk)
    return answer


@needs(INBOX_MANAGE)
@require_POST
def stop(request: StaffRequest, pk: int) -> HttpResponse:
    return moved(request, pk, verbs.stop)


@needs(INBOX_MANAGE)
@require_POST
def drop(request: StaffRequest, pk: int) -> HttpResponse:
    return moved(request, pk, verbs.drop)


def moved(request: StaffRequest, pk: int, verb: Callable[..., None]) -> HttpResponse:
    found = get_ticket_import_for(request.user, pk)
    try:
        verb(found, actor=request.user)
    except ChannelError as error:
        messages.warning(request, str(error))
    return redirect("ticket_imports:job", pk)
