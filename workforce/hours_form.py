"""Office hours as they are typed: a week with one line a day, special days, and the holidays of a country."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.access import pools_for
from accounts.forms import zone_choices
from accounts.models import CustomerPool, User
from accounts.permissions import INBOX_MANAGE
from workforce.domain import holidays
from workforce.domain.hours import minutes
from workforce.models import Hours

DASH = re.compile(r"\s*(?:-|–|—|to|bis)\s*")
CLOCK = re.compile(r"^(\d{1,2})(?:[:.](\d{2}))?$")
MIDNIGHT = 24 * 60
Span = tuple[int, int]


def read_clock(text: str) -> int:
    """ "9", "9.30" and "09:30" as minutes from midnight. Raises ValueError."""
    found = CLOCK.match(text.strip())
    if found is None:
        raise ValueError(text)
    return minutes(f"{int(found[1]):02}:{found[2] or '00'}")


def read_spans(text: str) -> tuple[list[Span], list[Span]]:
    """ "9-12:30, 20:00-2" in minutes, in order: what is of the day, and what of the next one. Raises ValueError."""
    today, tomorrow = [], []
    for part in filter(None, (part.strip() for part in text.split(","))):
        start, end = (read_clock(clock) for clock in DASH.split(part))
        if start == end:
            raise ValueError(part)
        if start < end:
            today.append((start, end))
            continue
        today.append((start, MIDNIGHT))
        if end:
            tomorrow.append((0, end))
    return sorted(today), tomorrow


def joined(spans: list[Span]) -> list[list[str]]:
    """As it is stored; what touches or overlaps is one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif start < end:
            found.append((start, end))
    return [[clock(start), clock(end)] for start, end in found]


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def write_spans(spans: list[list[str]]) -> str:
    return ", ".join(f"{start} - {end}" for start, end in spans)


class SpecialDayForm(forms.Form):
    """Closed all day, or open at times of its own. Without a date it is not there."""

    on = forms.DateField(
        label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    name = forms.CharField(label=_("Name"), required=False, max_length=120)
    open = forms.CharField(
        label=_("Open then"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": _("Closed"), "spellcheck": "false"}),
    )
    yearly = forms.BooleanField(label=_("Every year"), required=False)

    def clean_open(self) -> list[list[str]]:
        try:
            today, tomorrow = read_spans(str(self.cleaned_data["open"]))
        except ValueError as error:
            raise forms.ValidationError(_now("Write times like 09:00 - 12:30, or leave it empty.")) from error
        if tomorrow:
            raise forms.ValidationError(_now("End at 24:00 and write the rest on the next day."))
        return joined(today)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        if not values.get("on") and "on" not in self.errors and (values.get("name") or values.get("open")):
            self.add_error("on", _now("Which day?"))
        return values

    def day(self) -> dict[str, Any] | None:
        values = self.cleaned_data
        if not values.get("on"):
            return None
        found = {"on": values["on"].isoformat(), "name": values["name"]}
        extra = {"open": values["open"], "yearly": values["yearly"]}
        return found | {name: value for name, value in extra.items() if value}


SpecialDays = forms.formset_factory(SpecialDayForm, extra=1, max_num=200, absolute_max=400)


def special_days(data: Mapping[str, Any] | None, hours: Hours | None) -> Any:
    own = [day for day in hours.closed_days if not day.get("holiday")] if hours else []
    initial = [{**day, "open": write_spans(day.get("open", []))} for day in own]
    return SpecialDays(data, initial=initial, prefix="own")


class HoursForm(forms.Form):
    """A week as one line a day, and which holidays are taken."""

    name = forms.CharField(label=_("Name"), max_length=120)
    pool = forms.ModelChoiceField(CustomerPool.objects.none(), label=_("Customers of"), empty_label=None)
    zone = forms.ChoiceField(label=_("Time zone"))
    country = forms.ChoiceField(label=_("Country"), required=False)
    region = forms.CharField(required=False, max_length=40)
    always = forms.ChoiceField(
        label=_("A new week holds"),
        required=False,
        choices=[
            ("", _("from today on: figures of the days before stay as they are")),
            ("1", _("as if it had always been so: all figures in office hours are counted anew")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, user: User, hours: Hours | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pools = pools_for(user, INBOX_MANAGE).order_by("name")
        self.language = get_language() or "en"
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]
        self.fields["zone"].choices = zone_choices(_("Choose"), hours.zone if hours else "")  # type: ignore[attr-defined]
        known = [("", _("None")), *holidays.countries(self.language)]
        self.fields["country"].choices = known  # type: ignore[attr-defined]
        if hours is not None:
            del self.fields["pool"]
            rule = hours.holidays
            self.initial.update({"name": hours.name, "zone": hours.zone, "always": ""})
            self.initial.update({"country": rule.get("country", ""), "region": rule.get("region", "")})
        else:
            del self.fields["always"]
            if len(only := list(pools[:2])) == 1:
                self.fields["pool"].widget = forms.HiddenInput()
                self.fields["pool"].initial = only[0]
        self.before: dict[str, Any] = hours.holidays if hours else {}
        for day in range(7):
            weekly = hours.weekly if hours else [[["09:00", "17:00"]]] * 5
            spans = weekly[day] if day < len(weekly) else []
            self.fields[f"day_{day}"] = forms.CharField(
                label=WEEKDAYS[day], required=False, max_length=400, initial=write_spans(spans)
            )

    def days(self) -> list[forms.BoundField]:
        return [self[f"day_{day}"] for day in range(7)]

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        weekly: list[list[Span]] = [[] for _day in range(7)]
        for day in range(7):
            try:
                today, tomorrow = read_spans(str(values.pop(f"day_{day}", "")))
            except ValueError:
                self.add_error(f"day_{day}", _now("Write times like 09:00 - 12:30, 20:00 - 02:00."))
                continue
            weekly[day] += today
            weekly[(day + 1) % 7] += tomorrow
        values["always"] = bool(values.get("always"))
        values["holidays"] = self.rule(values.pop("country", ""), values.pop("region", ""))
        return {**values, "weekly": [joined(spans) for spans in weekly]}

    def rule(self, country: str, region: str) -> dict[str, Any]:
        """Days that were shown and not ticked are left out, this year and every year."""
        if not country:
            return {}
        if region not in dict(holidays.regions(country)):
            region = ""
        before = (self.before.get("country"), self.before.get("region"))
        left_out = list(self.before.get("left_out", [])) if before == (country, region) else []
        if self.data.get("shown") == f"{country}/{region}":
            shown = {one.key for one in holidays.coming(country, region, self.language)}
            kept = set(self.data.getlist("holiday"))  # type: ignore[attr-defined]
            left_out = sorted(set(left_out) - shown | shown - kept)
        return {"country": country, "region": region, "left_out": left_out, "language": self.language}
