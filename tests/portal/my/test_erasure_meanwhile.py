"""Whoever writes while they are erased is somebody new, and keeps what they wrote; copies do not come back."""

import datetime as dt
import io
import threading

import pytest
from django.db import connection, transaction

from channels_app.domain import appending, inbound
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection
from customers.models import Identity
from portal.domain import copies, erasing, erasure, requests, running
from portal.models import DataRequest, PortalMail
from tests.factories.channels import mail
from tests.factories.customers import CustomerFactory
from tests.portal.my.conftest import DANA, answered, asked
from tests.portal.my.everywhere import MARK, fill, rows_with
from tickets.models import Message, Participant, Status, Ticket

pytestmark = pytest.mark.django_db
NEW = "Do you deliver on Sundays?"


@pytest.fixture
def full(clock, inbox, dana, alice):
    return fill(inbox, dana, alice)


@pytest.fixture
def request_(clock, me_at, brand, full):
    """Asked a week ago: due now."""
    row = requests.ask_erasure(me_at(brand), language="en")
    clock.shift(dt.timedelta(days=7, seconds=1))
    return row


def arrives(inbox, text, **headers):
    """A mail from Dana comes in and is read at once."""
    line = Connection.objects.get(inbox=inbox)
    return inbound.process_record(store_raw([line], keep_bytes(io.BytesIO(mail(text, **headers))))[0].pk)


def meanwhile(monkeypatch, clock, what, *, before="erase_ticket"):
    """Does this once, a second after the erasure began."""
    verb = getattr(erasure, before)

    def with_it(*given):
        monkeypatch.setattr(erasure, before, verb)
        clock.shift(1)
        what()
        return verb(*given)

    monkeypatch.setattr(erasure, before, with_it)


@pytest.mark.parametrize("moment", ["erase_ticket", "erase_elsewhere", "finish"])
def test_mail_that_comes_meanwhile_is_of_somebody_new(moment, clock, request_, inbox, dana, monkeypatch):
    records = []
    meanwhile(
        monkeypatch,
        clock,
        lambda: records.append(arrives(inbox, NEW, message_id="<new@example.net>", subject="Sundays")),
        before=moment,
    )
    running.run(request_.pk)
    request_.refresh_from_db()
    assert (request_.state, request_.why) == ("done", "")
    record = records[0]
    record.refresh_from_db()
    ticket = Ticket.objects.get(pk=record.ticket_id)
    assert (ticket.subject, ticket.status, ticket.messages.get().text.strip()) == ("Sundays", "new", NEW)
    assert NEW.encode() in bytes(record.raw)
    assert list(ticket.participants.values_list("address", "role")) == [(DANA, "requester")]
    assert ticket.customer not in (None, dana)
    assert Identity.objects.get(value=DANA).customer == ticket.customer
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}


def test_our_answer_to_it_stays(clock, request_, inbox, monkeypatch):
    def ask_and_answer():
        ticket = arrives(inbox, NEW, message_id="<new@example.net>", subject="Sundays").ticket
        answered(ticket, DANA, "Never.")

    meanwhile(monkeypatch, clock, ask_and_answer)
    running.run(request_.pk)
    answer = Message.objects.get(text="Never.")
    assert answer.to == [{"name": "", "address": DANA}]


def test_answer_to_an_old_mail_becomes_a_ticket_of_its_own(clock, request_, inbox, full, dana, monkeypatch):
    """It comes after the beginning, on a ticket whose turn has not come yet."""
    meanwhile(
        monkeypatch,
        clock,
        lambda: arrives(inbox, NEW, message_id="<new@example.net>", subject=f"[#{full.number}]"),
    )
    running.run(request_.pk)
    assert DataRequest.objects.get().state == "done"
    message = Message.objects.get(text__contains=NEW)
    assert (message.ticket_id != full.pk, message.ticket.is_active) == (True, True)
    assert message.ticket.waiting_since is not None
    assert message.ticket.contacts.get().ended_at is None
    assert message.customer == message.ticket.customer == Identity.objects.get(value=DANA).customer != dana
    full.refresh_from_db()
    assert (full.status, full.subject) == (Status.CLOSED, "")
    assert rows_with(MARK).keys() <= {"tickets.SearchWord"}


