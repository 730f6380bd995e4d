from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.surveys import InvitationFactory
from tests.factories.tickets import TicketFactory


def panel(name, row):
    return reverse(f"feedback:{name}", args=[row.pk])


def test_ticket_shows_what_was_said_of_it_and_its_follow_up(client_for, alice, ticket, bad, follow_up):
    page = client_for(alice).get(panel("of_ticket", ticket)).content.decode()
    assert "1 of 5" in page
    assert "The kettle is broken again" in page
    assert reverse("feedback:follow_up", args=[follow_up.pk]) in page


def test_ticket_that_was_never_asked_about_shows_nothing(client_for, alice, ticket):
    assert client_for(alice).get(panel("of_ticket", ticket)).content == b""


def test_ticket_says_when_the_customer_will_be_asked_or_why_not(client_for, alice, ticket, survey):
    InvitationFactory(survey=survey, ticket=ticket, state="dropped", why="asked_lately", sent_at=None)
    page = client_for(alice).get(panel("of_ticket", ticket)).content.decode()
    assert "The customer was asked lately" in page


def test_ticket_shows_what_was_said_of_one_merged_into_it(client_for, alice, brand, dana, ticket, bad):
    kept = TicketFactory(brand=brand, customer=dana)
    ticket.merged_into = kept
    ticket.save(update_fields=["merged_into"])
    assert "1 of 5" in client_for(alice).get(panel("of_ticket", kept)).content.decode()


def test_customer_shows_what_they_said_on_tickets_the_agent_may_see(
    client_for, alice, dana, bad, survey, second_brand
):
    page = client_for(alice).get(panel("of_customer", dana)).content.decode()
    assert "The kettle is broken again" in page
    bad.invitation.ticket.brand = second_brand
    bad.invitation.ticket.save(update_fields=["brand"])
    assert "kettle" not in client_for(alice).get(panel("of_customer", dana)).content.decode()


def test_panels_are_hidden_from_another_pool(client_for, charlie, ticket, dana, bad):
    assert client_for(charlie).get(panel("of_ticket", ticket)).status_code == 404
    assert client_for(charlie).get(panel("of_customer", dana)).status_code == 404


def test_panels_cost_the_same_for_one_and_many(client_for, alice, ticket, dana, answered):
    client = client_for(alice)
    counts = []
    for _ in range(2):
        answered(1, "Once more", ticket=ticket)
        answered(5, "Fine", ticket=ticket)
        client.get(panel("of_ticket", ticket))
        for name, row in (("of_ticket", ticket), ("of_customer", dana)):
            with CaptureQueriesContext(connection) as queries:
                assert client.get(panel(name, row)).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
