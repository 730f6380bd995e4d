import pytest

from accounts.models import Brand, Team
from customers.models import Customer
from tests.factories.tickets import InboxFactory
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.models import Inbox, Ticket


@pytest.fixture
def inbox(brand: Brand, team: Team) -> Inbox:
    return InboxFactory(brand=brand, name="Support", key="support", default_team=team)


def mail(external_id: str = "first@example.net", **fields: object) -> IncomingMessage:
    """A mail of dana's, as the e-mail kind reads it."""
    values = {
        "kind": "email",
        "external_id": external_id,
        "from_name": "Dana Duarte",
        "from_address": "dana@example.net",
        "subject": "My parcel is late",
        "text": "Where is it?",
        "reply_text": "Where is it?",
    }
    return IncomingMessage(**(values | fields))


@pytest.fixture
def ticket(inbox: Inbox, dana: Customer) -> Ticket:
    """A new ticket of dana's with one mail."""
    return receive_message(inbox=inbox, customer=dana, incoming=mail()).ticket
