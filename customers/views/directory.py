"""Finding customers: the list, and the choices for joining."""

from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import pools_for
from accounts.permissions import CUSTOMER_VIEW
from accounts.views.guard import StaffRequest, needs
from customers.access import get_customer_for
from customers.domain.people import IDENTITIES_IN_ORDER
from customers.domain.proposals import open_questions, pairs_of
from customers.domain.search import search as find
from customers.models import Customer

PAGE = 50
CHOICES = 8
Row = TypeVar("Row", bound=Model)


@require_safe
@needs(CUSTOMER_VIEW)
def customer_list(request: StaffRequest) -> HttpResponse:
    """The newest first, by keyset: `before` and `after` are ids, so that no page is ever counted or skipped."""
    q, show = request.GET.get("q", ""), request.GET.get("show", "")
    seen, pools = Customer.objects.visible_to(request.user), pools_for(request.user, CUSTOMER_VIEW)
    context: dict[str, Any] = {"area": "customers", "q": q, "show": show}
    if show == "duplicates":
        found = find(seen, q, pools=pools)
        questions = open_questions(pools, None if found is seen else found)
        asked, newer, older = _page(questions, request.GET)
        context["pairs"] = pairs_of(asked)
    else:
        rows, newer, older = _page(_with_parts(find(seen.living(), q, pools=pools)), request.GET)
        context["customers"] = rows
    return render(request, "customers/list.html", {**context, "newer": newer, "older": older})


@require_safe
@needs(CUSTOMER_VIEW)
def choices(request: StaffRequest, pk: int) -> HttpResponse:
    """Fragment: whom this customer could be joined with, by the words in `q`."""
    customer = get_customer_for(request.user, pk)
    q = request.GET.get("q", "")
    return render(
        request, "customers/_choices.html", {"customer": customer, **choices_for(request, customer, q)}
    )


def choices_for(request: StaffRequest, customer: Customer, q: str) -> dict[str, Any]:
    """Customers of the same pool; none before two letters are typed."""
    searched = len("".join(q.split())) >= 2
    if not searched:
        return {"q": q, "searched": False, "found": []}
    others = (
        Customer.objects.visible_to(request.user)
        .living()
        .filter(pool=customer.pool_id)
        .exclude(pk=customer.pk)
    )
    found = find(others, q, pools=pools_for(request.user, CUSTOMER_VIEW))
    return {"q": q, "searched": True, "found": _with_parts(found.order_by("-pk"))[:CHOICES]}


def _with_parts(customers: QuerySet[Customer]) -> QuerySet[Customer]:
    return customers.select_related("organisation").prefetch_related(IDENTITIES_IN_ORDER)


def _page(found: QuerySet[Row], params: Any) -> tuple[list[Row], str, str]:
    """Rows of this page, and the query values of the page with newer and with older ones, empty at the ends."""
    after, before = number_in(params.get("after")), number_in(params.get("before"))
    if after:
        rows = list(found.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        more_newer, more_older = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        narrowed = found.filter(pk__lt=before) if before else found
        rows = list(narrowed.order_by("-pk")[: PAGE + 1])
        more_newer, more_older = bool(before), len(rows) > PAGE
        rows = rows[:PAGE]
    newer = str(rows[0].pk) if rows and more_newer else ""
    older = str(rows[-1].pk) if rows and more_older else ""
    return rows, newer, older


def number_in(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
