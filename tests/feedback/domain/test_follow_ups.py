"""A bad answer opens a follow-up; it has an owner and a deadline, ends with an outcome, and a no opens it again."""

import datetime as dt

import pytest
from channels.layers import get_channel_layer

from accounts.models import Grant
from carecenter.lib.realtime import GROUP_PREFIX, publisher
from feedback.domain import follow_ups as verbs
from feedback.domain.errors import NotAllowed, NotValid
from feedback.domain.follow_up_lists import counts, follow_ups_in, page_of
from feedback.domain.follow_ups import is_low, react_to
from feedback.domain.owners import possible_owners
from feedback.handlers import open_follow_up, tell_owner
from feedback.models import Answer, FeedbackSettings, FollowUp, Invitation, Measure, Outcome
from journal.actors import user_actor
from journal.models import Event
from tests.factories.accounts import TeamFactory, UserFactory, grant
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import InboxFactory, TicketFactory
from workforce.models import Hours

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def survey(brand):
    return SurveyFactory(brand=brand)


@pytest.fixture
def said(survey, brand, team, alice, dana):
    """`said(1, "Too late")`: dana's answer about alice's work."""

    def say(score, comment="", measure="csat", **invitation):
        asked = InvitationFactory(
            survey=survey if measure == "csat" else SurveyFactory(brand=brand, measure=measure),
            ticket=invitation.pop("ticket", None) or TicketFactory(brand=brand, customer=dana),
            state="answered",
            **{"team": team, "agent": alice} | invitation,
        )
        return AnswerFactory(invitation=asked, score=score, comment=comment)

    return say


def react(answer):
    """As the journal does, twice: the second time changes nothing."""
    event = Event(name="survey.answered", subject=f"answer:{answer.pk}")
    open_follow_up(event)
    before = list(FollowUp.objects.values())
    open_follow_up(event)
    assert list(FollowUp.objects.values()) == before
    return FollowUp.objects.filter(answer=answer).first()


def names():
    return list(
        Event.objects.filter(name__startswith="follow_up").order_by("pk").values_list("name", flat=True)
    )


@pytest.mark.parametrize(
    ("measure", "low", "fine"),
    [("csat", 2, 3), ("nps", 6, 7), ("ces1", 4, 3), ("ces2", 3, 4)],
)
def test_scores_are_low_by_the_brands_thresholds(brand, measure, low, fine):
    settings = FeedbackSettings(brand=brand)
    assert is_low(measure, low, settings)
    assert not is_low(measure, fine, settings)


def test_the_two_effort_scores_run_in_opposite_directions(brand):
    settings = FeedbackSettings(brand=brand)
    assert [score for score in range(1, 6) if is_low("ces1", score, settings)] == [4, 5]
    assert [score for score in range(1, 8) if is_low("ces2", score, settings)] == [1, 2, 3]
    assert not is_low(Measure.SETTLED, 0, settings)


def test_a_low_score_opens_one_with_an_owner_and_a_deadline(said, lead, team, alice, clock):
    team.members.add(lead)
    answer = said(1, "The lamp came broken.")
    found = react(answer)
    assert (found.owner, found.ticket, found.brand_id) == (lead, answer.invitation.ticket, answer.brand_id)
    assert found.due_at - found.opened_at == 24 * HOUR
    event = Event.objects.get(name="follow_up.opened")
    assert (event.ticket_id, event.subject) == (found.ticket_id, f"follow_up:{found.pk}")
    assert event.data == {"answer": answer.pk, "reason": "low", "owner": lead.pk}


def test_an_angry_comment_opens_one_whatever_the_score(said):
    answer = said(5, "You should be ashamed of this scam.")
    assert react(answer) is not None
    answer.refresh_from_db()
    assert answer.is_angry
    assert Event.objects.get(name="follow_up.opened").data["reason"] == "angry"


def test_a_good_answer_opens_none(said):
    assert react(said(4, "Thank you!")) is None
    assert names() == []


def test_an_answer_that_is_gone_is_left_alone(db):
    react_to(123_456)


def test_the_brands_own_thresholds_and_hours_hold(said, brand, clock):
    FeedbackSettings.objects.create(brand=brand, low_csat=3, follow_up_hours=4)
    found = react(said(3))
    assert found.due_at - found.opened_at == 4 * HOUR


def test_a_deadline_outside_office_hours_waits_for_the_opening(said, brand, clock):
    clock.move_to(dt.datetime(2026, 3, 6, 15, tzinfo=dt.UTC))  # a Friday
    weekly = [[["09:00", "17:00"]]] * 5 + [[], []]
    hours = Hours.objects.create(pool=brand.pool, name="Week days", weekly=weekly)
    found = react(said(1, inbox=InboxFactory(brand=brand, hours=hours)))
    assert found.due_at == dt.datetime(2026, 3, 9, 9, tzinfo=dt.UTC)


