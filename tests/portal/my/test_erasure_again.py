"""An erasure that failed is gone on with, by a colleague's decision."""

import datetime as dt

import pytest

from customers.domain.merge import merge as merge_people
from customers.models import Customer
from portal.domain import requests, running
from portal.models import DataRequest
from tests.factories.customers import CustomerFactory
from tests.portal.my.conftest import DANA
from tests.portal.my.everywhere import MARK, rows_with
from tests.portal.my.test_erasure import AGAIN, WEEK
from tests.portal.my.test_tickets import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed(clock, ask, full, monkeypatch):
    """It broke off in the middle, each time."""
    from portal.domain import erasure

    ask()
    with monkeypatch.context() as patch:
        patch.setattr(erasure, "erase_elsewhere", lambda *_: (_ for _ in ()).throw(OSError))
        clock.shift(WEEK)
        for _ in range(6):
            running.run(DataRequest.objects.get().pk)
            clock.shift(dt.timedelta(hours=3))
    row = DataRequest.objects.get()
    assert (row.state, row.why) == ("failed", "OSError")
    return row


def test_failed_erasure_is_tried_again_by_a_colleague(failed, client_for, lead, alice):
    path = f"/desk/privacy/{failed.pk}/"
    page = read(client_for(lead), path)
    assert AGAIN in page
    assert "Files could not be read or written" in page
    assert "Two people: erase nothing" not in page
    assert AGAIN not in read(client_for(alice), path)
    client_for(lead).post(f"{path}decide/", {"erase": "1"})
    failed.refresh_from_db()
    assert (failed.state, failed.why, failed.values) == ("done", "", [])
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}
    assert AGAIN not in read(client_for(lead), path)


def test_failed_erasure_goes_on_with_the_people_it_began_with(failed, client_for, pool, lead):
    """Their entry was joined with Erik's after it was emptied: he must not go with it."""
    erik = CustomerFactory(pool=pool, name="Erik", email="erik@example.org")
    merge_people(erik, failed.customer, actor=lead)
    client_for(lead).post(f"/desk/privacy/{failed.pk}/decide/", {"erase": "1"})
    failed.refresh_from_db()
    assert (failed.state, failed.people) == ("done", [failed.customer_id])
    assert Customer.objects.get(pk=erik.pk).name == "Erik"


def test_what_has_begun_cannot_be_taken_back(failed, me_at, brand, pool, lead):
    """She wrote again, a colleague joined her with her old entry, and it waits for its next try."""
    new = CustomerFactory(pool=pool, email=DANA)
    merge_people(new, failed.customer, actor=lead)
    requests.release(failed, actor=lead)
    with pytest.raises(requests.NotPossible):
        requests.take_back(me_at(brand), failed.token)


def test_failed_erasure_cannot_be_refused(failed, client_for, lead):
    """Half of it is gone: nothing stays that could be kept."""
    client_for(lead).post(f"/desk/privacy/{failed.pk}/decide/", {"keep": "1"})
    failed.refresh_from_db()
    assert failed.state == "failed"


def test_failed_copy_is_no_erasure_to_be_decided(dana, brand, client_for, lead):
    row = DataRequest.objects.create(
        kind="download", brand=brand, customer=dana, state="failed", why="OSError"
    )
    path = f"/desk/privacy/{row.pk}/"
    assert AGAIN not in read(client_for(lead), path)
    client_for(lead).post(f"{path}decide/", {"erase": "1"})
    row.refresh_from_db()
    assert row.state == "failed"


def test_later_wish_counts_for_a_failed_one(dana, brand, pool, client_for, lead):
    """It failed before anything was done, and the customer asked once more."""
    row = DataRequest.objects.create(
        kind="erasure", brand=brand, customer=dana, state="failed", why="OSError"
    )
    DataRequest.objects.create(kind="erasure", brand=brand, customer=dana)
    client_for(lead).post(f"/desk/privacy/{row.pk}/decide/", {"erase": "1"})
    row.refresh_from_db()
    assert row.state == "failed"
