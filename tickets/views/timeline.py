"""The contacts of one customer, beside a ticket and on the customer's page."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.views.guard import StaffRequest
from customers.access import get_customer_for
from tickets.domain.timeline import timeline


@login_required
@require_GET
def customer_timeline(request: StaffRequest, pk: int) -> HttpResponse:
    """A fragment; `ticket` names the one that is open beside it, `after` the page."""
    customer = get_customer_for(request.user, pk)
    open_ticket = request.GET.get("ticket", "")
    context = {
        "customer": customer,
        "timeline": timeline(customer, viewer=request.user, after=request.GET.get("after", "")),
        "open_ticket": int(open_ticket) if open_ticket.isdecimal() and len(open_ticket) < 19 else 0,
        "is_first": not request.GET.get("after"),
    }
    return render(request, "tickets/_timeline.html", context)
