"""A role's name, as it is typed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.permissions import ROLE_TITLES


def refuse_shipped(name: str) -> None:
    """A role of one's own must not look like one that everybody knows."""
    shown = {title.casefold() for pair in ROLE_TITLES.items() for title in map(str, pair)}
    if name.casefold() in shown:
        raise forms.ValidationError(_("Another role has this name."))


class NewRoleForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, validators=[refuse_shipped])
    like = forms.ModelChoiceField(
        label=_("Begins like"), queryset=Role.objects.none(), required=False, empty_label=_("Nothing allowed")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        like = self.fields["like"]
        like.queryset = Role.objects.order_by("pk")  # type: ignore[attr-defined]
        like.label_from_instance = lambda role: role.title  # type: ignore[attr-defined]


class RoleNameForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=60, validators=[refuse_shipped])

    def __init__(self, data: Any = None, *, role: Role) -> None:
        super().__init__(data, initial={"name": role.name}, auto_id=f"role-{role.pk}-%s")
