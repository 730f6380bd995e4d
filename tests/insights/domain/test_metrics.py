"""Every metric against its second opinion, and against the cases a click on it shows."""

import datetime as dt
import itertools
from collections import Counter
from dataclasses import replace

import pytest

from feedback.domain.periods import Period
from insights.domain import breakdown, buckets, direct, lists, reading
from insights.domain.cuts import Cut
from insights.domain.metrics import REGISTRY, Unit
from insights.domain.reading import read
from insights.models import Axis, Grain, Tally, TicketFact
from tests.factories.tickets import TicketFactory
from tests.insights.conftest import count_all
from tests.insights.history import generate
from tests.insights.opinion import Opinion, cases, exact

pytestmark = pytest.mark.django_db(transaction=True)
PERIODS = [
    (dt.date(2026, 3, 1), dt.date(2026, 5, 31)),
    (dt.date(2026, 3, 15), dt.date(2026, 4, 2)),  # the clocks change in it
    (dt.date(2025, 12, 20), dt.date(2026, 7, 3)),  # long enough to be read by months
]


def cuts(world, admin):
    """All of it, and narrowed in every way; both clocks, several targets."""
    email, chat = world.inboxes[0], world.inboxes[1]
    narrowed = [
        {},
        {"brand": world.brands[0].pk},
        {"team": world.teams[0].pk},
        {"kind": "webchat"},
        {"inbox": email.pk},
        {"inbox": chat.pk, "team": world.teams[1].pk},
        {"agent": world.users[0].pk},
        {"agent": world.users[1].pk, "brand": world.brands[1].pk},
        {"agent": world.users[0].pk, "kind": "email"},
        {"inbox": email.pk, "agent": world.users[2].pk, "team": world.teams[0].pk},
        {"tag": "late"},
        {"tag": "vip", "kind": "webchat", "brand": world.brands[0].pk},
    ]
    targets = itertools.cycle([buckets.HOUR, 8 * buckets.HOUR, buckets.DAY])
    clocks = itertools.cycle([False, True, True, False, True])
    for (first, last), only in itertools.product(PERIODS, narrowed):
        yield (
            only,
            Cut(
                user=admin,
                period=Period(first, last, dt.UTC),
                work=next(clocks),
                target=next(targets),
                **only,
            ),
        )


def opinions(opinion: Opinion, target: int) -> dict:
    """What each metric should be: a number; (hits, n); or the sorted durations."""
    return {
        "solved": len(opinion.solved()),
        "reopened": opinion.reopened(),
        "first_contact": opinion.first_contact(),
        "again_7": opinion.again(7),
        "again_30": opinion.again(30),
        "one_touch": opinion.one_touch(),
        "reply_median": (opinion.waits(), 0.5),
        "reply_p90": (opinion.waits(), 0.9),
        "resolve_median": (opinion.resolutions(), 0.5),
        "resolve_p90": (opinion.resolutions(), 0.9),
        "level_ignore": opinion.level(target, "ignore"),
        "level_negative": opinion.level(target, "negative"),
        "level_positive": opinion.level(target, "positive"),
        "created": opinion.created(),
        "backlog": opinion.backlog(),
        "contacts": len(opinion.contacts()),
    }


def agrees(figure, unit, should) -> bool:
    if unit == Unit.COUNT:
        return figure.value == should
    if unit == Unit.PERCENT:
        return (figure.hits, figure.n) == should
    values, share = should
    if not values:
        return figure.value is None
    true = exact(values, share)
    return figure.n == len(values) and abs(figure.value - true) <= max(1, buckets.ERROR * true)


@pytest.mark.parametrize("seed", [11, 12])
def test_every_metric_agrees_with_its_second_opinion_and_its_cases(brand, admin, seed):
    world = generate(brand, seed=seed, steps=220)
    count_all()
    found, cache, wrong, told = cases(), {}, [], set()
    for only, cut in cuts(world, admin):
        side = read(cut).now
        opinion = Opinion(cut.period.first, cut.period.last, only, cut.work, found, cache)
        should = opinions(opinion, cut.target)
        assert set(should) == set(REGISTRY)
        for code, metric in REGISTRY.items():
            figure = metric.figure(cut, side)
            if not agrees(figure, metric.unit, should[code]):
                wrong.append((code, only, cut.work, str(cut.period.first), figure, should[code]))
            if lists.counted(cut, metric).count() != figure.listed:
                wrong.append((code, "cases", only, str(cut.period.first), figure))
            if lists.counted(cut, metric, lists.ALL).count() != figure.n:
                wrong.append((code, "all cases", only, str(cut.period.first), figure))
            told |= {code} if figure.listed else set()

    assert wrong == []
    assert told == set(REGISTRY)  # the history has something of everything


