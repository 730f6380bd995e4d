"""Erasing a customer: after a waiting time, everything that is said of them, and nothing of anybody else."""

import datetime as dt
import io

import pytest

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import path_of
from channels_app.domain.inbound import process_record
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection, InboundRecord
from customers.domain.merge import merge as merge_people
from customers.models import Customer, Identity, Order
from feedback.models import Answer
from journal.models import Event
from portal import tasks
from portal.domain import requests, running
from portal.models import DataRequest, PortalMail
from tests.factories.channels import mail
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.tickets import InboxFactory
from tests.portal.my.conftest import DANA, PRIVACY, answered, asked, text_of, wrote
from tests.portal.my.everywhere import MARK, SENDER, rows_with
from tests.portal.my.test_tickets import read
from tickets.domain import merging
from tickets.domain.search import indexing
from tickets.models import Message, SearchRow, Ticket

pytestmark = pytest.mark.django_db
AGAIN = 'name="erase"'
WEEK = dt.timedelta(days=7, seconds=1)


def run_due(clock):
    """The waiting time is over, and a worker comes by until nothing is left to do."""
    clock.shift(WEEK)
    tasks.sweep_requests()


def counted():
    order, answer = Order.objects.get(), Answer.objects.get()
    return (Message.objects.count(), Ticket.objects.count(), order.total_minor, answer.score)


def test_nothing_is_left_anywhere(clock, ask, full, dana, mails):
    Customer.objects.filter(pk=dana.pk).update(fields={"contract": MARK}, known_by=DANA)
    before = rows_with(MARK)
    assert len(before) >= 14, before
    figures = (
        Message.objects.count(),
        Ticket.objects.count(),
        Order.objects.get().total_minor,
        Answer.objects.get().score,
    )
    events = Event.objects.count()
    ask()
    run_due(clock)
    request = DataRequest.objects.get()
    assert (request.state, request.why) == ("done", "")
    indexing.index_due()
    # What no ticket says any more fades from the words of the search by its own sweep.
    left = {name: count for name, count in rows_with(MARK).items() if name != "tickets.SearchWord"}
    assert left == {}
    assert {name: count for name, count in rows_with("dana").items() if name != "tickets.SearchWord"} == {}
    assert not Identity.objects.filter(customer=dana).exists()
    # Figures and the journal stay.
    now = (
        Message.objects.count(),
        Ticket.objects.count(),
        Order.objects.get().total_minor,
        Answer.objects.get().score,
    )
    assert now == figures
    assert Event.objects.count() > events
    assert Customer.objects.filter(pk=dana.pk).exists()


def test_bytes_are_gone_too(clock, ask, full):
    shas = list(Blob.objects.values_list("sha256", flat=True))
    assert len(shas) >= 3
    ask()
    run_due(clock)
    assert [sha for sha in shas if path_of(sha).exists()] == []
    assert Blob.objects.count() == 0


def test_report_counts_what_went_and_names_nobody(clock, ask, full, client_for, alice, charlie, dana, mails):
    ask()
    run_due(clock)
    request = DataRequest.objects.get()
    counts = request.report["counts"]
    assert counts["tickets"] == Ticket.objects.count()
    assert (counts["notes"], counts["orders"], counts["comments"], counts["chats"], counts["drafts"]) == (
        1,
        1,
        1,
        1,
        1,
    )
    assert counts["raw"] == InboundRecord.objects.count()
    assert set(request.report["left"].values()) == {0}
    assert (request.address, request.values) == ("", [])
    proof = mails()[-1]
    assert (proof["To"], proof["Subject"]) == (DANA, "Your data at Nordlicht Home is erased")
    assert f"report {request.pk}" in text_of(proof)
    assert set(PortalMail.objects.values_list("address", flat=True)) == {""}
    page = read(client_for(alice), f"/desk/privacy/{request.pk}/")
    assert "0 left" in page
    assert "Erasure" in read(client_for(alice), f"/desk/privacy/customers/{dana.pk}/")
    assert client_for(charlie).get(f"/desk/privacy/{request.pk}/").status_code == 404
    event = Event.objects.get(name="customer.erased")
    assert event.customer_id == dana.pk


