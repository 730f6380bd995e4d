"""One customer: the page, the panel beside a ticket, changing what we know."""

from functools import cache
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import CUSTOMER_EDIT, CUSTOMER_VIEW
from accounts.views.guard import StaffRequest, needs
from carecenter.lib.statements import Given, Statement
from customers import access
from customers.domain import profile as verbs
from customers.domain.consent import Purpose, consents_of
from customers.domain.errors import CustomerError, IdentityTaken
from customers.domain.field_reading import all_fields_of_customers, shown_on, shown_with
from customers.domain.identify import CLAIMED, VERIFIED, add_identity, region_for
from customers.domain.people import ids_of, living
from customers.domain.proposals import count_open_for, open_for
from customers.forms import IdentityForm, NoteForm, ProfileForm
from customers.models import Customer, CustomerNote, Identity, Merge, Order
from customers.views.directory import number_in
from customers.views.refusals import refuse_without

ORDERS_SHOWN = 50
NOTES_SHOWN = 50
PANEL_ORDERS = 5
PANEL_NOTES = 3
page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@needs(CUSTOMER_VIEW)
def detail(request: StaffRequest, pk: int) -> HttpResponse:
    """Everything we know of the person. An old link to a merged row leads to the one that was kept."""
    customer = access.get_customer_for(request.user, pk)
    if customer.merged_into_id is not None:
        return redirect("customers:detail", living(customer).pk)
    return render(request, "customers/detail.html", page_context(request, customer))


def page_context(request: StaffRequest, customer: Customer, **changes: Any) -> dict[str, Any]:
    ids = ids_of(customer)
    own = all_fields_of_customers(customer.pool_id)
    return {
        "area": "customers",
        "customer": customer,
        "identities": customer.identities.order_by("kind", "pk"),
        "own_fields": shown_with(own, customer.fields),
        "orders": customer.orders.select_related("brand").order_by("-placed_at", "-pk")[:ORDERS_SHOWN],
        "notes": customer.notes.select_related("author").order_by("-pk")[:NOTES_SHOWN],
        "proposals": open_for(customer, ids),
        "merges": merges_of(ids, {field.key: field.label for field in own}),
        "may_edit": access.can_edit(request.user, customer),
        "may_merge": access.can_merge(request.user, customer),
        "note_form": NoteForm(),
        "identity_form": IdentityForm(),
        **changes,
    }


def merges_of(ids: list[int], labels: dict[str, str]) -> list[dict[str, Any]]:
    """Every merge that made this person, and those that were undone, the latest first, with what was taken over."""
    merges = Merge.objects.filter(kept__in=ids).select_related("kept", "gone", "made_by", "undone_by")
    return [
        {"merge": one, "taken": [labels.get(key, key) for key in one.moved.get("fields", ())]}
        for one in merges.order_by("-pk")[:50]
    ]


@require_safe
@needs(CUSTOMER_VIEW)
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """Fragment for the column beside a ticket. Works for a merged row: the ticket keeps its old id."""
    customer = access.get_customer_for(request.user, pk)
    if customer.merged_into_id is not None:
        customer = access.get_customer_for(request.user, living(customer).pk)
    ids = ids_of(customer)
    context = {
        "customer": customer,
        "identities": _identities().rows(customer=customer.pk),
        "own_fields": shown_on(customer),
        "may_edit": access.can_edit(request.user, customer),
        "orders": _orders().rows(customer=customer.pk),
        "orders_shown": PANEL_ORDERS,
        "notes": _notes().rows(customer=customer.pk),
        "proposals": count_open_for(ids),
        "no_calls": not consents_of(customer, ids)[Purpose.CALLS],
        "ticket_id": number_in(
            request.GET.get("ticket")
        ),  # the one it stands beside: no news on its own panel
    }
    return render(request, "customers/_panel.html", context)


@cache
def _identities() -> Statement[Identity]:
    return Statement(Identity.objects.filter(customer_id=Given("customer")).order_by("kind", "pk"))


@cache
def _orders() -> Statement[Order]:
    orders = Order.objects.filter(customer_id=Given("customer"))
    return Statement(orders.order_by("-placed_at", "-pk")[: PANEL_ORDERS + 1])


@cache
def _notes() -> Statement[CustomerNote]:
    notes = CustomerNote.objects.filter(customer_id=Given("customer")).select_related("author")
    return Statement(notes.order_by("-pk")[:PANEL_NOTES])


@page
@needs(CUSTOMER_EDIT)
def edit(request: StaffRequest, pk: int) -> HttpResponse:
    customer = living(access.get_customer_for(request.user, pk))
    refuse_without(access.can_edit(request.user, customer))
    initial = {name: getattr(customer, name) for name in ("version", "name", "language", "zone", "tier")}
    initial["organisation"] = customer.organisation.name if customer.organisation else ""
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            version = form.cleaned_data["version"]
            verbs.change_profile(customer, form.profile(), actor=request.user, version=version)
        except CustomerError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("customers:detail", customer.pk)
    context = {"area": "customers", "customer": customer, "form": form}
    return render(request, "customers/edit.html", context, status=422 if form.errors else 200)


@require_POST
@needs(CUSTOMER_EDIT)
def identity_add(request: StaffRequest, pk: int) -> HttpResponse:
    """One more address or number; somebody else's is refused, and the way to join the two is shown."""
    customer = living(access.get_customer_for(request.user, pk))
    refuse_without(access.can_edit(request.user, customer))
    kind = request.POST.get("kind", "")
    form = IdentityForm(request.POST, region=region_for(customer.pool, kind, request.POST.get("value", "")))
    owner = None
    if form.is_valid():
        try:
            _add(customer, form.cleaned_data, request)
        except IdentityTaken as taken:
            owner = Customer.objects.get(pk=taken.customer_id)
            form.add_error("value", str(taken))
        except CustomerError as error:
            form.add_error("value", str(error))
        else:
            messages.success(request, _("Added."))
            return redirect("customers:detail", customer.pk)
    context = page_context(request, customer, identity_form=form, identity_owner=owner)
    return render(request, "customers/detail.html", context, status=422)


def _add(customer: Customer, data: dict[str, Any], request: StaffRequest) -> Identity:
    return add_identity(
        customer,
        kind=data["kind"],
        value=data["value"],
        actor=request.user,
        evidence=VERIFIED if data["verified"] else CLAIMED,
        verified_by="agent" if data["verified"] else "",
    )


@require_POST
@needs(CUSTOMER_EDIT)
def note_add(request: StaffRequest, pk: int) -> HttpResponse:
    customer = living(access.get_customer_for(request.user, pk))
    refuse_without(access.can_edit(request.user, customer))
    form = NoteForm(request.POST)
    if form.is_valid():
        verbs.add_note(customer, form.cleaned_data["text"], actor=request.user)
        messages.success(request, _("Note added."))
        return redirect("customers:detail", customer.pk)
    return render(
        request, "customers/detail.html", page_context(request, customer, note_form=form), status=422
    )


@require_POST
@needs(CUSTOMER_EDIT)
def note_delete(request: StaffRequest, pk: int) -> HttpResponse:
    note = access.get_note_for(request.user, pk)
    refuse_without(access.can_delete_note(request.user, note))
    verbs.delete_note(note, actor=request.user)
    messages.success(request, _("Note deleted."))
    return redirect("customers:detail", note.customer_id)
