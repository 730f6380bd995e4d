"""The process that asks dies at a named point: the question goes out once, late rather than twice."""

import datetime as dt

import pytest

from carecenter.lib.time import now
from channels_app.tasks import sweep_outbox
from feedback.domain import sending
from feedback.domain.planning import plan_solved
from feedback.models import FeedbackSettings, Invitation
from tests.factories.channels import ConnectionFactory
from tests.factories.surveys import RuleFactory, SurveyFactory
from tests.factories.tickets import InboxFactory, MessageFactory, TicketFactory
from tests.faults.test_points import die_at  # noqa: F401
from tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)
SEND = "from feedback.domain.sending import send; send({pk})"


@pytest.fixture
def due(brand, dana) -> Invitation:
    """A question to Dana whose time has come, at whatever hour this test runs."""
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    ConnectionFactory(inbox=inbox, address="support@support.test")
    FeedbackSettings.objects.create(brand=brand, quiet_from=dt.time(8), quiet_until=dt.time(8))
    RuleFactory(survey=SurveyFactory(brand=brand), delay_seconds=3600)
    ticket = TicketFactory(brand=brand, inbox=inbox, customer=dana, status="solved", first_replied_at=now())
    MessageFactory(ticket=ticket, from_name="Dana Duarte")
    invitation = plan_solved(ticket.pk, now())
    assert invitation is not None
    # Due from now on: sooner, the wiring would have sent it at once
    Invitation.objects.filter(pk=invitation.pk).update(send_at=now() - dt.timedelta(minutes=1))
    return invitation


@pytest.mark.parametrize(
    ("point", "is_asked"),
    [("after_survey_claim", False), ("before_survey_commit", False), ("after_survey_sent", True)],
)
def test_worker_dies_while_it_asks(point, is_asked, die_at, due, settings):  # noqa: F811
    settings.UNDO_SECONDS = 0
    die_at(point, SEND.format(pk=due.pk))
    assert Message.objects.filter(is_auto=True).count() == is_asked
    assert sending.due(10) == []  # whoever took it has still time
    Invitation.objects.filter(state="sending").update(next_try_at="2020-01-01T00:00Z")
    for pk in [*sending.due(10), due.pk]:
        sending.send(pk)
    Message.objects.filter(is_auto=True).update(next_try_at=now())
    sweep_outbox()
    due.refresh_from_db()
    assert (due.state, Message.objects.filter(is_auto=True).count()) == ("sent", 1)
    texts = [file.read_text() for file in settings.MAIL_DIR.glob("*.eml")]
    assert len(texts) == 1
    assert f"/s/{due.key}/" in texts[0].replace("=\n", "")
