"""Searches of visitors, drawn by dice, against a second count that goes through each visit."""

import datetime as dt
import random

import pytest

from feedback.domain.periods import Period
from insights.domain import self_service
from insights.domain.cuts import Cut
from knowledge_base.domain import deflection
from knowledge_base.models import Arm, Step, StepName, Visit

BEGIN = dt.datetime(2026, 3, 20, tzinfo=dt.UTC)
PERIOD = Period(dt.date(2026, 3, 20), dt.date(2026, 3, 24), dt.UTC)
STEPS = (StepName.SEARCHED, StepName.SEARCHED, StepName.READ, StepName.SENT, StepName.SUGGESTED)


@pytest.fixture
def visits(brand):
    """Each visit with its steps in order: (name, found)."""
    dice, told = random.Random(3), []
    for number in range(120):
        at = BEGIN + dt.timedelta(hours=number - 6)
        visit = Visit.objects.create(
            brand=brand, visitor=f"v{number % 90}", arm=dice.choice(Arm.values), share=10, began_at=at
        )
        steps = [(dice.choice(STEPS), dice.choice([0, 1, 4])) for _ in range(dice.randrange(6))]
        for place, (name, found) in enumerate(steps):
            moment = at + dt.timedelta(minutes=place)
            Step.objects.create(visit=visit, name=name, count=found, at=moment, place="form")
        if PERIOD.start <= at < PERIOD.end:
            told.append(steps)
    return told


def opinion(visits) -> tuple[int, int, int, int]:
    searches = failed = with_search = silent = 0
    for steps in visits:
        names = [name for name, _found in steps]
        for place, (name, found) in enumerate(steps):
            if name == StepName.SEARCHED:
                searches += 1
                rest = names[place + 1 :]
                until = rest.index(StepName.SEARCHED) if StepName.SEARCHED in rest else len(rest)
                failed += not found or StepName.READ not in rest[:until]
        if StepName.SEARCHED in names:
            with_search += 1
            silent += StepName.SENT not in names[names.index(StepName.SEARCHED) :]
    return searches, failed, with_search, silent


def test_searches_agree_with_their_second_opinion(brand, admin, visits):
    figures = self_service.figures([brand.pk], PERIOD)
    searches, failed, with_search, silent = opinion(visits)

    assert 0 < failed < searches
    assert 0 < silent < with_search
    assert (figures["search_failed"].hits, figures["search_failed"].n) == (failed, searches)
    assert (figures["search_contained"].hits, figures["search_contained"].n) == (silent, with_search)


def test_deflection_is_the_difference_the_help_pages_tell(brand, admin, visits):
    found = deflection.estimate(deflection.strata_of([brand.pk], PERIOD.start, PERIOD.end))
    cards = {card.metric.code: card for card in self_service.cards(Cut(admin, PERIOD), PERIOD.end)}
    figure = cards["deflection"].figure

    assert figure.n == found.n > 0
    assert (figure.estimate.value, figure.estimate.low) == (100 * found.difference, 100 * found.low)
    assert self_service.cards(Cut(admin, PERIOD, agent=admin.pk), PERIOD.end) == []
