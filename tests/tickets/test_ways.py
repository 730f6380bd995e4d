"""By which way the composer says the answer goes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.asked import words_of
from tests.factories.customers import CustomerFactory
from tests.factories.tickets import ContactFactory, InboxFactory, MessageFactory, TicketFactory
from tickets.domain.lines import end
from tickets.templatetags.desk_ways import answer_way

pytestmark = pytest.mark.django_db


@pytest.fixture
def chat(brand, pool):
    inbox = InboxFactory(brand=brand, kind="webchat")
    ticket = TicketFactory(
        brand=brand,
        inbox=inbox,
        last_kind="webchat",
        customer=CustomerFactory(pool=pool, email="vera@example.net"),
    )
    contact = ContactFactory(ticket=ticket, inbox=inbox, kind="webchat", direction="in")
    MessageFactory(
        ticket=ticket,
        contact=contact,
        inbox=inbox,
        kind="webchat",
        from_name="Vera",
        from_address="",
        direction="in",
    )
    return contact


def test_open_chat_is_answered_in_the_chat(chat):
    way = answer_way(chat.ticket)

    assert (way.words, way.is_live) == ("in the chat, to Vera", True)


def test_left_chat_goes_by_mail(chat, brand):
    InboxFactory(brand=brand, kind="email")
    end(chat, reason="left", actor="system")

    way = answer_way(chat.ticket)
    assert (way.words, way.is_live) == ("by mail, to vera@example.net", False)


def test_left_chat_of_somebody_without_address_cannot_be_answered(chat, brand):
    InboxFactory(brand=brand, kind="email")
    chat.ticket.customer.identities.all().delete()
    end(chat, reason="left", actor="system")

    assert answer_way(chat.ticket).is_open is False


def test_mail_costs_no_query(chat, django_assert_num_queries):
    chat.ticket.last_kind = "email"

    with django_assert_num_queries(0):
        assert answer_way(chat.ticket) is None


def test_page_asks_once_where_the_answer_goes(chat, client_for, alice):
    with CaptureQueriesContext(connection) as queries:
        page = client_for(alice).get(f"/desk/tickets/{chat.ticket.pk}/").content.decode()

    assert "in the chat, to Vera" in page
    assert sum("\"direction\" = 'in'" in sql for sql in words_of(queries)) == 1
