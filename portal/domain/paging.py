"""The pages of a customer's lists: the latest first, each next one after a key. Nothing is skipped or cut off."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet

from tickets.domain.lists import read_key, write_key

ROWS = 50
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class Page(Generic[Row]):
    """`older` is the key that the next page starts after, empty on the last."""

    rows: list[Row]
    older: str = ""
    is_first: bool = True


def page_of(rows: QuerySet[Row], moment: str, after: str) -> Page[Row]:
    """The rows after the key, by this field. A key of nothing is the first page."""
    key = read_key(after)
    if key is not None:
        at, pk = key
        rows = rows.filter(**{f"{moment}__lte": at}).exclude(**{moment: at, "pk__gte": pk})
    found = list(rows.order_by(f"-{moment}", "-pk")[: ROWS + 1])
    older = write_key(found[ROWS - 1], moment) if len(found) > ROWS else ""
    return Page(found[:ROWS], older, is_first=key is None)
