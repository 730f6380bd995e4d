"""Settings of what customers write in their own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_app.kinds.settings_form import SettingsForm


class PortalForm(SettingsForm):
    takes_files = forms.BooleanField(label=_("People may send files"), required=False, initial=True)
