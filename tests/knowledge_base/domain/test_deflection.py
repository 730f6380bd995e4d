"""The estimate of deflection: known examples, a simulated truth, and what is counted of the visits."""

import random
from collections import Counter
from datetime import timedelta

import pytest

from carecenter.lib.time import now
from knowledge_base.domain import deflection
from knowledge_base.domain.deflection import Group, Stratum, estimate, strata_of, wilson
from knowledge_base.domain.help_settings import save_held_out
from knowledge_base.domain.visits import current_visit, draw, note, offer
from knowledge_base.models import Arm, Step, StepName, Visit


def rounded(*numbers):
    return tuple(round(number, 3) for number in numbers)


def test_wilson_gives_the_known_limits():
    assert [rounded(*wilson(good, n)) for good, n in ((45, 50), (9, 10), (0, 10), (10, 10))] == [
        (0.786, 0.957),
        (0.596, 0.982),
        (0.0, 0.278),
        (0.722, 1.0),
    ]
    assert wilson(0, 0) == (0.0, 1.0)


def test_one_stratum_has_newcombes_interval():
    """His own examples (1998, method 10): 56/70 minus 48/80, and 9/10 minus 3/10."""
    examples = ((56, 70, 48, 80), (9, 10, 3, 10))
    found = [
        estimate([Stratum(1, 10, shown=Group(n2, k2), held_out=Group(n1, k1))]) for k1, n1, k2, n2 in examples
    ]
    limits = [tuple(round(x, 4) for x in (one.difference, one.low, one.high)) for one in found]
    assert limits == [(0.2, 0.0524, 0.3339), (0.6, 0.1705, 0.809)]


def test_nothing_to_compare_is_no_estimate():
    assert estimate([]) is None
    assert estimate([Stratum(1, 0, shown=Group(500, 100))]) is None


def test_few_visitors_are_called_early_and_never_clear():
    few = estimate([Stratum(1, 10, shown=Group(400, 0), held_out=Group(29, 29))])
    many = estimate([Stratum(1, 10, shown=Group(400, 0), held_out=Group(30, 30))])
    assert [(one.is_early, one.is_clear) for one in (few, many)] == [(True, False), (False, True)]


def test_visitors_needed_show_the_effect_in_four_of_five_tries():
    n = deflection.needed(20, 0.15, rate=0.6)
    rng = random.Random(4)
    clear = 0
    for _ in range(300):
        held = round(n * 0.2)
        groups = (
            Group(n - held, sum(rng.random() < 0.45 for _ in range(n - held))),
            Group(held, sum(rng.random() < 0.6 for _ in range(held))),
        )
        clear += estimate([Stratum(1, 20, *groups)]).is_clear
    assert 0.74 < clear / 300 < 0.87
    assert (deflection.needed(0, 0.1), deflection.needed(10, 0)) == (0, 0)


# A truth that we know


def people(rng, n, *, share, usual, effect):
    """Visitors of one week: each would write with a chance of their own around `usual`; for who sees suggestions it
    is `effect` less. They are drawn into the arms by their keys, as on our pages."""
    groups = {Arm.SHOWN: Counter(), Arm.HELD_OUT: Counter()}
    for _ in range(n):
        arm = draw(1, f"{rng.getrandbits(64):x}", share)
        own = usual + rng.uniform(-0.2, 0.2) - (effect if arm == Arm.SHOWN else 0)
        groups[arm][rng.random() < own] += 1
    shown, held_out = (Group(one.total(), one[True]) for one in (groups[Arm.SHOWN], groups[Arm.HELD_OUT]))
    return Stratum(1, share, shown, held_out)


def covered(truth, found):
    return found is not None and found.low <= truth <= found.high


@pytest.mark.parametrize("effect", [0.0, 0.12, 0.3])
def test_interval_covers_the_truth_as_often_as_it_says(effect):
    """600 times 500 visitors, a tenth held out: of 100 intervals 95 hold what we put in, and they are no wider."""
    rng = random.Random(f"one week {effect}")
    weeks = [people(rng, 500, share=10, usual=0.6, effect=effect) for _ in range(600)]
    found = [estimate([week]) for week in weeks]
    assert 0.93 <= sum(covered(effect, one) for one in found) / 600 <= 0.975
    at_eighty = [estimate([week], confidence=0.8) for week in weeks]
    assert 0.765 <= sum(covered(effect, one) for one in at_eighty) / 600 <= 0.85
    # It should be right on average too, and an effect that is not there should rarely look clear.
    assert abs(sum(one.difference for one in found) / 600 - effect) < 0.01
    assert effect or sum(one.is_clear for one in found) / 600 <= 0.07


def test_usual_claim_would_be_wrong_where_the_difference_is_right():
    """Who was shown an answer and did not write, counted as saved: many would not have written anyway."""
    rng = random.Random("claims")
    weeks = [people(rng, 500, share=10, usual=0.6, effect=0.12) for _ in range(100)]
    claims = [1 - week.shown.rate for week in weeks]
    assert min(claims) > 0.12 + 0.25
    assert sum(covered(0.12, estimate([week])) for week in weeks) >= 90


