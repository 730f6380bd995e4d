"""Pages go on where the last one ended, whatever happens in between, and cost the same however many rows there are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from carecenter.lib.blobs.storage import store
from journal.domain.dispatch import number_events
from journal.models import Event
from knowledge_base.models import Category
from tests.factories.accounts import BrandFactory, TeamFactory, UserFactory, grant
from tests.factories.articles import article
from tests.factories.customers import CustomerFactory, OrderFactory
from tests.factories.tickets import ContactFactory, FieldFactory, InboxFactory, MessageFactory, TicketFactory
from tickets.models import Attachment, Ticket


def test_pages_have_every_row_once(api, alice, brand, clock):
    made = [TicketFactory(brand=brand).pk for _ in range(5)]  # all in one moment: the id decides
    client = api(alice)
    seen, link = [], "tickets/?limit=2&status=new"
    while link:
        page = client.get(link).json()
        seen += [row["id"] for row in page["results"]]
        link = page["next"]
    assert seen == made[::-1]


def test_a_row_that_comes_meanwhile_shifts_nothing(api, alice, brand, clock):
    old = [TicketFactory(brand=brand).pk for _ in range(3)]
    client = api(alice)
    first = client.get("tickets/?limit=2").json()
    clock.shift(5)
    TicketFactory(brand=brand)
    assert [row["id"] for row in client.get(first["next"]).json()["results"]] == [old[0]]


def test_a_cursor_shows_nothing_of_another_pool(api, alice, charlie, brand, other_brand):
    for _ in range(3):
        TicketFactory(brand=brand)
    theirs = [TicketFactory(brand=other_brand).pk for _ in range(2)]
    link = api(alice).get("tickets/?limit=1").json()["next"]
    assert {row["id"] for row in api(charlie).get(link).json()["results"]} <= set(theirs)


def things(lead, brand, dana, count):
    """So many of everything that a list shows."""
    for number in range(count):
        TicketFactory(brand=brand, inbox=InboxFactory(brand=brand), tags=["x"])
        grant(UserFactory(), "Agent", brand=brand)
        grant(lead, "Agent", brand=BrandFactory(pool=brand.pool))
        TeamFactory(pool=brand.pool)
        OrderFactory(customer=dana)
        CustomerFactory(pool=brand.pool, email=f"c{number}@example.org")
        Event.objects.create(name="ticket.created", actor="system", brand_id=brand.pk)
        article(brand, f"Article {number}")
        FieldFactory(pool=brand.pool, kind="choice", choices=["One"])
        Category.objects.create(brand=brand, slug=f"shelf-{number}", names={"en": "Shelf"})
    tickets = Ticket.objects.all()
    first = tickets.order_by("pk").first()
    for number in range(count):
        contact = ContactFactory(ticket=first, ended_at=first.created_at)
        message = MessageFactory(ticket=first, contact=contact)
        Attachment.objects.create(
            message=message, blob=store(b"%d" % number), name="a", content_type="text/plain"
        )
    number_events()
    return first


# The token, its last use and its user's grants are three of each.
COSTS = {
    "tickets/": 3,
    "tickets/?tag=x&status=new": 3,
    "tickets/{}/messages/": 5,
    "tickets/{}/contacts/": 4,
    "contacts/": 3,
    "customers/": 4,
    "customers/?q=example": 4,
    "customers/{customer}/": 5,
    "customers/{customer}/orders/": 4,
    "orders/": 3,
    "events/": 3,
    "inboxes/": 3,
    "ticket-fields/": 3,
    "articles/": 4,
    "categories/": 3,
    "brands/": 3,
    "teams/": 3,
    "users/": 4,
}


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("path", COSTS)
def test_list_costs_the_same_for_one_and_three(api, lead, brand, dana, path, count, team):
    grant(lead, "Manager", brand=brand)
    first = things(lead, brand, dana, count)
    client = api(lead)
    client.get("users/me/")  # notes the token's use
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path.format(first.pk, customer=dana.pk))
    assert response.status_code == 200, response.content
    assert len(response.json().get("results", range(count))) >= count
    assert len(queries) == COSTS[path], [query["sql"][:200] for query in queries]