def test_sums_and_facts_give_the_same_numbers(brand, admin):
    """Cut and taken apart in every way; and what a row counts is what its filter counts."""
    world = generate(brand, seed=15, steps=160)
    count_all()
    cut = Cut(admin, Period(dt.date(2026, 3, 15), dt.date(2026, 4, 2), dt.UTC))
    names = {by: {str(one.pk): one.name for one in rows} for by, rows in (
        ("brand", world.brands), ("team", world.teams), ("inbox", world.inboxes), ("agent", world.users),
    )}  # fmt: skip
    for only in ({}, {"kind": "email"}, {"agent": world.users[0].pk}, {"team": 0}):
        narrow = replace(cut, **only)
        since = cut.period.before.first
        assert total(reading.summed(narrow)) == total(direct.summed(narrow, since), narrow), only
    for by in breakdown.BY:
        if by != "tag":
            sums, facts = breakdown.sides(cut, by, at_end=True), of_facts(cut, by)
            assert without_work(sums) == without_work(facts), by
        for code, metric in REGISTRY.items():
            for row in breakdown.table(cut, metric, by, names).rows:
                value = row.value if by in ("tag", "kind") else int(row.value)
                assert lists.counted(replace(cut, **{by: value}), metric).count() == row.figure.listed, (
                    by,
                    code,
                )


def test_row_leads_only_to_what_it_counts_and_tags_are_few(brand, admin, monkeypatch):
    days = Period(dt.date(2026, 3, 1), dt.date(2026, 3, 9), dt.UTC)
    for number, tags in enumerate((["late", "vip"], ["late"], ["new"]), start=1):
        ticket = TicketFactory(brand=brand, tags=tags)
        TicketFact.objects.create(
            ticket_id=ticket.pk, brand_id=brand.pk, kind="pigeon", created_on=dt.date(2026, 3, number)
        )  # fmt: skip
    cut, metric = Cut(admin, days), REGISTRY["created"]
    late = replace(cut, tag="late")
    tagged = breakdown.table(late, metric, "tag", {})
    monkeypatch.setattr(breakdown, "MOST_TAGS", 2)
    few = breakdown.table(cut, metric, "tag", {})

    assert [(row.name, row.is_linked) for row in tagged.rows] == [("late", True), ("vip", False)]
    assert [row.is_linked for row in breakdown.table(late, metric, "kind", {}).rows] == [False]
    assert (few.most, [row.name for row in few.rows]) == (2, ["late", "new"])
    assert (tagged.most, all(row.is_linked for row in few.rows)) == (0, True)


def total(rows, cut=None) -> dict:
    """By bucket and code; of the facts without the clock the sums are not asked for."""
    found = {(bucket, code): many for bucket, value, code, many in rows if value is None}
    return {key: many for key, many in found.items() if cut is None or "_work." not in key[1]}


def without_work(sides) -> dict:
    """Of the clock that is asked for, and what has anything."""
    told = {
        value: ({code: many for code, many in side.numbers.items() if "_work." not in code}, side.open_before)
        for value, side in sides.items()
    }
    return {value: side for value, side in told.items() if side[0] or side[1]}


def of_facts(cut, by):
    """As if the sums had no answer."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(breakdown, "axis_for", lambda *_: None)
        return breakdown.sides(cut, by, at_end=True)


@pytest.mark.parametrize("grain", Grain)
def test_sums_of_all_axes_are_the_same(brand, admin, grain):
    generate(brand, seed=14, steps=120)
    count_all()
    numbers = {axis: Counter() for axis in Axis}
    for tally in Tally.objects.filter(grain=grain):
        numbers[tally.axis].update(tally.numbers)

    assert numbers[Axis.KIND]
    assert numbers[Axis.KIND] == numbers[Axis.INBOX] == numbers[Axis.AGENT]
