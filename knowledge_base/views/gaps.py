"""What visitors looked for and did not find, as a work list."""

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import brands_for, has
from accounts.permissions import ARTICLES_READ, ARTICLES_WRITE
from accounts.views.guard import StaffRequest, needs
from knowledge_base.domain import gaps as verbs
from knowledge_base.models import Miss
from knowledge_base.views.responses import tell, undone
from knowledge_base.work_access import get_miss_for, misses_for

SHOWN = 50


@needs(ARTICLES_READ)
@require_GET
def gaps(request: StaffRequest) -> HttpResponse:
    """Those with the most visitors first; `?show=settled` is what was done."""
    show = "settled" if request.GET.get("show") == "settled" else "open"
    found = misses_for(request.user).filter(settled_at__isnull=show == "open")
    brands = list(brands_for(request.user, ARTICLES_READ))
    chosen = next((one for one in brands if str(one.pk) == request.GET.get("brand", "")), None)
    if chosen is not None:
        found = found.filter(brand=chosen)
    count, _sep, pk = request.GET.get("after", "").partition("-")
    if count.isdecimal() and pk.isdecimal() and len(count) < 10 and len(pk) < 19:
        found = found.filter(Q(count__lt=int(count)) | Q(count=int(count), pk__lt=int(pk)))
    rows = list(found.select_related("brand", "article").order_by("-count", "-pk")[: SHOWN + 1])
    last = rows[SHOWN - 1] if len(rows) > SHOWN else None
    context = {
        "area": "articles",
        "articles_tab": "gaps",
        "show": show,
        "misses": rows[:SHOWN],
        "older": f"{last.count}-{last.pk}" if last is not None else "",
        "is_later_page": bool(count),
        "brands": brands,
        "chosen": chosen,
        "may_write": has(request.user, ARTICLES_WRITE),
    }
    return render(request, "knowledge_base/gaps.html", context)


@needs(ARTICLES_WRITE)
@require_POST
def write(request: StaffRequest, pk: int) -> HttpResponse:
    """A draft with the visitors' words; the page goes on in its editor."""
    made = verbs.write_article(get_miss_for(request.user, pk), actor=request.user)
    return redirect("articles:article", made.pk)


@needs(ARTICLES_WRITE)
@require_POST
def settle(request: StaffRequest, pk: int) -> HttpResponse:
    miss = get_miss_for(request.user, pk)
    verbs.settle(miss, actor=request.user)
    return gone(request, miss, _("Settled."), "reopen")


@needs(ARTICLES_WRITE)
@require_POST
def reopen(request: StaffRequest, pk: int) -> HttpResponse:
    miss = get_miss_for(request.user, pk)
    verbs.reopen(miss, actor=request.user)
    return gone(request, miss, _("It is on the work list again."), "settle")


def gone(request: StaffRequest, miss: Miss, said: str, back: str) -> HttpResponse:
    """The row leaves this list; pressed in a toast, the list is shown anew."""
    page = reverse("article_work:gaps")
    if request.GET.get("undo") or not request.htmx:
        return undone(request, page, said)
    url = reverse(f"article_work:gap_{back}", args=[miss.pk])
    return tell(HttpResponse(""), said, undo=f"{url}?undo=1")
