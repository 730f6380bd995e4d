from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Brand, Team
from customers.models import Customer
from tests.factories.tickets import InboxFactory
from tickets.domain.intake import IncomingMessage, receive_message
from tickets.domain.search import indexing
from tickets.models import Inbox, Ticket


@pytest.fixture
def inbox(brand: Brand, team: Team) -> Inbox:
    return InboxFactory(brand=brand, name="Support", key="support", default_team=team)


@pytest.fixture
def say(inbox: Inbox, dana: Customer) -> Callable[..., Ticket]:
    """`say("Where is it?", subject="…")` is a mail of dana's on a ticket of its own, and its row is written."""
    count = iter(range(1, 10_000))

    def write(text: str, *, subject: str = "A question", at: Any = None, **fields: Any) -> Ticket:
        place = fields.pop("inbox", inbox)
        customer = fields.pop("customer", dana)
        ticket = fields.pop("ticket", None)
        values = {
            "kind": "email",
            "external_id": f"said{next(count)}@example.net",
            "from_name": "Dana Duarte",
            "from_address": "dana@example.net",
            "subject": subject,
            "text": text,
            "reply_text": text,
        }
        incoming = IncomingMessage(**(values | fields))
        made = receive_message(inbox=place, customer=customer, incoming=incoming, ticket=ticket).ticket
        if at is not None:
            Ticket.objects.filter(pk=made.pk).update(last_message_at=at, created_at=at)
            made.refresh_from_db()
        indexing.write_rows([made.pk])
        return made

    return write