def test_it_waits_and_can_be_taken_back(clock, ask, sign_in, brand, full, mails):
    client = ask()
    request = DataRequest.objects.get()
    assert mails()[-1]["Subject"] == "Nordlicht Home is going to erase your data"
    clock.shift(dt.timedelta(days=6, hours=23))
    for pk in (*requests.due(), request.pk):
        running.run(pk)
    assert rows_with(MARK)
    client = sign_in(brand)
    assert "Keep my data" in read(client, PRIVACY)
    client.post(f"{PRIVACY}keep/{request.token}/")
    assert mails()[-1]["Subject"] == "Your data at Nordlicht Home stays"
    run_due(clock)
    request.refresh_from_db()
    assert (request.state, Identity.objects.filter(value=DANA).exists()) == ("cancelled", True)


def test_nobody_else_takes_it_back(ask, sign_in, brand, pool, full):
    ask()
    CustomerFactory(pool=pool, email="erik@example.org")
    request = DataRequest.objects.get()
    sign_in(brand, "erik@example.org").post(f"{PRIVACY}keep/{request.token}/")
    request.refresh_from_db()
    assert request.state == "waiting"


def test_too_late_is_said(clock, ask, me_at, brand, full):
    ask()
    me, request = me_at(brand), DataRequest.objects.get()
    run_due(clock)
    with pytest.raises(requests.NotPossible):
        requests.take_back(me, request.token)


def test_box_must_be_ticked(sign_in, brand, dana):
    assert sign_in(brand).post(f"{PRIVACY}erase/").status_code == 422
    assert not DataRequest.objects.exists()


def test_words_of_others_stay(clock, ask, full, brand, inbox, pool, alice, other_brand, other_pool):
    """Erik's ticket in which Dana stood in copy, one that was joined with hers, and another firm's Dana."""
    erik = CustomerFactory(pool=pool, name="Erik", email="erik@example.org")
    his = asked(
        brand, inbox, erik, "erik@example.org", subject="Lamp", text="It is dark.", answer="Change the bulb."
    )
    dana = Customer.objects.get(identities__value=DANA, pool=pool)
    wrote(his, dana, f"I am {MARK}, his wife", from_address=DANA)
    answered(his, DANA, f"Dear {MARK}")
    his.participants.create(address=DANA, role="copy")
    hers = asked(brand, inbox, dana, DANA, subject=f"{MARK} second", text=f"{MARK} second")
    merging.merge(hers, into=his, actor=alice)
    theirs = CustomerFactory(pool=other_pool, name="Other Dana", email=DANA)
    elsewhere = asked(
        other_brand, InboxFactory(brand=other_brand), theirs, DANA, subject="Elsewhere", text="Stays here"
    )
    ask()
    run_due(clock)
    assert DataRequest.objects.get().state == "done"
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}
    his.refresh_from_db()
    assert (his.subject, his.status) == ("Lamp", "open")
    assert {"It is dark.", "Change the bulb."} <= set(his.messages.values_list("text", flat=True))
    assert MARK not in his.preview
    elsewhere.refresh_from_db()
    assert (elsewhere.subject, theirs.identities.get().value) == ("Elsewhere", DANA)


def test_merged_rows_go_too(clock, ask, full, brand, inbox, pool):
    other = CustomerFactory(pool=pool, name=f"D. {MARK}", email="dana@work.test")
    asked(brand, inbox, other, "dana@work.test", subject=MARK, text=MARK)
    dana = Customer.objects.get(identities__value=DANA)
    merge_people(dana, other, actor=None)
    ask()
    run_due(clock)
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}
    other.refresh_from_db()
    assert (other.name, other.merged_into) == ("", dana)


def test_merge_in_between_asks_a_colleague(clock, ask, full, pool, client_for, lead, alice, mails):
    """Somebody joined Dana with Erik after she asked. He must not go with her by accident."""
    erik = CustomerFactory(pool=pool, name="Erik", email="erik@example.org")
    ask()
    dana = Customer.objects.get(identities__value=DANA)
    done = merge_people(dana, erik, actor=lead)
    run_due(clock)
    request = DataRequest.objects.get()
    assert (request.state, rows_with(MARK) != {}) == ("held", True)
    path = f"/desk/privacy/{request.pk}/decide/"
    assert client_for(alice).post(path, {"erase": "1"}).status_code == 404
    client_for(lead).post(path, {"keep": "1"})
    request.refresh_from_db()
    assert request.state == "cancelled"
    assert Customer.objects.get(pk=erik.pk).name == "Erik"
    assert mails()[-1]["Subject"] == "Your data at Nordlicht Home stays"
    assert done.kept == dana


