"""What a field takes, when it is asked, and what is missing. Pure: definitions and values in, answers out.

A value is kept as JSON: a text, a number, a day as "2026-03-02", true or false, a code, a list of codes.
"""

import datetime as dt
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _

from customers.models import OwnField

Kind = OwnField.Kind
Values = dict[str, Any]
LONGEST: Final = {Kind.TEXT: 200, Kind.LONG: 4000}
MOST_NUMBER: Final = 10**15
WORDS_OF_YES_NO: Final = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "0": False,
}
TEXTS: Final = (Kind.TEXT, Kind.LONG)
RESERVED: Final = frozenset({"imported"})  # what an import notes on the ticket


class Wrong(ValueError):
    """This field does not take this value. `str(error)` says what it takes."""


class Refused(ValueError):
    """Values that the fields do not take. `problems` says which, by key; `str(error)` names them all."""

    def __init__(self, problems: dict[str, str], names: dict[str, str]) -> None:
        self.problems = problems
        super().__init__(" ".join(f"{names.get(key, key)}: {text}" for key, text in problems.items()))


def clean(field: OwnField, raw: Any) -> Any:
    """The value as it is kept, None for none. Takes what a form sends and what the API sends. Raises Wrong."""
    if field.kind == Kind.CHOICES:
        return clean_several(field, raw)
    if isinstance(raw, list | tuple | dict):
        raise Wrong(_("Give one value."))
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    if field.kind in TEXTS:
        return clean_text(field, raw)
    if field.kind == Kind.NUMBER:
        return clean_number(raw)
    if field.kind == Kind.DATE:
        return clean_day(raw)
    if field.kind == Kind.YES_NO:
        known = raw if isinstance(raw, bool) else WORDS_OF_YES_NO.get(str(raw).strip().lower())
        if known is None:
            raise Wrong(_("Say yes or no."))
        return known
    return known_code(field, raw)


def clean_text(field: OwnField, raw: Any) -> str:
    if not isinstance(raw, str):
        raise Wrong(_("Write a text."))
    text = raw.replace("\x00", "").replace("\r\n", "\n").strip()
    text = text if field.kind == Kind.LONG else " ".join(text.split())
    longest = LONGEST[Kind(field.kind)]
    if len(text) > longest:
        raise Wrong(_("At most %(longest)s characters.") % {"longest": longest})
    return text


def clean_number(raw: Any) -> int | float:
    if isinstance(raw, bool):
        raise Wrong(_("Write a number."))
    text = str(raw).strip()
    if not re.fullmatch(r"[+-]?\d{1,16}(?:[.,]\d{1,9})?(?:e[+-]?\d{1,2})?", text, re.ASCII | re.IGNORECASE):
        raise Wrong(_("Write a number."))
    number = float(text.replace(",", "."))
    if not math.isfinite(number) or abs(number) > MOST_NUMBER:
        raise Wrong(_("This number is too large."))
    return int(number) if number.is_integer() else number


def clean_day(raw: Any) -> str:
    try:
        return dt.date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError:
        raise Wrong(_("Write a day like 2026-03-02.")) from None


def clean_several(field: OwnField, raw: Any) -> list[str] | None:
    given = [raw] if isinstance(raw, str) else raw if raw is not None else []
    if not isinstance(given, list | tuple):
        raise Wrong(_("Give a list of codes."))
    codes = {known_code(field, one) for one in given if one not in ("", None)}
    return [code for code, _words in field.options() if code in codes] or None


def known_code(field: OwnField, raw: Any) -> str:
    codes = [code for code, _words in field.options()]
    if raw not in codes:
        raise Wrong(_("Choose one of: %(choices)s.") % {"choices": ", ".join(codes)})
    return str(raw)


def codes_of(value: Any) -> set[str]:
    """What a condition compares: the codes of a value."""
    if isinstance(value, bool):
        return {"yes" if value else "no"}
    if isinstance(value, list):
        return {str(one) for one in value}
    return set() if value is None else {str(value)}


def asked(fields: Sequence[OwnField], values: Mapping[str, Any]) -> list[OwnField]:
    """Those that are asked with these values, in their order. What hangs on a field that is not asked is not either."""
    by_key = {field.key: field for field in fields}
    known: dict[str, bool] = {}

    def is_asked(key: str) -> bool:
        if key not in known:
            known[key] = False  # a circle, which no verb stores, asks for nothing
            field = by_key.get(key)
            known[key] = field is not None and all(holds(one) for one in field.conditions)
        return known[key]

    def holds(condition: dict[str, Any]) -> bool:
        key = condition["field"]
        return is_asked(key) and bool(codes_of(values.get(key)) & set(condition["values"]))

    return [field for field in fields if is_asked(field.key)]


