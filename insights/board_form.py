"""A dashboard of one's own: its name, with whom it is shared, what a tile shows, when it is mailed."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Team
from insights.models import Every


class NameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, strip=True)


class BoardForm(NameForm):
    team = forms.ModelChoiceField(Team.objects.none(), required=False, label=_("Shared with"))

    def __init__(self, data: Any = None, *, teams: QuerySet[Team], **more: Any) -> None:
        super().__init__(data, **more)
        field: Any = self.fields["team"]
        field.queryset, field.empty_label = teams, _("Nobody else")


class MailForm(forms.Form):
    every = forms.ChoiceField(
        choices=[("", _("Never")), *Every.choices], required=False, label=_("Mail it to me")
    )
    hour = forms.TypedChoiceField(
        choices=[(hour, f"{hour:02}:00") for hour in range(24)], coerce=int, label=_("At"), initial=7
    )
    with_pdf = forms.BooleanField(required=False, label=_("With a PDF of it"))
