"""What is asked of the page about deflection, and what is set on it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from knowledge_base.models import HelpSettings
from knowledge_base.models.help_settings import MOST_HELD_OUT

PERIODS = (
    (7, _("Last 7 days")),
    (28, _("Last 28 days")),
    (90, _("Last 90 days")),
    (365, _("Last 365 days")),
)
USUAL_DAYS = 90


def read_days(given: str) -> int:
    """One of the periods; the usual one for anything else."""
    return next((days for days, _label in PERIODS if str(days) == given), USUAL_DAYS)


class HeldOutForm(forms.Form):
    held_out = forms.IntegerField(
        label=_("Percent of visitors who see no suggestions"),
        min_value=0,
        max_value=MOST_HELD_OUT,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "step": 1, "class": "max-w-24"}),
    )

    def __init__(self, data: Any = None, *, settings: HelpSettings) -> None:
        """Several stand on one page: each has ids of its own."""
        super().__init__(data, initial={"held_out": settings.held_out}, auto_id=f"id_{settings.brand_id}_%s")
        self.settings = settings
