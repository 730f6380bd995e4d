"""Reactions to what happens on tickets."""

from carecenter.lib.realtime import push
from journal.models import Event
from tickets import tasks
from tickets.domain.facts import fact_of
from tickets.domain.search.indexing import ask, ask_for_customer


def show(event: Event) -> None:
    """Tell the desks of the brand that a ticket changed: ids only, each screen fetches what its user may see."""
    fact = fact_of(event)
    groups = {f"brand-{event.brand_id}", f"brand-{fact['brand']}"}
    push(sorted(groups), fact)


def index(event: Event) -> None:
    """What is said on a ticket, or what it is, has changed: its row of the search is written within seconds."""
    others = [
        event.data[name]
        for name in ("kept", "gone", "made", "source", "into", "ticket")
        if name in event.data
    ]
    ask({pk for pk in (event.ticket_id, *others) if isinstance(pk, int)})


def index_customer(event: Event) -> None:
    """Names and addresses stand in the rows of all tickets of the person."""
    if event.customer_id is not None:
        ask_for_customer(event.customer_id)


def run_bulk(event: Event) -> None:
    """A bulk job waits for a worker."""
    tasks.run_bulk.delay(int(event.subject.partition(":")[2]))