def test_share_that_changes_in_a_busy_week_is_no_effect():
    """A quiet week at 10 percent, then a busy one at 50: thrown together, the arms would differ by the weeks."""
    rng = random.Random("two weeks")
    found, pooled = [], []
    for _ in range(300):
        weeks = [
            people(rng, 400, share=10, usual=0.3, effect=0.1),
            people(rng, 400, share=50, usual=0.7, effect=0.1),
        ]
        found.append(estimate(weeks))
        together = Stratum(1, 10, weeks[0].shown + weeks[1].shown, weeks[0].held_out + weeks[1].held_out)
        pooled.append(estimate([together]))
    assert 0.925 <= sum(covered(0.1, one) for one in found) / 300 <= 0.98
    assert sum(covered(0.1, one) for one in pooled) / 300 < 0.6


# What is counted

pytest_db = pytest.mark.django_db


def write(brand, visitor, clock, *, days=0, finds=True, place="form", sends=True):
    """One stay of a visitor: they write, something is found or not, they send or not."""
    clock.shift(timedelta(days=days, seconds=1))
    visit = current_visit(brand, visitor)
    offer(visit, [1, 2] if finds else [], place=place)
    if sends:
        clock.shift(60)
        note(visit, StepName.SENT, place=place, record_id=1)
    return visit


def of_arm(brand, arm, share=10):
    """A key that is drawn so."""
    return next(f"{arm}-{n}" for n in range(10_000) if draw(brand.pk, f"{arm}-{n}", share) == arm)


def counted(*brands):
    return strata_of([brand.pk for brand in brands], now() - timedelta(days=60), now() + timedelta(seconds=1))


@pytest_db
def test_visitor_counts_once_from_the_first_answer_that_was_found(brand, clock):
    shown, held = of_arm(brand, Arm.SHOWN), of_arm(brand, Arm.HELD_OUT)
    write(brand, shown, clock, sends=False)
    write(brand, shown, clock, days=1, sends=False)
    write(brand, held, clock, finds=False)  # sent before there was anything to find: not what is measured
    write(brand, held, clock, days=1, sends=False)
    assert counted(brand) == [Stratum(brand.pk, 10, Group(1, 0), Group(1, 0))]
    write(brand, shown, clock, days=2, finds=False)
    write(brand, held, clock, days=9)  # a week later it is another question
    assert counted(brand) == [Stratum(brand.pk, 10, Group(1, 1), Group(1, 0))]


@pytest_db
def test_who_cannot_be_compared_is_left_out(brand, second_brand, clock):
    save_held_out(brand, 0, actor="system")
    write(brand, "a", clock)
    save_held_out(brand, 10, actor="system")
    write(brand, "b", clock, finds=False)
    write(brand, "c", clock, place="plain")
    write(brand, "d", clock, place="help")
    write(second_brand, "e", clock)
    assert counted(brand) == []
    assert [stratum.brand_id for stratum in counted(brand, second_brand)] == [second_brand.pk]


@pytest_db
def test_counts_equal_an_independent_recount(brand, second_brand, clock):
    """A month of visitors who come back, at two brands and changing shares, counted again row by row."""
    rng = random.Random("a month")
    visitors = [f"{rng.getrandbits(64):x}" for _ in range(60)]
    for _day in range(30):
        if rng.random() < 0.1:
            save_held_out(brand, rng.choice([0, 10, 50]), actor="system")
        for visitor in rng.sample(visitors, 6):
            write(
                rng.choice([brand, brand, second_brand]),
                visitor,
                clock,
                finds=rng.random() < 0.6,
                place=rng.choice(["form", "chat", "plain"]),
                sends=rng.random() < 0.5,
            )
        clock.shift(timedelta(days=1))
    since, until = now() - timedelta(days=25), now() - timedelta(days=3)
    assert strata_of([brand.pk, second_brand.pk], since, until) == recount(
        [brand, second_brand], since, until
    )


def recount(brands, since, until):
    steps = list(Step.objects.select_related("visit").order_by("at", "pk"))
    found = {}
    for brand in brands:
        for visitor in {step.visit.visitor for step in steps}:
            mine = [one for one in steps if one.visit.brand_id == brand.pk and one.visit.visitor == visitor]
            first = next(
                (
                    one
                    for one in mine
                    if one.name in ("suggested", "would_suggest")
                    and one.place in ("form", "chat")
                    and one.visit.share
                    and since <= one.visit.began_at < until
                ),
                None,
            )
            if first is None:
                continue
            wrote = any(
                one.name == "sent" and first.at <= one.at < first.at + timedelta(days=7) for one in mine
            )
            tally = found.setdefault((brand.pk, first.visit.share), Counter())
            tally[first.visit.arm] += 1
            tally[f"{first.visit.arm} wrote"] += wrote
    return [
        Stratum(
            pk,
            share,
            Group(tally["shown"], tally["shown wrote"]),
            Group(tally["held_out"], tally["held_out wrote"]),
        )
        for (pk, share), tally in sorted(found.items())
    ]


@pytest_db
def test_journey_counts_visits_by_arm(brand, clock):
    shown, held = of_arm(brand, Arm.SHOWN), of_arm(brand, Arm.HELD_OUT)
    write(brand, shown, clock)
    write(brand, held, clock, sends=False)
    clock.shift(1)
    assert deflection.journey([brand.pk], now() - timedelta(days=1), now()) == {
        ("shown", "began"): 1,
        ("shown", "suggested"): 1,
        ("shown", "sent"): 1,
        ("held_out", "began"): 1,
        ("held_out", "would_suggest"): 1,
    }
    assert Visit.objects.count() == 2
