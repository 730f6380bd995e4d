"""What people type about themselves, as clean values."""

from django import forms
from django.utils.translation import gettext_lazy as _

from workforce.models import MOST_CHATS, Alert


class AlertsForm(forms.Form):
    """What rings, what the browser announces, and how many chats at once."""

    sounds = forms.MultipleChoiceField(choices=Alert.choices, required=False)
    notices = forms.MultipleChoiceField(choices=Alert.choices, required=False)
    most_chats = forms.IntegerField(label=_("Chats at once"), min_value=1, max_value=MOST_CHATS)
