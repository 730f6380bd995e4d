"""The settings page of office hours."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import INBOX_MANAGE
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.time import now
from workforce import access
from workforce.domain import keeping
from workforce.domain.errors import WorkforceError
from workforce.domain.hours import is_open, next_opening
from workforce.forms import HoursForm
from workforce.models import Hours


@needs(INBOX_MANAGE)
@require_GET
def hours(request: StaffRequest) -> HttpResponse:
    at = now()
    found = list(access.hours_for(request.user).prefetch_related("inboxes__brand"))
    rows = [{"hours": one, "is_open": is_open(one, at), "next": next_opening(one, at)} for one in found]
    context = {"area": "settings", "rows": rows}
    return render(request, "workforce/hours.html", context)


@needs(INBOX_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    return edit_page(request, None)


@needs(INBOX_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    return edit_page(request, access.get_hours_for(request.user, pk))


def edit_page(request: StaffRequest, found: Hours | None) -> HttpResponse:
    form = HoursForm(request.POST or None, user=request.user, hours=found)
    if request.method == "POST" and form.is_valid():
        try:
            keeping.save_hours(found or Hours(), actor=request.user, **form.cleaned_data)
        except WorkforceError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("The office hours are saved."))
            return redirect("workforce:hours")
    context = {"area": "settings", "form": form, "hours": found}
    return render(request, "workforce/hours_edit.html", context, status=422 if form.errors else 200)


@needs(INBOX_MANAGE)
@require_POST
def delete(request: StaffRequest, pk: int) -> HttpResponse:
    keeping.delete_hours(access.get_hours_for(request.user, pk), actor=request.user)
    messages.success(request, _("The office hours are deleted."))
    return redirect("workforce:hours")