def test_word_on_a_ticket_of_somebody_else_keeps_her_in_copy(
    clock, request_, brand, inbox, pool, monkeypatch
):
    erik = CustomerFactory(pool=pool, name="Erik", email="erik@example.org")
    his = asked(brand, inbox, erik, "erik@example.org", subject="Lamp", text="It is dark.")
    Ticket.objects.filter(pk=his.pk).update(created_at=request_.asked_at)
    his.participants.create(address=DANA, role="copy")
    meanwhile(
        monkeypatch,
        clock,
        lambda: arrives(inbox, NEW, message_id="<new@example.net>", subject=f"[#{his.number}]"),
    )
    running.run(request_.pk)
    message = Message.objects.get(text__contains=NEW)
    assert (message.ticket, DataRequest.objects.get().state) == (his, "done")
    assert Participant.objects.filter(ticket=his, address=DANA).exists()


def test_second_try_spares_what_came_since_the_first(clock, request_, inbox, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(erasure, "erase_elsewhere", lambda *_: (_ for _ in ()).throw(OSError))
        running.run(request_.pk)
    clock.shift(60)
    ticket = arrives(inbox, NEW, message_id="<new@example.net>", subject="Sundays").ticket
    running.run(request_.pk)
    ticket.refresh_from_db()
    assert (DataRequest.objects.get().state, ticket.subject, ticket.status) == ("done", "Sundays", "new")
    assert ticket.participants.get().address == DANA


@pytest.mark.django_db(transaction=True)
def test_worker_that_took_them_for_who_they_were(clock, inbox, dana, alice, me_at, brand, monkeypatch):
    """Two connections: one has read who wrote, and stores the mail only when the other has erased them."""
    fill(inbox, dana, alice)
    row = requests.ask_erasure(me_at(brand), language="en")
    clock.shift(dt.timedelta(days=7, seconds=1))
    known, begun, stored = threading.Event(), threading.Event(), threading.Event()
    append = appending.append

    def slow(*given, **named):
        known.set()
        assert begun.wait(20)
        return append(*given, **named)

    def arriving():
        try:
            arrives(inbox, NEW, message_id="<new@example.net>", subject="Sundays")
        finally:
            stored.set()
            connection.close()

    monkeypatch.setattr(inbound, "append", slow)
    other = threading.Thread(target=arriving)
    other.start()
    assert known.wait(20)

    def late_enough():
        begun.set()
        assert stored.wait(20)

    meanwhile(monkeypatch, clock, late_enough)
    running.run(row.pk)
    other.join(20)
    row.refresh_from_db()
    assert (row.state, row.why) == ("done", "")
    message = Message.objects.get(text__contains=NEW)
    assert (message.ticket.subject, message.ticket.status) == ("Sundays", "new")
    assert message.customer == message.ticket.customer == Identity.objects.get(value=DANA).customer != dana
    assert message.ticket.contacts.get().customer == message.customer


def test_copy_that_is_being_made_does_not_come_back(clock, request_, me_at, brand, monkeypatch):
    """It has read everything, and would finish after the person was erased."""
    copy = requests.ask_copy(me_at(brand), language="en")
    write = copies.write_zip

    def slow(*given):
        counts = write(*given)
        running.run(request_.pk)
        return counts

    monkeypatch.setattr(copies, "write_zip", slow)
    running.run(copy.pk)
    copy.refresh_from_db()
    request_.refresh_from_db()
    assert (request_.state, copy.state, copy.blob, copy.address) == ("done", "cancelled", None, "")
    assert not PortalMail.objects.filter(request=copy).exists()
    clock.shift(dt.timedelta(hours=3))
    running.run(copy.pk)
    copy.refresh_from_db()
    assert copy.state == "cancelled"


def test_failure_of_a_cancelled_copy_does_not_bring_it_back(clock, request_, me_at, brand, monkeypatch):
    copy = requests.ask_copy(me_at(brand), language="en")

    def breaks(*_):
        running.run(request_.pk)
        raise OSError

    monkeypatch.setattr(copies, "write_zip", breaks)
    running.run(copy.pk)
    copy.refresh_from_db()
    assert copy.state == "cancelled"


def test_wish_for_a_copy_that_came_with_it_is_found_at_the_end(request_, me_at, brand, monkeypatch, clock):
    """Its page was open when the erasure began."""
    me = me_at(brand)
    meanwhile(monkeypatch, clock, lambda: requests.ask(me, "download", language="en", days=0))
    running.run(request_.pk)
    copy = DataRequest.objects.get(kind="download")
    assert (DataRequest.objects.get(kind="erasure").state, copy.state) == ("done", "cancelled")


def test_copies_that_are_left_are_counted(request_, dana, me_at, brand):
    copy = requests.ask_copy(me_at(brand), language="en")
    assert erasing.left([dana.pk], [DANA], brand.pool_id, until=copy.asked_at)["copies"] == 1
    with transaction.atomic():
        erasing.forget_copies([dana.pk])
    assert erasing.left([dana.pk], [DANA], brand.pool_id, until=copy.asked_at)["copies"] == 0
