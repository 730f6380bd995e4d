"""Forms of the demo's mailbox."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from channels_app.domain import demo
from channels_app.domain.addresses import base_address


class LetterForm(forms.Form):
    """A mail that a visitor of the demo writes as a customer."""

    name = forms.CharField(label=_("Your name"), max_length=120, required=False)
    address = forms.EmailField(label=_("Your e-mail address"))
    to = forms.CharField(label=_("To"), max_length=320)
    subject = forms.CharField(label=_("Subject"), max_length=300, required=False)
    text = forms.CharField(label=_("Message"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 8}))
    in_reply_to = forms.CharField(max_length=400, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """An answer keeps the address it was asked to go to; a new mail chooses one of the inboxes."""
        super().__init__(*args, **kwargs)
        inboxes = demo.our_addresses()
        to = str(self.data.get("to") or self.initial.get("to", ""))
        if base_address(to) in dict(inboxes) and to not in dict(inboxes):
            inboxes = [(to, dict(inboxes)[base_address(to)])]
        choices = [(address, f"{name} <{address}>") for address, name in inboxes]
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=choices)

    def clean(self) -> dict[str, Any]:
        """One line where a mail has one line."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name", "subject", "in_reply_to"):
            cleaned[name] = " ".join(cleaned.get(name, "").split())
        return cleaned

    def letter(self) -> demo.Letter:
        return demo.Letter(**self.cleaned_data)
