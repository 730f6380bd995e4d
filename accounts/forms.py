"""What people type about themselves and each other, as clean values."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.utils.translation import gettext_lazy as _

from accounts.access import brands_for, scope, teams_for
from accounts.domain.addresses import LONGEST, refuse_long, refuse_lookalike
from accounts.domain.people import Wanted
from accounts.models import Brand, Role, Team, User
from accounts.permissions import USERS_MANAGE
from carecenter.lib import zones

CURRENT = {"autocomplete": "current-password"}
NEW = {"autocomplete": "new-password"}


def email_field(**attrs: str) -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email", **attrs})
    label = _("E-mail address")
    return forms.EmailField(label=label, max_length=LONGEST, validators=[refuse_long], widget=widget)


def language_choices(first: Any) -> list[tuple[str, Any]]:
    return [("", first), *settings.LANGUAGES]


def zone_choices(first: Any, chosen: str = "") -> list[tuple[str, Any]]:
    """`chosen` is among them, however old its name."""
    offered = zones.offered()
    kept = (chosen,) if chosen and chosen not in offered else ()
    return [("", first), *((name, name.replace("_", " ")) for name in (*kept, *offered))]


class SignInForm(forms.Form):
    email = email_field(autofocus="autofocus")
    # a password is taken as typed: spaces at its ends belong to it
    password = forms.CharField(
        label=_("Password"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs=CURRENT)
    )


def code_field(**attrs: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", **attrs})
    return forms.CharField(label=_("Code"), max_length=40, widget=widget)


class CodeForm(forms.Form):
    """A code of the app, or a recovery code."""

    code = code_field(autofocus="autofocus")


class NewAuthenticatorForm(forms.Form):
    code = code_field(inputmode="numeric")


class NewPasskeyForm(forms.Form):
    """A name for it, and what the device says; a script fills that in."""

    name = forms.CharField(label=_("Name"), max_length=60, help_text=_("To know it again among others."))
    answer = forms.CharField(widget=forms.HiddenInput, required=False, max_length=20_000)


class PasswordForm(forms.Form):
    """The password once more."""

    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={**CURRENT, "autofocus": "autofocus"}),
    )


class ResetForm(forms.Form):
    email = email_field(autofocus="autofocus")


class NewEmailForm(forms.Form):
    email = forms.EmailField(
        label=_("New e-mail address"),
        max_length=LONGEST,
        validators=[refuse_long, refuse_lookalike],
        widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": "autofocus"}),
    )


class NewPasswordForm(forms.Form):
    """A new password, typed once: managers of passwords fill it, and a link mends a slip."""

    password = forms.CharField(
        label=_("New password"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs=NEW)
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["password"].help_text = " ".join(password_validators_help_texts()[1:2])

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.user)
        return password


class AcceptForm(NewPasswordForm):
    name = forms.CharField(label=_("Your name"), max_length=120)
    field_order = ["name", "password"]

    def clean_name(self) -> str:
        """The password is looked at beside the name as it is typed here."""
        name: str = self.cleaned_data["name"]
        self.user.name = name
        return name


class ChangePasswordForm(NewPasswordForm):
    """Whether the current one is right is looked at by the verb that counts guesses."""

    current = forms.CharField(
        label=_("Current password"), strip=False, max_length=4096, widget=forms.PasswordInput(attrs=CURRENT)
    )
    field_order = ["current", "password"]


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    language = forms.ChoiceField(label=_("Language"), required=False)
    zone = forms.ChoiceField(label=_("Time zone"), required=False)
    theme = forms.ChoiceField(label=_("Colours"), choices=User.Theme)
    shortcuts = forms.BooleanField(
        label=_("Single-key shortcuts"),
        required=False,
        help_text=_("Switch them off if you speak to your device or they get in your way."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = language_choices(_("As the browser"))  # type: ignore[attr-defined]
        zones_offered = zone_choices(_("As the server (UTC)"), self.initial.get("zone", ""))
        self.fields["zone"].choices = zones_offered  # type: ignore[attr-defined]


class GrantForm(forms.Form):
    """A role and where it holds. Offers only places the actor manages; the verb checks again."""

    role = forms.ModelChoiceField(
        label=_("Role"),
        queryset=Role.objects.none(),
        empty_label=None,
        help_text=_(
            "Agents answer. Leads also see everybody's numbers, publish articles and merge customers. "
            "Managers also read the audit trail. Admins set everything up."
        ),
    )
    brand = forms.ModelChoiceField(label=_("Brand"), queryset=Brand.objects.none(), required=False)
    team = forms.ModelChoiceField(label=_("Team"), queryset=Team.objects.none(), required=False)

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everywhere = scope(actor, USERS_MANAGE).everywhere
        role, brand, team = self.fields["role"], self.fields["brand"], self.fields["team"]
        role.queryset = Role.objects.order_by("pk")  # type: ignore[attr-defined]
        role.label_from_instance = lambda row: row.title  # type: ignore[attr-defined]
        brand.queryset = brands_for(actor, USERS_MANAGE).in_use()  # type: ignore[attr-defined]
        brand.required = not everywhere
        brand.empty_label = _("All brands") if everywhere else _("Choose a brand")  # type: ignore[attr-defined]
        team.queryset = teams_for(actor, USERS_MANAGE)  # type: ignore[attr-defined]
        team.empty_label = _("All teams")  # type: ignore[attr-defined]

    def wanted(self) -> Wanted:
        data = self.cleaned_data
        return Wanted(role=data["role"], brand=data["brand"], team=data["team"])


class InviteForm(GrantForm):
    name = forms.CharField(label=_("Name"), max_length=120)
    email = email_field(autocomplete="off")
    email.validators = [*email.validators, refuse_lookalike]
    field_order = ["name", "email", "role", "brand", "team"]
