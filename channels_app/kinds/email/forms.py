"""Settings of a mail inbox, beside its addresses."""

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_app.kinds.settings_form import SettingsForm


class EmailSettings(SettingsForm):
    authserv_id = forms.CharField(
        label=_("Name of your own mail server in Authentication-Results"),
        max_length=253,
        required=False,
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "none", "dir": "ltr"}),
        help_text=_(
            "With it, a sender whose DMARC check your server passed is known for certain. Empty: nobody is."
        ),
    )

    def clean_authserv_id(self) -> str:
        name: str = self.cleaned_data["authserv_id"]
        return name.lower()
