"""Settings of an api inbox."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from carecenter.lib.http import Unreachable, target_of
from channels_app.kinds.settings_form import SettingsForm


class ApiSettings(SettingsForm):
    made_secrets = {
        "messages": _("Secret your program signs its messages with"),
        "answers": _("Secret we sign our answers with"),
    }

    url = forms.CharField(
        label=_("Address for answers"),
        max_length=1000,
        widget=forms.URLInput(attrs={"placeholder": "https://", "spellcheck": "false"}),
        help_text=_("We send each answer there in a signed request. It begins with https://."),
    )
    vouches_for = forms.MultipleChoiceField(
        label=_("Your program vouches for"),
        required=False,
        choices=[
            ("external", _("Customer number")),
            ("email", _("E-mail address")),
            ("phone", _("Phone number")),
        ],
        widget=forms.CheckboxSelectMultiple,
        initial=["external"],
        help_text=_(
            "Choose only what your program has checked itself: who has it sees and joins that customer."
        ),
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        try:
            target_of(url)
        except Unreachable:
            raise ValidationError(_("Enter an address that begins with https://.")) from None
        return url
