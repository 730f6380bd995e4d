"""Whether a ticket was open at the end of a day, from the days on which it became open and done in turn."""

import datetime as dt

from django.db.models import DateField, F, Func, IntegerField, Value


def turns_by(day: dt.date) -> Func:
    """How often a ticket had become open or done by the end of a day. An odd number: it was open."""
    return Func(
        F("span_days"),
        Value(day, output_field=DateField()),
        template="(SELECT count(*) FROM unnest(%(expressions)s))",
        arg_joiner=") AS turn(day) WHERE turn.day <= (",
        output_field=IntegerField(),
    )
