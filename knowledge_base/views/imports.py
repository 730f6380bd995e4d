"""Articles from files: handed in, looked at, brought in, taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.permissions import ARTICLES_PUBLISH
from accounts.views.guard import StaffRequest, needs
from knowledge_base.domain.errors import ArticleError
from knowledge_base.domain.imports import running
from knowledge_base.domain.imports.bundles import MAX_ARCHIVE
from knowledge_base.import_form import ImportForm
from knowledge_base.models import Import, ImportItem
from knowledge_base.work_access import get_import_for, imports_for

LISTED = 20
SHOWN = 200
FORM_BYTES = 20_000  # of a request beside the file
Will, Item = ImportItem.Will, ImportItem.State


@needs(ARTICLES_PUBLISH)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """What was imported before; sent, an archive is looked at and its report shown."""
    if is_too_large(request):
        form = ImportForm(user=request.user)
        told = _("It is larger than %(most)s MB.") % {"most": MAX_ARCHIVE // 2**20}
        return shown(request, form, status=413, told=told)
    form = ImportForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            job = running.begin(values["file"], brand=values["brand"], actor=request.user, **form.options())
        except ArticleError as error:
            form.add_error("file", str(error))
        else:
            return redirect("article_work:import", job.pk)
    return shown(request, form, status=422 if form.errors else 200)


def is_too_large(request: StaffRequest) -> bool:
    """Asked before the body is read."""
    length = request.headers.get("Content-Length", "0")
    return request.method == "POST" and (not length.isdecimal() or int(length) > MAX_ARCHIVE + FORM_BYTES)


def shown(request: StaffRequest, form: ImportForm, *, status: int = 200, told: str = "") -> HttpResponse:
    earlier = imports_for(request.user).select_related("brand", "made_by").order_by("-pk")[:LISTED]
    context = {"area": "articles", "articles_tab": "imports", "form": form, "imports": earlier, "told": told}
    return render(request, "knowledge_base/imports.html", context, status=status)


def context_of(request: StaffRequest, job: Import) -> dict[str, Any]:
    """How far it is, and its report: those that fail first asked for by `?show=fail`."""
    show = request.GET.get("show", "")
    items = job.items.select_related("article").order_by("pk")
    if show == "notes":
        items = items.exclude(notes=[])
    elif show == "fail":
        items = items.filter(state__in=[Item.FAILED, Item.KEPT])
    elif show in Will.values:
        items = items.filter(will=show).exclude(state=Item.FAILED)
    after = request.GET.get("after", "")
    if after.isdecimal() and len(after) < 19:
        items = items.filter(pk__gt=int(after))
    rows = list(items[: SHOWN + 1])
    counted = running.progress(job)
    failed = counted.states[Item.FAILED] + counted.states[Item.KEPT]
    tabs = [("", _("All"), counted.total)]
    tabs += [(one.value, str(one.label), counted.will[one]) for one in (Will.CREATE, Will.UPDATE, Will.SAME)]
    tabs += [("fail", _("Not imported"), failed)]
    return {
        "area": "articles",
        "articles_tab": "imports",
        "job": job,
        "progress": counted,
        "failed": failed,
        "changes": counted.will[Will.CREATE] + counted.will[Will.UPDATE],
        "tabs": [tab for tab in tabs if tab[2] or not tab[0]],
        "show": show,
        "items": rows[:SHOWN],
        "after": rows[SHOWN - 1].pk if len(rows) > SHOWN else None,
        "is_later_page": bool(after),
    }


@needs(ARTICLES_PUBLISH)
@require_GET
def job(request: StaffRequest, pk: int) -> HttpResponse:
    """The report; to htmx the part of the page that changes while it works."""
    found = get_import_for(request.user, pk)
    name = "_import.html" if request.htmx else "import.html"
    return render(request, f"knowledge_base/{name}", context_of(request, found))


@needs(ARTICLES_PUBLISH)
@require_POST
def start(request: StaffRequest, pk: int) -> HttpResponse:
    return moved(request, pk, running.start)


@needs(ARTICLES_PUBLISH)
@require_POST
def undo(request: StaffRequest, pk: int) -> HttpResponse:
    return moved(request, pk, running.undo)


def moved(request: StaffRequest, pk: int, verb: Any) -> HttpResponse:
    found = get_import_for(request.user, pk)
    try:
        verb(found, actor=request.user)
    except ArticleError as error:
        messages.warning(request, str(error))
    return redirect(reverse("article_work:import", args=[pk]))
