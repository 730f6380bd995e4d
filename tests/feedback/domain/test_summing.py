"""The sums follow what happens, and adding up from nothing gives the same."""

import datetime as dt
import random
from zoneinfo import ZoneInfo

import pytest

from feedback.domain import summing
from feedback.domain.answering import Said, answer
from feedback.domain.cuts import Cut
from feedback.domain.periods import Period
from feedback.domain.reading import read, without
from feedback.models import Answer, ResultSum
from journal.domain.dispatch import number_events
from portal.domain.erasing import empty_feedback
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import TicketFactory
from tickets.domain.team_ending import clear, end_team

DAY = 86_400


def sums():
    fields = (
        "brand_id",
        "team_id",
        "axis",
        "value",
        "measure",
        "grain",
        "day",
        "scores",
        "agent_id",
        "asked",
        "answered",
    )
    return sorted(ResultSum.objects.values_list(*fields))


def add_up():
    while number_events():
        pass
    while summing.step(events=3, days=4):
        pass
    return sums()


def by_hand(user, period):
    """Each score of the period and of its days, from the rows, one by one."""
    found = {}
    for given in Answer.objects.filter(answered_at__gte=period.start, answered_at__lt=period.end):
        day = given.answered_at.astimezone(period.zone).date()
        for key in ((given.measure, None), (given.measure, day)):
            found.setdefault(key, []).append(given.score)
    return {key: sorted(scores) for key, scores in found.items()}


def as_read(user, period):
    found = read(Cut(user, period), "team")
    told = {(measure, None): one for measure, one in found.now.items()} | dict(found.points)
    return {
        key: [score for score, many in one.counts.items() for _ in range(many)]
        for key, one in told.items()
        if one.counts
    }


@pytest.fixture
def reader(brand):
    return grant(UserFactory(), "Admin")


@pytest.fixture
def asked(brand, pool, alice):
    """A survey's questions of some days, each a ticket's, answered or not."""
    dice, teams = random.Random(7), [TeamFactory(pool=pool) for _ in range(2)]
    survey = SurveyFactory(brand=brand)
    at = dt.datetime(2026, 11, 9, 6, tzinfo=dt.UTC)
    found = []
    for number in range(40):
        one = InvitationFactory(
            survey=survey, ticket=TicketFactory(brand=brand), team=teams[number % 2], agent=alice, kind="email",
            state="sent", sent_at=at - dt.timedelta(minutes=dice.randrange(20 * 1440)),
        )  # fmt: skip
        found.append(one)
    return found


def test_sums_follow_answers_changes_erasures_and_the_end_of_a_team(asked, reader, admin, clock):
    zone = ZoneInfo("Pacific/Auckland")
    first, last = dt.date(2026, 10, 15), dt.date(2026, 11, 13)
    periods = [Period(first, last, zone), Period(first, last, ZoneInfo("America/New_York"))]
    clock.move_to(dt.datetime(2026, 11, 9, 7, tzinfo=dt.UTC))
    add_up()
    for number, one in enumerate(asked[:24]):
        answer(one, Said(number % 5 + 1))
        clock.shift(DAY // 6)  # four days all in all: what was yesterday's is added up meanwhile
        if number % 5 == 0:
            answer(one, Said(5))  # changed within the day
        if number % 3 == 0:
            add_up()
    clock.shift(3 * DAY)
    found = add_up()
    for period in periods:
        assert as_read(reader, period) == by_hand(reader, period)
    assert sum(row[-2] for row in found if (row[2], row[5]) == ("-", "d")) == 40
    assert sum(row[-1] for row in found if (row[2], row[5]) == ("-", "m")) == 24

    empty_feedback([one.customer_id for one in asked if one.customer_id])
    team = asked[0].team
    end_team(team, actor=admin)
    while clear(team.pk, window=2):
        pass
    ended = add_up()
    assert not [row for row in ended if row[1] == team.pk]
    assert [row for row in ended if row[1] == 0]
    told = read(Cut(reader, periods[0]), "team").values["csat"]
    assert {pk: one.asked for pk, one in told.items()} == {None: 20, asked[1].team_id: 20}

    summing.forget()
    assert as_read(reader, periods[0]) == by_hand(reader, periods[0])  # row by row meanwhile
    assert add_up() == ended


def test_step_that_dies_adds_up_nothing_twice(asked, clock, monkeypatch):
    clock.move_to(dt.datetime(2026, 11, 12, 7, tzinfo=dt.UTC))
    whole, calls = summing.put, []

    def dies(*args):
        whole(*args)
        calls.append(args)
        if len(calls) % 3 == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(summing, "put", dies)
    for _ in range(12):
        try:
            add_up()
        except KeyboardInterrupt:
            continue
    monkeypatch.undo()
    found = add_up()
    summing.forget()
    assert len(calls) > 6
    assert add_up() == found


@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        ((1, 4), (2, 3), [(1, 2), (3, 4)]),
        ((1, 4), (0, 9), []),
        ((1, 4), (4, 9), [(1, 4)]),
        ((1, 4), (2, 2), [(1, 4)]),
        ((3, 3), (1, 2), []),
        ((1, 4), (0, 2), [(2, 4)]),
    ],
)
def test_without_leaves_what_is_in_the_first_alone(one, other, left):
    assert without(one, other) == left
