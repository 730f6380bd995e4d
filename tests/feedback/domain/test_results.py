"""Every figure against an independent recount of a generated history, in several zones and periods."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.domain import summing
from feedback.domain.answer_lists import Wanted, counted
from feedback.domain.cuts import BREAKDOWNS, Cut, answers_in
from feedback.domain.periods import Period, period_of
from feedback.domain.reading import people_in, read
from feedback.domain.results import Figure, breakdown, cards, change_of, may_name, trend
from feedback.models import Answer, Measure
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.answers import AnswerFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.feedback.history import by_hand, generate, rate, scores

UNTIL = dt.datetime(2026, 11, 15, 12, tzinfo=dt.UTC)
# The clocks change in all of them but one within the history; one changes at midnight.
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland", "Asia/Beirut", "Asia/Kolkata"]
SPANS = ["7", "30", "90", "month", "last_month"]


@pytest.fixture
def history(brand, second_brand, other_brand):
    return generate([brand, second_brand, other_brand], seed=4, count=900, until=UNTIL, days=190)


@pytest.fixture
def reader(brand, second_brand):
    """Sees two brands of three."""
    user = grant(UserFactory(), "Lead", brand=brand)
    return grant(user, "Lead", brand=second_brand)


@pytest.fixture
def added_up(history):
    """The sums as far as a zone's test wants them: none, some days, all until yesterday."""

    def make(zone):
        far = {
            "UTC": 999,
            "Europe/Berlin": 0,
            "America/New_York": 999,
            "Pacific/Auckland": 9,
            "Asia/Beirut": 999,
        }
        with time_machine.travel(UNTIL, tick=False):
            for _ in range(far.get(zone, 11)):
                if not summing.step():
                    break
        return history

    return make


def local(span, zone):
    zone = ZoneInfo(zone)
    return period_of(span, today=UNTIL.astimezone(zone).date(), zone=zone)


def equal(estimate, expected):
    return (estimate.value, estimate.low, estimate.high) == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("zone", ZONES)
def test_cards_equal_the_recount(history, reader, brand, second_brand, zone, added_up):
    added_up(zone)
    compared = 0
    for span in SPANS:
        period = local(span, zone)
        found = cards(read(Cut(reader, period)))
        for measure in Measure.values:
            only = {"measure": measure, "brand": {brand.pk, second_brand.pk}}
            given = scores(history, period.zone, period.first, period.last, **only)
            asked = rate(history, period.zone, period.first, period.last, **only)
            if not given and not asked[0]:
                assert measure not in found
                continue
            figure = found[measure].figure
            assert (figure.n, figure.rate.asked, figure.rate.answered) == (len(given), *asked), (
                span,
                measure,
            )
            if given:
                assert equal(figure.estimate, by_hand(measure, given))
                compared += 1
            before = period.before
            earlier = scores(history, before.zone, before.first, before.last, **only)
            change = found[measure].change
            if given and earlier:
                assert change.estimate.value == pytest.approx(
                    by_hand(measure, given)[0] - by_hand(measure, earlier)[0], abs=1e-9
                )
            else:
                assert change is None
    assert compared >= 20


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("span", ["30", "90", "365"])
def test_trend_equals_the_recount(reader, brand, second_brand, zone, span, added_up):
    history, period = added_up(zone), local(span, zone)
    cut = Cut(reader, period)
    points = trend(read(cut), cut, "csat")
    only = {"measure": "csat", "brand": {brand.pk, second_brand.pk}}
    expected = []
    for number, day in enumerate(period.buckets):
        following = (
            period.buckets[number + 1] if number + 1 < len(period.buckets) else period.last + dt.timedelta(1)
        )
        first, last = max(day, period.first), following - dt.timedelta(days=1)
        expected.append((day, sorted(scores(history, period.zone, first, last, **only))))
    found = [
        (point.day, sorted(score for score, many in point.figure.counts.items() for _ in range(many)))
        for point in points
    ]
    assert found == expected
    assert sum(len(given) for _, given in expected) > 5


@pytest.mark.parametrize("by", BREAKDOWNS)
def test_breakdown_equals_the_recount(history, reader, brand, second_brand, by, added_up):
    added_up("UTC")
    period = local("90", "Europe/Berlin")
    for measure in ("csat", "nps", "ces1", "ces2"):
        rows = breakdown(read(Cut(reader, period), by), measure, by, {})
        only = {"measure": measure, "brand": {brand.pk, second_brand.pk}}
        keys = {getattr(one, by) for one in history.asked if one.brand in only["brand"]}
        expected = {}
        for key in keys:
            given = scores(history, period.zone, period.first, period.last, **{**only, by: key})
            asked = rate(history, period.zone, period.first, period.last, **{**only, by: key})
            if given or asked[0]:
                expected[key] = (len(given), *asked)
        assert {
            row.pk: (row.figure.n, row.figure.rate.asked, row.figure.rate.answered) for row in rows
        } == expected
        names = [row.name.casefold() for row in rows if row.pk is not None]
        assert names == sorted(names)


