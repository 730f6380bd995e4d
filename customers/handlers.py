"""Reactions to events."""

from collections.abc import Sequence

from customers.domain.proposals import find_matches_of
from customers.models import Customer
from journal.models import Event
from journal.wiring import together


@together
def look_for_same_person(events: Sequence[Event]) -> None:
    """A new customer, or a new address of one: somebody we know already? Proposes, never joins."""
    people = {event.customer_id for event in events if event.customer_id}
    find_matches_of(Customer.objects.filter(pk__in=people).order_by("pk"))
