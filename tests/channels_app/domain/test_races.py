"""Two connections at once: one of them wins, the other gets what is there."""

import io

import pytest

from channels_app.domain import inbound, outbox
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import InboundRecord
from customers.models import Customer
from tests.contracts.racing import at_once
from tests.factories.channels import arrive, mail
from tickets.domain.replies import queue_reply
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)


def test_same_bytes_stored_by_two_are_one_record(connection):
    raw = keep_bytes(io.BytesIO(mail()))
    records = at_once(*[lambda: store_raw([connection], raw)[0].pk] * 4)
    assert len(set(records)) == 1


def test_record_run_by_many_is_one_message(connection):
    record = arrive(connection, mail())
    at_once(*[lambda: inbound.process_record(record.pk)] * 4)
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_two_copies_of_a_mail_run_at_once_are_one_message(connection):
    first, second = arrive(connection, mail()), arrive(connection, mail(received="from mx2"))
    at_once(lambda: inbound.process_record(first.pk), lambda: inbound.process_record(second.pk))
    states = InboundRecord.objects.values_list("state", flat=True)
    assert (Message.objects.count(), sorted(states)) == (1, ["done", "ignored"])


def test_two_first_mails_of_a_stranger_at_once_are_one_customer(connection):
    first, second = (
        arrive(connection, mail()),
        arrive(connection, mail("Other", message_id="<2@example.net>")),
    )
    at_once(lambda: inbound.process_record(first.pk), lambda: inbound.process_record(second.pk))
    assert (Customer.objects.count(), Ticket.objects.count()) == (1, 2)


def test_worker_whose_lease_ran_out_leaves_nothing(connection, settings):
    # Without a Message-ID nothing else would stop the second one
    record = arrive(connection, mail(message_id=""))
    (late,) = inbound.claim([record.pk])
    InboundRecord.objects.filter(pk=record.pk).update(next_try_at="2020-01-01T00:00Z")
    inbound.process_record(record.pk)
    inbound.run_claimed(late)
    assert (Ticket.objects.count(), Message.objects.count()) == (1, 1)


def test_answer_delivered_by_many_leaves_once(connection, settings, alice):
    settings.UNDO_SECONDS = 0
    ticket = inbound.process_record(arrive(connection, mail()).pk).ticket
    answer = queue_reply(ticket, actor=alice, html="<p>Yes</p>")
    at_once(*[lambda: outbox.deliver_message(answer.pk)] * 4)
    assert len(list(settings.MAIL_DIR.glob("*.eml"))) == 1
    assert answer.attempts.count() == 1
