"""Settings of a contact form."""

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_app.kinds.settings_form import SettingsForm


class FormSettings(SettingsForm):
    heading = forms.CharField(label=_("Heading"), max_length=120, required=False)
    intro = forms.CharField(
        label=_("Text above the form"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    thanks = forms.CharField(
        label=_("Text after sending"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        help_text=_("Empty fields get our own words, in the brand's language."),
    )
    takes_files = forms.BooleanField(label=_("People may send files"), required=False, initial=True)
    suggest = forms.BooleanField(
        label=_("Suggest articles while people write"),
        help_text=_("Only those that everybody may read."),
        required=False,
        initial=True,
    )
