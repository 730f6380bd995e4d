"""Answers and follow-ups as rows, without the verbs' effects."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from carecenter.lib.time import in_seconds, now
from feedback.models import Answer, FollowUp, Invitation
from tests.factories.surveys import InvitationFactory


class AnswerFactory(DjangoModelFactory[Answer]):
    """To an invitation of its own; whose it is and what it measures are the invitation's."""

    class Meta:
        model = Answer

    invitation: Any = factory.SubFactory(InvitationFactory, state=Invitation.State.ANSWERED)
    brand = factory.SelfAttribute("invitation.brand")
    team = factory.SelfAttribute("invitation.team")
    inbox = factory.SelfAttribute("invitation.inbox")
    agent = factory.SelfAttribute("invitation.agent")
    measure = factory.SelfAttribute("invitation.survey.measure")
    score = 5
    answered_at = factory.LazyFunction(now)
    changed_at = factory.SelfAttribute("answered_at")


class FollowUpFactory(DjangoModelFactory[FollowUp]):
    """Open, due in a day, nobody's."""

    class Meta:
        model = FollowUp

    answer = factory.SubFactory(AnswerFactory, score=1)
    brand = factory.SelfAttribute("answer.brand")
    ticket = factory.SelfAttribute("answer.invitation.ticket")
    opened_at = factory.LazyFunction(now)
    due_at = factory.LazyFunction(lambda: in_seconds(86_400))
