import contextlib
import socket
import threading

import pytest
from django.db import transaction
from kombu.exceptions import OperationalError

from carecenter.celery import app
from journal.domain.recording import record, recorded_together
from journal.models import Event
from journal.tasks import react
from tests.journal.reactions import seen


def test_record_outside_a_transaction_is_refused(transactional_db):
    with pytest.raises(RuntimeError):
        record("test.seen", actor="system")


def test_record_of_an_unknown_name_is_refused(db):
    with pytest.raises(LookupError):
        record("test.mistyped", actor="system")


def test_record_takes_brand_and_customer_from_the_ticket(db):
    class Ticket:
        pk, brand_id, customer_id = 7, 8, 9

    event = record("test.seen", actor="user:1", ticket=Ticket(), subject="message:3", previous=4)

    event.refresh_from_db()
    assert (event.ticket_id, event.brand_id, event.customer_id) == (7, 8, 9)
    assert (event.subject, event.data) == ("message:3", {"previous": 4})


def test_record_reacts_after_the_commit_with_one_message(transactional_db, monkeypatch):
    messages = []
    monkeypatch.setattr("journal.domain.recording._couriers", [lambda ids: messages.append(list(ids))])

    with transaction.atomic():
        first = record("test.seen", actor="system")
        with transaction.atomic():
            second = record("test.silent", actor="system")
        assert messages == []

    assert messages == [[first.pk, second.pk]]


def test_record_in_a_savepoint_that_is_rolled_back_leaves_the_others(transactional_db):
    with transaction.atomic():
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record("test.seen", actor="system")
            raise ZeroDivisionError
        kept = record("test.seen", actor="system")

    assert seen == [kept.pk]
    assert list(Event.objects.values_list("pk", flat=True)) == [kept.pk]


def test_record_before_a_savepoint_that_is_rolled_back_still_reacts(transactional_db):
    with transaction.atomic():
        kept = record("test.seen", actor="system")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record("test.seen", actor="system")
            raise ZeroDivisionError

    assert seen == [kept.pk]


def test_record_in_a_transaction_that_is_rolled_back_leaves_nothing(transactional_db):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record("test.seen", actor="system")
        raise ZeroDivisionError

    assert seen == []
    assert not Event.objects.exists()


@pytest.fixture
def broker_down():
    """Messages go to a port where whoever connects is hung up on. Gives the list of those who did."""
    before = app.conf.task_always_eager, app.conf.broker_write_url
    callers = []

    def hang_up(listener):
        with contextlib.suppress(OSError):
            while True:
                caller, _ = listener.accept()
                callers.append(caller.getpeername())
                caller.close()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=hang_up, args=[listener], daemon=True).start()
        url = f"redis://127.0.0.1:{listener.getsockname()[1]}/0"
        app.conf.task_always_eager, app.conf.broker_write_url = False, url
        app.amqp._producer_pool = None
        yield callers
        app.conf.task_always_eager, app.conf.broker_write_url = before
        app.amqp._producer_pool = None


def test_record_with_a_broker_that_is_down_keeps_the_event(transactional_db, happen, broker_down):
    with pytest.raises(OperationalError):
        react.delay([1])
    assert len(broker_down) == 1  # nobody waits for further tries

    event = happen()

    assert seen == []
    event.refresh_from_db()
    assert event.next_try_at is not None


def test_event_without_reactions_waits_for_nobody(transactional_db, happen):
    event = happen("test.silent")

    event.refresh_from_db()
    assert event.next_try_at is None
    assert event.position is not None


def test_events_recorded_together_are_one_statement(transactional_db, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1 + 3), recorded_together():  # and the savepoint
        first = record("test.seen", actor="system")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            record("test.seen", actor="lost")
            raise ZeroDivisionError
        with recorded_together():
            second = record("test.seen", actor="system")
    with pytest.raises(ZeroDivisionError), transaction.atomic(), recorded_together():
        record("test.seen", actor="lost")
        raise ZeroDivisionError

    assert list(Event.objects.order_by("pk").values_list("pk", flat=True)) == [first.pk, second.pk]
    assert seen == [first.pk, second.pk]
