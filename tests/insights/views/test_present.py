"""How it stands now, counted once more row by row; and the wall, with and without somebody signed in."""

import datetime as dt

import pytest
from django.core.cache import cache
from django.test import Client

from carecenter.lib.time import now
from insights.domain import walls
from insights.domain.present import AGES, agents_of, present
from insights.models import WallLink
from tests.factories.accounts import BrandFactory, TeamFactory, UserFactory, grant
from tests.factories.tickets import ContactFactory, MessageFactory, TicketFactory
from tickets.models import Message, Ticket
from workforce.models import Presence

WALL_TILES = 6


@pytest.fixture
def busy(brand, admin, alice):
    """Tickets of all ages and states, chats, answers of the last hour and before, mails that should have left."""
    cache.clear()
    team, at = TeamFactory(pool=brand.pool), now()
    for number in range(24):
        ticket = TicketFactory(
            brand=brand,
            team=team if number % 3 else None,
            status=["new", "open", "pending", "solved"][number % 4],
            created_at=at - dt.timedelta(hours=9 * number),
            waiting_since=at - dt.timedelta(hours=number) if number % 2 else None,
        )
        sent_at = at - dt.timedelta(minutes=7 * number)
        MessageFactory(
            ticket=ticket,
            direction="out",
            author=admin,
            created_at=sent_at,
            delivery=["queued", "sent"][number % 2],
        )
    ContactFactory(ticket=ticket, kind="webchat", holder="agent", agent=alice)
    ContactFactory(ticket=TicketFactory(brand=brand), kind="webchat", holder="queue")
    Presence.objects.create(user=alice, chosen="away", noted="away", seen_at=at)
    return team


def test_present_agrees_with_a_look_at_every_row(busy, admin, alice):
    found = present(walls.cut_of(admin, None, None))
    at, tickets = found.at, list(Ticket.objects.filter(status__in=["new", "open", "pending", "on_hold"]))
    waits = [one.waiting_since for one in tickets if one.waiting_since]
    answers = [
        one for one in Message.objects.filter(direction="out") if at - one.created_at <= dt.timedelta(hours=1)
    ]
    limits = [reach or dt.timedelta.max for _name, reach in AGES]
    ages = [
        next(place for place, limit in enumerate(limits) if at - one.created_at <= limit) for one in tickets
    ]

    assert (found.waiting, found.waiting_since) == (len(waits), min(waits))
    assert found.open == len(tickets) > 0
    assert [sum(row.ages[place] for row in found.backlog) for place in range(4)] == [
        ages.count(n) for n in range(4)
    ]
    assert (found.chats, found.chats_waiting) == (1, 1)
    assert found.answered == len(answers) > 0
    assert found.unsent == Message.objects.filter(delivery="queued").count() > 0
    assert alice.name in found.agents["away"]
    assert admin.name in found.agents["offline"]
    assert present(walls.cut_of(admin, None, busy.pk)).open == sum(one.team_id == busy.pk for one in tickets)


def test_page_and_wall_show_it_and_many_looks_ask_once(
    busy, admin, client_for, django_assert_num_queries, monkeypatch
):
    monkeypatch.setattr("insights.domain.present.KEPT_SECONDS", 60)
    client = client_for(admin)
    page = client.get("/insights/now/").content.decode()
    assert busy.name in page
    wall = client.get("/insights/wall/").content.decode()
    assert wall.count('class="wall-tile"') == WALL_TILES
    assert 'data-state="act"' in wall
    assert "■" in wall  # never by colour alone
    client.get("/insights/now/numbers/")
    with django_assert_num_queries(3):  # the session, the person, the grants
        client.get("/insights/now/numbers/")


def test_link_opens_the_wall_until_it_is_switched_off(busy, admin, alice, client_for):
    client, screen = client_for(admin), Client()
    client.post("/insights/wall/links/", {"name": "Hall", "team": busy.pk})
    link = WallLink.objects.get()
    path = f"/insights/screen/{link.token}/"
    text = screen.get(path).content.decode()

    assert link.team_id == busy.pk
    assert text.count('class="wall-tile"') == WALL_TILES
    assert alice.name not in text
    assert screen.get(f"{path}numbers/").status_code == 200
    client.post(f"/insights/wall/links/{link.pk}/revoke/")
    assert screen.get(path).status_code == 404
    assert screen.get(f"{path}numbers/").status_code == 404


def test_no_team_makes_no_link_for_all_of_them(busy, admin, client_for):
    client = client_for(admin)
    page = client.get("/insights/now/?team=0").content.decode()
    client.post("/insights/wall/links/", {"name": "Hall", "team": "0"})

    assert '<input type="hidden" name="team" value="0">' in page
    assert not WallLink.objects.exists()
    assert client.post("/insights/wall/links/", {"name": "Hall", "brand": "999999"}).status_code == 404


def test_who_is_there_is_counted_by_brand_and_who_works_everywhere_without_a_name(brand, admin):
    other, at = BrandFactory(), now()
    reader = grant(UserFactory(name="Reader"), "Admin", brand=brand)
    elsewhere = grant(UserFactory(name="Elsewhere"), "Admin", brand=other)
    for user in (admin, reader, elsewhere):
        Presence.objects.create(user=user, chosen="available", noted="available", seen_at=at)
    whole = agents_of(walls.cut_of(admin, None, None), at)
    of_brand = agents_of(walls.cut_of(admin, brand.pk, None), at)
    scoped = agents_of(walls.cut_of(reader, None, None), at)

    assert [set(found[0]["available"]) for found in (whole, of_brand, scoped)] == [
        {admin.name, "Reader", "Elsewhere"},
        {admin.name, "Reader"},
        {"Reader"},
    ]
    assert [found[1]["available"] for found in (whole, of_brand, scoped)] == [0, 0, 1]


def test_link_of_who_may_see_no_numbers_any_more_opens_nothing(busy, admin):
    link = walls.make_link(admin, "Hall", brand=None, team=None)
    admin.grants.all().delete()

    assert walls.find_link(link.token) is None


def test_limits_of_the_wall_are_typed_and_decide_its_states(busy, admin, client_for):
    """From a page's own form; a pair in the wrong order changes nothing."""
    client, path = client_for(admin), "/insights/wall/limits/"
    found = present(walls.cut_of(admin, None, None))
    typed = {
        "waiting_watch": found.waiting, "waiting_act": found.waiting + 1, "longest_watch_minutes": 0,
        "longest_act_minutes": 0, "chats_watch": 9, "chats_act": 9, "available_watch": 5, "available_act": 0,
    }  # fmt: skip
    client.post(path, typed)
    states = {tile.code: tile.state for tile in walls.tiles(found, walls.limits_of(admin))}

    assert states["waiting"] == "watch"
    assert (states["longest"], states["chats"]) == ("act", "ok")
    assert states["available"] == ("act" if not found.available else "watch")
    client.post(path, typed | {"waiting_act": 0})
    assert walls.limits_of(admin).waiting_act == found.waiting + 1
    assert 'name="waiting_watch"' in client.get("/insights/now/").content.decode()
