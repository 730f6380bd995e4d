"""New ticket: write to a customer, log a call or a visit, open an internal case."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRedirect

from accounts.access import has, pools_for
from accounts.models import User
from accounts.permissions import CUSTOMER_VIEW, TICKET_CREATE
from accounts.views.guard import StaffRequest
from carecenter.lib.html import text_to_html
from carecenter.lib.kinds import Capability, can
from customers.domain.errors import InvalidIdentity
from customers.domain.identify import resolve_identity
from customers.domain.search import search
from customers.models import Customer, Identity
from tickets.by_hand import ByHand
from tickets.domain import opening
from tickets.domain.attaching import NewFile
from tickets.domain.errors import TicketError
from tickets.domain.signatures import leave_off, signature_for
from tickets.forms import WRITTEN, NewTicketForm
from tickets.models import Message, Ticket

SUGGESTIONS = 8


@login_required
@require_http_methods(["GET", "POST"])
def new(request: StaffRequest) -> HttpResponse:
    """The form; sent, the new ticket."""
    if not has(request.user, TICKET_CREATE):
        raise PermissionDenied
    if request.method == "POST":
        form = NewTicketForm(request.POST, request.FILES, user=request.user)
        if form.is_valid():
            try:
                message = open_ticket(form, request.user)
            except InvalidIdentity as error:
                form.add_error("who", str(error))
            except TicketError as error:
                form.add_error(None, str(error))
            else:
                messages.success(request, told(message))
                url = reverse("tickets:ticket", args=[message.ticket_id])
                return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    else:
        form = NewTicketForm(user=request.user, initial=asked_for(request))
    context = {"area": "tickets", "form": form, "chosen": chosen_customer(form)}
    return render(request, "tickets/new.html", context, status=422 if form.errors else 200)


def asked_for(request: StaffRequest) -> dict[str, object]:
    """What the link says: the kind, and the customer whose page it was on."""
    customer = request.GET.get("customer", "")
    kind = request.GET.get("kind", "")
    asked: dict[str, object] = {"kind": kind if kind in (*WRITTEN, *ByHand.values) else WRITTEN[0]}
    if customer.isdecimal() and len(customer) < 19:
        asked["customer"] = customer
    return asked


def chosen_customer(form: NewTicketForm) -> Customer | None:
    value = str(form["customer"].value() or "")
    if not value.isdecimal() or len(value) > 18:
        return None
    found: Customer | None = form.fields["customer"].queryset.filter(pk=value).first()  # type: ignore[attr-defined]
    return found


def open_ticket(form: NewTicketForm, user: User) -> Message:
    """The verb that fits the kind."""
    values = form.cleaned_data
    kind = values["kind"]
    inbox = values["inbox"] if kind in WRITTEN else None
    brand = inbox.brand if inbox else values["brand"]
    customer, address = (None, "") if kind == ByHand.INTERNAL else whom(form, brand)
    case = opening.NewCase(
        brand=brand,
        subject=values["subject"],
        html=text_to_html(values["text"]),
        inbox=inbox
        or (
            brand.inboxes.filter(is_active=True, kind__in=WRITTEN).order_by("pk").first()
            if customer
            else None
        ),
        customer=customer,
        team=values["team"],
        files=tuple(NewFile(file.name or "", file.read()) for file in values["uploads"]),
    )
    team = case.team or (case.inbox.default_team if case.inbox else None)
    if not has(user, TICKET_CREATE, brand_id=brand.pk, team_id=team.pk if team else None):
        raise PermissionDenied
    if kind in WRITTEN:
        with transaction.atomic():
            message = opening.write_to_customer(case, address=address, actor=user)
            if form.data.get("signature_shown") and not form.data.get("signature"):
                leave_off(message)
        return message
    if kind == ByHand.INTERNAL:
        return opening.open_internal(case, actor=user)
    return opening.log_contact(case, kind=kind, direction=values["direction"], actor=user)


def whom(form: NewTicketForm, brand: object) -> tuple[Customer, str]:
    """The chosen customer, else the one of the typed address or number, made when new. Raises InvalidIdentity."""
    customer: Customer | None = form.cleaned_data["customer"]
    who = form.cleaned_data["who"]
    email = form.cleaned_data["kind"] in WRITTEN
    if customer is not None:
        if not email:
            return customer, ""
        known = customer.identities.filter(kind=Identity.Kind.EMAIL).order_by("-verified_at", "pk").first()
        if known is None:
            raise InvalidIdentity(_("This customer has no e-mail address yet. Type one."))
        return customer, known.value
    if not email and "@" not in who and not any(character.isdigit() for character in who):
        raise InvalidIdentity(
            _("Choose a customer from the list, or type an e-mail address or a phone number.")
        )
    kind = Identity.Kind.EMAIL if email or "@" in who else Identity.Kind.PHONE
    identity = resolve_identity(brand.pool, kind=kind, value=who)  # type: ignore[attr-defined]
    return identity.customer, identity.value


def told(message: Message) -> str:
    if message.kind in WRITTEN:
        return _("Your message is on its way.")
    return _("Written down.") if message.kind != ByHand.INTERNAL else _("Case opened.")


@login_required
@require_GET
def signature(request: StaffRequest) -> HttpResponse:
    """Fragment: what stands below a mail from the chosen inbox, as the composer shows it below an answer."""
    if not has(request.user, TICKET_CREATE):
        raise PermissionDenied
    form = NewTicketForm(request.GET, user=request.user)
    form.is_valid()
    found = {name: form.cleaned_data.get(name) for name in ("inbox", "customer", "team")}
    context = {"signature": "", "is_on": "signature_shown" not in request.GET or "signature" in request.GET}
    if (inbox := found["inbox"]) is not None and can(inbox.kind, Capability.ADDRESSES):
        draft = Ticket(brand=inbox.brand, inbox=inbox, customer=found["customer"])
        draft.team = found["team"] or inbox.default_team
        draft.subject = form.cleaned_data.get("subject", "")
        vars(draft)["number"] = "…"  # it gets one when it is opened
        context["signature"] = signature_for(draft, request.user)
    return render(request, "tickets/_signature.html", context)


@login_required
@require_GET
def find_customers(request: StaffRequest) -> HttpResponse:
    """Customers whose name, address or number holds the words: a few to choose from."""
    words = " ".join(request.GET.get("who", "").split())[:100]
    found: list[Customer] = []
    if len(words) >= 2:
        customers = Customer.objects.visible_to(request.user).living()
        matching = search(customers, words, pools=pools_for(request.user, CUSTOMER_VIEW))
        found = list(matching.prefetch_related("identities").order_by("name", "pk")[:SUGGESTIONS])
    return render(request, "tickets/_customer_options.html", {"customers": found, "words": words})
