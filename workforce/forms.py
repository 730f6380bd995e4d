"""What people type about hours and about themselves, as clean values."""

import datetime
import re
from itertools import pairwise
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.access import pools_for
from accounts.forms import zone_choices
from accounts.models import CustomerPool, User
from accounts.permissions import INBOX_MANAGE
from workforce.domain.hours import minutes
from workforce.models import MOST_CHATS, Alert, Hours

DASH = re.compile(r"\s*(?:-|–|—|to|bis)\s*")
CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?$")


def read_clock(text: str) -> str:
    """ "9", "9.30" and "09:30" as "09:30". Raises ValueError."""
    found = CLOCK.match(text.strip())
    if found is None:
        raise ValueError(text)
    clock = f"{int(found[1]):02}:{found[2] or '00'}"
    minutes(clock)
    return clock


def read_spans(text: str) -> list[list[str]]:
    """ "9-12:30, 13:00-17" as [["09:00", "12:30"], ["13:00", "17:00"]], in order. Raises ValueError."""
    spans = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        start, end = (read_clock(clock) for clock in DASH.split(part))
        if minutes(start) >= minutes(end):
            raise ValueError(part)
        spans.append([start, end])
    spans.sort()
    for before, after in pairwise(spans):
        if minutes(before[1]) > minutes(after[0]):
            raise ValueError(text)
    return spans


def write_spans(spans: list[list[str]]) -> str:
    return ", ".join(f"{start} - {end}" for start, end in spans)


def read_closed(text: str) -> list[dict[str, str]]:
    """One day a line, "2026-12-25 Christmas Day"; each once, in order. Raises ValueError."""
    days = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        on, _space, name = line.partition(" ")
        day = datetime.date.fromisoformat(on)
        days[day.isoformat()] = name.strip()[:120]
    return [{"on": on, "name": name} for on, name in sorted(days.items())]


class HoursForm(forms.Form):
    """A week as one line a day, and the days that are closed anyway."""

    name = forms.CharField(label=_("Name"), max_length=120)
    pool = forms.ModelChoiceField(CustomerPool.objects.none(), label=_("Customers of"), empty_label=None)
    zone = forms.ChoiceField(label=_("Time zone"))
    closed_days = forms.CharField(
        label=_("Closed days"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("One a line: 2026-12-25 Christmas Day"),
    )

    def __init__(self, *args: Any, user: User, hours: Hours | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = pools_for(user, INBOX_MANAGE).order_by("name")
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]
        self.fields["zone"].choices = zone_choices(_("Choose"))  # type: ignore[attr-defined]
        if hours is not None:
            del self.fields["pool"]
        elif len(known := list(pools[:2])) == 1:
            self.fields["pool"].widget = forms.HiddenInput()
            self.fields["pool"].initial = known[0]
        for day in range(7):
            weekly = hours.weekly if hours else [[["09:00", "17:00"]]] * 5
            spans = weekly[day] if day < len(weekly) else []
            self.fields[f"day_{day}"] = forms.CharField(
                label=WEEKDAYS[day], required=False, max_length=200, initial=write_spans(spans)
            )
        if hours is not None:
            days = "\n".join(f"{day['on']} {day['name']}".strip() for day in hours.closed_days)
            self.initial.update({"name": hours.name, "zone": hours.zone, "closed_days": days})

    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{day}"] for day in range(7)]

    def clean_closed_days(self) -> list[dict[str, str]]:
        try:
            return read_closed(self.cleaned_data["closed_days"])
        except ValueError as error:
            raise forms.ValidationError(_now("Write each day like 2026-12-25, then its name.")) from error

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        weekly: list[Any] = []
        for day in range(7):
            try:
                weekly.append(read_spans(str(values.pop(f"day_{day}", ""))))
            except ValueError:
                self.add_error(f"day_{day}", _now("Write times like 09:00 - 12:30, 13:00 - 17:00."))
                weekly.append([])
        return {**values, "weekly": weekly}


class AlertsForm(forms.Form):
    """What rings, what the browser announces, and how many chats at once."""

    sounds = forms.MultipleChoiceField(choices=Alert.choices, required=False)
    notices = forms.MultipleChoiceField(choices=Alert.choices, required=False)
    most_chats = forms.IntegerField(label=_("Chats at once"), min_value=1, max_value=MOST_CHATS)
