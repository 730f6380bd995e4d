"""Reactions to events that failed for good, for administrators: see them, run them again.

The page stands here because the journal knows no people and so cannot ask who may see it.
"""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import scope
from accounts.domain import reactions
from accounts.permissions import JOURNAL_READ
from accounts.views.guard import StaffRequest, needs
from journal.models import FailedReaction

PAGE_SIZE = 50


def refuse_without_all(request: StaffRequest) -> None:
    """Events of every brand stand here, so only who reads the journal everywhere may come in."""
    if not scope(request.user, JOURNAL_READ).everywhere:
        raise Http404


@require_safe
@needs(JOURNAL_READ)
def parked(request: StaffRequest) -> HttpResponse:
    refuse_without_all(request)
    failures = FailedReaction.objects.unsettled().select_related("event")
    page = Paginator(failures, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "accounts/parked.html", {"page": page, "area": "settings"})


@require_POST
@needs(JOURNAL_READ)
def replay(request: StaffRequest, pk: int) -> HttpResponse:
    refuse_without_all(request)
    if not FailedReaction.objects.filter(pk=pk).exists():
        raise Http404
    if reactions.replay(pk, actor=request.user):
        messages.success(request, _("The reaction ran through."))
    else:
        messages.error(request, _("The reaction failed again. It will be tried again by itself."))
    return redirect("accounts:parked")
