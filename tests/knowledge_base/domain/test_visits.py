"""Visits, their arms and steps."""

import random
from datetime import timedelta

import pytest

from knowledge_base.domain import visits
from knowledge_base.domain.help_settings import save_held_out, settings_of
from knowledge_base.domain.visits import current_visit, draw, note, offer, was_offered
from knowledge_base.models import Arm, Step, StepName, Visit

pytestmark = pytest.mark.django_db


def names():
    return list(Step.objects.order_by("pk").values_list("name", "place", "count"))


def test_visit_goes_on_for_half_an_hour(brand, second_brand, clock):
    first = current_visit(brand, "a")
    clock.shift(timedelta(minutes=29))
    assert current_visit(brand, "a") == first
    clock.shift(timedelta(minutes=29))
    assert current_visit(brand, "a") == first
    clock.shift(timedelta(minutes=31))
    assert current_visit(brand, "a") != first
    assert current_visit(second_brand, "a").brand == second_brand
    assert Visit.objects.count() == 3


def test_arm_is_drawn_by_the_key_at_the_share_that_is_set(brand):
    rng = random.Random(1)
    keys = [f"{rng.getrandbits(128):x}" for _ in range(20_000)]
    held = {key for key in keys if draw(brand.pk, key, 10) == Arm.HELD_OUT}
    assert 1830 < len(held) < 2170
    assert held == {key for key in keys if draw(brand.pk, key, 10) == Arm.HELD_OUT}
    # It should hold nobody back in vain: a smaller share is part of a larger one, another brand draws anew.
    assert {key for key in keys if draw(brand.pk, key, 5) == Arm.HELD_OUT} < held
    elsewhere = {key for key in keys if draw(brand.pk + 1, key, 10) == Arm.HELD_OUT}
    assert 130 < len(held & elsewhere) < 275


def test_arm_stays_when_the_share_changes(brand, clock):
    key = next(
        f"{n}"
        for n in range(1000)
        if draw(brand.pk, f"{n}", 10) == Arm.SHOWN and draw(brand.pk, f"{n}", 30) == Arm.HELD_OUT
    )
    first = current_visit(brand, key)
    save_held_out(brand, 30, actor="system")
    clock.shift(timedelta(days=2))
    again = current_visit(brand, key)
    assert [(one.arm, one.share) for one in (first, again)] == [("shown", 10), ("shown", 10)]
    # It should draw newcomers at the new share, and hold nobody out at none.
    save_held_out(brand, 0, actor="system")
    clock.shift(timedelta(days=2))
    nobody = current_visit(brand, key)
    assert (nobody.arm, nobody.share) == ("shown", 0)
    held = next(f"b{n}" for n in range(1000) if draw(brand.pk, f"b{n}", 30) == Arm.HELD_OUT)
    assert current_visit(brand, held).arm == "shown"
    save_held_out(brand, 30, actor="system")
    clock.shift(timedelta(days=2))
    assert (current_visit(brand, held).arm, current_visit(brand, key).share) == ("held_out", 10)


def test_settings_are_ten_percent_until_somebody_sets_them(brand, second_brand):
    save_held_out(brand, 25, actor="system")
    assert [settings_of(one).held_out for one in (brand, second_brand)] == [25, 10]


def test_offer_shows_all_or_none_and_notes_the_same_moment(brand):
    shown, held = (
        next(f"{n}" for n in range(1000) if draw(brand.pk, f"{n}", 10) == arm)
        for arm in (Arm.SHOWN, Arm.HELD_OUT)
    )
    visit = current_visit(brand, shown)
    assert (offer(visit, [], place="form"), was_offered(visit)) == ([], None)
    assert (offer(visit, [7, 8], place="form"), was_offered(visit)) == ([7, 8], StepName.SUGGESTED)
    assert offer(visit, [9], place="form") == [9]
    assert names() == [("began", "form", 0), ("suggested", "form", 2)]
    Step.objects.all().delete()
    visit = current_visit(brand, held)
    assert (offer(visit, [], place="form"), was_offered(visit)) == ([], None)
    assert (offer(visit, [7, 8], place="form"), was_offered(visit)) == ([], StepName.WOULD_SUGGEST)
    assert names() == [("began", "form", 0), ("would_suggest", "form", 2)]


def test_machine_fills_no_table(brand, monkeypatch):
    monkeypatch.setattr(visits, "MOST_STEPS", 3)
    visit = current_visit(brand, "a")
    for _ in range(5):
        note(visit, StepName.SEARCHED, place="help", count=1_000_000)
    assert names() == [("searched", "help", 32_767)] * 3


def test_old_visits_are_forgotten_with_their_steps(brand, second_brand, clock):
    for one in (brand, second_brand):
        note(current_visit(one, "a"), StepName.SEARCHED)
    clock.shift(timedelta(days=200))
    kept = current_visit(brand, "b")
    clock.shift(timedelta(days=201))
    assert [visits.forget_old(limit=1), visits.forget_old(), visits.forget_old()] == [1, 1, 0]
    assert (Visit.objects.get(), Step.objects.count()) == (kept, 0)