@pytest.mark.parametrize(("name", "by"), [("inbox", "agent"), ("agent", "inbox")])
def test_inbox_and_person_together_are_read_from_sums(history, reader, brand, name, by, added_up):
    """Equal the recount without the rows: the days that are added up cost the same however many answers they have."""
    added_up("UTC")
    period, compared = local("last_month", "UTC"), 0
    Answer.objects.all().delete()
    one = next(one for one in history.asked if one.brand == brand.pk and one.inbox and one.agent)
    found = read(Cut(reader, period, **{name: getattr(one, name)}), by)
    for measure in ("csat", "nps", "ces1", "ces2"):
        for key in {getattr(one, by) for one in history.asked if one.brand == brand.pk}:
            only = {"measure": measure, name: getattr(one, name), by: key}
            given = scores(history, period.zone, period.first, period.last, **only)
            told = found.values[measure][key]
            assert sorted(told.scores.elements()) == sorted(given)
            asked = rate(history, period.zone, period.first, period.last, **only)
            assert (told.asked, told.answered) == asked
            compared += len(given)
    assert compared > 5


def test_every_narrowing_equals_the_recount_and_the_answers_behind_it(history, reader, brand, added_up):
    added_up("UTC")
    period = local("90", "America/New_York")
    drawn = [one for one in history.asked if one.brand == brand.pk and one.team and one.inbox and one.agent][
        :12
    ]
    assert len(drawn) == 12
    for one in drawn:
        for name in BREAKDOWNS:
            only = {name: getattr(one, name), "measure": "csat"}
            cut = Cut(reader, period, **{name: only[name]})
            given = scores(history, period.zone, period.first, period.last, **only)
            found = cards(read(cut)).get("csat")
            assert sorted(given) == sorted(
                counted(Wanted(cut, measure="csat")).values_list("score", flat=True)
            )
            assert (found.figure.n if found else 0) == len(given)


def test_another_pool_is_never_counted(history, charlie, lead, other_brand):
    period = local("90", "UTC")
    for cut in (Cut(lead, period), Cut(lead, period, brand=other_brand.pk)):
        assert not answers_in(cut).filter(brand=other_brand).exists()
    agents = {one.agent for one in history.asked if one.brand == other_brand.pk and one.agent}
    shown = set(people_in(Cut(lead, period), None))
    assert not shown & agents
    assert not any(may_name(Cut(lead, period), agent) for agent in agents)


def test_an_agent_sees_only_answers_about_their_own_work(brand, alice, bob):
    survey = SurveyFactory(brand=brand)
    mine = AnswerFactory(invitation=InvitationFactory(survey=survey, agent=alice))
    AnswerFactory(invitation=InvitationFactory(survey=survey, agent=bob))
    today = Answer.objects.get(pk=mine.pk).answered_at.date()
    period = Period(today, today, dt.UTC)
    assert list(answers_in(Cut(alice, period, own=True))) == [mine]
    assert list(answers_in(Cut(alice, period))) == []  # feedback.read is not the agents'


def test_an_agents_own_answers_end_with_their_work_for_the_brand(brand, other_brand, alice):
    theirs = AnswerFactory(invitation=InvitationFactory(survey=SurveyFactory(brand=other_brand), agent=alice))
    today = theirs.answered_at.date()
    assert not answers_in(Cut(alice, Period(today, today, dt.UTC), own=True)).exists()


def test_a_lead_of_one_team_sees_that_teams_answers(brand, pool):
    own, other = TeamFactory(pool=pool), TeamFactory(pool=pool)
    user = grant(UserFactory(), "Lead", brand=brand, team=own)
    survey = SurveyFactory(brand=brand)
    seen = AnswerFactory(invitation=InvitationFactory(survey=survey, team=own))
    AnswerFactory(invitation=InvitationFactory(survey=survey, team=other))
    AnswerFactory(invitation=InvitationFactory(survey=survey))
    today = seen.answered_at.date()
    assert list(answers_in(Cut(user, Period(today, today, dt.UTC)))) == [seen]


def test_figures_of_the_two_effort_scores_run_apart():
    hard = Figure("ces1", {5: 30})
    easy = Figure("ces1", {1: 30, 2: 10})
    assert change_of(easy, hard).is_better
    assert not change_of(hard, easy).is_better
    assert change_of(Figure("ces2", {7: 30}), Figure("ces2", {1: 30})).is_better
    assert (hard.unit, Figure("ces2").unit, Figure("nps").unit) == ("mean", "percent", "points")


def test_change_against_few_answers_may_be_chance():
    assert change_of(Figure("csat", {1: 30}), Figure("csat", {5: 30})).is_clear
    assert not change_of(Figure("nps", {8: 25}), Figure("nps", {10: 1})).is_clear


def test_few_answers_are_said_to_be_few():
    assert Figure("csat", {5: 19}).is_small
    assert not Figure("csat", {5: 20}).is_small


def test_queries_do_not_grow_with_the_history(brand, second_brand, reader, history, added_up):
    added_up("UTC")
    counts = []
    for period in (local("7", "Asia/Kolkata"), local("365", "UTC")):
        fresh = type(reader).objects.get(pk=reader.pk)
        with CaptureQueriesContext(connection) as queries:
            found = read(Cut(fresh, period), "agent")
            cards(found)
            breakdown(found, "csat", "agent", {})
        counts.append(len(queries))
    assert counts == [7, 7]
