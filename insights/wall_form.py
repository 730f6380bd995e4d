"""A link for a screen."""

from django import forms
from django.utils.translation import gettext_lazy as _


class WallLinkForm(forms.Form):
    name = forms.CharField(label=_("Where it hangs"), max_length=60, strip=True)