def test_colleague_says_that_it_is_one_person(clock, ask, full, pool, client_for, lead):
    erik = CustomerFactory(pool=pool, name=f"Dana {MARK} too", email="dana2@example.org")
    ask()
    merge_people(Customer.objects.get(identities__value=DANA), erik, actor=lead)
    run_due(clock)
    client_for(lead).post(f"/desk/privacy/{DataRequest.objects.get().pk}/decide/", {"erase": "1"})
    assert DataRequest.objects.get().state == "done"
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}


def test_address_that_was_only_claimed_takes_nobody_along(clock, ask, full, brand, inbox):
    """Erik's address was typed where Dana was; his mails went to her row. He keeps them, as a person of his own."""
    dana = Customer.objects.get(identities__value=DANA)
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    his = asked(brand, inbox, dana, "erik@example.org", subject="Lamp", text="It is dark.")
    ask()
    run_due(clock)
    assert DataRequest.objects.get().state == "done"
    his.refresh_from_db()
    assert his.customer != dana
    assert (his.subject, his.messages.get().text) == ("Lamp", "It is dark.")
    assert Identity.objects.get(value="erik@example.org").customer == his.customer


def test_who_proved_less_erases_nothing(clock, ask, full):
    dana = Customer.objects.get(identities__value=DANA)
    IdentityFactory(customer=dana, value="erik@example.org", evidence="claimed")
    ask("erik@example.org")
    assert not DataRequest.objects.exists()


@pytest.mark.parametrize("place", ["erase_ticket", "erase_elsewhere", "drop", "finish"])
def test_worker_that_dies_is_followed_by_another(place, clock, ask, full, monkeypatch):
    from portal.domain import erasure

    ask()
    with monkeypatch.context() as patch:
        patch.setattr(erasure, place, lambda *_: (_ for _ in ()).throw(SystemExit))
        clock.shift(WEEK)
        with pytest.raises(SystemExit):
            running.run(DataRequest.objects.get().pk)
    request = DataRequest.objects.get()
    assert request.state == "running"
    # It should stay with the one who has it until the lease is over
    running.run(request.pk)
    assert DataRequest.objects.get().state == "running"
    clock.shift(301)
    for pk in requests.due():
        running.run(pk)
    assert DataRequest.objects.get().state == "done"
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}


def test_same_mail_once_more_is_no_new_ticket(clock, ask, full, inbox):
    """The mailbox may give it out again: the row and its key are still there, its bytes are not."""
    line = Connection.objects.get(inbox=inbox)
    raw = mail(
        f"My {MARK} does not boil.",
        subject=MARK,
        **SENDER,
    )
    ask()
    run_due(clock)
    tickets, records = Ticket.objects.count(), InboundRecord.objects.count()
    again = store_raw([line], keep_bytes(io.BytesIO(raw)))[0]
    process_record(again.pk)
    assert (Ticket.objects.count(), InboundRecord.objects.count(), bytes(again.raw)) == (
        tickets,
        records,
        b"",
    )


def test_who_writes_again_is_somebody_new(clock, ask, full, inbox, dana):
    line = Connection.objects.get(inbox=inbox)
    ask()
    run_due(clock)
    old = Ticket.objects.get(pk=full.pk)
    raw = mail("Hello again", message_id="<new@example.net>", subject=f"Re: [#{old.number}]")
    record = process_record(store_raw([line], keep_bytes(io.BytesIO(raw)))[0].pk)
    assert record.ticket != old
    assert record.ticket.customer_id not in (None, dana.pk)


def test_answer_that_waits_is_not_sent_empty(clock, ask, full):
    waiting = answered(full, DANA, MARK, delivery="queued")
    ask()
    run_due(clock)
    waiting.refresh_from_db()
    assert (waiting.delivery, waiting.text, waiting.to) == ("withdrawn", "", [])


def test_sessions_end_with_it(clock, ask, sign_in, second_brand, full):
    clock.shift(dt.timedelta(days=6))
    ask()
    elsewhere = sign_in(second_brand)
    run_due(clock)
    assert elsewhere.get("/help/nordlicht-garden/my/").status_code == 302


def test_search_finds_them_no_more(clock, ask, full):
    row = SearchRow.objects.get(pk=full.pk)
    assert MARK in str(row.words)
    ask()
    run_due(clock)
    indexing.index_due()
    assert MARK not in str(SearchRow.objects.get(pk=full.pk).words)
