import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Grant, Team, User
from tests.factories.accounts import TeamFactory, UserFactory, role
from tests.tickets.views.conftest import HTMX
from tickets.domain.assignment import claim_unassigned
from tickets.models import Ticket

CHANGES = {
    "take": {},
    "assign": {"to": ""},
    "team": {"to": ""},
    "status": {"to": "solved"},
    "priority": {"to": "4"},
    "tag": {"tag": "vip"},
    "subject": {"to": "Another"},
    "write": {"html": "<p>x</p>"},
    "log": {"text": "x"},
    "draft": {"html": "<p>x</p>"},
    "files": {},
}


def told(response: Any) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(response.headers["HX-Trigger"])
    return facts


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_a_post_on_ones_own_ticket(
    client_for: Callable[[User], Client], alice_at: Client, charlie: User, ticket: Ticket, name: str
) -> None:
    url = f"/desk/tickets/{ticket.pk}/{name}/"
    assert alice_at.get(url).status_code == 405
    assert client_for(charlie).post(url, CHANGES[name]).status_code == 404
    ticket.refresh_from_db()
    assert (ticket.version, ticket.messages.count()) == (Ticket.objects.get(pk=ticket.pk).version, 1)


@pytest.mark.parametrize("name", CHANGES)
def test_a_reader_may_change_nothing(client_for: Callable[[User], Client], ticket: Ticket, name: str) -> None:
    reader = UserFactory()
    Grant.objects.create(user=reader, role=role("Reader", ("ticket.view",)), brand=ticket.brand)
    browser = client_for(reader)
    assert browser.post(f"/desk/tickets/{ticket.pk}/{name}/", CHANGES[name]).status_code == 403
    page = browser.get(f"/desk/tickets/{ticket.pk}/").content.decode()
    assert "You may read this ticket but not write on it." in page


def test_take_and_undo(alice_at: Client, alice: User, ticket: Ticket) -> None:
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/take/", headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.assignee == alice
    facts = told(response)
    assert facts["ticket-changed"] == {"ticket": ticket.pk}
    alice_at.post(facts["toast"]["action"]["url"], headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_take_of_a_solved_ticket_is_refused_with_a_sentence(alice_at: Client, ticket: Ticket) -> None:
    alice_at.post(f"/desk/tickets/{ticket.pk}/status/", {"to": "solved"}, headers=HTMX)
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/take/", headers=HTMX)
    assert response.status_code == 409
    assert told(response)["toast"]["text"] == "This ticket is solved. Reopen it first."


def test_assign_to_a_colleague_but_not_to_a_stranger(
    alice_at: Client, bob: User, charlie: User, ticket: Ticket
) -> None:
    url = f"/desk/tickets/{ticket.pk}/assign/"
    alice_at.post(url, {"to": bob.pk}, headers=HTMX)
    assert alice_at.post(url, {"to": charlie.pk}, headers=HTMX).status_code == 404
    assert alice_at.post(url, {"to": "9" * 30}, headers=HTMX).status_code == 404
    ticket.refresh_from_db()
    assert ticket.assignee == bob


def test_team_of_another_pool_is_not_there(alice_at: Client, other_team: Team, ticket: Ticket) -> None:
    url = f"/desk/tickets/{ticket.pk}/team/"
    second = TeamFactory(pool=ticket.brand.pool, name="Returns")
    alice_at.post(url, {"to": second.pk}, headers=HTMX)
    assert alice_at.post(url, {"to": other_team.pk}, headers=HTMX).status_code == 404
    ticket.refresh_from_db()
    assert ticket.team == second


def test_status_undo_goes_back_where_the_table_allows(alice_at: Client, alice: User, ticket: Ticket) -> None:
    claim_unassigned(ticket.pk, agent=alice)
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/status/", {"to": "solved"}, headers=HTMX)
    alice_at.post(told(response)["toast"]["action"]["url"], headers=HTMX)
    ticket.refresh_from_db()
    assert ticket.status == "open"
    closed = alice_at.post(f"/desk/tickets/{ticket.pk}/status/", {"to": "closed"}, headers=HTMX)
    assert closed.status_code == 409


def test_priority_tags_and_subject_change_and_come_back(alice_at: Client, ticket: Ticket) -> None:
    for name, values, field, expected in (
        ("priority", {"to": "4"}, "priority", 4),
        ("tag", {"tag": " #VIP "}, "tags", ["vip"]),
        ("subject", {"to": "Parcel 12"}, "subject", "Parcel 12"),
    ):
        before = getattr(Ticket.objects.get(pk=ticket.pk), field)
        response = alice_at.post(f"/desk/tickets/{ticket.pk}/{name}/", values, headers=HTMX)
        assert getattr(Ticket.objects.get(pk=ticket.pk), field) == expected
        alice_at.post(told(response)["toast"]["action"]["url"], headers=HTMX)
        assert getattr(Ticket.objects.get(pk=ticket.pk), field) == before


def test_without_scripts_a_change_leads_back_to_the_ticket(alice_at: Client, ticket: Ticket) -> None:
    response = alice_at.post(f"/desk/tickets/{ticket.pk}/take/")
    assert response.headers["Location"] == f"/desk/tickets/{ticket.pk}/"
