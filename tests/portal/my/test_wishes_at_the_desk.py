"""The desk's list of what customers asked about their data."""

import datetime as dt
import re

import pytest

from carecenter.lib.time import now
from customers.models import Identity
from journal.actors import user_actor
from journal.models import Event
from portal import tasks
from portal.domain import paging
from portal.models import DataRequest, PortalMail
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.portal.my.conftest import asked
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
LIST = "/desk/privacy/"


def wish(brand, number, **fields):
    customer = CustomerFactory(pool=brand.pool, name=f"Person {number:03d}")
    at = now() - dt.timedelta(hours=number)
    return DataRequest.objects.create(
        **{"kind": "download", "state": "done"} | fields, brand=brand, customer=customer, asked_at=at
    )


def people_in(page):
    return re.findall(r"Person \d{3}", page)


def link(page, words):
    found = re.search(rf'<a href="([^"]+)"[^>]*>(?:<svg(?:(?!</a>).)*?</svg>)?\s*{words}', page, re.DOTALL)
    return found[1].replace("&amp;", "&") if found else None


def test_every_wish_is_on_one_of_the_pages(brand, alice, client_for, monkeypatch):
    monkeypatch.setattr(paging, "ROWS", 2)
    for number in range(5):
        wish(brand, number)
    client, pages, path = client_for(alice), [], ""
    while path is not None:
        pages.append(client.get(LIST + path).content.decode())
        path = link(pages[-1], "Older wishes")
    assert [people_in(page) for page in pages] == [
        ["Person 000", "Person 001"],
        ["Person 002", "Person 003"],
        ["Person 004"],
    ]
    assert link(pages[0], "Back to the latest") is None
    assert link(pages[2], "Back to the latest") == "?"


def test_what_needs_a_colleague_stands_above_and_on_pages_of_its_own(brand, alice, client_for, monkeypatch):
    monkeypatch.setattr(paging, "ROWS", 2)
    for number in range(3):
        wish(brand, number)
    for number in range(10, 13):
        wish(brand, number, kind="erasure", state=("held", "failed")[number % 2])
    client = client_for(alice)
    first = client.get(LIST).content.decode()
    assert people_in(first) == ["Person 010", "Person 011", "Person 000", "Person 001"]
    second = client.get(LIST + link(first, "Older wishes")).content.decode()
    assert people_in(second) == ["Person 002"]
    waiting = client.get(link(first, "All that need a colleague")).content.decode()
    assert people_in(waiting) == ["Person 010", "Person 011"]
    rest = client.get(LIST + link(waiting, "Older wishes")).content.decode()
    assert people_in(rest) == ["Person 012"]
    assert link(rest, "All wishes") == LIST


def test_pages_cost_the_same(brand, alice, client_for, django_assert_max_num_queries):
    for number in range(30):
        wish(brand, number, state=("done", "held")[number % 2], kind="erasure")
    client = client_for(alice)
    with django_assert_max_num_queries(20):
        client.get(LIST)


def test_wishes_of_another_firm_are_not_listed(brand, other_brand, charlie, client_for):
    wish(brand, 1)
    wish(brand, 2, kind="erasure", state="held")
    for path in (LIST, f"{LIST}?show=waiting", f"{LIST}?after=2020-01-01T00:00:00%2B00:00~1"):
        assert people_in(client_for(charlie).get(path).content.decode()) == []


def test_a_colleague_erases_somebody_who_asked_by_mail_with_a_second_word(brand, lead, alice, client_for):
    customer = CustomerFactory(pool=brand.pool, name="Dora Departing")
    IdentityFactory(customer=customer, value="dora@example.org", evidence="claimed")
    asked(brand, None, customer, "dora@example.org", subject="SECRET", text="SECRET")
    path = f"/desk/privacy/customers/{customer.pk}/erase/"
    client = client_for(lead)
    assert client_for(alice).post(path).status_code in (403, 404)
    report = client.post(path).url
    row = DataRequest.objects.get()
    customer.refresh_from_db()
    assert (row.state, customer.name, client.post(path).url) == (
        "held",
        "Dora Departing",
        f"/desk/customers/{customer.pk}/",
    )
    page = client.get(report).content.decode()
    assert "Erase for good" in page
    assert "dora@example.org" in page
    client.post(f"{report}decide/", {"erase": "1"})
    tasks.sweep_requests()
    customer.refresh_from_db()
    row.refresh_from_db()
    said = Event.objects.filter(name="customer.erasure_asked").values_list("actor", flat=True)
    assert (row.state, customer.name) == ("done", "")
    # All that she wrote went by an address nobody ever checked, as with most who only write mails.
    assert not Message.objects.exclude(text="").exists()
    assert not Ticket.objects.exclude(subject="").exists()
    assert not Identity.objects.filter(value="dora@example.org").exists()
    assert set(said) == {user_actor(lead.pk)}
    assert not PortalMail.objects.exists()
