import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from journal.models import Event
from tests.factories.accounts import UserFactory, grant
from workforce.domain.presence import (
    available_agents,
    heartbeat,
    set_state,
    state_of,
    states_of,
    sweep_gone,
)
from workforce.models import Presence

pytestmark = pytest.mark.django_db


def changes():
    found = Event.objects.filter(name="agent.presence_changed").order_by("pk")
    return [(event.data["before"], event.data["after"]) for event in found]


def test_heartbeat_brings_somebody_online_for_a_minute(clock, alice):
    assert state_of(alice) == "offline"

    heartbeat(alice.pk)
    assert state_of(alice) == "available"

    clock.shift(61)
    assert state_of(alice) == "offline"
    assert changes() == [("offline", "available")]


def test_heartbeat_writes_at_most_every_fifteen_seconds_and_then_with_one_query(clock, alice):
    heartbeat(alice.pk)
    first = Presence.objects.get().seen_at
    clock.shift(10)
    heartbeat(alice.pk)
    assert Presence.objects.get().seen_at == first

    clock.shift(10)
    with CaptureQueriesContext(connection) as queries:
        heartbeat(alice.pk)
    assert len(queries) == 1
    assert Presence.objects.get().seen_at > first


def test_away_stays_away_over_heartbeats_and_a_night(clock, alice):
    heartbeat(alice.pk)
    set_state(alice.pk, "away")
    clock.shift(3600)
    assert sweep_gone() == 1
    heartbeat(alice.pk)

    assert state_of(alice) == "away"
    assert changes() == [
        ("offline", "available"),
        ("available", "away"),
        ("away", "offline"),
        ("offline", "away"),
    ]


def test_set_state_refuses_what_nobody_can_choose(alice):
    with pytest.raises(ValueError, match="offline"):
        set_state(alice.pk, "offline")


def test_sweep_leaves_those_who_are_there(clock, alice, bob):
    heartbeat(alice.pk)
    clock.shift(50)
    heartbeat(bob.pk)
    clock.shift(20)

    assert sweep_gone() == 1
    assert states_of([alice, bob]) == {alice.pk: "offline", bob.pk: "available"}
    assert sweep_gone() == 0


def test_available_agents_may_answer_for_the_brand_and_are_there(
    clock, brand, team, other_brand, alice, bob, charlie
):
    away = grant(UserFactory(), "Agent", brand=brand)
    for user in (alice, charlie, away):
        heartbeat(user.pk)
    set_state(away.pk, "away")

    assert list(available_agents(brand.pk)) == [alice]
    assert list(available_agents(other_brand.pk)) == [charlie]


def test_available_agents_of_a_team_are_its_members(clock, brand, team, alice, bob, admin, other_team):
    for user in (alice, admin):
        heartbeat(user.pk)

    assert list(available_agents(brand.pk, team_id=team.pk)) == [alice]
    assert list(available_agents(brand.pk, team_id=other_team.pk)) == []
