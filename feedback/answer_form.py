"""What a customer sends from a survey's page, as clean values."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.domain.answering import LONGEST, Said
from feedback.domain.scales import SCORES
from feedback.domain.wording import further
from feedback.models import Survey

SCALE = [(str(step), str(step)) for step in range(1, 6)]


class AnswerForm(forms.Form):
    """The score, a comment and the survey's own questions, in the language of the moment."""

    comment = forms.CharField(
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto", "class": "textarea"}),
    )

    def __init__(self, *args: Any, survey: Survey, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.survey = survey
        self.fields["score"] = forms.TypedChoiceField(
            choices=[(score, score) for score in SCORES[survey.measure]],
            coerce=int,
            widget=forms.RadioSelect,
            error_messages={
                "required": _("Please choose one of the answers."),
                "invalid_choice": _("Please choose one of the answers."),
            },
        )
        self.asked = further(survey)
        for one in self.asked:
            self.fields[self.name_of(str(one["key"]))] = self.field_for(one)

    @staticmethod
    def name_of(key: str) -> str:
        return f"more_{key}"

    @staticmethod
    def field_for(one: dict[str, Any]) -> forms.Field:
        if one["type"] == "text":
            area = forms.Textarea(attrs={"rows": 3, "dir": "auto", "class": "textarea"})
            return forms.CharField(label=one["text"], required=False, max_length=LONGEST, widget=area)
        choices = SCALE if one["type"] == "scale" else one["options"]
        return forms.ChoiceField(label=one["text"], required=False, choices=choices, widget=forms.RadioSelect)

    def further_fields(self) -> list[forms.BoundField]:
        return [self[self.name_of(str(one["key"]))] for one in self.asked]

    def chosen(self) -> str:
        """The score that stands on the page."""
        value = self["score"].value()
        return "" if value is None else str(value)

    def said(self, way: str, more: dict[str, str] | None = None) -> Said:
        """`more`: answers to the own questions where the page does not show them."""
        values = self.cleaned_data
        given = {str(one["key"]): values.get(self.name_of(str(one["key"])), "") for one in self.asked}
        return Said(values["score"], values["comment"], more if more is not None else given, way)
