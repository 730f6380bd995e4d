"""Surveys, their rules and invitations as rows, without the verbs' effects."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from carecenter.lib.time import now
from feedback.models import Invitation, Survey, SurveyRule
from tests.factories.accounts import BrandFactory
from tests.factories.tickets import TicketFactory


class SurveyFactory(DjangoModelFactory[Survey]):
    class Meta:
        model = Survey

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Survey {n}")


class RuleFactory(DjangoModelFactory[SurveyRule]):
    """An hour after a ticket is solved, everybody."""

    class Meta:
        model = SurveyRule

    survey = factory.SubFactory(SurveyFactory)


class InvitationFactory(DjangoModelFactory[Invitation]):
    """One that was sent just now, about a ticket of the survey's brand."""

    class Meta:
        model = Invitation

    survey = factory.SubFactory(SurveyFactory)
    brand = factory.SelfAttribute("survey.brand")
    ticket: Any = factory.SubFactory(TicketFactory, brand=factory.SelfAttribute("..brand"))
    customer = factory.SelfAttribute("ticket.customer")
    kind = "email"
    language = "en"
    state = Invitation.State.SENT
    send_at = factory.LazyFunction(now)
    sent_at = factory.SelfAttribute("send_at")
