"""A brand that asks: a mail inbox, a survey with one rule, and a ticket of Dana's that alice has solved."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, User
from channels_app.models import Connection
from customers.models import Customer
from feedback.models import FeedbackSettings, Invitation, Survey, SurveyRule
from tests.factories.channels import ConnectionFactory
from tests.factories.surveys import RuleFactory, SurveyFactory
from tests.factories.tickets import InboxFactory
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.domain.replies import queue_reply
from tickets.models import Ticket


@pytest.fixture
def connection(brand: Brand) -> Connection:
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    return ConnectionFactory(inbox=inbox, address="support@support.test")


@pytest.fixture
def survey(brand: Brand) -> Survey:
    return SurveyFactory(brand=brand, name="Satisfaction")


@pytest.fixture
def rule(survey: Survey) -> SurveyRule:
    return RuleFactory(survey=survey, delay_seconds=3600)


@pytest.fixture
def rules(brand: Brand) -> FeedbackSettings:
    """What holds for the brand, to be changed by a test."""
    return FeedbackSettings.objects.create(brand=brand)


@pytest.fixture
def write(connection: Connection, dana: Customer) -> Callable[..., Ticket]:
    """Dana writes a mail, or somebody else does."""
    count = iter(range(1000))

    def receive(customer: Customer | None = None, **more: Any) -> Ticket:
        customer = customer or dana
        incoming = IncomingMessage(
            kind="email",
            external_id=f"{next(count)}@mail.example",
            from_name=customer.name,
            from_address=customer.identities.get().value,
            subject="Kettle",
            text="It does not boil.",
            reply_text="It does not boil.",
        )
        return receive_message(inbox=connection.inbox, customer=customer, incoming=incoming, **more).ticket

    return receive


@pytest.fixture
def solve(write: Callable[..., Ticket], alice: User) -> Callable[..., Ticket]:
    """A ticket that alice has answered and solved."""

    def solved(customer: Customer | None = None) -> Ticket:
        ticket = write(customer)
        queue_reply(ticket, actor=alice, html="<p>Plug it in.</p>", then="solved")
        return Ticket.objects.select_related("brand").get(pk=ticket.pk)

    return solved


@pytest.fixture
def planned(clock: Any, solve: Callable[..., Ticket], rule: SurveyRule) -> Invitation:
    """The question about a ticket that was solved on Monday at nine; due at ten."""
    from carecenter.lib.time import now
    from feedback.domain.planning import plan_solved

    invitation = plan_solved(solve().pk, now())
    assert invitation is not None
    return invitation
