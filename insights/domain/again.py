"""Who came again: from the solving of a ticket to the same customer's next one."""

import datetime as dt
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from copy import copy
from typing import Final, NamedTuple

from insights.models import TicketFact

SECOND: Final = dt.timedelta(seconds=1)


class Known(NamedTuple):
    """Of a fact what is needed here: people have many tickets, and whole rows of them are slow to read."""

    pk: int
    customer_id: int | None
    created_at: dt.datetime | None
    is_inbound: bool
    is_counted: bool
    solved_at: dt.datetime | None
    again_seconds: int | None


def settle(
    before: Sequence[TicketFact], after: Sequence[TicketFact]
) -> tuple[list[TicketFact], list[TicketFact]]:
    """Fill `again_seconds` of `after`. Returns other tickets of the same people it changed for: as they were, and as
    they are now.
    """
    mine = {fact.pk for fact in (*before, *after)}
    customers = {fact.customer_id for fact in (*before, *after)} - {None}
    rows = TicketFact.objects.filter(customer_id__in=customers).values_list(*Known._fields)
    others = [known for row in rows if (known := Known(*row)).pk not in mine]
    begun = beginnings([*after, *others])
    for fact in after:
        fact.again_seconds = seconds_to_next(fact, begun)
    changed = {
        known.pk: seconds
        for known in others
        if (seconds := seconds_to_next(known, begun)) != known.again_seconds
    }
    were = list(TicketFact.objects.filter(pk__in=changed))
    are = [copy(fact) for fact in were]
    for fact in are:
        fact.again_seconds = changed[fact.pk]
    return were, are


def beginnings(facts: Iterable[TicketFact | Known]) -> dict[int, list[dt.datetime]]:
    """When each customer began a ticket, in order; not what we opened, nor what became part of another."""
    found: dict[int, list[dt.datetime]] = defaultdict(list)
    for fact in facts:
        if fact.customer_id is not None and fact.created_at and fact.is_inbound and fact.is_counted:
            found[fact.customer_id].append(fact.created_at)
    return {customer: sorted(moments) for customer, moments in found.items()}


def seconds_to_next(fact: TicketFact | Known, begun: dict[int, list[dt.datetime]]) -> int | None:
    if fact.customer_id is None or fact.solved_at is None:
        return None
    moments = begun.get(fact.customer_id, [])
    place = bisect_right(moments, fact.solved_at)
    return (moments[place] - fact.solved_at) // SECOND if place < len(moments) else None
