"""`fields` in what the API reads and shows: values of the firm's own fields, by key."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from carecenter.api.fields import Input

MOST_FIELDS = 100
OWN_FIELDS = (
    "The firm's own fields by key; those not named stay, null empties one. A list takes a code, several a list of "
    "codes, a day is 2026-03-02. What hangs on a value that is gone is emptied too."
)


class OwnFields(serializers.DictField):
    """The firm's own fields by key. What they take is known only where the row is that has them."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        values: dict[str, Any] = super().to_internal_value(data)
        if len(values) > MOST_FIELDS or any(len(key) > 60 for key in values):
            raise ValidationError("These are no fields.")
        return values


class WithFields(Input):
    """`fields` is a name of Serializer itself, so it cannot be declared as such."""

    def get_fields(self) -> dict[str, Any]:
        return renamed(super().get_fields())


def renamed(declared: dict[str, Any]) -> dict[str, Any]:
    return {("fields" if name == "fields_" else name): one for name, one in declared.items()}