def only_asked(fields: Sequence[OwnField], values: Values) -> Values:
    """The values without those of fields that are not asked with them. Other keys, of retired fields, stay."""
    gone = {field.key for field in fields} - {field.key for field in asked(fields, values)}
    return {key: value for key, value in values.items() if key not in gone}


def missing(fields: Sequence[OwnField], values: Mapping[str, Any], stage: str) -> list[OwnField]:
    """Asked, needed at this stage, and empty."""
    return [
        one
        for one in asked(fields, values)
        if one.required == stage and values.get(one.key) in (None, "", [])
    ]


def circle(fields: Iterable[OwnField], changed: OwnField) -> list[str]:
    """Keys of a circle that the changed field would close: a, b, a. Empty when there is none."""
    after = {field.key: [one["field"] for one in field.conditions] for field in fields}
    after[changed.key] = [one["field"] for one in changed.conditions]
    path: list[str] = []

    def walk(key: str) -> list[str]:
        if key in path:
            return [*path[path.index(key) :], key] if key == changed.key else []
        path.append(key)
        for other in after.get(key, ()):
            if found := walk(other):
                return found
        path.pop()
        return []

    return walk(changed.key)


def in_words(field: OwnField, value: Any) -> str:
    """A value as people read it, in the language of the page."""
    if value is None:
        return ""
    if field.is_listed:
        names = dict(field.options(gone=True))
        order = [code for code in names if code in codes_of(value)] or sorted(codes_of(value))
        return ", ".join(names.get(code, code) for code in order)
    return str(value)


def when_asked(field: OwnField, fields: Iterable[OwnField]) -> str:
    """The conditions as a sentence: “Reason” is “Damaged” or “Lost”, and “Express” is “Yes”."""
    by_key = {one.key: one for one in fields}
    parts = []
    for condition in field.conditions:
        other = by_key.get(condition["field"])
        names = dict(other.options(gone=True)) if other else {}
        values = _(" or ").join(
            _("“%(value)s”") % {"value": names.get(code, code)} for code in condition["values"]
        )
        said = {"field": other.label if other else condition["field"], "values": values}
        parts.append(_("“%(field)s” is %(values)s") % said)
    return _(", and ").join(parts)


def checked(fields: list[OwnField], now: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, Any]:
    """All values as they shall be, with what is no longer asked taken out. Raises Refused."""
    by_key = {field.key: field for field in fields}
    after, problems = dict(now), {}
    for key, raw in wanted.items():
        if key not in by_key:
            problems[key[:60]] = _("There is no such field here.")
            continue
        try:
            value = clean(by_key[key], raw)
        except Wrong as error:
            problems[key] = str(error)
            continue
        after.pop(key, None)
        if value is not None:
            after[key] = value
    kept = only_asked(fields, after)
    for key in wanted:
        if key in after and key not in kept and key not in problems:
            said = when_asked(by_key[key], fields)
            problems[key] = _("It is asked only when %(condition)s.") % {"condition": said}
    if problems:
        raise Refused(problems, {field.key: field.label for field in fields})
    return kept


def taken(fields: Sequence[OwnField], kept: Mapping[str, Any], other: Mapping[str, Any]) -> Values:
    """What one that stays gets from one that goes: of these fields those that it has empty, and that are asked then."""
    keys = {field.key for field in fields}
    offered = {key: value for key, value in other.items() if key in keys and key not in kept}
    active = [field for field in fields if field.retired_at is None]
    after = only_asked(active, {**offered, **kept})
    return {key: value for key, value in offered.items() if key in after}


def without_taken(kept: Mapping[str, Any], other: Mapping[str, Any], keys: Iterable[str]) -> Values:
    """The values without these that were taken from the other, but for those somebody has changed since."""
    back = {key for key in keys if kept.get(key) == other.get(key)}
    return {key: value for key, value in kept.items() if key not in back}


def changes_told(
    fields: list[OwnField], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """{key: {"before", "after"}}: codes, numbers and days as they are, of a text only that it is one."""
    texts = {field.key for field in fields if field.kind in TEXTS}
    told = {}
    for key in keys_changed(before, after):
        was, is_now = before.get(key), after.get(key)
        told[key] = {"text": True} if key in texts else {"before": was, "after": is_now}
    return told


def keys_changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return [key for key in sorted({*before, *after}) if before.get(key) != after.get(key)]
