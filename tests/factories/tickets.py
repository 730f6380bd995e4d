"""Inboxes, tickets, contacts and messages as rows, without the verbs' effects."""

from typing import Any

import factory
from factory.django import DjangoModelFactory

from customers.models import OwnField
from tests.factories.accounts import BrandFactory
from tests.factories.customers import CustomerFactory
from tickets.domain.fields.keeping import key_from
from tickets.models import Contact, Direction, Inbox, Message, Ticket


class InboxFactory(DjangoModelFactory[Inbox]):
    class Meta:
        model = Inbox

    brand = factory.SubFactory(BrandFactory)
    name = factory.Sequence(lambda n: f"Inbox {n}")
    key = factory.Sequence(lambda n: f"inbox-{n}")
    kind = "email"


class TicketFactory(DjangoModelFactory[Ticket]):
    """With a customer of the brand's pool; `customer=None` makes an internal case."""

    class Meta:
        model = Ticket

    number = factory.Sequence(lambda n: 900_000 + n)
    brand = factory.SubFactory(BrandFactory)
    customer = factory.SubFactory(CustomerFactory, pool=factory.SelfAttribute("..brand.pool"))
    subject = factory.Sequence(lambda n: f"Subject {n}")
    last_kind = "email"


class FieldFactory(DjangoModelFactory[OwnField]):
    """`choices` by their names; the codes are made of them."""

    class Meta:
        model = OwnField

    key = factory.Sequence(lambda n: f"field_{n}")
    name = factory.Sequence(lambda n: f"Field {n}")
    kind = "text"

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        named = [one if isinstance(one, dict) else choice(one) for one in kwargs.get("choices", ())]
        return {**kwargs, "choices": named}


def choice(name: str) -> dict[str, Any]:
    return {"code": key_from(name), "name": name, "names": {}}


class ContactFactory(DjangoModelFactory[Contact]):
    class Meta:
        model = Contact

    ticket = factory.SubFactory(TicketFactory)
    customer = factory.SelfAttribute("ticket.customer")
    inbox = factory.SelfAttribute("ticket.inbox")
    kind = "email"
    direction = Direction.INBOUND


class MessageFactory(DjangoModelFactory[Message]):
    class Meta:
        model = Message

    ticket = factory.SubFactory(TicketFactory)
    contact = factory.SubFactory(ContactFactory, ticket=factory.SelfAttribute("..ticket"))
    inbox = factory.SelfAttribute("ticket.inbox")
    customer = factory.SelfAttribute("ticket.customer")
    kind = "email"
    direction = Direction.INBOUND
    from_address = "dana@example.net"
    text = factory.Sequence(lambda n: f"Text {n}")
