"""/admin-desk/data/: all data of a firm to take along, and the way to a single person's.

Who signed in long ago shows first who they are, as `needs_fresh` asks; a stranger learns not even that.
"""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import BRANDS_MANAGE
from accounts.views.entering import ask_first, is_fresh
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.blobs.storage import open_blob
from portal import access, tasks
from portal.domain import pool_exports, requests
from portal.domain.errors import PortalError
from portal.models import DataRequest, PoolExport

HERE = {"area": "settings"}
SHOWN = 10


@needs(BRANDS_MANAGE)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    pools = list(access.whole_pools_for(request.user))
    wishes = DataRequest.objects.visible_to(request.user).filter(state__in=requests.DECIDED)
    context = {**HERE, "pools": pools, "wishes": wishes.count(), "rows": latest(request)}
    context["inboxes"] = access.inboxes_for(request.user)
    return render(request, "portal/desk/data.html", context)


def latest(request: StaffRequest) -> QuerySet[PoolExport]:
    return access.exports_for(request.user)[:SHOWN]


@needs(BRANDS_MANAGE)
@require_safe
def rows(request: StaffRequest) -> HttpResponse:
    """Fragment: how far they are."""
    return render(request, "portal/desk/_exports.html", {"rows": latest(request)})


@needs(BRANDS_MANAGE)
@require_POST
def export(request: StaffRequest, pk: int) -> HttpResponse:
    pool = get_object_or_404(access.whole_pools_for(request.user), pk=pk)
    if not is_fresh(request):
        return ask_first(request, reverse("data:page"))
    try:
        made = pool_exports.ask(pool, actor=request.user)
    except PortalError as error:
        messages.error(request, str(error))
    else:
        tasks.soon(tasks.run_export, made.pk)
        messages.success(request, _("The export is being made. You may leave this page."))
    return redirect("data:page")


@needs(BRANDS_MANAGE)
@require_POST
def drop(request: StaffRequest, token: str) -> HttpResponse:
    pool_exports.drop(access.get_export_for(request.user, token), actor=request.user)
    messages.success(request, _("The export is gone."))
    return redirect("data:page")


@needs(BRANDS_MANAGE)
@require_POST
def fetch(request: StaffRequest, token: str) -> HttpResponseBase:
    """The zip. A press of a button, since it stands in the journal."""
    row = access.get_export_for(request.user, token)
    if not is_fresh(request):
        return ask_first(request, reverse("data:page"))
    if not row.is_kept or row.blob is None:
        raise Http404
    try:
        content = open_blob(row.blob)
    except FileNotFoundError:
        raise Http404 from None
    pool_exports.fetched(row, actor=request.user)
    name = f"{slugify(row.pool.name) or 'data'}-{row.asked_at:%Y-%m-%d}.zip"
    response = FileResponse(content, as_attachment=True, filename=name, content_type="application/zip")
    response["Cache-Control"] = "private, no-store"
    return response
