"""One person or two: proposed joins, merging by hand, taking it back."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import CUSTOMER_MERGE
from accounts.views.guard import StaffRequest, needs
from customers import access
from customers.domain import merge as merging
from customers.domain import proposals
from customers.domain.errors import CustomerError
from customers.domain.field_reading import shown_on
from customers.domain.people import living
from customers.models import Customer, Identity
from customers.views.directory import choices_for, number_in
from customers.views.refusals import refuse_without

page = require_http_methods(["GET", "HEAD", "POST"])


@page
@needs(CUSTOMER_MERGE)
def merge(request: StaffRequest, pk: int) -> HttpResponse:
    """Find the other one, look at both side by side, make them one. The customer of this page is kept."""
    customer = living(access.get_customer_for(request.user, pk))
    refuse_without(access.can_merge(request.user, customer))
    other = _other(request, customer)
    if request.method == "POST" and other is not None:
        return _told(request, customer, lambda: merging.merge(customer, other, actor=request.user))
    context = {"area": "customers", "customer": customer, "other": other}
    if other is not None:
        context["sides"] = [_side(customer), _side(other)]
    context |= choices_for(request, customer, request.GET.get("q", ""))
    return render(request, "customers/merge.html", context)


def _other(request: StaffRequest, customer: Customer) -> Customer | None:
    """Whom `with` names: somebody else of the same pool. Raises Http404 for a stranger's."""
    number = number_in((request.POST if request.method == "POST" else request.GET).get("with"))
    if number is None:
        return None
    other = living(access.get_customer_for(request.user, number))
    return other if other.pk != customer.pk and other.pool_id == customer.pool_id else None


def _side(customer: Customer) -> dict[str, object]:
    return {
        "customer": customer,
        "identities": Identity.objects.filter(customer=customer).order_by("kind", "pk"),
        "orders": customer.orders.count(),
        "facts": [one for one in shown_on(customer) if one.words],
    }


@require_POST
@needs(CUSTOMER_MERGE)
def unmerge(request: StaffRequest, pk: int) -> HttpResponse:
    done = access.get_merge_for(request.user, pk)
    refuse_without(access.can_merge(request.user, done.kept))
    return _told(
        request, living(done.kept), lambda: merging.undo(done, actor=request.user), _("They are two again.")
    )


@require_POST
@needs(CUSTOMER_MERGE)
def proposal_join(request: StaffRequest, pk: int) -> HttpResponse:
    """ "Same person", said on the page of `kept`."""
    proposal = access.get_proposal_for(request.user, pk)
    refuse_without(access.can_merge(request.user, proposal.customer))
    one, two = living(proposal.customer), living(proposal.other)
    kept = two if request.POST.get("kept") == str(two.pk) else one
    return _told(request, kept, lambda: proposals.join(proposal, kept=kept, actor=request.user))


@require_POST
@needs(CUSTOMER_MERGE)
def proposal_dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    proposal = access.get_proposal_for(request.user, pk)
    refuse_without(access.can_merge(request.user, proposal.customer))
    proposals.dismiss(proposal, actor=request.user)
    messages.success(request, _("Kept apart. You will not be asked again."))
    two = living(proposal.other)
    return redirect(
        "customers:detail", two.pk if request.POST.get("kept") == str(two.pk) else proposal.customer_id
    )


def _told(
    request: StaffRequest, customer: Customer, verb: Callable[[], object], done: str = ""
) -> HttpResponse:
    """Run the verb, say what came of it, go to the customer."""
    try:
        verb()
    except CustomerError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done or _("Joined. You can undo it under Merges on this page."))
    return redirect("customers:detail", customer.pk)
