"""At the desk: what customers asked about their data, and the proof of what was erased."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import pools_for
from accounts.permissions import CUSTOMER_EDIT, CUSTOMER_MERGE, CUSTOMER_VIEW
from accounts.views.guard import StaffRequest, needs
from customers.access import get_customer_for
from customers.domain.consent import latest
from customers.domain.people import ids_of
from customers.models import Consent, Identity
from portal import tasks
from portal.domain import paging, requests
from portal.domain.errors import PortalError
from portal.domain.reports import counted, went_wrong
from portal.models import DataRequest

HERE = {"area": "settings"}
RELATED = ("customer", "brand")


def get_request_for(request: StaffRequest, pk: int) -> DataRequest:
    """Of a customer whom the user may see. Raises Http404."""
    rows = DataRequest.objects.visible_to(request.user).select_related(*RELATED)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


@require_safe
@needs(CUSTOMER_VIEW)
def listing(request: StaffRequest) -> HttpResponse:
    """The latest first; those that need a colleague above all, and by themselves with `?show=waiting`."""
    rows = DataRequest.objects.visible_to(request.user).select_related(*RELATED)
    waiting = rows.filter(state__in=requests.DECIDED)
    is_waiting = request.GET.get("show") == "waiting"
    wanted = waiting if is_waiting else rows.exclude(state__in=requests.DECIDED)
    page = paging.page_of(wanted, "asked_at", request.GET.get("after", ""))
    above = paging.page_of(waiting, "asked_at", "") if page.is_first and not is_waiting else paging.Page([])
    context = {**HERE, "page": page, "above": above, "is_waiting": is_waiting}
    return render(request, "portal/desk/requests.html", context)


@require_safe
@needs(CUSTOMER_VIEW)
def report(request: StaffRequest, pk: int) -> HttpResponse:
    """What was asked, what became of it, and what it counts."""
    row = get_request_for(request, pk)
    may_decide = row.is_erasure and row.state in requests.DECIDED and may_merge(request, row)
    context = {
        **HERE,
        "row": row,
        "lines": counted(row.counts),
        "left": sum(row.report.get("left", {}).values()),
        "bytes": row.report.get("bytes", {}),
        "may_decide": may_decide,
        "is_prepared": row.why == requests.BY_COLLEAGUE,
        "known": Identity.objects.filter(customer__in=row.people).order_by("kind", "pk")
        if may_decide
        else (),
        "went_wrong": went_wrong(row.why) if row.state == DataRequest.State.FAILED else "",
    }
    return render(request, "portal/desk/request.html", context)


def may_merge(request: StaffRequest, row: DataRequest) -> bool:
    return pools_for(request.user, CUSTOMER_MERGE).filter(pk=row.customer.pool_id).exists()


@require_POST
@needs(CUSTOMER_MERGE)
def decide(request: StaffRequest, pk: int) -> HttpResponse:
    """Of a held erasure: it is one person, and everything goes; or it is not, and everything stays. A failed one is
    tried again.
    """
    row = get_request_for(request, pk)
    if not may_merge(request, row):
        raise Http404
    try:
        if "erase" in request.POST:
            requests.release(row, actor=request.user)
            messages.success(request, released_words(row))
        else:
            requests.refuse(row, actor=request.user)
            told = row.why != requests.BY_COLLEAGUE
            words = _("Nothing is erased. The customer is told by mail.") if told else _("Nothing is erased.")
            messages.success(request, words)
    except PortalError as error:
        messages.error(request, str(error))
    else:
        tasks.soon(tasks.run_request, row.pk)
    return redirect("privacy:report", row.pk)


@require_POST
@needs(CUSTOMER_MERGE)
def prepare(request: StaffRequest, pk: int) -> HttpResponse:
    """An erasure for who asked by mail or by phone: its page asks once more."""
    customer = get_customer_for(request.user, pk)
    if not pools_for(request.user, CUSTOMER_MERGE).filter(pk=customer.pool_id).exists():
        raise Http404
    try:
        row = requests.prepare_erasure(customer, actor=request.user)
    except PortalError as error:
        messages.error(request, str(error))
        return redirect("customers:detail", customer.pk)
    return redirect("privacy:report", row.pk)


def released_words(row: DataRequest) -> str:
    if row.state == DataRequest.State.FAILED:
        return _("It goes on from where it stopped. Look here again in a few minutes.")
    return _("It is erased now, with the entries that were joined since.")


@require_safe
@needs(CUSTOMER_VIEW)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Fragment for a customer's page: what they allowed, and what they asked about their data."""
    customer = get_customer_for(request.user, pk)
    ids = ids_of(customer)
    words = latest(customer)
    context = {
        "customer": customer,
        "consents": [(code, label, words.get(code)) for code, label in Consent.Purpose.choices],
        "rows": DataRequest.objects.filter(customer__in=ids).select_related("brand").order_by("-pk")[:5],
        "may_erase": pools_for(request.user, CUSTOMER_MERGE).filter(pk=customer.pool_id).exists(),
        "may_edit": pools_for(request.user, CUSTOMER_EDIT).filter(pk=customer.pool_id).exists(),
    }
    return render(request, "portal/desk/_panel.html", context)
