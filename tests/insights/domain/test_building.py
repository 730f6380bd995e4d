"""Counting as it goes on, in any pieces, gives what counting from nothing gives."""

import random

import pytest
from django.db import connection, transaction

from accounts.models import Brand, Team
from carecenter.lib.time import now
from carecenter.lib.vitals import State
from insights import vitals
from insights.domain import anew, building, facts, sums
from insights.models import ParkedTicket, Progress, Tally, TicketFact
from journal.domain.dispatch import number_events
from tests.insights.conftest import count_all, counted
from tests.insights.history import generate
from tickets.domain.team_ending import clear, end_team
from tickets.models import Ticket
from workforce.models import Hours

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("seed", [1, 2])
def test_counting_on_equals_counting_from_nothing(brand, rebuilt, seed):
    """Batches of all sizes, between all events."""
    dice = random.Random(seed)

    def count(_world, number):
        if number > 10 and dice.random() < 0.4:
            building.step(events=dice.choice([1, 3, 20]), tickets=dice.choice([1, 5]))

    generate(brand, seed=seed, steps=140, between=count)
    count_all(events=7, tickets=3)
    found = counted()

    assert found["tickets"]
    assert found == rebuilt()


def test_killed_run_loses_and_doubles_nothing(brand, rebuilt, monkeypatch):
    """It dies after the facts and sums were written, before its place was: all of it is as if it had not been."""
    generate(brand, seed=4, steps=80)
    whole, calls = anew.put, []

    def dies(*args):
        whole(*args)
        calls.append(args)
        if len(calls) % 3 == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(anew, "put", dies)
    for _ in range(30):
        try:
            count_all(tickets=2)
        except KeyboardInterrupt:
            continue
    monkeypatch.undo()
    count_all()

    assert len(calls) > 6
    assert counted() == rebuilt()


def test_ticket_that_cannot_be_counted_stands_aside_and_comes_back(brand, rebuilt, monkeypatch):
    """Whichever way it is met: all others are counted, and once it can be it is."""
    generate(brand, seed=16, steps=60)
    bad = Ticket.objects.order_by("pk")[4].pk
    whole = facts.ticket_fact

    def fails(story, row, on):
        if row["pk"] == bad:
            raise ValueError("words of somebody")
        return whole(story, row, on)

    monkeypatch.setattr(facts, "ticket_fact", fails)
    count_all(tickets=7)
    aside = ParkedTicket.objects.get()
    vital = vitals.parked()

    assert TicketFact.objects.count() == Ticket.objects.count() - 1
    assert aside.pk == bad
    assert aside.reason.startswith("ValueError at ")
    assert "somebody" not in aside.reason
    assert (vital.value, vital.state) == (1, State.WARNING)
    assert f"#{Ticket.objects.get(pk=bad).number} ValueError" in vital.advice
    monkeypatch.undo()
    ParkedTicket.objects.update(next_try_at=now())
    count_all()

    assert not ParkedTicket.objects.exists()
    assert counted() == rebuilt()


def test_parked_ticket_is_tried_again_while_new_events_come(brand):
    world = generate(brand, seed=17, steps=20)
    count_all()
    ticket = TicketFact.objects.latest("pk")
    ParkedTicket.objects.create(ticket_id=ticket.pk)
    other = Ticket.objects.exclude(pk=ticket.pk).filter(customer__isnull=False, inbox__isnull=False).first()
    world.receive(other.inbox, other.customer, other)
    number_events()

    assert building.step() is True
    assert not ParkedTicket.objects.exists()


def test_two_workers_never_count_at_once(brand):
    generate(brand, seed=5, steps=20)
    Progress.objects.get_or_create(pk=1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM insights_progress WHERE id = 1 FOR UPDATE")
            assert building.step() is False
            assert not TicketFact.objects.exists()
            cursor.execute("ROLLBACK")
    finally:
        other.close()
    assert building.step() is True


def test_another_zone_and_other_hours_count_everything_anew(brand, rebuilt):
    generate(brand, seed=6, steps=60)
    count_all()
    before = counted()
    Brand.objects.filter(pk=brand.pk).update(zone="Pacific/Auckland")
    Hours.objects.update(weekly=[[["08:00", "09:00"]]] * 7)
    count_all()
    after = counted()

    assert after["sums"] != before["sums"]
    assert after == rebuilt()


def test_another_zone_amid_a_count_from_nothing_leaves_it_whole(brand, rebuilt):
    generate(brand, seed=18, steps=40)
    for _ in range(3):
        building.step(tickets=2)
    Brand.objects.filter(pk=brand.pk).update(zone="Pacific/Auckland")
    count_all(tickets=5)

    assert Tally.objects.exists()
    assert counted() == rebuilt()


def test_sums_can_be_read_while_they_are_made(brand):
    generate(brand, seed=19, steps=10)
    other = connection.copy()
    try:
        with transaction.atomic(), other.cursor() as cursor:
            anew.finish()
            cursor.execute("SET lock_timeout = '200ms'")
            cursor.execute("SELECT count(*) FROM insights_tally")
            assert cursor.fetchone() == (0,)
    finally:
        other.close()


def test_new_inbox_with_hours_counts_nothing_anew(brand):
    world = generate(brand, seed=7, steps=20)
    count_all()
    world.inbox(world.brands[0], "email")
    building.step()

    assert building.is_done()


def test_step_without_news_does_nothing(brand):
    generate(brand, seed=8, steps=10)
    count_all()

    assert building.step() is False


def test_sums_that_come_to_nothing_leave_no_row(brand):
    generate(brand, seed=9, steps=30)
    count_all()
    facts = list(TicketFact.objects.all())
    with transaction.atomic():
        contacts = building.contributions.changes(building.ContactFact.objects.all(), [])
        sums.put(building.contributions.changes(facts, []))
        sums.put(contacts)

    assert not Tally.objects.exists()


def test_far_behind_everything_is_swept(brand, monkeypatch):
    generate(brand, seed=10, steps=40)
    monkeypatch.setattr(building, "FAR", 5)
    building.step(tickets=2)

    assert Progress.objects.get().swept_id is not None
    count_all()
    assert building.is_done()


def test_a_team_that_ended_leaves_the_facts_in_windows(brand, rebuilt, admin):
    """Counted on, with half of its tickets in one window and the rest in others, as from nothing."""
    generate(brand, seed=11, steps=60)
    team = Team.objects.create(pool=brand.pool, name="Nights")
    Ticket.objects.filter(pk__in=list(Ticket.objects.values_list("pk", flat=True)[::2])).update(team=team)
    building.forget()
    count_all()
    assert TicketFact.objects.filter(team_id=team.pk).count() > 4
    assert Tally.objects.filter(team_id=team.pk).exists()
    Ticket.objects.filter(team=team).update(status="closed")
    end_team(team, actor=admin)
    while clear(team.pk, window=2):
        pass
    number_events()
    building.step(tickets=2)
    assert Progress.objects.get().ended_teams == {str(team.pk): 0}
    building.step(tickets=2)
    assert TicketFact.objects.filter(team_id=team.pk).exists()
    count_all(tickets=2)

    found = counted()
    assert not TicketFact.objects.filter(team_id=team.pk).exists()
    assert found == rebuilt()
