from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand, Team, User
from customers.models import Customer
from tests.factories.tickets import InboxFactory
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.models import Inbox, Ticket

HTMX = {"HX-Request": "true"}


@pytest.fixture
def inbox(brand: Brand, team: Team) -> Inbox:
    return InboxFactory(brand=brand, name="Support", key="support", default_team=team)


@pytest.fixture
def write_in(inbox: Inbox, dana: Customer) -> Callable[..., Ticket]:
    """`write_in()` is a mail of dana's; with `ticket=` on that one."""
    count = iter(range(1, 1000))

    def write(ticket: Ticket | None = None, **fields: Any) -> Ticket:
        text = fields.pop("text", "Where is it?")
        values = {
            "kind": "email",
            "external_id": f"mail{next(count)}@example.net",
            "from_name": "Dana Duarte",
            "from_address": "dana@example.net",
            "subject": "My parcel is late",
            "text": text,
            "reply_text": text,
        }
        incoming = IncomingMessage(**(values | fields))
        return receive_message(inbox=inbox, customer=dana, incoming=incoming, ticket=ticket).ticket

    return write


@pytest.fixture
def ticket(write_in: Callable[..., Ticket]) -> Ticket:
    return write_in()


@pytest.fixture
def alice_at(client_for: Callable[[User], Client], alice: User) -> Client:
    return client_for(alice)
