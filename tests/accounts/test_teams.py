"""Teams are set up on screens; one to which something is tied does not end."""

from typing import Any

from django.urls import reverse

from accounts.models import CustomerPool, Team, User
from journal.models import Event
from tests.factories.accounts import UserFactory, grant
from tests.factories.tickets import TicketFactory
from tickets.domain.status import set_status
from tickets.domain.team_ending import Ties, ties_of
from tickets.models import Ticket


def test_a_team_is_begun_named_and_given_its_people(
    admin: User, alice: User, brand: Any, client_for: Any
) -> None:
    client = client_for(admin)
    client.post(reverse("accounts:team_new"), {"name": "Nights", "pool": brand.pool.pk})
    team = Team.objects.get(name="Nights")
    client.post(reverse("accounts:team_add", args=[team.pk]), {"person": alice.pk})
    client.post(reverse("accounts:team", args=[team.pk]), {"name": "Late"})
    page = client.get(reverse("accounts:team", args=[team.pk])).content.decode()
    client.post(reverse("accounts:team_remove", args=[team.pk, alice.pk]))
    team.refresh_from_db()

    assert (team.name, team.pool, list(team.members.all())) == ("Late", brand.pool, [])
    assert "Alice Adams" in page
    names = Event.objects.filter(subject=f"team:{team.pk}").order_by("pk").values_list("name", flat=True)
    assert list(names) == ["team.created", "team.member_added", "team.renamed", "team.member_removed"]


def test_two_teams_of_a_pool_do_not_share_a_name(admin: User, team: Team, client_for: Any) -> None:
    typed = {"name": team.name, "pool": team.pool.pk}

    assert client_for(admin).post(reverse("accounts:team_new"), typed).status_code == 422


def test_nobody_adds_people_or_teams_out_of_reach(
    brand: Any, team: Team, charlie: User, other_pool: CustomerPool, client_for: Any
) -> None:
    client = client_for(grant(UserFactory(), "Admin", brand=brand))
    client.post(reverse("accounts:team_add", args=[team.pk]), {"person": charlie.pk})
    refused = client.post(reverse("accounts:team_new"), {"name": "X", "pool": other_pool.pk})

    assert not team.members.filter(pk=charlie.pk).exists()
    assert refused.status_code == 422


def test_a_team_of_other_brands_too_is_not_one_brands_to_change(
    brand: Any, second_brand: Any, team: Team, client_for: Any
) -> None:
    """Nor does its administrator read the addresses of people of other brands."""
    team.members.add(grant(UserFactory(name="Gail", email="gail@example.com"), "Agent", brand=second_brand))
    one = client_for(grant(UserFactory(), "Admin", brand=brand))
    both = client_for(grant(grant(UserFactory(), "Admin", brand=brand), "Admin", brand=second_brand))
    page, end = reverse("accounts:team", args=[team.pk]), reverse("tickets:team_end", args=[team.pk])
    shown = one.get(page).content.decode()
    asked = [(who.get(end).status_code, who.post(page, {"name": "Ours"}).status_code) for who in (one, both)]
    team.refresh_from_db()

    assert ("Gail" in shown, "gail@example.com" in shown, "alice@example.com" in shown) == (True, False, True)
    assert (asked, team.name) == ([(404, 404), (200, 302)], "Ours")


def test_a_team_ends_when_nothing_is_tied_to_it(admin: User, brand: Any, team: Team, client_for: Any) -> None:
    ticket = TicketFactory(brand=brand, team=team, status="open")
    client, end = client_for(admin), reverse("tickets:team_end", args=[team.pk])
    tied = (ties_of(team), client.post(end).status_code, Team.objects.filter(pk=team.pk).exists())
    set_status(ticket, "solved", actor="system")
    client.post(end)

    assert tied == (Ties(tickets=1, inboxes=0, people=0), 302, True)
    assert not Team.objects.filter(pk=team.pk).exists()
    assert Ticket.objects.get().team is None
