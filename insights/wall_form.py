"""What one types about screens on the wall."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST: Final = 100_000


class WallLinkForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Where it hangs"), max_length=60, strip=True)


def limit(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST)


class WallLimitsForm(forms.Form):
    """Pairs: from when on a number is worth a look, and from when on it needs somebody."""

    waiting_watch = limit(gettext_lazy("Watch: customers waiting, from"))
    waiting_act = limit(gettext_lazy("Act: customers waiting, from"))
    longest_watch_minutes = limit(gettext_lazy("Watch: longest waiting in minutes, from"))
    longest_act_minutes = limit(gettext_lazy("Act: longest waiting in minutes, from"))
    chats_watch = limit(gettext_lazy("Watch: chats waiting, from"))
    chats_act = limit(gettext_lazy("Act: chats waiting, from"))
    available_watch = limit(gettext_lazy("Watch: people available, up to"))
    available_act = limit(gettext_lazy("Act: people available, up to"))

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for name in ("waiting", "longest", "chats"):
            unit = "_minutes" if name == "longest" else ""
            watch, act = found.get(f"{name}_watch{unit}"), found.get(f"{name}_act{unit}")
            if watch is not None and act is not None and act < watch:
                raise forms.ValidationError(_("“Act” comes after “watch”: give it the larger number."))
        if found.get("available_act", 0) > found.get("available_watch", MOST):
            raise forms.ValidationError(_("Of people available “act” is the smaller number."))
        return found
