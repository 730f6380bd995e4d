"""What customers said, beside a ticket and on a customer's page: fragments that those pages fetch."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import has
from accounts.permissions import CUSTOMER_VIEW, FEEDBACK_FOLLOW_UP, TICKET_VIEW
from accounts.views.guard import StaffRequest, needs
from customers.access import get_customer_for
from feedback.domain import answer_lists
from tickets.access import get_ticket_for


@require_safe
@needs(TICKET_VIEW)
def of_ticket(request: StaffRequest, pk: int) -> HttpResponse:
    """Who sees a ticket sees what its customer said of it. Empty while nobody was asked."""
    ticket = get_ticket_for(request.user, pk, alone=True)
    may = has(request.user, FEEDBACK_FOLLOW_UP, brand_id=ticket.brand_id, team_id=ticket.team_id)
    context = {"invitations": answer_lists.of_ticket(ticket), "may_follow_up": may}
    return render(request, "feedback/_of_ticket.html", context)


@require_safe
@needs(CUSTOMER_VIEW)
def of_customer(request: StaffRequest, pk: int) -> HttpResponse:
    customer = get_customer_for(request.user, pk)
    answers = answer_lists.of_customer(customer, viewer=request.user)
    return render(request, "feedback/_of_customer.html", {"answers": answers})
