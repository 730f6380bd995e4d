"""Forms of the desk: what a person typed, as clean values."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.access import brands_for, pools_for, teams_for
from accounts.forms import language_choices
from accounts.models import Brand, CustomerPool, Team, User
from accounts.permissions import REPLIES_MANAGE, TICKET_CREATE, TICKET_REPLY
from carecenter.lib.html import text_to_html
from carecenter.lib.kinds import Capability, kind_of, kinds_that
from carecenter.lib.many_files import FilesInput, ManyFiles, limits
from customers.models import Customer
from tickets.by_hand import LOGGED, ByHand
from tickets.domain.placeholders import hole, unknown_in
from tickets.models import Direction, Inbox
from tickets.models.canned import is_shortcut

# Kinds in which we may write first.
WRITTEN = kinds_that(Capability.ADDRESSES)


class LogForm(forms.Form):
    """A call or a visit that took place."""

    kind = forms.ChoiceField(
        label=_("What was it?"),
        choices=[(kind.value, kind.label) for kind in LOGGED],
        initial=ByHand.PHONE,
        widget=forms.RadioSelect,
    )
    direction = forms.ChoiceField(
        label=_("Who got in touch?"),
        choices=[(Direction.INBOUND, _("The customer")), (Direction.OUTBOUND, _("We did"))],
        initial=Direction.INBOUND,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("What was said"), widget=forms.Textarea(attrs={"rows": 5}), max_length=20_000
    )

    def cleaned(self) -> dict[str, str]:
        """As the verb wants it."""
        values = self.cleaned_data
        return {
            "kind": values["kind"],
            "direction": values["direction"],
            "html": text_to_html(values["text"]),
        }


class NewTicketForm(forms.Form):
    """A ticket that we open: `kind` says which of the other fields matter."""

    kind = forms.ChoiceField(
        label=_("What do you want to do?"),
        choices=[
            *((code, kind_of(code).write_label) for code in WRITTEN),
            (ByHand.PHONE, _("Log a phone call")),
            (ByHand.VISIT, _("Log a visit")),
            (ByHand.INTERNAL, _("Internal case")),
        ],
        initial=WRITTEN[0],
        widget=forms.RadioSelect,
    )
    customer = forms.ModelChoiceField(Customer.objects.none(), required=False, widget=forms.HiddenInput)
    who = forms.CharField(label=_("Customer"), required=False, max_length=320)
    brand = forms.ModelChoiceField(Brand.objects.none(), label=_("Brand"), empty_label=None, required=False)
    inbox = forms.ModelChoiceField(Inbox.objects.none(), label=_("From"), required=False, empty_label=None)
    direction = forms.ChoiceField(
        label=_("Who got in touch?"),
        choices=LogForm.base_fields["direction"].choices,  # type: ignore[attr-defined]
        initial=Direction.INBOUND,
        widget=forms.RadioSelect,
        required=False,
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("As usual for the inbox")
    )
    subject = forms.CharField(label=_("Subject"), max_length=400)
    text = forms.CharField(label=_("Text"), widget=forms.Textarea(attrs={"rows": 8}), max_length=100_000)
    # Kept by the page when something else has to be mended: a browser would ask for the files again.
    uploads = ManyFiles(
        label=_("Files"),
        required=False,
        widget=FilesInput(attrs={"multiple": True, "hx-preserve": "true"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].help_text = limits()
        brands = brands_for(user, TICKET_CREATE).in_use()
        inboxes = Inbox.objects.filter(brand__in=brands, is_active=True, kind__in=WRITTEN)
        self.offer("brand", brands)
        self.fields["inbox"].label_from_instance = lambda row: f"{row.brand.name}: {row.name}"  # type: ignore[attr-defined]
        self.offer("inbox", inboxes.select_related("brand").order_by("brand__name", "name"))
        self.offer("team", teams_for(user, TICKET_CREATE))
        self.offer("customer", Customer.objects.visible_to(user).living())

    def offer(self, name: str, rows: QuerySet[Any]) -> None:
        """What this user may choose; anything else is no valid choice."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- for the type checker
        field.queryset = rows

    def clean(self) -> dict[str, Any]:
        """Each kind needs its own fields."""
        values: dict[str, Any] = super().clean() or {}
        kind = values.get("kind")
        if kind in WRITTEN and values.get("inbox") is None and "inbox" not in self.errors:
            self.add_error("inbox", _("Choose the inbox it is sent from."))
        if kind not in WRITTEN and values.get("brand") is None and "brand" not in self.errors:
            self.add_error("brand", _("Choose a brand."))
        if kind != ByHand.INTERNAL and not values.get("customer") and not values.get("who"):
            self.add_error("who", _("Who is it? Type a name, an e-mail address or a phone number."))
        if kind in LOGGED and not values.get("direction"):
            values["direction"] = Direction.INBOUND
        return values


class CannedForm(forms.Form):
    """A ready-made reply. `shared`: for everybody of a pool, else the user's own."""

    title = forms.CharField(label=_("Title"), max_length=120)
    shortcut = forms.CharField(
        label=_("Shortcut"),
        max_length=40,
        required=False,
        validators=[is_shortcut],
        help_text=_("Typed after / in an answer. Letters, digits, - and _."),
    )
    text = forms.CharField(label=_("Text"), max_length=8000, widget=forms.Textarea(attrs={"rows": 9}))
    pool = forms.ModelChoiceField(CustomerPool.objects.none(), label=_("Customers of"), empty_label=None)
    brand = forms.ModelChoiceField(
        Brand.objects.none(), label=_("Brand"), required=False, empty_label=_("All brands")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Team"), required=False, empty_label=_("All teams")
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    is_public = forms.BooleanField(
        label=_("May be suggested to customers before somebody answers"), required=False
    )

    def __init__(self, *args: Any, user: User, shared: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        code = REPLIES_MANAGE if shared else TICKET_REPLY
        pools = pools_for(user, code).order_by("name")
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]
        self.fields["brand"].queryset = brands_for(user, code)  # type: ignore[attr-defined]
        self.fields["team"].queryset = teams_for(user, code)  # type: ignore[attr-defined]
        self.fields["language"].choices = language_choices(_("Any"))  # type: ignore[attr-defined]
        if len(known := list(pools[:2])) == 1:
            self.fields["pool"].required = False
            self.fields["pool"].widget = forms.HiddenInput()
            self.fields["pool"].initial = known[0]
            self.only_pool = known[0]
        if not shared:
            del self.fields["team"], self.fields["is_public"]

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"]
        if unknown := unknown_in(text):
            raise forms.ValidationError(
                _("There is no placeholder %(names)s."),
                params={"names": ", ".join(hole(name) for name in unknown)},
            )
        return text

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        pool = values.get("pool") or getattr(self, "only_pool", None)
        values["pool"] = pool
        for name in ("brand", "team"):
            if pool and (place := values.get(name)) and place.pool_id != pool.pk:
                self.add_error(name, _("This belongs to customers of somebody else."))
        return values
