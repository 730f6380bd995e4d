"""Tickets of another help desk by the screen: tried, taken over once, stopped, gone on with after a death, erased."""

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from channels_app.domain import importing, ticket_imports
from channels_app.models import TicketImport
from customers.models import Customer
from journal.models import Event
from tickets.models import Attachment, Message, Ticket

pytestmark = pytest.mark.django_db
LIST = reverse("ticket_imports:list")


def old(number, **more):
    return {
        "id": number, "subject": f"Kettle {number}", "status": 5, "priority": 2, "created_at": "2023-05-04T08:00:00Z",
        "description": "<p>Größe 日本</p>", "requester": {"id": 5, "name": "Dana", "email": "dana@example.net"},
        "requester_id": 5, "attachments": [], "conversations": [], **more,
    }  # fmt: skip


def archive():
    """Four tickets, of which one is spam and one has no date; a file beside, and one that is not there."""
    files = [
        {"name": "leak.txt", "attachment_url": "files/leak.txt"},
        {"name": "x", "attachment_url": "../x"},
    ]
    tickets = [old(1, attachments=files), old(2), old(3, spam=True), old(4, created_at=None)]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("export/tickets.json", json.dumps(tickets))
        made.writestr("export/files/leak.txt", "a photo")
        made.writestr("export/files/other.json", "{}")
    return target.getvalue()


@pytest.fixture
def at(client_for, admin, monkeypatch):
    monkeypatch.setattr("channels_app.tasks.import_soon", bool)  # the tests are the worker
    return client_for(admin)


@pytest.fixture
def job(at, connection):
    file = SimpleUploadedFile("freshdesk.zip", archive())
    at.post(LIST, {"source": "freshdesk", "inbox": connection.inbox_id, "file": file})
    return TicketImport.objects.get()


def work(job):
    TicketImport.objects.filter(pk=job.pk).update(next_try_at=job.created_at)  # a lease of who died is over
    more = ticket_imports.work(job.pk, seconds=60)
    job.refresh_from_db()
    return more


def press(at, job, name):
    return at.post(reverse(f"ticket_imports:{name}", args=[job.pk]), follow=True).content.decode()


def test_a_file_is_tried_then_taken_over_and_its_bytes_go(at, job):
    work(job)
    came = {
        "tickets": 2,
        "messages": 2,
        "files": 1,
        "customers_new": 1,
        "customers_known": 0,
        "there": 0,
        "bad": 3,
    }
    assert (job.state, job.found, job.total, Ticket.objects.count()) == ("checked", came, 4, 0)
    page = at.get(reverse("ticket_imports:job", args=[job.pk])).content.decode()
    assert ("2 new tickets would come" in page, "#3" in page, "deleted in the old help desk" in page) == (
        True,
    ) * 3

    press(at, job, "start")
    work(job)
    assert (job.state, job.taken, job.done, job.blob) == ("done", came, 4, None)
    assert Attachment.objects.get().name == "leak.txt"
    ticket = Ticket.objects.order_by("pk")[0]
    assert (ticket.created_at.year, ticket.status, ticket.messages.get().text) == (
        2023,
        "closed",
        "Größe 日本",
    )
    names = (
        Event.objects.filter(name__startswith="tickets.import").order_by("pk").values_list("name", flat=True)
    )
    assert list(names) == ["tickets.import_begun", "tickets.import_started", "tickets.import_ended"]
    assert "not at that point" in press(at, job, "start")


def test_who_dies_leaves_whole_tickets_and_true_numbers_and_the_next_goes_on(at, job, monkeypatch):
    """A ticket, its count and the place in the file are one transaction."""
    work(job)
    press(at, job, "start")
    taken = importing.Run.take_row

    def dies(run, into, row):
        done = taken(run, into, row)
        if row.ticket and row.ticket.id == "2":
            raise KeyboardInterrupt
        return done

    with monkeypatch.context() as patched:
        patched.setattr(importing.Run, "take_row", dies)
        with pytest.raises(KeyboardInterrupt):
            work(job)
    job.refresh_from_db()
    assert (job.state, job.done, job.taken["tickets"], Ticket.objects.count()) == ("running", 1, 1, 1)
    assert not ticket_imports.work(job.pk, seconds=60)  # the lease of who died still runs
    work(job)
    assert (job.state, job.taken["tickets"], Ticket.objects.count(), Customer.objects.count()) == (
        "done",
        2,
        2,
        1,
    )


def test_a_stop_holds_after_the_ticket_and_goes_on_later(at, job, monkeypatch):
    work(job)
    press(at, job, "start")
    taken = importing.Run.take_row

    def stopped(run, into, row):
        if row.ticket and row.ticket.id == "2":
            press(at, job, "stop")
        return taken(run, into, row)

    with monkeypatch.context() as patched:
        patched.setattr(importing.Run, "take_row", stopped)
        assert not work(job)
    # That the button was pressed inside of the ticket's transaction is the test's doing: what it did is undone with it.
    TicketImport.objects.filter(pk=job.pk).update(state="stopped")
    job.refresh_from_db()
    assert (job.done, Ticket.objects.count()) == (1, 1)
    assert not work(job)
    assert "Go on" in at.get(reverse("ticket_imports:job", args=[job.pk])).content.decode()
    press(at, job, "start")
    work(job)
    assert (job.state, Message.objects.count()) == ("done", 2)


def test_an_erasure_takes_the_files_and_a_broken_one_says_why(at, job, connection):
    assert ticket_imports.drop_all_of(connection.inbox.brand.pool_id) == {job.blob_id}
    assert not work(job)
    assert job.state == "dropped"

    broken = SimpleUploadedFile("old.json", b"%PDF-1.4")
    at.post(LIST, {"source": "zammad", "inbox": connection.inbox_id, "file": broken})
    job = TicketImport.objects.latest("pk")
    work(job)
    assert (job.state, job.error) == ("failed", "old.json is neither JSON nor JSON a line")
