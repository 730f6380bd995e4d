"""A customer at her own pages, and the mails she gets."""

import email
import email.policy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import Brand
from portal.domain.sessions import Me, cookie_name, me_of, open_session
from tests.factories.channels import ConnectionFactory
from tests.factories.customers import CustomerFactory, IdentityFactory, OrganisationFactory
from tests.factories.tickets import ContactFactory, InboxFactory, MessageFactory, TicketFactory
from tickets.models import Direction, Inbox, Participant, Ticket

DANA = "dana@example.net"
PRIVACY = "/help/nordlicht-home/my/privacy/"


@pytest.fixture
def inbox(brand: Brand) -> Inbox:
    connection = ConnectionFactory(
        inbox=InboxFactory(brand=brand, name="Support", key="support"), address="support@support.test"
    )
    return connection.inbox


@pytest.fixture
def ticket(brand: Brand, inbox: Inbox, dana: Any) -> Ticket:
    """Dana's, with her mail and our answer."""
    return asked(
        brand, inbox, dana, DANA, subject="Kettle", text="It does not boil.", answer="Is it plugged in?"
    )


def asked(
    brand: Brand,
    inbox: Inbox | None,
    customer: Any,
    address: str,
    *,
    subject: str,
    text: str,
    answer: str = "",
) -> Ticket:
    """A ticket as a mail from this address opens it."""
    ticket = TicketFactory(brand=brand, inbox=inbox, customer=customer, subject=subject, status="open")
    Participant.objects.create(ticket=ticket, address=address, role="requester", customer=customer)
    contact = ContactFactory(ticket=ticket, inbox=inbox)
    MessageFactory(
        ticket=ticket,
        contact=contact,
        inbox=inbox,
        customer=customer,
        from_address=address,
        text=text,
        subject=subject,
    )
    if answer:
        answered(ticket, address, answer)
    return ticket


def answered(ticket: Ticket, to: str, text: str, **fields: Any) -> Any:
    """Our answer, which has left."""
    values = {"delivery": "sent", "from_name": "Alice Adams", "to": [{"name": "", "address": to}], **fields}
    contact = ContactFactory(ticket=ticket, direction=Direction.OUTBOUND, ended_at=ticket.created_at)
    return MessageFactory(
        ticket=ticket,
        contact=contact,
        customer=None,
        from_address="",
        direction=Direction.OUTBOUND,
        text=text,
        **values,
    )


def wrote(ticket: Ticket, customer: Any, text: str, **fields: Any) -> Any:
    """One more message that came in on the open contact."""
    contact = ticket.contacts.filter(direction=Direction.INBOUND).order_by("pk").first()
    return MessageFactory(ticket=ticket, contact=contact, customer=customer, text=text, **fields)


@pytest.fixture
def sign_in() -> Callable[..., Client]:
    """A browser in which somebody has proved this address at the brand."""

    def browser(brand: Brand, address: str = DANA) -> Client:
        opened = open_session(brand, address)
        assert opened is not None
        client = Client()
        client.cookies[cookie_name(brand)] = opened[1]
        return client

    return browser


@pytest.fixture
def me_at() -> Callable[..., Me]:
    def found(brand: Brand, address: str = DANA) -> Me:
        opened = open_session(brand, address)
        assert opened is not None
        me = me_of(brand, opened[1])
        assert me is not None
        return me

    return found


@pytest.fixture
def mails(settings: Any) -> Callable[[], list[Any]]:
    """What was sent, the oldest first."""

    return lambda: read_mails(settings.MAIL_DIR)


def read_mails(folder: Any) -> list[Any]:
    files = sorted(Path(folder).glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]


def text_of(mail: Any) -> str:
    return str(mail.get_body(("plain",)).get_content()).replace("\r\n", "\n")


def code_in(mail: Any) -> str:
    found = re.search(r"^ +(\d{3} \d{3})$", text_of(mail), re.MULTILINE)
    assert found is not None, text_of(mail)
    return found[1]


def link_in(mail: Any) -> str:
    """The path of the address in it."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text_of(mail))
    assert found is not None, text_of(mail)
    return found[1]


@pytest.fixture
def firm(pool, dana):
    """Dana's organisation, with a colleague."""
    firm = OrganisationFactory(pool=pool, name="Mill", domains=["mill.test"], shares_tickets=True)
    IdentityFactory(customer=dana, value="dana@mill.test")
    dana.organisation = firm
    dana.save(update_fields=["organisation"])
    return firm


@pytest.fixture
def colleagues(brand, inbox, pool, firm):
    colleague = CustomerFactory(pool=pool, name="Cora", organisation=firm, email="cora@mill.test")
    return asked(
        brand, inbox, colleague, "cora@mill.test", subject="Saw", text="It is blunt.", answer="Send it in."
    )


@pytest.fixture
def full(clock, inbox, dana, alice):
    from tests.portal.my.everywhere import fill  # it needs what stands above

    return fill(inbox, dana, alice)


@pytest.fixture
def ask(sign_in, brand):
    def wish(address=DANA):
        client = sign_in(brand, address)
        client.post(f"{PRIVACY}erase/", {"sure": "on"})
        return client

    return wish
