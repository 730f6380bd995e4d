"""Signatures as people write them: one's own, and those of brands and inboxes; with what they look like filled in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import brands_for
from accounts.models import Brand, Team
from accounts.permissions import REPLIES_MANAGE, TICKET_REPLY
from accounts.views.guard import StaffRequest, needs
from customers.models import Customer
from tickets.domain import signatures
from tickets.domain.errors import NotAllowed
from tickets.domain.placeholders import PLACEHOLDERS, fill, hole, unknown_in
from tickets.models import Inbox, Signature, Ticket


@require_safe
@needs(TICKET_REPLY)
def signature_list(request: StaffRequest) -> HttpResponse:
    """One's own; for who may write for everybody also those of brands and of the inboxes mail leaves from."""
    brands, inboxes = signatures.places_for(request.user)
    texts = {(one.brand_id, one.inbox_id): one.text for one in Signature.objects.filter(brand__in=brands)}
    by_brand: dict[int, list[dict[str, Any]]] = {}
    for inbox in inboxes.order_by("name", "pk"):
        row = {"inbox": inbox, "text": texts.get((inbox.brand_id, inbox.pk), "")}
        by_brand.setdefault(inbox.brand_id, []).append(row)
    rows = [
        {"brand": brand, "text": texts.get((brand.pk, None), ""), "inboxes": by_brand.get(brand.pk, [])}
        for brand in brands.order_by("name")
    ]
    return render(request, "tickets/signatures.html", {"area": "settings", "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@needs(TICKET_REPLY)
def mine(request: StaffRequest) -> HttpResponse:
    def save(text: str) -> None:
        signatures.save_own(request.user, text)

    return edit_page(request, _("My signature"), request.user.signature, save)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(REPLIES_MANAGE)
def of_brand(request: StaffRequest, pk: int) -> HttpResponse:
    brand = signatures.places_for(request.user)[0].filter(pk=pk).first()
    if brand is None:
        raise Http404
    return usual_page(request, brand, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(REPLIES_MANAGE)
def of_inbox(request: StaffRequest, pk: int) -> HttpResponse:
    inbox = signatures.places_for(request.user)[1].filter(pk=pk).select_related("brand").first()
    if inbox is None:
        raise Http404
    return usual_page(request, inbox.brand, inbox)


def usual_page(request: StaffRequest, brand: Brand, inbox: Inbox | None) -> HttpResponse:
    kept = Signature.objects.filter(brand=brand, inbox=inbox).first()

    def save(text: str) -> None:
        signatures.save_usual(brand, inbox, text, actor=request.user)

    return edit_page(request, str(inbox or brand), kept.text if kept else "", save)


def edit_page(request: StaffRequest, title: str, kept: str, save: Any) -> HttpResponse:
    text, error = request.POST.get("text", kept), ""
    if request.method == "POST":
        try:
            save(text)
        except NotAllowed as refused:
            error = str(refused)
        else:
            messages.success(request, _("The signature is saved."))
            return redirect("tickets:signatures")
    context = {
        "area": "settings",
        "title": title,
        "text": text,
        "error": error,
        "placeholders": [(hole(name), label) for name, (label, _fill) in PLACEHOLDERS.items()],
        **filled(request, text),
    }
    return render(request, "tickets/signature_edit.html", context, status=422 if error else 200)


@require_POST
@needs(TICKET_REPLY)
def preview(request: StaffRequest) -> HttpResponse:
    """What is being written, filled in for a made-up ticket, or which placeholder does not exist; stores nothing."""
    return render(request, "tickets/_filled_in.html", filled(request, request.POST.get("text", "")[:8000]))


def filled(request: StaffRequest, text: str) -> dict[str, str]:
    unknown = unknown_in(text)
    ticket = sample(brands_for(request.user, TICKET_REPLY).first() or Brand(name=_("Your brand")))
    return {
        "filled": fill(text, ticket=ticket, agent=request.user).text,
        "unknown": signatures.said_of(unknown) if unknown else "",
    }


def sample(brand: Brand) -> Ticket:
    """A ticket that is in no database."""
    return Ticket(
        number=1042,
        subject=_("My parcel is late"),
        brand=brand,
        customer=Customer(name="Dana Duarte"),
        team=Team(name=_("Support")),
    )
