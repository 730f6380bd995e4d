"""When a survey is asked, and what holds for all of a brand, as people type it."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Team
from carecenter.lib.kinds import kind_choices
from feedback.models import FeedbackSettings, Survey, SurveyRule, Trigger
from tickets.models import Inbox

UNITS = ((60, _("minutes")), (3600, _("hours")), (86400, _("days")))
LONGEST_DELAY = 60 * 86400
MOST_TAGS = 20


class RuleForm(forms.Form):
    survey = forms.ModelChoiceField(Survey.objects.none(), label=_("Survey"), empty_label=None)
    trigger = forms.ChoiceField(
        label=_("When"),
        choices=Trigger.choices,
        help_text=_("A conversation is a chat, a call or a visit. Letters end when the ticket is solved."),
    )
    delay = forms.IntegerField(label=_("How long after"), min_value=0, max_value=999, initial=1)
    unit = forms.TypedChoiceField(label=_("Unit"), choices=UNITS, coerce=int, initial=3600)
    sample_percent = forms.IntegerField(
        label=_("Of a hundred, ask"),
        min_value=1,
        max_value=100,
        initial=100,
        help_text=_("The same tickets are always in or out: nobody chooses."),
    )
    kinds = forms.MultipleChoiceField(
        label=_("Only these ways"), required=False, widget=forms.CheckboxSelectMultiple
    )
    inbox = forms.ModelChoiceField(
        Inbox.objects.none(), label=_("Only this inbox"), required=False, empty_label=_("Any")
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label=_("Only this team"), required=False, empty_label=_("Any")
    )
    tags = forms.CharField(
        label=_("Only with one of these tags"),
        required=False,
        max_length=600,
        help_text=_("Separated by commas."),
    )
    languages = forms.MultipleChoiceField(
        label=_("Only these languages"), required=False, widget=forms.CheckboxSelectMultiple
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, brand: Brand, rule: SurveyRule | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["survey"].queryset = Survey.objects.filter(brand=brand).order_by("name")  # type: ignore[attr-defined]
        self.fields["inbox"].queryset = Inbox.objects.filter(brand=brand).order_by("name")  # type: ignore[attr-defined]
        self.fields["team"].queryset = Team.objects.filter(pool=brand.pool_id)  # type: ignore[attr-defined]
        self.fields["kinds"].choices = kind_choices()  # type: ignore[attr-defined]
        self.fields["languages"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        if rule is not None:
            self.initial = {**written(rule), **self.initial}

    def clean_tags(self) -> list[str]:
        tags = [tag.strip().lower()[:60] for tag in self.cleaned_data["tags"].split(",")]
        return list(dict.fromkeys(tag for tag in tags if tag))[:MOST_TAGS]

    def clean(self) -> dict[str, Any]:
        """A number and its unit are one time."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("delay", 0) * cleaned.get("unit", 0) > LONGEST_DELAY:
            self.add_error("delay", _("60 days at most."))
        return cleaned

    def values(self) -> dict[str, Any]:
        """The columns of the rule."""
        values = dict(self.cleaned_data)
        delay = values.pop("delay") * values.pop("unit")
        return {**values, "delay_seconds": delay}


def written(rule: SurveyRule) -> dict[str, Any]:
    names = ("survey", "trigger", "sample_percent", "kinds", "inbox", "team", "languages", "is_active")
    delay, unit = in_units(rule.delay_seconds)
    fields = {name: getattr(rule, name) for name in names}
    return {**fields, "tags": ", ".join(rule.tags), "delay": delay, "unit": unit}


def in_units(seconds: int) -> tuple[int, int]:
    """(number, seconds of one) in the largest unit that fits evenly."""
    unit = next((one for one, _name in reversed(UNITS) if seconds and seconds % one == 0), 60)
    return seconds // unit, unit


class BrandForm(forms.ModelForm):
    """What holds for all surveys of a brand. The verb stores it."""

    class Meta:
        model = FeedbackSettings
        fields = (
            "days_between", "quiet_from", "quiet_until", "late_hours", "valid_days",
            "low_csat", "low_nps", "low_ces2", "high_ces1", "follow_up_owner", "follow_up_hours",
            "settled_days",
        )  # fmt: skip
        labels = {
            "days_between": _("Days between two questions to one customer"),
            "quiet_from": _("Quiet from"),
            "quiet_until": _("Quiet until"),
            "late_hours": _("Hours after which it is too late to ask"),
            "valid_days": _("Days in which it can be answered"),
            "low_csat": _("Satisfaction of so much and less"),
            "low_nps": _("Recommendation of so much and less"),
            "low_ces2": _("“Made it easy” of so much and less"),
            "high_ces1": _("Effort of so much and more"),
            "follow_up_owner": _("Who gets a follow-up"),
            "follow_up_hours": _("Hours until somebody has followed up"),
            "settled_days": _("Days until we ask whether it is settled"),
        }
        help_texts = {
            "days_between": _("Over all surveys of all brands. 0 asks every time."),
            "quiet_until": _("On the customer's own clock. The same time twice is never quiet."),
            "late_hours": _("When nothing could be sent for so long, the question is left out."),
        }
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    LIMITS = {
        "days_between": (0, 3650), "late_hours": (1, 720), "valid_days": (1, 365), "low_csat": (0, 4),
        "low_nps": (0, 9), "low_ces2": (0, 6), "high_ces1": (2, 6), "follow_up_hours": (1, 720),
        "settled_days": (0, 90),
    }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (least, most) in self.LIMITS.items():
            label = self.fields[name].label
            self.fields[name] = forms.IntegerField(
                label=label, help_text=self.fields[name].help_text, min_value=least, max_value=most
            )
