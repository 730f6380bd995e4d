import datetime as dt

import pytest

from carecenter.lib.time import now
from customers.domain.consent import set_consents
from customers.domain.merge import merge
from feedback.domain import planning
from feedback.domain.planning import plan_ended, plan_solved
from feedback.models import Invitation
from journal.models import Event
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.customers import CustomerFactory
from tests.factories.surveys import InvitationFactory, RuleFactory, SurveyFactory
from tests.factories.tickets import ContactFactory, TicketFactory
from tickets.domain.status import change_status
from tickets.models import Contact, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clock")]
State, Why = Invitation.State, Invitation.Why


def planned_for(ticket):
    return plan_solved(ticket.pk, now())


def test_solved_ticket_is_asked_about_after_the_delay(solve, rule, dana, alice):
    ticket = solve()
    invitation = planned_for(ticket)
    assert (invitation.state, invitation.why) == (State.PLANNED, "")
    assert invitation.send_at == now() + dt.timedelta(hours=1)
    assert (invitation.customer, invitation.agent, invitation.inbox) == (dana, alice, ticket.inbox)
    assert (invitation.kind, invitation.language) == ("email", "en")
    events = Event.objects.filter(subject=f"invitation:{invitation.pk}").values_list("name", flat=True)
    assert list(events) == ["survey.planned"]


def test_ticket_that_nobody_answered_is_not_asked_about(write, rule, alice):
    ticket = write()
    change_status(ticket, "solved", actor=alice)
    assert planned_for(ticket) is None


def test_internal_case_is_not_asked_about(brand, rule, alice):
    ticket = TicketFactory(brand=brand, customer=None, status="solved", first_replied_at=now())
    assert planned_for(ticket) is None


def test_without_a_rule_nobody_is_asked(solve, survey):
    assert planned_for(solve()) is None


def test_event_handled_twice_is_one_question(solve, rule):
    ticket, at = solve(), now()
    assert plan_solved(ticket.pk, at) is not None
    assert plan_solved(ticket.pk, at) is None
    assert Invitation.objects.count() == 1


def test_event_handled_again_after_it_was_sent_is_one_question(solve, rule, rules):
    rules.days_between = 0
    rules.save(update_fields=["days_between"])
    ticket, at = solve(), now()
    plan_solved(ticket.pk, at)
    Invitation.objects.update(state=State.SENT, sent_at=now())
    assert plan_solved(ticket.pk, at) is None


def test_solved_twice_before_it_left_is_one_question(clock, solve, rule):
    ticket = solve()
    planned_for(ticket)
    clock.shift(60)
    assert planned_for(ticket) is None
    assert Invitation.objects.count() == 1


def test_first_rule_that_fits_asks(solve, survey, brand):
    other = SurveyFactory(brand=brand, name="Effort", measure="ces2")
    RuleFactory(survey=other, position=2)
    RuleFactory(survey=survey, position=1, tags=["vip"])
    assert planned_for(solve()).survey == other
    tagged = solve(CustomerFactory(pool=brand.pool, email="eve@example.net"))
    Ticket.objects.filter(pk=tagged.pk).update(tags=["vip", "x"])
    assert planned_for(tagged).survey == survey


@pytest.mark.parametrize(
    ("limits", "fits"),
    [
        ({}, True),
        ({"kinds": ["email", "form"]}, True),
        ({"kinds": ["webchat"]}, False),
        ({"languages": ["de"]}, False),
        ({"languages": ["en"]}, True),
        ({"tags": ["a", "b"]}, False),
        ({"is_active": False}, False),
        ({"trigger": "ended"}, False),
    ],
)
def test_rule_is_narrowed_by_what_it_names(limits, fits, solve, survey):
    RuleFactory(survey=survey, **limits)
    assert (planned_for(solve()) is not None) == fits


def test_rule_of_another_inbox_or_team_does_not_fit(solve, survey, team, second_brand):
    ticket = solve()
    RuleFactory(survey=survey, team=team)
    assert planned_for(ticket) is None
    Ticket.objects.filter(pk=ticket.pk).update(team=team)
    assert planned_for(ticket) is not None


def test_rule_of_another_brand_asks_nobody_here(solve, second_brand):
    RuleFactory(survey=SurveyFactory(brand=second_brand))
    assert planned_for(solve()) is None


def test_survey_switched_off_asks_nobody(solve, rule, survey):
    survey.is_active = False
    survey.save(update_fields=["is_active"])
    assert planned_for(solve()) is None


