"""/admin-desk/data/retention/INBOX/: count first, then switch on; a week to take it back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import BRANDS_MANAGE
from accounts.views.entering import ask_first, is_fresh
from accounts.views.guard import StaffRequest, needs
from portal import access
from portal.domain import retention
from portal.models import Retention
from portal.retention_form import RetentionForm
from tickets.models import Inbox

MOST = 100_000  # counted no further, and said so


@needs(BRANDS_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: StaffRequest, pk: int) -> HttpResponse:
    """GET with months counts and changes nothing; POST switches on."""
    inbox = get_object_or_404(access.inboxes_for(request.user), pk=pk)
    rule = Retention.objects.filter(inbox=inbox).first()
    if request.method == "POST":
        form = RetentionForm(request.POST)
        if form.is_valid():
            return switch_on(request, inbox, form)
    else:
        known = {"months": rule.months, "tag": rule.tag} if rule else None
        form = RetentionForm(request.GET if "months" in request.GET else None, initial=known)
    context = {"area": "settings", "inbox": inbox, "rule": rule, "form": form, "wait": retention.WAIT.days}
    if form.is_bound and form.is_valid():
        rows = retention.over(inbox.pk, **form.cleaned_data).order_by()
        found = rows[: MOST + 1].count()
        context |= {"count": min(found, MOST), "is_more": found > MOST, "counted": form.cleaned_data}
    return render(
        request, "portal/desk/retention.html", context, status=422 if form.is_bound and form.errors else 200
    )


def switch_on(request: StaffRequest, inbox: Inbox, form: RetentionForm) -> HttpResponse:
    if not is_fresh(request):
        return ask_first(request, reverse("data:retention", args=[inbox.pk]))
    retention.switch_on(inbox, **form.cleaned_data, actor=request.user)
    messages.success(
        request, _("It is switched on. Nothing is erased for a week: until then you can take it back.")
    )
    return redirect("data:retention", inbox.pk)


@needs(BRANDS_MANAGE)
@require_POST
def off(request: StaffRequest, pk: int) -> HttpResponse:
    inbox = get_object_or_404(access.inboxes_for(request.user), pk=pk)
    retention.switch_off(inbox, actor=request.user)
    messages.success(request, _("Nothing more is erased by itself in this inbox."))
    return redirect("data:retention", inbox.pk)
