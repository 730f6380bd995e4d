"""Tickets keep the customer they came from; what is shown is who that person is today."""

from collections.abc import Iterable

from customers.domain.people import living_ids
from customers.models import Customer
from tickets.models import Ticket


def put_living_customers(tickets: Iterable[Ticket]) -> None:
    """Replaces merged customers by the living row of the same person: two queries for all, none when nobody is
    merged. For showing only: tickets changed like this must not be saved."""
    merged = [one for one in tickets if one.customer is not None and one.customer.merged_into_id is not None]
    if not merged:
        return
    alive = living_ids({one.customer_id for one in merged if one.customer_id is not None})
    found = Customer.objects.in_bulk(set(alive.values()))
    for ticket in merged:
        if ticket.customer_id in alive:
            ticket.customer = found.get(alive[ticket.customer_id], ticket.customer)
