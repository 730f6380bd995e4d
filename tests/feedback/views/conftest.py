"""Dana was unhappy with alice's work, and somebody else was happy."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, Team, User
from customers.models import Customer
from feedback.models import Answer, FollowUp, Survey
from tests.factories.answers import AnswerFactory, FollowUpFactory
from tests.factories.surveys import InvitationFactory, SurveyFactory
from tests.factories.tickets import TicketFactory
from tickets.models import Ticket


@pytest.fixture
def survey(brand: Brand) -> Survey:
    return SurveyFactory(brand=brand, name="Satisfaction")


@pytest.fixture
def ticket(brand: Brand, dana: Customer, alice: User) -> Ticket:
    return TicketFactory(brand=brand, customer=dana, subject="Kettle", assignee=alice)


@pytest.fixture
def answered(survey: Survey, alice: User, team: Team, brand: Brand) -> Callable[..., Answer]:
    """`answered(4, "Thanks", agent=bob)`."""

    def make(score: int, comment: str = "", ticket: Ticket | None = None, **more: Any) -> Answer:
        about = ticket or TicketFactory(brand=brand)
        asked = InvitationFactory(
            survey=survey, ticket=about, state="answered", **{"agent": alice, "team": team} | more
        )
        return AnswerFactory(invitation=asked, score=score, comment=comment)

    return make


@pytest.fixture
def bad(answered: Callable[..., Answer], ticket: Ticket) -> Answer:
    return answered(1, "The kettle is broken again, this is a joke!", ticket=ticket)


@pytest.fixture
def follow_up(bad: Answer, alice: User) -> FollowUp:
    return FollowUpFactory(answer=bad, owner=alice)