def test_owner_is_the_lead_of_the_team_with_the_fewest(said, brand, team, lead, alice):
    other = grant(UserFactory(), "Lead", brand=brand)
    team.members.add(lead, other)
    owners = [react(said(1)).owner for _ in range(4)]
    assert [owners.count(lead), owners.count(other)] == [2, 2]


def test_owner_is_never_the_agent_as_their_own_lead(said, brand, team, lead, alice):
    team.members.add(lead)
    assert react(said(1, agent=lead)).owner == lead  # nobody else leads: better one than none
    other = grant(UserFactory(), "Lead", brand=brand, team=team)
    assert react(said(1, agent=lead)).owner == other


def test_owner_is_the_agent_without_a_lead_and_nobody_without_both(said, admin, alice):
    assert react(said(1)).owner == alice  # an administrator of everything leads no team
    alice.is_active = False
    alice.save(update_fields=["is_active"])
    assert react(said(1)).owner is None


def test_owner_follows_the_brands_rule(said, brand, team, lead, alice):
    team.members.add(lead)
    settings = FeedbackSettings.objects.create(brand=brand, follow_up_owner="assignee")
    assert react(said(1)).owner == alice
    settings.follow_up_owner = "team"
    settings.save(update_fields=["follow_up_owner"])
    assert react(said(1)).owner is None


def test_a_lead_of_another_brand_is_no_owner(said, second_brand, other_brand):
    grant(UserFactory(), "Lead", brand=second_brand)
    grant(UserFactory(), "Lead", brand=other_brand)
    assert "Lead" not in [one.role.name for one in Grant.objects.filter(user=react(said(1)).owner)]


def test_a_better_answer_within_the_day_ends_what_nobody_has_begun(said):
    answer = said(1)
    react(answer)
    Answer.objects.filter(pk=answer.pk).update(score=5)
    found = react(answer)
    assert (found.outcome, found.ended_by) == (Outcome.MISCLICK, None)
    Answer.objects.filter(pk=answer.pk).update(score=2)
    assert react(answer).is_open
    assert names() == ["follow_up.opened", "follow_up.ended", "follow_up.changed"]


def test_a_better_answer_does_not_end_what_somebody_has_begun(said, alice):
    answer = said(1)
    verbs.tick(react(answer), "listen", done=True, actor=alice)
    Answer.objects.filter(pk=answer.pk).update(score=5)
    assert react(answer).is_open


def test_steps_are_ticked_with_a_time_and_taken_back(said, alice, clock):
    found = react(said(1))
    clock.shift(60)
    ticked = verbs.tick(found, "fix", done=True, actor=alice)
    assert ticked.fixed_at - found.opened_at == dt.timedelta(minutes=1)
    verbs.tick(found, "fix", done=True, actor=alice)
    assert verbs.tick(found, "fix", done=False, actor=alice).fixed_at is None
    assert names() == ["follow_up.opened", "follow_up.changed", "follow_up.changed"]
    with pytest.raises(NotValid):
        verbs.tick(found, "ended", done=True, actor=alice)


def test_it_ends_only_with_an_outcome_and_only_once(said, alice):
    found = react(said(1))
    with pytest.raises(NotValid):
        verbs.end(found, "", actor=alice)
    ended = verbs.end(found, "put_right", note="  A new lamp left today. ", actor=alice)
    assert (ended.outcome, ended.note, ended.ended_by) == ("put_right", "A new lamp left today.", alice)
    for verb in (
        lambda: verbs.end(found, "explained", actor=alice),
        lambda: verbs.tick(found, "listen", done=True, actor=alice),
        lambda: verbs.give(found, to=None, actor=alice),
    ):
        with pytest.raises(NotAllowed):
            verb()
    assert Event.objects.filter(name="follow_up.ended").count() == 1


def test_its_end_is_taken_back_with_a_deadline_still_to_come(said, alice, clock):
    found = react(said(1))
    verbs.end(found, "put_right", actor=alice)
    assert verbs.reopen(found, actor=alice).due_at == found.due_at
    clock.shift(3 * 86_400)
    verbs.end(found, "put_right", actor=alice)
    again = verbs.reopen(found, actor=alice)
    assert again.due_at > found.due_at
    assert (again.outcome, again.ended_by, again.ended_at) == ("", None, None)


def ask_again(follow_up, score, **more):
    """The second question, and what was said to it."""
    survey = SurveyFactory(brand=follow_up.brand, measure="settled")
    asked = InvitationFactory(survey=survey, ticket=follow_up.ticket, follow_up=follow_up, state="answered")
    return AnswerFactory(invitation=asked, score=score, **more)


