"""Teams are set up on screens; one to which something is tied does not end."""

from contextlib import suppress
from typing import Any

from django.db import transaction
from django.urls import reverse

from accounts.models import CustomerPool, Team, User
from feedback.models import Answer
from journal.models import Event
from tests.factories.accounts import UserFactory, grant
from tests.factories.answers import AnswerFactory
from tests.factories.surveys import InvitationFactory
from tests.factories.tickets import TicketFactory
from tickets.domain.status import set_status
from tickets.domain.team_ending import Ties, clear, ties_of
from tickets.models import Ticket
from tickets.tasks import clear_ended_teams


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
    assert client.get(reverse("accounts:team", args=[team.pk])).status_code == 404
    clear_ended_teams()
    assert Ticket.objects.get().team is None


def test_an_ended_team_is_let_go_of_in_windows_by_whoever_lives(
    admin: User, brand: Any, team: Team, client_for: Any
) -> None:
    """Hidden at once, with its name free again; a window that dies changes nothing, and the next one goes on."""
    TicketFactory.create_batch(5, brand=brand, team=team, status="closed")
    AnswerFactory(invitation=InvitationFactory(survey__brand=brand), team=team)
    client = client_for(admin)
    client.post(reverse("tickets:team_end", args=[team.pk]))
    assert Team.objects.create(pool=team.pool, name=team.name)

    def left() -> int:
        return Ticket.objects.filter(team=team).count()

    assert (clear(team.pk, window=2), left()) == (True, 3)
    with suppress(KeyboardInterrupt), transaction.atomic():
        clear(team.pk, window=2)
        raise KeyboardInterrupt
    page = client.get(reverse("tickets:teams_ending")).content.decode()
    assert (left(), "3 of its tickets" in page) == (3, True)
    assert not Event.objects.filter(name="team.deleted").exists()
    while clear(team.pk, window=2):
        pass
    assert (left(), Answer.objects.filter(team=team).count()) == (0, 0)
    assert Event.objects.get(name="team.deleted").subject == f"team:{team.pk}"
    assert not Team.with_ended.filter(pk=team.pk).exists()
    assert "<p" not in client.get(reverse("tickets:teams_ending")).content.decode()
