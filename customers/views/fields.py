"""The firm's own fields of a customer: each is stored by itself when it is changed, and can be put back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from accounts.permissions import CUSTOMER_EDIT
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.way_back import recall, remember
from customers import access
from customers.domain.errors import CustomerError
from customers.domain.field_reading import fields_of_customers, shown_on
from customers.domain.people import living
from customers.domain.profile import Profile, change_profile, put_back_fields
from customers.models import Customer
from customers.views.refusals import refuse_without


@require_POST
@needs(CUSTOMER_EDIT)
def set_field(request: StaffRequest, pk: int) -> HttpResponse:
    """`key` says which; `value` is what it shall be, several of them for a list, none to empty it."""
    customer = living(access.get_customer_for(request.user, pk))
    refuse_without(access.can_edit(request.user, customer))
    if token := request.GET.get("undo", ""):
        return put_back(request, customer, token)
    key = request.POST.get("key", "")
    fields = {field.key: field for field in fields_of_customers(customer.pool_id)}
    if key not in fields:
        raise Http404
    given: Any = request.POST.getlist("value")
    if fields[key].kind != "choices":
        given = given[0] if given else None
    before = customer.fields
    try:
        row = change_profile(customer, Profile(fields={key: given}), actor=request.user)
    except CustomerError as error:
        return told(request, customer, str(error), tone="warning", status=409)
    was = {one: before.get(one) for one in {*before, *row.fields} if before.get(one) != row.fields.get(one)}
    if not was:
        return told(request, row)
    token = remember("customer-field", row.pk, was)
    url = f"{reverse('customers:field', args=[row.pk])}?{urlencode({'undo': token})}" if token else ""
    return told(request, row, _("%(field)s is saved.") % {"field": fields[key].label}, undo=url)


def put_back(request: StaffRequest, customer: Customer, token: str) -> HttpResponse:
    was = recall("customer-field", customer.pk, token)
    if was is None:
        raise Http404
    return told(request, put_back_fields(customer, was, actor=request.user), _("As it was."))


def told(
    request: StaffRequest,
    customer: Customer,
    text: str = "",
    *,
    undo: str = "",
    tone: str = "success",
    status: int = 200,
) -> HttpResponse:
    """The fields as they are now, for whichever page they stand on, and a word about it."""
    if not request.htmx:
        if text:
            messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, text)
        return redirect("customers:detail", customer.pk)
    context = {"customer": customer, "own_fields": shown_on(customer), "may_edit": True, "out_of_band": True}
    response = render(request, "customers/_fields.html", context, status=status)
    if not text:
        return response
    action = {"label": _("Undo"), "url": undo} if undo else None
    toast = {"text": text, "tone": tone, "action": action, "seconds": 10 if undo else None}
    return trigger_client_event(response, "toast", toast)
