"""Add to the rows of sums."""

from collections import Counter
from typing import Final

from insights.domain.contributions import Key, Sums
from insights.models import Tally

STEP: Final = 2000
KNOWN: Final = """
    SELECT t.id, t.brand_id, t.team_id, t.axis, t.value, t.grain, t.day, t.numbers FROM insights_tally t
    JOIN unnest(%s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::date[])
        AS k(brand_id, team_id, axis, value, grain, day)
    USING (brand_id, team_id, axis, value, grain, day)
"""


def put(changes: Sums) -> None:
    """Add these; a row in which nothing is left goes. By one writer at a time: who holds the lock on the progress."""
    keys = sorted(changes)
    for start in range(0, len(keys), STEP):
        put_some({key: changes[key] for key in keys[start : start + STEP]})


def put_some(changes: Sums) -> None:
    known = rows_of(list(changes))
    new, changed, gone = [], [], []
    for key, numbers in changes.items():
        row = known.get(key)
        total = Counter(row.numbers) if row else Counter()
        total.update(numbers)
        left = {code: many for code, many in sorted(total.items()) if many}
        if row is None and left:
            new.append(made(key, left))
        elif row is not None and left:
            row.numbers = left
            changed.append(row)
        elif row is not None:
            gone.append(row.pk)
    if gone:
        Tally.objects.filter(pk__in=gone).delete()
    unique = ["brand_id", "axis", "grain", "day", "value", "team_id"]
    Tally.objects.bulk_create(
        [*new, *changed], update_conflicts=True, unique_fields=unique, update_fields=["numbers"]
    )


def made(key: Key, numbers: dict[str, int]) -> Tally:
    return Tally(
        brand_id=key.brand, team_id=key.team, axis=key.axis, value=key.value, grain=key.grain, day=key.day,
        numbers=numbers,
    )  # fmt: skip


def rows_of(keys: list[Key]) -> dict[Key, Tally]:
    columns = [list(column) for column in zip(*keys, strict=True)]
    return {
        Key(row.brand_id, row.team_id, row.axis, row.value, row.grain, row.day): row
        for row in Tally.objects.raw(KNOWN, columns)
    }
