"""Two workers at once: one question, one answer."""

import datetime as dt

import pytest

from carecenter.lib.time import now
from channels_app.tasks import sweep_outbox
from feedback.domain import sending
from feedback.domain.answering import Said, answer, rate
from feedback.domain.planning import plan_solved
from feedback.domain.surveys import start
from feedback.models import Answer, Invitation, Survey
from journal.models import Event
from tests.contracts.racing import at_once
from tests.factories.surveys import InvitationFactory
from tickets.domain.status import change_status
from tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
LONG_AGO = dt.timedelta(hours=2)


@pytest.fixture
def due(solve, rule, rules):
    """A question that is due, and no quiet hours."""
    rules.quiet_from = rules.quiet_until
    rules.save(update_fields=["quiet_from"])
    return make_due(solve())


def make_due(ticket):
    """What the wiring has planned for the ticket, an hour later. By itself it would be sent as soon as it is due."""
    planned = Invitation.objects.filter(ticket=ticket, state="planned")
    assert planned.update(send_at=now() - LONG_AGO) == 1
    return Invitation.objects.get(ticket=ticket)


def test_solved_event_handled_by_many_is_one_question(solve, rule):
    ticket = solve()
    Invitation.objects.all().delete()
    at = now()
    at_once(*[lambda: plan_solved(ticket.pk, at)] * 4)
    assert Invitation.objects.count() == 1


def test_question_sent_by_many_is_one_message_and_one_mail(due, settings):
    settings.UNDO_SECONDS = 0
    at_once(*[lambda: sending.send(due.pk)] * 4)
    assert Message.objects.filter(is_auto=True).count() == 1
    at_once(*[sweep_outbox] * 3)
    texts = [file.read_text() for file in settings.MAIL_DIR.glob("*.eml")]
    assert sum("Auto-Submitted" in text for text in texts) == 1


def test_two_questions_to_one_person_sent_at_once_are_one(due, solve):
    second = make_due(solve())
    at_once(lambda: sending.send(due.pk), lambda: sending.send(second.pk))
    assert sorted(Invitation.objects.values_list("state", flat=True)) == ["dropped", "sent"]
    assert Message.objects.filter(is_auto=True).count() == 1


def test_worker_whose_lease_ran_out_sends_nothing(due):
    lease = now() - dt.timedelta(seconds=1)
    Invitation.objects.filter(pk=due.pk).update(state="sending", next_try_at=lease)
    sending.send(due.pk)  # another one takes it
    sending.settle(due.pk, lease)  # and the first goes on
    assert Message.objects.filter(is_auto=True).count() == 1


def test_opening_again_while_it_is_sent_is_one_or_the_other(due, alice):
    at_once(lambda: sending.send(due.pk), lambda: change_status(due.ticket, "open", actor=alice))
    due.refresh_from_db()
    sent = Message.objects.filter(is_auto=True).count()
    assert (due.state, sent) in (("sent", 1), ("cancelled", 0))


def test_two_clicks_at_once_are_one_answer(survey):
    invitation = InvitationFactory(survey=survey)
    at_once(*[lambda: answer(invitation, Said(5)).pk] * 4)
    assert Answer.objects.count() == 1
    assert Event.objects.filter(name="survey.answered").count() == 1


def test_two_different_clicks_at_once_are_one_answer_and_its_change(survey):
    invitation = InvitationFactory(survey=survey)
    at_once(lambda: answer(invitation, Said(5)), lambda: answer(invitation, Said(1)))
    told = [event.data["before"] for event in Event.objects.filter(name="survey.answered").order_by("pk")]
    assert (Answer.objects.count(), told[0], told[1]) == (1, None, 6 - Answer.objects.get().score)


def test_rating_a_ticket_twice_at_once_is_one_rating(solve, survey, dana):
    ticket = solve()
    at_once(*[lambda: rate(ticket, dana, 4)] * 3)
    assert (Answer.objects.count(), Invitation.objects.count()) == (1, 1)


def test_usual_survey_set_up_twice_at_once_is_one(brand, admin):
    at_once(*[lambda: start(brand, actor=admin).pk] * 3)
    assert Survey.objects.count() == 1
