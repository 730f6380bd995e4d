"""The process dies at a named point, as in a power cut: nothing is lost, nothing happens twice."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection as database

from channels_app.domain import inbound, outbox
from channels_app.models import Connection, InboundRecord
from journal.models import Event
from tests.factories.channels import ConnectionFactory, arrive, mail
from tests.factories.tickets import InboxFactory, TicketFactory
from tests.faults.sink import Sink
from tickets.domain.replies import queue_reply
from tickets.models import BulkItem, BulkJob, Delivery, Message, Ticket
from tickets.tasks import sweep_bulk

pytestmark = pytest.mark.django_db(transaction=True)

DIED = 86
LONG_AGO = "2020-01-01T00:00Z"
START = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
"""
PROCESS = "from channels_app.domain.inbound import process_record; process_record({pk})"
DELIVER = "from channels_app.domain.outbox import deliver_message; deliver_message({pk})"
RUN_BULK = "from tickets.domain.bulk import run_some; run_some({pk}, seconds=9)"
PIPE = 'from django.core.management import call_command; call_command("pipe_mail", inbox="support")'


@pytest.fixture
def connection(brand) -> Connection:
    inbox = InboxFactory(brand=brand, key="support", name="Support")
    return ConnectionFactory(inbox=inbox, address="support@support.test")


@pytest.fixture
def sink() -> Iterator[Sink]:
    with Sink() as found:
        yield found


@pytest.fixture
def die_at(tmp_path: Path, settings):
    """`die_at("after_claim", code)` runs the code in a process of its own that dies at that point."""

    def run(point: str, code: str, *, smtp: str = "", given: bytes = b"") -> None:
        env = os.environ | {
            "CARECENTER_FAULT": point,
            "CARECENTER_FAULT_MARK": str(tmp_path / "mark"),
            "CARECENTER_SECRET_KEY": django_settings.SECRET_KEY,
            "CARECENTER_BLOB_DIR": str(settings.BLOB_DIR),
            "CARECENTER_SMTP_URL": smtp,
            "DJANGO_SETTINGS_MODULE": "carecenter.settings",
        }
        name = database.settings_dict["NAME"]
        done = subprocess.run(
            [sys.executable, "-c", START + code, name],
            env=env,
            input=given,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == DIED, done.stderr.decode()

    return run


@pytest.fixture
def answer(connection, alice) -> Message:
    """Due now. It waits its ten seconds first: tasks run at once in tests, and would send it."""
    ticket = inbound.process_record(arrive(connection, mail()).pk).ticket
    message = queue_reply(ticket, actor=alice, html="<p>Plug it in.</p>")
    Message.objects.filter(pk=message.pk).update(next_try_at=LONG_AGO)
    return message


def let_leases_run_out() -> None:
    InboundRecord.objects.filter(state="new").update(next_try_at=LONG_AGO)
    Message.objects.filter(delivery=Delivery.SENDING).update(next_try_at=LONG_AGO)


@pytest.mark.parametrize("point", ["after_claim", "before_outcome", "after_outcome"])
def test_worker_dies_on_a_record(point, die_at, connection):
    record = arrive(connection, mail())
    die_at(point, PROCESS.format(pk=record.pk))
    done_before = point == "after_outcome"
    assert Ticket.objects.count() == done_before
    let_leases_run_out()
    record = inbound.process_record(record.pk)
    assert (record.state, Ticket.objects.count(), Message.objects.count()) == ("done", 1, 1)


@pytest.mark.parametrize(("point", "kept"), [("before_commit", 0), ("after_store", 1)])
def test_border_dies_on_a_mail(point, kept, die_at, connection):
    die_at(point, PIPE, given=mail())
    # It should have kept it or not; its sender got no yes and sends it again
    assert InboundRecord.objects.count() == kept
    record = inbound.process_record(arrive(connection, mail()).pk)
    assert (record.state, InboundRecord.objects.count(), Message.objects.count()) == ("done", 1, 1)


def test_sender_dies_before_its_attempt(die_at, answer, sink, settings):
    settings.SMTP_URL = sink.url
    die_at("after_send_claim", DELIVER.format(pk=answer.pk), smtp=sink.url)
    let_leases_run_out()
    outbox.expire_claim(answer.pk)
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    assert (answer.delivery, dict(sink.taken)) == (Delivery.SENT, {answer.external_id: 1})


@pytest.mark.parametrize(("point", "left"), [("before_send", 0), ("after_send", 1)])
def test_sender_dies_around_the_call(point, left, die_at, answer, sink, settings):
    settings.SMTP_URL = sink.url
    die_at(point, DELIVER.format(pk=answer.pk), smtp=sink.url)
    let_leases_run_out()
    outbox.expire_claim(answer.pk)
    outbox.deliver_message(answer.pk)
    answer.refresh_from_db()
    # It may have left: it should say so, and never leave again alone
    assert (answer.delivery, sink.taken.total()) == (Delivery.UNCONFIRMED, left)


def test_worker_dies_on_a_ticket_of_a_bulk_job(die_at, brand, alice):
    tickets = [TicketFactory(brand=brand) for _ in range(3)]
    job = BulkJob(user=alice, verb="priority", arguments={"priority": 4}, total=3)
    job.save(force_insert=True)
    BulkItem.objects.bulk_create(BulkItem(job=job, ticket=ticket) for ticket in tickets)
    die_at("bulk_item", RUN_BULK.format(pk=job.pk))
    assert not Event.objects.filter(name="ticket.priority_changed").exists()
    BulkJob.objects.filter(pk=job.pk).update(next_try_at=LONG_AGO)
    sweep_bulk()
    assert list(Ticket.objects.values_list("priority", flat=True)) == [4, 4, 4]
    assert Event.objects.filter(name="ticket.priority_changed").count() == 3
    assert BulkJob.objects.get(pk=job.pk).state == "done"
