"""Reactions to events."""

from customers.domain.proposals import find_matches
from customers.models import Customer
from journal.models import Event


def look_for_same_person(event: Event) -> None:
    """A new customer, or a new address of one: somebody we know already? Proposes, never joins."""
    customer = Customer.objects.filter(pk=event.customer_id).first() if event.customer_id else None
    if customer is not None:
        find_matches(customer)
