"""Lists of many rows: every one is on some page, each once."""

import html
import re

import pytest

from portal.domain import paging
from tests.factories.customers import OrderFactory
from tests.portal.my.conftest import DANA, asked
from tests.portal.my.test_tickets import HOME, read
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def next_page(page):
    found = re.search(r'rel="next" href="([^"]+)"', page)
    return found and html.unescape(found[1])


def test_older_tickets_are_on_further_pages(sign_in, brand, inbox, dana, monkeypatch):
    """Each once, ties of the same moment too, and on the way back the latest."""
    monkeypatch.setattr(paging, "ROWS", 3)
    made = [asked(brand, inbox, dana, DANA, subject="Kettle", text="x") for _ in range(7)]
    Ticket.objects.filter(pk__in=[one.pk for one in made[:5]]).update(last_message_at=made[0].last_message_at)
    client, path, seen, pages = sign_in(brand), HOME, [], 0
    while path:
        page = read(client, path)
        seen += re.findall(r"#(\d+) ·", page)
        assert ("Back to the latest" in page) == (pages > 0)
        pages += 1
        path = (rest := next_page(page)) and HOME + rest
    assert pages == 3
    assert [int(number) for number in seen] == [
        one.number for one in Ticket.objects.order_by("-last_message_at", "-pk")
    ]


def test_older_tickets_of_colleagues_stay_colleagues(sign_in, brand, inbox, colleagues, monkeypatch):
    monkeypatch.setattr(paging, "ROWS", 1)
    asked(brand, inbox, colleagues.customer, "cora@mill.test", subject="Drill", text="x")
    client = sign_in(brand, "dana@mill.test")
    path = HOME + "?whose=colleagues"
    pages = [first := read(client, path), read(client, HOME + next_page(first))]
    assert ["Drill" in page for page in pages] == [True, False]
    assert ["Saw" in page for page in pages] == [False, True]


def test_older_orders_are_on_further_pages(sign_in, brand, dana, monkeypatch):
    monkeypatch.setattr(paging, "ROWS", 2)
    for n in range(3):
        OrderFactory(customer=dana, number=f"A-{n}", brand=brand)
    client = sign_in(brand)
    pages = [first := read(client, HOME + "orders/"), read(client, HOME + "orders/" + next_page(first))]
    assert sorted(re.findall(r"A-\d", "".join(pages))) == ["A-0", "A-1", "A-2"]
    assert next_page(pages[1]) is None


@pytest.mark.parametrize("after", ["x", "~", "2026-01-01~1", "2026-01-01T00:00:00+00:00~" + "9" * 30, "\0"])
def test_key_of_no_place_is_the_first_page(after, sign_in, brand, ticket):
    response = sign_in(brand).get(HOME, {"after": after})
    assert f"#{ticket.number}" in response.content.decode()