def test_sample_is_stable_and_of_its_size(brand, survey):
    rule = RuleFactory(survey=survey, sample_percent=30)
    tickets = [Ticket(brand=brand, token=f"token-{n}") for n in range(2000)]
    first = [planning.in_sample(rule, ticket) for ticket in tickets]
    assert first == [planning.in_sample(rule, ticket) for ticket in tickets]
    assert 520 < sum(first) < 680
    rule.sample_percent = 100
    assert all(planning.in_sample(rule, ticket) for ticket in tickets)


def test_who_is_not_in_the_sample_has_a_row_that_says_so(solve, rule):
    rule.sample_percent = 1
    rule.save(update_fields=["sample_percent"])
    ticket = solve()
    ticket.token = next(one for one in map(str, range(99)) if not planning.in_sample(rule, Ticket(token=one)))
    ticket.save(update_fields=["token"])
    invitation = planned_for(ticket)
    assert (invitation.state, invitation.why) == (State.DROPPED, Why.NOT_SAMPLED)


def test_who_wants_no_surveys_is_not_asked(solve, rule, dana):
    set_consents(dana, {"surveys": False}, way="portal")
    assert planned_for(solve()).why == Why.REFUSED


def test_who_was_asked_lately_by_another_brand_is_not_asked(clock, solve, rule, second_brand, dana):
    other = TicketFactory(brand=second_brand, customer=dana)
    InvitationFactory(survey=SurveyFactory(brand=second_brand), ticket=other)
    clock.shift(dt.timedelta(days=29))
    assert planned_for(solve()).why == Why.ASKED_LATELY
    clock.shift(dt.timedelta(days=2))
    assert planned_for(solve()).why == ""


def test_merged_customers_are_one_person(solve, rule, brand, dana, alice):
    earlier = CustomerFactory(pool=brand.pool, name="Dana D", email="dd@example.net")
    InvitationFactory(survey=rule.survey, ticket=TicketFactory(brand=brand, customer=earlier))
    merge(earlier, dana, actor=alice)
    ticket = TicketFactory(brand=brand, customer=dana, status="solved", first_replied_at=now())
    assert planned_for(ticket).why == Why.ASKED_LATELY


def test_second_question_and_own_rating_do_not_count_as_asked(solve, rule, brand, dana):
    InvitationFactory(survey=rule.survey, ticket=TicketFactory(brand=brand, customer=dana), kind="")
    assert planned_for(solve()).why == ""


@pytest.mark.parametrize(
    ("zone", "hour", "due"),
    [
        ("UTC", 18, "2026-03-02 19:00"),
        ("UTC", 19, "2026-03-03 08:00"),  # 20:00 is quiet already
        ("UTC", 6, "2026-03-02 08:00"),
        ("Asia/Tokyo", 9, "2026-03-02 10:00"),  # 19:00 there
        ("Asia/Tokyo", 10, "2026-03-02 23:00"),  # 20:00 there, until eight in the morning
        ("Mars/Olympus", 19, "2026-03-03 08:00"),  # no zone: the brand's
    ],
)
def test_quiet_hours_are_on_the_customers_clock(zone, hour, due, clock, solve, rule, dana):
    dana.zone = zone
    dana.save(update_fields=["zone"])
    clock.move_to(dt.datetime(2026, 3, 2, hour, 0, tzinfo=dt.UTC))
    assert f"{planned_for(solve()).send_at:%Y-%m-%d %H:%M}" == due


def test_quiet_hours_go_over_the_change_of_the_clocks(clock, solve, rule, dana):
    dana.zone = "Europe/Berlin"
    dana.save(update_fields=["zone"])
    clock.move_to(dt.datetime(2026, 3, 28, 20, 0, tzinfo=dt.UTC))  # the night in which an hour is left out
    assert planned_for(solve()).send_at == dt.datetime(2026, 3, 29, 6, 0, tzinfo=dt.UTC)


def test_same_time_twice_is_never_quiet(clock, solve, rule, rules):
    rules.quiet_from = rules.quiet_until = dt.time(8)
    rules.save(update_fields=["quiet_from", "quiet_until"])
    clock.move_to(dt.datetime(2026, 3, 2, 23, 0, tzinfo=dt.UTC))
    assert planned_for(solve()).send_at == now() + dt.timedelta(hours=1)


def chat(brand, **more):
    ticket = TicketFactory(brand=brand)
    fields = {"kind": "webchat", "answered_at": now(), "ended_at": now(), "end_reason": "finished", **more}
    return ContactFactory(ticket=ticket, **fields)


def test_chat_is_asked_about_at_its_end_at_night_too(clock, brand, survey):
    RuleFactory(survey=survey, trigger="ended", delay_seconds=0)
    clock.move_to(dt.datetime(2026, 3, 2, 23, 0, tzinfo=dt.UTC))
    invitation = plan_ended(chat(brand).pk, now())
    assert (invitation.send_at, invitation.kind) == (now(), "webchat")


