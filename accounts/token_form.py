"""A new API token, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import has
from accounts.models import User
from accounts.permissions import ADMIN_SCOPE, CODES, SCOPES
from carecenter.lib.time import in_seconds

DAYS = (("30", _("30 days")), ("90", _("90 days")), ("365", _("A year")), ("", _("Until it is revoked")))


class TokenForm(forms.Form):
    """Offers what the person may do themselves: a token never may more than its owner."""

    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("Which program gets it, to know it again.")
    )
    days = forms.ChoiceField(label=_("Good for"), choices=DAYS, required=False, initial="90")
    scopes = forms.MultipleChoiceField(
        label=_("May do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("No more than you may, where you may. Choose what the program needs, and nothing else."),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mine = [(code, label) for code, label in CODES.items() if has(user, code)]
        if any(code.endswith(".manage") for code, _label in mine):
            mine.insert(0, (ADMIN_SCOPE, SCOPES[ADMIN_SCOPE]))
        self.fields["scopes"].choices = mine  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        days = self.cleaned_data["days"]
        return {
            "name": self.cleaned_data["name"],
            "scopes": self.cleaned_data["scopes"],
            "expires_at": in_seconds(int(days) * 86_400) if days else None,
        }
