"""Tags over all tickets: renamed, joined, taken off, in the background and with a way back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import TAGS_MANAGE
from accounts.views.guard import StaffRequest, needs
from tickets.access import get_job_for
from tickets.domain import bulk, tagging
from tickets.domain.errors import TicketError
from tickets.models import BulkJob

HERE = {"area": "settings"}
MANY = 1000


@require_safe
@needs(TAGS_MANAGE)
def tags(request: StaffRequest) -> HttpResponse:
    found = tagging.counted(request.user)
    words = request.GET.get("q", "").strip().lower()
    context = {
        **HERE,
        "rows": [(tag, many) for tag, many in found.rows if words in tag],
        "is_all": found.is_all,
        "latest": tagging.LATEST,
        "q": words,
        "changes": tagging.latest_changes(request.user),
    }
    return render(request, "tickets/tags.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(TAGS_MANAGE)
def change(request: StaffRequest) -> HttpResponse:
    """?tag= says which. POST with `to`, empty to take it off."""
    tag = request.GET.get("tag", "")[:60]
    many = tagging.with_tag(request.user, tag)[:MANY].count() if tag else 0
    if not many:
        raise Http404
    error = ""
    to = request.POST.get("to", "")[:60]
    if request.method == "POST":
        if not to and "delete" not in request.POST:
            error = _("Write what it shall be called.")
        else:
            try:
                tagging.change_tag(tag, "" if "delete" in request.POST else to, actor=request.user)
            except TicketError as refused:
                error = str(refused)
            else:
                return redirect("tickets:tags")
    others = [one for one, _many in tagging.counted(request.user).rows if one != tag]
    context = {**HERE, "tag": tag, "many": many, "others": others, "error": error, "to": to or tag}
    return render(request, "tickets/tag_change.html", context, status=422 if error else 200)


@require_safe
@needs(TAGS_MANAGE)
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """How far a change is, as a fragment that asks again until it has ended."""
    return render(request, "tickets/_tag_job.html", {"one": tagging.shown(get_tag_job(request, pk))})


@require_POST
@needs(TAGS_MANAGE)
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    """Stop a change that runs, take back one that has ended."""
    found = get_tag_job(request, pk)
    try:
        if not bulk.stop(found):
            bulk.undo(found, actor=request.user)
    except TicketError as refused:
        messages.error(request, str(refused))
    return redirect("tickets:tags")


def get_tag_job(request: StaffRequest, pk: int) -> BulkJob:
    found = get_job_for(request.user, pk)
    if found.verb != tagging.RETAG:
        raise Http404
    return found