@pytest.mark.parametrize(
    "more",
    [{"answered_at": None}, {"kind": "email"}, {"end_reason": Contact.EndReason.JOINED}],
    ids=["nobody answered", "a letter", "joined"],
)
def test_what_is_no_conversation_is_not_asked_about_at_its_end(more, brand, survey):
    RuleFactory(survey=survey, trigger="ended", delay_seconds=0)
    assert plan_ended(chat(brand, **more).pk, now()) is None


@pytest.mark.parametrize("solved_first", [True, False], ids=["solved first", "ended first"])
def test_chat_that_is_ended_as_solved_is_asked_about_in_it(solved_first, brand, survey, rule):
    """The two events of one move may be handled in either order."""
    RuleFactory(survey=survey, trigger="ended", delay_seconds=0)
    over = chat(brand, direction="in")
    Ticket.objects.filter(pk=over.ticket_id).update(status="solved", first_replied_at=now())
    ways = [lambda: plan_solved(over.ticket_id, now()), lambda: plan_ended(over.pk, now())]
    for way in ways if solved_first else reversed(ways):
        way()
    invitation = Invitation.objects.get()
    assert (invitation.state, invitation.send_at) == (State.PLANNED, now())
    assert invitation.rule.trigger == "ended"


def test_chat_that_ended_before_its_ticket_was_solved_is_asked_about_then(clock, brand, survey, rule):
    RuleFactory(survey=survey, trigger="ended", delay_seconds=0)
    over = chat(brand, direction="in")
    clock.shift(600)
    Ticket.objects.filter(pk=over.ticket_id).update(status="solved", first_replied_at=now())
    invitation = plan_solved(over.ticket_id, now())
    assert invitation.rule == rule


def test_call_written_down_by_hand_is_asked_about(brand, survey):
    RuleFactory(survey=survey, trigger="ended")
    logged = chat(brand, kind="phone", answered_at=None, end_reason=Contact.EndReason.LOGGED)
    assert plan_ended(logged.pk, now()).kind == "phone"


def test_wiring_plans_when_solved_and_cancels_when_opened_again(after_commit, write, rule, alice):
    from tickets.domain.replies import queue_reply

    with after_commit():
        ticket = write()
        queue_reply(ticket, actor=alice, html="<p>Plug it in.</p>", then="solved")
    invitation = Invitation.objects.get()
    assert invitation.state == State.PLANNED
    with after_commit():
        change_status(ticket, "open", actor=alice)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.why) == (State.CANCELLED, Why.REOPENED)
    assert Event.objects.filter(name="survey.dropped", subject=f"invitation:{invitation.pk}").count() == 1


def test_customers_answer_cancels_the_question(after_commit, planned, write):
    with after_commit():
        write(ticket=planned.ticket)
    planned.refresh_from_db()
    assert planned.state == State.CANCELLED


def test_event_of_an_opening_that_comes_late_cancels_nothing(planned):
    """Solved, opened, solved: the worker hears of the opening when the ticket is solved again."""
    assert planning.cancel_planned(planned.ticket_id) == 0
    planned.refresh_from_db()
    assert planned.state == State.PLANNED


def test_ticket_solved_again_after_a_cancelled_question_is_asked_about(planned, alice):
    ticket = Ticket.objects.get(pk=planned.ticket_id)
    change_status(ticket, "open", actor=alice)
    assert planning.cancel_planned(ticket.pk) == 1
    change_status(ticket, "solved", actor=alice)
    again = planned_for(ticket)
    assert again is not None
    assert again.state == State.PLANNED


def ended(answer, outcome="put_right"):
    return FollowUpFactory(answer=answer, brand=answer.brand, ended_at=now(), outcome=outcome)


def test_second_question_is_asked_whatever_becomes_of_the_ticket(solve, survey, brand, dana, alice):
    ticket = solve()
    first = InvitationFactory(survey=survey, ticket=ticket, customer=dana)
    second = planning.plan_settled(ended(AnswerFactory(invitation=first)))
    change_status(ticket, "open", actor=alice)
    assert planning.cancel_planned(ticket.pk) == 0
    second.refresh_from_db()
    assert second.state == State.PLANNED


def test_second_question_that_was_switched_off_stays_off_under_any_name(brand, survey):
    off = SurveyFactory(brand=brand, name="All good now?", measure="settled", is_active=False)
    assert planning.settled_survey(brand) == off
    off.delete()
    SurveyFactory(brand=brand, name="Is it settled?", measure="nps")
    made = planning.settled_survey(brand)
    assert (made.name, made.measure) == ("Is it settled? 2", "settled")
