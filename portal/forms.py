"""What customers type in their own pages."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from carecenter.lib.many_files import FilesInput, ManyFiles, limits
from channels_app.domain.sheets import SheetFile
from customers.domain.consent import Purpose


class AddressForm(forms.Form):
    email = forms.EmailField(
        label=_("Your e-mail address"),
        max_length=254,
        help_text=_("The one you wrote to us from, or ordered with."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "inputmode": "email"}),
    )
    next = forms.CharField(max_length=500, required=False, widget=forms.HiddenInput)


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code from the mail"),
        max_length=20,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "one-time-code",
                "dir": "ltr",
                "class": "code-field",
            }
        ),
    )


class AnswerForm(forms.Form):
    """`slip` is what the page gave the empty form: sent twice it is one answer."""

    text = forms.CharField(
        label=_("Your answer"),
        max_length=50_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    uploads = ManyFiles(label=_("Files"), required=False, widget=FilesInput(attrs={"multiple": True}))
    slip = forms.SlugField(max_length=60, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, takes_files: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["uploads"].help_text = limits()
        if not takes_files:
            del self.fields["uploads"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("text") and not cleaned.get("uploads") and not self.errors:
            self.add_error("text", gettext("Write something, or choose a file."))
        return cleaned

    def sheet_files(self) -> list[SheetFile]:
        uploads = self.cleaned_data.get("uploads") or ()
        return [SheetFile(file.name or "", file.content_type or "", file.read()) for file in uploads]


class RatingForm(forms.Form):
    score = forms.TypedChoiceField(
        label=_("How did we do?"),
        coerce=int,
        choices=[
            (5, _("Very good")),
            (4, _("Good")),
            (3, _("Neither good nor bad")),
            (2, _("Bad")),
            (1, _("Very bad")),
        ],
        widget=forms.RadioSelect,
    )
    comment = forms.CharField(
        label=_("What should we know?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )


class PreferencesForm(forms.Form):
    language = forms.ChoiceField(label=_("Language we use with you"), required=False)
    surveys = forms.BooleanField(
        label=_("You may ask me how it went"),
        required=False,
        help_text=_("One short question after a ticket is solved, seldom more than one a month."),
    )
    calls = forms.BooleanField(
        label=_("You may call me about my tickets"),
        required=False,
        help_text=_("Without it our people see that you prefer to be written to."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        if isinstance(field, forms.ChoiceField):
            known = self.initial.get("language", "")
            choices = [("", gettext("As my browser says")), *settings.LANGUAGES]
            field.choices = choices if known in dict(choices) else [*choices, (known, known)]

    def consents(self) -> dict[str, bool]:
        return {purpose: self.cleaned_data[purpose] for purpose in (Purpose.SURVEYS, Purpose.CALLS)}


class ErasureForm(forms.Form):
    sure = forms.BooleanField(label=_("Yes, erase what you know about me"))
