"""What customers of the demo firm were asked and said: as the rules would have it, at its own moments."""

import itertools
from collections import Counter
from datetime import timedelta

from carecenter.lib.time import now
from channels_app.views.demo_shop import regular
from customers.domain.people import living_ids
from feedback.domain.planning import asked_lately
from feedback.models import Answer, FeedbackSettings, FollowUp, Invitation, Survey
from journal.models import Event
from tickets.models import Message

State = Invitation.State


def assert_asked_and_heard_as_the_rules_would() -> None:
    assert_opinions_at_their_moments()
    assert_nobody_is_asked_twice_in_a_month()
    assert_who_is_signed_in_at_the_shop_can_be_asked()
    assert_each_answer_is_told_once()


def assert_opinions_at_their_moments() -> None:
    assert set(Survey.objects.values_list("measure", flat=True)) >= {"csat", "nps", "ces2"}
    assert Answer.objects.count() > 25
    assert Answer.objects.exclude(comment="").count() > 10
    for given in Answer.objects.select_related("invitation"):
        asked = given.invitation
        assert asked.planned_at <= asked.send_at == asked.sent_at < given.answered_at < now()
        assert (asked.state, given.brand_id) == (State.ANSWERED, asked.brand_id)
    assert FollowUp.objects.filter(ended_at__isnull=False, opened_at__lt=now() - timedelta(days=2)).exists()
    assert not FollowUp.objects.filter(ended_at__gt=now()).exists()
    assert not Message.objects.filter(is_auto=True, direction="out").exists()


def assert_nobody_is_asked_twice_in_a_month() -> None:
    asked = Invitation.objects.filter(state__in=(State.SENT, State.ANSWERED), follow_up=None)
    living = living_ids(asked.values_list("customer", flat=True))
    by_person: dict[int, list[Invitation]] = {}
    for invitation in asked.order_by("sent_at"):
        by_person.setdefault(living[invitation.customer_id or 0], []).append(invitation)
    for invitations in by_person.values():
        moments = [one.sent_at for one in invitations if one.sent_at]
        assert all(later - earlier >= timedelta(days=30) for earlier, later in itertools.pairwise(moments))


def assert_who_is_signed_in_at_the_shop_can_be_asked() -> None:
    visitor = regular()
    assert visitor
    lately = Invitation.objects.filter(follow_up=None, planned_at__gt=now() - timedelta(days=30))
    assert not lately.filter(customer=visitor).exists()
    assert not asked_lately(visitor, FeedbackSettings(), now())


def assert_each_answer_is_told_once() -> None:
    told = Counter(Event.objects.filter(name="survey.answered").values_list("subject", flat=True))
    assert told == Counter(f"answer:{pk}" for pk in Answer.objects.values_list("pk", flat=True))
