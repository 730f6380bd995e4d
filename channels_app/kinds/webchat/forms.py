"""Settings of a chat inbox."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from channels_app.kinds.settings_form import SettingsForm

COLOUR = r"#[0-9a-fA-F]{6}"
ASK = (
    ("no", gettext_lazy("Do not ask")),
    ("optional", gettext_lazy("Ask, may be left out")),
    ("required", gettext_lazy("Ask, must be given")),
)


def origin_of(written: str) -> str:
    """ "https://Shop.example/cart" is "https://shop.example"; empty for what is no origin."""
    parts = urlsplit(written.strip())
    try:
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"(\*\.)?[a-z0-9.-]+|\[[0-9a-f:]+\]", host):
        return ""
    return f"{parts.scheme}://{host}{port}"


class WebchatForm(SettingsForm):
    """`origins` become a list; everything else is kept as it is typed."""

    made_secrets = {"user_secret": gettext_lazy("Secret to sign your users with")}

    origins = forms.CharField(
        label=gettext_lazy("Sites that may show the chat"),
        help_text=gettext_lazy("One a line, like https://www.shop.example. Pages anywhere else get nothing."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
        required=False,
    )
    title = forms.CharField(
        label=gettext_lazy("Name in the chat's head"),
        help_text=gettext_lazy("Empty: the name of the brand."),
        max_length=60,
        required=False,
    )
    greeting = forms.CharField(
        label=gettext_lazy("Greeting"),
        help_text=gettext_lazy("The first thing visitors read. Empty: our own words in their language."),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    color = forms.RegexField(
        COLOUR,
        label=gettext_lazy("Colour"),
        help_text=gettext_lazy("Like #2f6f4f. Empty: the colour of the brand."),
        required=False,
    )
    ask_name = forms.ChoiceField(label=gettext_lazy("Name before the chat"), choices=ASK, initial="no")
    ask_email = forms.ChoiceField(
        label=gettext_lazy("E-mail before the chat"), choices=ASK, initial="optional"
    )
    suggest = forms.BooleanField(
        label=gettext_lazy("Suggest articles and ready-made replies before a person answers"),
        help_text=gettext_lazy("Only articles that everybody may read, and replies marked as public."),
        required=False,
        initial=True,
    )

    def __init__(self, *args: Any, initial: dict[str, Any] | None = None, **kwargs: Any) -> None:
        given = dict(initial or {})
        if isinstance(given.get("origins"), list):
            given["origins"] = "\n".join(given["origins"])
        super().__init__(*args, initial=given or None, **kwargs)

    def clean_origins(self) -> list[str]:
        origins = []
        for written in self.cleaned_data["origins"].split():
            if not (origin := origin_of(written)):
                raise forms.ValidationError(
                    _("%(site)s is no site. Write it like https://www.shop.example.") % {"site": written}
                )
            origins.append(origin)
        return list(dict.fromkeys(origins))
