"""What is set for an inbox, whatever its kind; what its kind needs beside it is a form of its own."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.access import brands_for, teams_for
from accounts.models import Brand, Team, User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib import form_words
from carecenter.lib.kinds import Capability, can, kinds_that
from channels_app.domain.inbox_settings import Place, Wanted
from channels_app.models import Connection
from tickets.models import Inbox
from workforce.access import hours_for
from workforce.models import Hours


class InboxForm(forms.Form):
    """Brand and key are chosen once: tickets belong to the brand, and others know the key."""

    brand = forms.ModelChoiceField(
        label=gettext_lazy("Brand"), queryset=Brand.objects.none(), empty_label=None
    )
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("What the desk calls it.")
    )
    key = forms.SlugField(
        label=gettext_lazy("Key"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("Part of its address. Empty: made of brand and name. It stays as it is."),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none"}),
        error_messages=form_words.SLUG,
    )
    addresses = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false", "class": "min-h-0"}),
        help_text=gettext_lazy("One a line. Answers are sent from the first."),
    )
    from_name = forms.CharField(
        label=gettext_lazy("Sender name"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Empty: the name of the brand."),
    )
    default_team = forms.ModelChoiceField(
        label=gettext_lazy("Team that gets its tickets"), queryset=Team.objects.none(), required=False
    )
    hours = forms.ModelChoiceField(
        label=gettext_lazy("Office hours"), queryset=Hours.objects.none(), required=False
    )
    follow_up = forms.ModelChoiceField(
        label=gettext_lazy("Mail inbox for answers"),
        queryset=Inbox.objects.none(),
        required=False,
        help_text=gettext_lazy("Where answers leave that cannot go back the way the customer wrote."),
    )
    is_active = forms.BooleanField(
        label=gettext_lazy("In use"),
        required=False,
        initial=True,
        help_text=gettext_lazy("An inbox that is not in use takes nothing any more. Its tickets stay."),
    )

    def __init__(self, data: Any, *, actor: User, kind: str, connection: Connection | None = None) -> None:
        super().__init__(data, initial=values_of(connection) if connection else None)
        self.kind = kind
        brands = brands_for(actor, INBOX_MANAGE).in_use()
        if connection is not None:
            brands = Brand.objects.filter(pk=connection.inbox.brand_id)
            del self.fields["brand"], self.fields["key"]
        self.offer("brand", brands, None)
        if (only := self.fields.get("brand")) and len(pks := brands.values_list("pk", flat=True)[:2]) == 1:
            only.initial, only.widget = pks[0], forms.HiddenInput()  # nothing to choose
        self.offer("default_team", teams_of(actor, brands), _("No team"))
        self.offer("hours", hours_for(actor).filter(pool__in=brands.values("pool")), _("Always open"))
        mail = Inbox.objects.filter(
            brand__in=brands, kind__in=kinds_that(Capability.ADDRESSES), is_active=True
        )
        self.offer("follow_up", mail.select_related("brand"), _("The brand's first mail inbox"))
        if can(kind, Capability.ADDRESSES):
            del self.fields["follow_up"]
        else:
            del self.fields["addresses"], self.fields["from_name"]

    def offer(self, name: str, rows: QuerySet[Any], nothing: str | None) -> None:
        field = self.fields.get(name)
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = rows
            field.empty_label = nothing
            if name == "follow_up":
                field.label_from_instance = lambda row: f"{row.brand.name}: {row.name}"  # type: ignore[assignment]

    def clean_addresses(self) -> tuple[str, ...]:
        written = self.cleaned_data["addresses"].replace(",", " ").split()
        for address in written:
            try:
                validate_email(address)
            except ValidationError:
                text = _("%(address)s is not an e-mail address.") % {"address": address}
                raise ValidationError(text) from None
        return tuple(written)

    def place(self) -> Place:
        brand, name = self.cleaned_data["brand"], self.cleaned_data["name"]
        key = self.cleaned_data["key"] or f"{brand.slug}-{slugify(name) or self.kind}"[:60]
        return Place(brand=brand, kind=self.kind, key=key)

    def wanted(self, config: dict[str, Any], secrets: dict[str, str]) -> Wanted:
        names = ("name", "default_team", "follow_up", "hours", "is_active", "from_name", "addresses")
        values = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return Wanted(**values, config=config, secrets=secrets)


def teams_of(actor: User, brands: QuerySet[Brand]) -> QuerySet[Team]:
    return teams_for(actor, INBOX_MANAGE).filter(pool__in=brands.values("pool"))


def values_of(connection: Connection) -> dict[str, Any]:
    inbox = connection.inbox
    names = ("name", "default_team", "hours", "follow_up", "is_active")
    addresses = connection.addresses.order_by("pk").values_list("address", flat=True)
    return {
        **{name: getattr(inbox, name) for name in names},
        "from_name": connection.from_name,
        "addresses": "\n".join(addresses),
    }
