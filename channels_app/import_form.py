"""The file of another help desk, and where its tickets go."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from channels_app.access import inboxes_to_import_into
from channels_app.domain.ticket_imports import MOST_BYTES
from channels_app.models import TicketImport
from tickets.models import Inbox


class InboxOfBrand(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.brand}: {obj.name}"


class TicketImportForm(forms.Form):
    source = forms.ChoiceField(label=_("It comes from"), choices=TicketImport.Source)
    inbox = InboxOfBrand(
        label=_("Inbox that gets the tickets"), queryset=Inbox.objects.none(), empty_label=None
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "JSON as its API gives it, JSON Lines, a CSV table, or a ZIP of these with the attachments beside."
        ),
        widget=forms.FileInput(attrs={"accept": ".json,.jsonl,.ndjson,.csv,.zip"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["inbox"].queryset = inboxes_to_import_into(user)  # type: ignore[attr-defined]

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _now("It is larger than %(most)s MB.") % {"most": MOST_BYTES // 2**20}
            )
        return file
