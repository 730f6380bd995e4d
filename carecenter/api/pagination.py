"""Keyset pages: an index range for every page, however deep, and no COUNT.

The cursor is the sort key of the last row shown. It is opaque, not secret: it only says where to go on in what the
caller may see anyway.
"""

import base64
import binascii
import datetime
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from carecenter.api.fields import MAX_ID, Input

DEFAULT_LIMIT = 50
MAX_LIMIT = 200


class PageQuery(Input):
    """What every list takes."""

    limit = serializers.IntegerField(
        min_value=1, max_value=MAX_LIMIT, default=DEFAULT_LIMIT, help_text="Rows on a page."
    )
    cursor = serializers.CharField(
        required=False, max_length=400, help_text="From the `next` link of the page before; opaque."
    )


@dataclass(frozen=True)
class Page:
    rows: list[Any]
    next: str | None


@dataclass(frozen=True)
class Keyset:
    """An order that is total: the last field is the key. All fields go the same way."""

    fields: tuple[str, ...]
    descending: bool = False

    def page(self, queryset: QuerySet[Any], request: Request, query: dict[str, Any]) -> Page:
        """The rows after the cursor, and the address of the next page. One query."""
        sign = "-" if self.descending else ""
        rows = queryset.order_by(*(sign + name for name in self.fields))
        if cursor := query.get("cursor"):
            after = TupleLessThan if self.descending else TupleGreaterThan
            rows = rows.filter(after(Tuple(*self.fields), self.decode(cursor)))
        limit = query["limit"]
        found = list(rows[: limit + 1])
        more = len(found) > limit
        shown = found[:limit]
        return Page(shown, next_link(request, self.encode(shown[-1])) if more else None)

    def encode(self, row: Any) -> str:
        values = [getattr(row, name) for name in self.fields]
        plain = [value.isoformat() if isinstance(value, datetime.datetime) else value for value in values]
        return (
            base64.urlsafe_b64encode(json.dumps(plain, separators=(",", ":")).encode()).decode().rstrip("=")
        )

    def decode(self, cursor: str) -> tuple[Any, ...]:
        """Raises ValidationError for anything that this order did not write."""
        try:
            padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
            plain = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
            if not isinstance(plain, list) or len(plain) != len(self.fields):
                raise ValueError("another order's cursor")
            return tuple(decoded(name, value) for name, value in zip(self.fields, plain, strict=True))
        except (ValueError, TypeError, OverflowError, RecursionError, binascii.Error):
            raise ValidationError({"cursor": ["This cursor is not from this list."]}) from None


def decoded(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        moment = datetime.datetime.fromisoformat(value)
        if moment.utcoffset() is None:
            raise ValueError("a moment without its zone")
        return moment.astimezone(datetime.UTC)  # PostgreSQL takes fewer offsets than Python
    if type(value) is not int or not 0 <= value <= MAX_ID:
        raise ValueError("not a key")
    return value


def next_link(request: Request, cursor: str) -> str:
    return with_parameter(request, "cursor", cursor)


def with_parameter(request: Request, name: str, value: str) -> str:
    """The address that was asked for, with this parameter instead."""
    query = [(key, one) for key, values in request.query_params.lists() for one in values if key != name]
    return request.build_absolute_uri(f"{request.path}?{urlencode([*query, (name, value)])}")