def test_a_no_to_is_it_settled_opens_it_again(said, alice, clock):
    found = react(said(1))
    verbs.tick(found, "listen", done=True, actor=alice)
    verbs.end(found, "put_right", actor=alice)
    clock.shift(3 * 86_400)
    second = ask_again(found, 0, comment="Still broken")
    react(second)
    found.refresh_from_db()
    assert (found.is_open, found.outcome, bool(found.listened_at)) == (True, "", True)
    assert not FollowUp.objects.filter(answer=second).exists()
    clock.shift(3600)
    verbs.end(found, "cannot_fix", actor=alice)
    react_to(second.pk)  # the same event once more
    found.refresh_from_db()
    assert not found.is_open


def test_a_yes_to_is_it_settled_changes_nothing(said, alice, clock):
    found = react(said(1))
    verbs.end(found, "put_right", actor=alice)
    clock.shift(86_400)
    react(ask_again(found, 1))
    found.refresh_from_db()
    assert not found.is_open


def test_it_goes_only_to_people_who_may_follow_up_there(said, alice, bob, charlie, nobody):
    found = react(said(1))
    assert verbs.give(found, to=bob, actor=alice).owner == bob
    for stranger in (charlie, nobody):
        with pytest.raises(NotAllowed):
            verbs.give(found, to=stranger, actor=alice)
    assert set(possible_owners(found.brand_id, found.answer.team_id)) == {alice, bob}


def test_of_two_who_take_one_the_second_hears_who_was_first(said, brand, alice, bob):
    FeedbackSettings.objects.create(brand=brand, follow_up_owner="team")
    found = react(said(1))
    verbs.take(found, actor=alice)
    with pytest.raises(NotAllowed, match="Alice Adams"):
        verbs.take(found, actor=bob)


def test_lists_are_mine_all_overdue_and_ended(survey, brand, team, alice, bob, clock):
    def one(owner, hours, **more):
        asked = InvitationFactory(survey=survey, team=team)
        due = clock_now() + hours * HOUR
        return FollowUpFactory(answer=AnswerFactory(invitation=asked), owner=owner, due_at=due, **more)

    def clock_now():
        return dt.datetime(2026, 3, 2, 9, tzinfo=dt.UTC)

    late, own, unowned, theirs = one(alice, -2), one(alice, 3), one(None, 1), one(bob, 2)
    ended = one(alice, 5, ended_at=clock_now(), outcome="put_right")
    expected = {
        "mine": [late, unowned, own],
        "all": [late, unowned, theirs, own],
        "overdue": [late],
        "ended": [ended],
    }
    assert {view: page_of(view, alice).follow_ups for view in expected} == expected
    assert counts(alice) == {"mine": 3, "all": 4, "overdue": 1}


def test_lists_are_without_other_pools_and_page_by_page(survey, alice, charlie, clock, monkeypatch):
    made = [FollowUpFactory(answer=AnswerFactory(invitation__survey=survey)) for _ in range(5)]
    assert not follow_ups_in("all", charlie).exists()
    monkeypatch.setattr("feedback.domain.follow_up_lists.PAGE", 2)
    seen, after = [], ""
    while True:
        page = page_of("all", alice, after)
        seen += page.follow_ups
        after = page.more
        if not after:
            break
    assert seen == made
    assert page_of("all", alice, "nonsense~x").follow_ups == made[:2]


def test_a_deleted_ticket_leaves_the_follow_up(said, alice, brand, dana):
    ticket = TicketFactory(brand=brand, customer=dana)
    found = react(said(1, ticket=ticket))
    Invitation.objects.filter(ticket=ticket).update(ticket=None)
    FollowUp.objects.filter(pk=found.pk).update(ticket=None)
    verbs.end(FollowUp.objects.get(pk=found.pk), "not_reached", actor=alice)
    assert Event.objects.get(name="follow_up.ended").ticket_id is None


def test_a_team_of_another_pool_does_not_make_it_mine(survey, alice, other_pool):
    foreign = TeamFactory(pool=other_pool, members=[alice])
    FollowUpFactory(answer=AnswerFactory(invitation__survey=survey, invitation__team=foreign))
    assert counts(alice)["mine"] == 1  # the brand is hers, whoever's team it was


def test_whose_it_is_hears_of_it_unless_they_took_it_themselves(alice, bob):
    with publisher().pubsub(ignore_subscribe_messages=True) as ear:
        ear.subscribe(f"{GROUP_PREFIX}user-{alice.pk}")
        ear.get_message(timeout=5)
        for actor, owner in (("system", alice), (user_actor(alice.pk), alice), ("system", bob)):
            event = Event(
                name="follow_up.changed", actor=actor, subject="follow_up:7", data={"owner": owner.pk}
            )
            tell_owner(event)
        tell_owner(
            Event(name="follow_up.changed", actor="system", subject="follow_up:7", data={"what": "note"})
        )
        heard = [message for _ in range(4) if (message := ear.get_message(timeout=0.5))]
    facts = [get_channel_layer().deserialize(message["data"])["fact"] for message in heard]
    assert facts == [{"name": "follow_up.given", "id": 7}]
