"""The base of a kind's settings form: what is kept in the open, what is sealed, and what we make ourselves.

A secret is typed once and never shown again: an empty field keeps the one that is there. Secrets that we make
(`made_secrets`) are no fields: the settings page shows each once, when it is made or replaced.
"""

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class SettingsForm(forms.Form):
    """`typed_secrets` are fields of this form; `made_secrets` are name to label. All other fields are the config."""

    typed_secrets: ClassVar[tuple[str, ...]] = ()
    made_secrets: ClassVar[Mapping[str, Any]] = {}

    def __init__(self, *args: Any, kept: Collection[str] = (), **kwargs: Any) -> None:
        """`kept` names the secrets there are already."""
        super().__init__(*args, **kwargs)
        for name in self.typed_secrets:
            field = self.fields[name]
            field.widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
            if name in kept:
                field.required = False
                field.help_text = _(
                    "One is kept. Leave this empty to keep it, or type a new one to replace it."
                )

    def config(self) -> dict[str, Any]:
        """The settings to keep in the open, as JSON has them."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.typed_secrets}

    def secrets(self) -> dict[str, str]:
        """The secrets that were typed now."""
        return {name: self.cleaned_data[name] for name in self.typed_secrets if self.cleaned_data.get(name)}
