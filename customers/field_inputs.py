"""The firm's own fields as inputs of a form that customers fill in, and what the server makes of the answers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _

from customers.domain import field_rules as rules
from customers.models import OwnField

PREFIX: Final = "field_"
SENDING: Final = OwnField.Required.SENDING
Kind = OwnField.Kind
GROUP = " > "  # in the name of a choice: Phone > Screen


def add_inputs(form: forms.Form, fields: list[OwnField]) -> None:
    """One input for each, none of them required by the browser: which are needed hangs on the answers."""
    for field in fields:
        made = forms.Field(required=False, label=field.label, help_text=field.hint, widget=widget_of(field))
        if field.kind == Kind.CHOICES:
            made.hidden_widget = forms.MultipleHiddenInput
        form.fields[PREFIX + field.key] = made


def widget_of(field: OwnField) -> forms.Widget:
    if field.kind == Kind.CHOICES:
        return forms.CheckboxSelectMultiple(choices=field.options())
    if field.is_listed:
        return forms.Select(choices=[("", _("Choose…")), *grouped(field.options())])
    if field.kind == Kind.LONG:
        return forms.Textarea(attrs={"rows": 3, "dir": "auto", "maxlength": rules.LONGEST[Kind.LONG]})
    if field.kind == Kind.DATE:
        return forms.DateInput(attrs={"type": "date"})
    attrs = {"inputmode": "decimal"} if field.kind == Kind.NUMBER else {"dir": "auto"}
    return forms.TextInput(attrs={**attrs, "maxlength": rules.LONGEST[Kind.TEXT], "autocomplete": "off"})


def grouped(options: list[tuple[str, str]]) -> list[Any]:
    """Choices called "Phone > Screen" stand below "Phone"."""
    found: list[Any] = []
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, words in options:
        group, sign, rest = words.partition(GROUP)
        if not sign:
            found.append((code, words))
            continue
        if group not in groups:
            groups[group] = []
            found.append((group, groups[group]))
        groups[group].append((code, rest))
    return found


def read_inputs(form: forms.Form, fields: list[OwnField]) -> dict[str, Any]:
    """The values of what is asked with these answers; what is wrong or lacking becomes an error beside its input."""
    values: dict[str, Any] = {}
    for field in fields:
        try:
            value = rules.clean(field, form.cleaned_data.get(PREFIX + field.key))
        except rules.Wrong as error:
            form.add_error(PREFIX + field.key, str(error))
            continue
        if value is not None:
            values[field.key] = value
    kept = rules.only_asked(fields, values)
    for field in rules.missing(fields, kept, SENDING):
        if PREFIX + field.key not in form.errors:
            form.add_error(PREFIX + field.key, _("Please fill this in."))
    return kept


@dataclass(frozen=True)
class Input:
    """`when` is for the script; `only_if` says the same for who has none."""

    bound: BoundField
    when: str
    only_if: str
    is_needed: bool


def inputs_of(form: forms.Form, fields: list[OwnField]) -> Iterator[Input]:
    for field in fields:
        when = {PREFIX + one["field"]: one["values"] for one in field.conditions}
        said = rules.when_asked(field, fields)
        yield Input(
            bound=form[PREFIX + field.key],
            when=json.dumps(when) if when else "",
            only_if=_("Only if %(condition)s.") % {"condition": said} if said else "",
            is_needed=field.required == SENDING,
        )
