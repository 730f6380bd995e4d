"""What staff type about customers, as clean values."""

from typing import Any

from django import forms
from django.conf.locale import LANG_INFO
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.forms import zone_choices
from customers.domain.normalise import is_possible_phone
from customers.domain.profile import Profile
from customers.models import Identity

WRITTEN = {"dir": "auto", "autocomplete": "off"}


def language_choices() -> list[tuple[str, str]]:
    infos = [get_language_info(code) for code, info in LANG_INFO.items() if "name" in info]
    return sorted(((info["code"], info["name_translated"]) for info in infos), key=lambda choice: choice[1])


class ProfileForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"), required=False, max_length=200, widget=forms.TextInput(attrs=WRITTEN)
    )
    organisation = forms.CharField(
        label=_("Organisation"), required=False, max_length=200, widget=forms.TextInput(attrs=WRITTEN)
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    tier = forms.CharField(
        label=_("Tier"),
        required=False,
        max_length=40,
        help_text=_("As your firm calls it: VIP, Gold, partner."),
        widget=forms.TextInput(attrs=WRITTEN),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A language or zone that came by the API and is not in our lists must survive the form.
        self._offer("language", [("", _("Not known")), *language_choices()])
        self._offer("zone", zone_choices(_("Not known")))

    def _offer(self, name: str, choices: list[tuple[str, Any]]) -> None:
        own = self.initial.get(name, "")
        field = self.fields[name]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices if own in dict(choices) else [*choices, (own, own)]

    def profile(self) -> Profile:
        data = self.cleaned_data
        return Profile(**{name: data[name] for name in ("name", "organisation", "language", "zone", "tier")})


class IdentityForm(forms.Form):
    """One more way to reach or recognise a customer."""

    kind = forms.ChoiceField(label=_("Kind"), choices=Identity.Kind)
    value = forms.CharField(
        label=_("Address or number"),
        max_length=320,
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off"}),
    )
    verified = forms.BooleanField(
        label=_("I have made sure that it is theirs"),
        required=False,
        help_text=_("Otherwise it is kept as claimed, and shows nothing of the history to who uses it."),
    )

    def __init__(self, *args: Any, region: str | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.region = region

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        value = data.get("value", "")
        if (
            data.get("kind") == Identity.Kind.PHONE
            and value
            and not is_possible_phone(value, region=self.region)
        ):
            self.add_error(
                "value", _("This is not a phone number. Write it with its country code, like +49 30 901820.")
            )
        return data


class OrganisationForm(forms.Form):
    domains = forms.CharField(
        label=_("Mail domains"),
        required=False,
        max_length=5000,
        help_text=_(
            "One a line, like example.com. Only who signs in with an address of one of them is a colleague."
        ),
        widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr", "spellcheck": "false"}),
    )
    shares_tickets = forms.BooleanField(
        label=_("Its people may read each other's tickets"),
        required=False,
        help_text=_("Those that were asked from an address of these domains. They cannot answer them."),
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("New note"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "class": "min-h-0"}),
    )
