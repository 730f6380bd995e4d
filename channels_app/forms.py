"""What people type at the border: a mail in the demo, a sheet on our page."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from carecenter.lib.many_files import FilesInput, ManyFiles, limits
from channels_app.domain import demo, sheets
from channels_app.domain.addresses import base_address
from customers.field_inputs import Input, add_inputs, inputs_of, read_inputs
from customers.models import OwnField


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


class SheetForm(forms.Form):
    """What somebody writes to us on our page. The trap is a field that people do not see and robots fill in."""

    TRAP: ClassVar = "website"

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name", "dir": "auto"}),
    )
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("We answer to this address."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    subject = forms.CharField(
        label=_("Subject"), max_length=300, required=False, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    text = forms.CharField(
        label=_("Message"), max_length=50_000, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )
    uploads = ManyFiles(label=_("Files"), required=False, widget=FilesInput(attrs={"multiple": True}))
    slip = forms.SlugField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, takes_files: bool = True, own: Sequence[OwnField] = (), **kwargs: Any
    ) -> None:
        """`own`: fields the firm asks for itself, those that customers see."""
        super().__init__(*args, **kwargs)
        self.own = list(own)
        add_inputs(self, self.own)
        self.fields["uploads"].help_text = limits()
        if not takes_files:
            del self.fields["uploads"]

    def clean(self) -> dict[str, Any]:
        """One line where there is one line, and nothing that cannot be stored."""
        cleaned = super().clean() or self.cleaned_data
        for name in ("name", "subject"):
            cleaned[name] = " ".join(cleaned.get(name, "").split())
        cleaned["own"] = read_inputs(self, self.own)
        return cleaned

    def own_inputs(self) -> list[Input]:
        return list(inputs_of(self, self.own))

    def sheet(self) -> sheets.Sheet:
        data = self.cleaned_data
        files = [
            sheets.SheetFile(file.name or "", file.content_type or "", file.read())
            for file in data.get("uploads") or ()
        ]
        words = {name: data[name] for name in ("name", "email", "subject", "text", "slip")}
        return sheets.Sheet(**words, files=files, fields=data["own"])
