"""Who came again: from the solving of a ticket to the same customer's next one."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from copy import copy

from insights.models import TicketFact


def settle(
    before: Sequence[TicketFact], after: Sequence[TicketFact]
) -> tuple[list[TicketFact], list[TicketFact]]:
    """Fill `again_seconds` of `after`. Returns other tickets of the same people it changed for: as they were, and as
    they are now.
    """
    mine = {fact.pk for fact in (*before, *after)}
    customers = {fact.customer_id for fact in (*before, *after)} - {None}
    others = list(TicketFact.objects.filter(customer_id__in=customers).exclude(pk__in=mine))
    begun = beginnings([*after, *others])
    for fact in after:
        fact.again_seconds = seconds_to_next(fact, begun)
    were, are = [], []
    for fact in others:
        seconds = seconds_to_next(fact, begun)
        if seconds != fact.again_seconds:
            were.append(fact)
            are.append(copy(fact))
            are[-1].again_seconds = seconds
    return were, are


def beginnings(facts: Sequence[TicketFact]) -> dict[int, list[float]]:
    """When each customer began a ticket, in order; not what we opened, nor what became part of another."""
    found: dict[int, list[float]] = defaultdict(list)
    for fact in facts:
        if fact.customer_id is not None and fact.created_at and fact.is_inbound and fact.is_counted:
            found[fact.customer_id].append(fact.created_at.timestamp())
    return {customer: sorted(moments) for customer, moments in found.items()}


def seconds_to_next(fact: TicketFact, begun: dict[int, list[float]]) -> int | None:
    if fact.customer_id is None or fact.solved_at is None:
        return None
    moments, solved = begun.get(fact.customer_id, []), fact.solved_at.timestamp()
    place = bisect_right(moments, solved)
    return int(moments[place] - solved) if place < len(moments) else None
