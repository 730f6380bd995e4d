"""An organisation: who belongs to it, its mail domains, whether its people see each other's tickets."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.permissions import CUSTOMER_EDIT, CUSTOMER_MERGE
from accounts.views.guard import StaffRequest, needs
from customers import access
from customers.domain.consent import Purpose, Way, set_consents
from customers.domain.errors import CustomerError
from customers.domain.organisations import change_organisation
from customers.domain.people import living
from customers.forms import OrganisationForm
from customers.views.refusals import refuse_without

PEOPLE = 100


@require_http_methods(["GET", "HEAD", "POST"])
@needs(CUSTOMER_MERGE)
def organisation(request: StaffRequest, pk: int) -> HttpResponse:
    found = access.get_organisation_for(request.user, pk)
    initial = {"domains": "\n".join(found.domains), "shares_tickets": found.shares_tickets}
    form = OrganisationForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            change_organisation(
                found,
                domains=form.cleaned_data["domains"].replace(",", " ").split(),
                shares_tickets=form.cleaned_data["shares_tickets"],
                actor=request.user,
            )
        except CustomerError as error:
            form.add_error("domains", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("customers:organisation", pk)
    people = found.customers.living().order_by("name", "pk")[:PEOPLE]
    context = {"area": "customers", "organisation": found, "form": form, "people": people}
    return render(request, "customers/organisation.html", context, status=422 if form.errors else 200)


@require_POST
@needs(CUSTOMER_EDIT)
def consent(request: StaffRequest, pk: int) -> HttpResponse:
    """What the customer told a colleague: that they may be called or asked, or not."""
    customer = living(access.get_customer_for(request.user, pk))
    refuse_without(access.can_edit(request.user, customer))
    purpose = request.POST.get("purpose", "")
    if purpose in Purpose.values:
        wanted = {purpose: request.POST.get("given") == "yes"}
        set_consents(customer, wanted, way=Way.AGENT, actor=request.user)
        messages.success(request, _("Saved."))
    return redirect("customers:detail", customer.pk)
