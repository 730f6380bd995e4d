"""Tickets that change their team, become one with another or part again, and the figures of what was said of them.

Whoever counts by hand writes down team, inbox and person at the moment a ticket is solved: nothing that happens to it
later moves an answer to anybody else, loses it or counts it twice.
"""

import csv
import datetime as dt
import io
from collections import Counter

import pytest

from carecenter.lib.time import now
from feedback.domain import summing
from feedback.domain.answer_lists import of_ticket
from feedback.domain.answering import Said, answer, answer_of, rate, rated_so_far
from feedback.domain.planning import plan_solved
from feedback.models import Answer, FeedbackSettings, Invitation
from feedback.tasks import sweep_surveys
from journal.domain.dispatch import number_events
from tests.factories.accounts import TeamFactory
from tickets.domain.assignment import assign, move_to_team
from tickets.domain.merging import merge
from tickets.domain.unmerging import unmerge
from tickets.models import Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
SCORES = [5, 1, 4, 2, 5, 3, 4]


@pytest.fixture
def often(brand):
    """The same person is asked about every ticket."""
    return FeedbackSettings.objects.create(brand=brand, days_between=0)


@pytest.fixture
def ask(solve, survey, clock):
    """Plan the question of a ticket; sent when the hour is over, and answered where there is a score."""

    def asked(ticket, score=None, meanwhile=lambda ticket: None):
        invitation = plan_solved(ticket.pk, now())
        meanwhile(ticket)
        clock.shift(HOUR)
        sweep_surveys()
        invitation.refresh_from_db()
        assert invitation.state == Invitation.State.SENT, invitation.why
        if score:
            answer(invitation, Said(score))
        return invitation

    return asked


def add_up():
    while number_events():
        pass
    while summing.step():
        pass


def told(client, by, brand):
    """{name: (answers, asked, answered, per cent of good ones)} of satisfaction, as the page's file has it."""
    response = client.get(f"/desk/feedback/figures.csv?by={by}&brand={brand.pk}&period=90")
    rows = csv.DictReader(io.StringIO(response.getvalue().decode().removeprefix("\ufeff")))
    return {
        row["name"]: (int(row["n"]), int(row["asked"]), int(row["answered"]), float(row["value"]))
        for row in rows
        if row["measure"] == "csat"
    }


def by_hand(ledger, place):
    found = {}
    for line in ledger:
        found.setdefault(line[place], []).append(line[-1])
    return {
        name: (
            sum(score is not None for score in scores),
            len(scores),
            sum(score is not None for score in scores),
            round(100 * Counter(score >= 4 for score in scores if score)[True] / sum(map(bool, scores)), 2),
        )
        for name, scores in found.items()
    }


def compare(client, ledger, brand):
    for turn in ("as it went on", "from nothing"):
        for place, by in enumerate(("team", "inbox", "agent")):
            assert told(client, by, brand) == by_hand(ledger, place), (turn, by)
        assert told(client, "brand", brand)[brand.name][:3] == (7, 8, 7)
        summing.forget()
        add_up()


def test_figures_stay_with_who_solved_the_ticket_whatever_becomes_of_it(
    solve, ask, rule, often, clock, client_for, lead, alice, bob, admin, brand
):
    teams = [
        TeamFactory(pool=brand.pool, name=name, members=[alice, bob]) for name in ("First", "Second", "Third")
    ]
    ledger, tickets, merges = [], [], []
    for number, score in enumerate(SCORES):
        ticket = move_to_team(solve(), team=teams[number % 2], actor=admin)
        ledger.append((ticket.team.name, ticket.inbox.name, "Alice Adams", score))

        def meanwhile(ticket, number=number):
            """Between planning and sending: another team, another person, or part of the ticket before."""
            if number % 4 == 1:
                move_to_team(ticket, team=teams[2], actor=admin)
                assign(ticket, to=bob, actor=admin)
            elif number % 4 == 2:
                merges.append(merge(ticket, into=tickets[-1], actor=admin))

        ask(ticket, score, meanwhile)
        tickets.append(Ticket.objects.get(pk=ticket.pk))
        clock.shift(DAY - HOUR)
        if number == 3:
            add_up()
    # One more that nobody has answered, and afterwards everything is turned over.
    unanswered = move_to_team(solve(), team=teams[0], actor=admin)
    ledger.append(("First", unanswered.inbox.name, "Alice Adams", None))
    ask(unanswered)
    clock.shift(3 * DAY)
    add_up()
    unmerge(merges[0], actor=admin)
    for ticket in (tickets[0], tickets[3]):
        move_to_team(ticket, team=teams[2], actor=admin)
    merge(tickets[3], into=tickets[4], actor=admin)
    merge(tickets[4], into=tickets[0], actor=admin)
    add_up()

    compare(client_for(lead), ledger, brand)
    assert Answer.objects.count() == len(SCORES)


def test_ticket_tells_what_was_said_of_all_that_went_into_it(solve, ask, rule, often, alice):
    first, second, third = solve(), solve(), solve()
    said = [ask(ticket, score) for ticket, score in ((first, 5), (second, 2), (third, 4))]
    merge(first, into=second, actor=alice)
    merge(second, into=third, actor=alice)
    assert {one.pk for one in of_ticket(third)} == {one.pk for one in said}


def test_rating_in_the_help_centre_answers_what_was_asked_before_the_merge(
    solve, ask, rule, often, alice, dana
):
    first, second = solve(), solve()
    asked = ask(first)
    merge(first, into=second, actor=alice)
    second.refresh_from_db()
    given = rate(second, dana, 4)
    assert (given.invitation, Invitation.objects.count()) == (asked, 1)
    assert answer_of(rated_so_far(second, dana)) == given


def test_what_was_said_before_the_merge_leaves_room_for_a_word_about_the_other(
    solve, ask, rule, often, alice, dana, clock
):
    first, second = solve(), solve()
    ask(first, 2)
    merge(first, into=second, actor=alice)
    clock.shift(2 * DAY)
    second.refresh_from_db()
    assert rate(second, dana, 5).score == 5
    assert sorted(Answer.objects.values_list("score", flat=True)) == [2, 5]
