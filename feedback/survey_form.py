"""What is asked, as people type it: words in every language, and a few further questions."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from carecenter.lib.ids import new_token
from feedback.models import Measure, Survey

MOST_QUESTIONS = 5
MOST_OPTIONS = 12
WORDS = {
    "question": (_("Question"), 300),
    "comment": (_("What the comment is asked with"), 200),
    "thanks": (_("Thanks after sending"), 400),
}
TYPES = (
    ("", _("Not used")),
    ("choice", _("One of several answers")),
    ("scale", _("A scale from 1 to 5")),
    ("text", _("Words")),
)
USUAL = _("Empty: our own words in that language.")


class SurveyForm(forms.Form):
    """Names of the fields: `question_de`; `q0_type`, `q0_words_de`, `q0_options_de` of the first further question."""

    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("Only colleagues see it."))
    measure = forms.ChoiceField(label=_("What it measures"), choices=Measure.choices)
    look = forms.ChoiceField(
        label=_("Look"),
        choices=Survey.Look.choices,
        help_text=_("Stars and faces are for satisfaction; the other scales are numbers."),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False, initial=True)

    def __init__(self, *args: Any, survey: Survey | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.languages = list(settings.LANGUAGES)
        for code, _language in self.languages:
            for name, (label, longest) in WORDS.items():
                self.fields[f"{name}_{code}"] = forms.CharField(
                    label=label,
                    max_length=longest,
                    required=False,
                    help_text=USUAL if name == "question" else "",
                    widget=forms.TextInput(attrs={"dir": "auto", "lang": code}),
                )
        for number in range(MOST_QUESTIONS):
            self.add_question(number)
        if survey is not None:
            self.initial = {**written(survey), **self.initial}

    def add_question(self, number: int) -> None:
        self.fields[f"q{number}_key"] = forms.SlugField(
            required=False, max_length=32, widget=forms.HiddenInput
        )
        self.fields[f"q{number}_type"] = forms.ChoiceField(label=_("Kind"), choices=TYPES, required=False)
        for code, language in self.languages:
            self.fields[f"q{number}_words_{code}"] = forms.CharField(
                label=_("Question (%(language)s)") % {"language": language},
                max_length=300,
                required=False,
                widget=forms.TextInput(attrs={"dir": "auto", "lang": code}),
            )
            self.fields[f"q{number}_options_{code}"] = forms.CharField(
                label=_("Answers (%(language)s)") % {"language": language},
                max_length=2000,
                required=False,
                help_text=_("One a line, in the same order in every language."),
                widget=forms.Textarea(attrs={"rows": 3, "dir": "auto", "lang": code}),
            )

    def by_language(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        for code, language in self.languages:
            yield str(language), [self[f"{name}_{code}"] for name in WORDS]

    def questions(self) -> Iterator[dict[str, Any]]:
        """The further questions as the page shows them."""
        for number in range(MOST_QUESTIONS):
            texts = [self[f"q{number}_words_{code}"] for code, _language in self.languages]
            options = [self[f"q{number}_options_{code}"] for code, _language in self.languages]
            kind, key = self[f"q{number}_type"], self[f"q{number}_key"]
            is_used = bool(kind.value()) or any(field.errors for field in (kind, *texts, *options))
            yield {
                "number": number + 1, "key": key, "type": kind, "is_used": is_used, "title": texts[0].value() or "",
                "texts": texts, "options": options,
            }  # fmt: skip

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or {}
        asked = [self.read_question(values, number) for number in range(MOST_QUESTIONS)]
        return {
            "name": values.get("name", ""),
            "measure": values.get("measure", Measure.CSAT),
            "look": values.get("look", Survey.Look.STARS),
            "is_active": values.get("is_active", True),
            "words": read_words(values, [code for code, _language in self.languages]),
            "questions": [one for one in asked if one is not None],
        }

    def read_question(self, values: dict[str, Any], number: int) -> dict[str, Any] | None:
        kind = values.get(f"q{number}_type", "")
        if not kind:
            return None
        codes = [code for code, _language in self.languages]
        words = {code: text for code in codes if (text := values.get(f"q{number}_words_{code}", "").strip())}
        if not words:
            self.add_error(
                f"q{number}_words_{codes[0]}", _now("Write the question, in one language at least.")
            )
        question = {"key": values.get(f"q{number}_key") or new_token()[:8], "type": kind, "words": words}
        if kind == "choice":
            question["options"] = self.read_options(values, number, codes)
        return question

    def read_options(self, values: dict[str, Any], number: int, codes: list[str]) -> list[dict[str, Any]]:
        """The key of an answer is its place: what was answered keeps its meaning while the words are polished."""
        lines = {code: lines_of(values.get(f"q{number}_options_{code}", "")) for code in codes}
        filled = {code: found for code, found in lines.items() if found}
        lengths = {len(found) for found in filled.values()}
        first = f"q{number}_options_{next(iter(filled), codes[0])}"
        if not filled or min(lengths) < 2:
            self.add_error(first, _now("Write two answers at least, each on its own line."))
            return []
        if len(lengths) > 1:
            self.add_error(first, _now("Every language needs the same number of answers, in the same order."))
            return []
        if max(lengths) > MOST_OPTIONS:
            self.add_error(first, _now("%(most)s answers at most.") % {"most": MOST_OPTIONS})
            return []
        return [
            {"key": str(place + 1), "words": {code: found[place] for code, found in filled.items()}}
            for place in range(max(lengths))
        ]


def read_words(values: dict[str, Any], codes: list[str]) -> dict[str, dict[str, str]]:
    found = {}
    for code in codes:
        texts = {name: values.get(f"{name}_{code}", "").strip() for name in WORDS}
        if kept := {name: text for name, text in texts.items() if text}:
            found[code] = kept
    return found


def lines_of(text: str) -> list[str]:
    return [line.strip()[:200] for line in text.splitlines() if line.strip()]


def written(survey: Survey) -> dict[str, Any]:
    """The survey as the form's fields."""
    fields: dict[str, Any] = {
        "name": survey.name, "measure": survey.measure, "look": survey.look, "is_active": survey.is_active,
    }  # fmt: skip
    for code, texts in survey.words.items():
        fields |= {f"{name}_{code}": text for name, text in texts.items()}
    for number, one in enumerate(survey.questions[:MOST_QUESTIONS]):
        fields |= {f"q{number}_key": one["key"], f"q{number}_type": one["type"]}
        fields |= {f"q{number}_words_{code}": text for code, text in one["words"].items()}
        codes = {code for option in one.get("options", ()) for code in option["words"]}
        for code in codes:
            lines = [option["words"].get(code, "") for option in one["options"]]
            fields[f"q{number}_options_{code}"] = "\n".join(lines)
    return fields
