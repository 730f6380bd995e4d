"""Reactions to what happens on tickets."""

from collections.abc import Sequence

from carecenter.lib.realtime import push_all
from journal.models import Event
from journal.wiring import together
from tickets import tasks
from tickets.domain.facts import fact_of, places_of
from tickets.domain.search.indexing import ask, ask_for_customers


@together
def show(events: Sequence[Event]) -> None:
    """Tell the desks of the brand that a ticket changed: ids only, each screen fetches what its user may see."""
    places = places_of({event.ticket_id for event in events if event.ticket_id is not None})
    facts = [(event.brand_id, fact_of(event, places)) for event in events]
    push_all(
        (group, fact)
        for brand, fact in facts
        for group in sorted({f"brand-{brand}", f"brand-{fact['brand']}"})
    )


@together
def index(events: Sequence[Event]) -> None:
    """What is said on a ticket, or what it is, has changed: its row of the search is written within seconds."""
    ask({pk for event in events for pk in tickets_of(event)})


def tickets_of(event: Event) -> list[int]:
    named = ("kept", "gone", "made", "source", "into", "ticket")
    found = [event.ticket_id, *(event.data.get(name) for name in named)]
    return [pk for pk in found if isinstance(pk, int)]


@together
def index_customer(events: Sequence[Event]) -> None:
    """Names and addresses stand in the rows of all tickets of the person."""
    ask_for_customers({event.customer_id for event in events if event.customer_id is not None})


def run_bulk(event: Event) -> None:
    """A bulk job waits for a worker."""
    tasks.run_bulk.delay(int(event.subject.partition(":")[2]))
