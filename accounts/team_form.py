"""A team, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.access import people_for, pools_to_manage
from accounts.models import CustomerPool, Team, User


class TeamForm(forms.Form):
    """Whose customers it works for is chosen once."""

    name = forms.CharField(label=_("Name"), max_length=120)
    pool = forms.ModelChoiceField(
        label=_("Works for the customers of"), queryset=CustomerPool.objects.none(), empty_label=None
    )

    def __init__(self, *args: Any, actor: User, team: Team | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if team is not None:
            del self.fields["pool"]
            self.initial = {"name": team.name}
            return
        pools = pools_to_manage(actor).order_by("name")
        self.fields["pool"].queryset = pools  # type: ignore[attr-defined]
        if len(pools[:2]) == 1:
            self.fields["pool"].widget = forms.HiddenInput()
            self.initial["pool"] = pools[0].pk


class MemberForm(forms.Form):
    """Who could be added: people in the actor's reach who are not in it yet."""

    person = forms.ModelChoiceField(label=_("Person"), queryset=User.objects.none(), empty_label=None)

    def __init__(self, *args: Any, actor: User, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = people_for(actor).filter(is_active=True).exclude(teams=team).order_by("name", "pk")
        self.fields["person"].queryset = others  # type: ignore[attr-defined]
