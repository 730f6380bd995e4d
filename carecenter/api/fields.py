"""Serializer parts that every endpoint shares: what is read is strict, what is shown is always the same."""

import datetime
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError

MAX_ID = 2**63 - 1


class Input(serializers.Serializer[Any]):
    """A body or a query. A name it does not know is an error: a misspelt filter must not mean "everything"."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                raise ValidationError({str(name)[:60]: ["Unknown name."] for name in unknown[:20]})
        return super().to_internal_value(data)


class Moment(serializers.DateTimeField):
    """A point in time: shown as ISO 8601 in UTC; read with any offset, and never without one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=datetime.UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime.datetime:
        moment: datetime.datetime = super().to_internal_value(value)
        if not datetime.MINYEAR + 1 < moment.year < datetime.MAXYEAR - 1:
            raise ValidationError("This is outside the calendar.")
        return moment


class Text(serializers.CharField):
    """A text in a body. DRF would take a number for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        text: str = super().to_internal_value(data)
        return text


class Id(serializers.IntegerField):
    """The id of another object, in what is read."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=MAX_ID, **kwargs)
