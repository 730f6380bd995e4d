"""After how many months an inbox is emptied, as it is typed."""

from django import forms
from django.utils.translation import gettext_lazy as _

MOST = 240


class RetentionForm(forms.Form):
    months = forms.IntegerField(
        label=_("Months after the last message"),
        min_value=1,
        max_value=MOST,
        initial=24,
        help_text=_("A month counts as 31 days."),
    )
    tag = forms.CharField(
        label=_("Keep tickets with the tag"),
        required=False,
        max_length=60,
        initial="legal-hold",
        help_text=_("For as long as they have it."),
    )

    def clean_tag(self) -> str:
        return str(self.cleaned_data["tag"]).strip().lower()
