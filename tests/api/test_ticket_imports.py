"""Another help desk's tickets by the API: the verbs of their page, no more than the person may."""

import pytest

from accounts.permissions import ADMIN_SCOPE, INBOX_MANAGE
from channels_app.domain import ticket_imports
from channels_app.models import TicketImport
from tests.api.test_help_centre import problem, send
from tests.factories.accounts import grant
from tests.factories.channels import ConnectionFactory, ticket_import
from tickets.models import Ticket

OLD = b"""\
id,subject,status,priority,tags,created_at,customer_name,customer_email,message,message_at,direction,audience
7,Kettle,solved,,,2024-05-04 08:00,Eve,eve@example.net,It drips.,2024-05-04 08:00,in,
8,Kettle,solved,,,never,Eve,eve@example.net,It drips.,2024-05-04 08:00,in,
"""


@pytest.fixture
def path(inbox, monkeypatch):
    monkeypatch.setattr("channels_app.tasks.import_soon", bool)  # the test is the worker
    ConnectionFactory(inbox=inbox)
    return f"admin/ticket-imports/?inbox={inbox.pk}&origin=csv&file_name=old.csv"


def work():
    job = TicketImport.objects.get()
    TicketImport.objects.update(next_try_at=job.created_at)
    ticket_imports.work(job.pk, seconds=60)


def test_an_export_is_tried_taken_over_and_told(api, admin, path):
    client = api(admin, ADMIN_SCOPE, INBOX_MANAGE)
    handed = send(client, path, OLD, **{"Idempotency-Key": "one"})
    assert (handed.status_code, send(client, path, OLD, **{"Idempotency-Key": "one"}).json()) == (
        202,
        handed.json(),
    )
    job = handed["Location"].partition("/api/v1/")[2]
    assert problem(client.post(f"{job}start/")) == (409, "not-now")
    work()
    tried = client.get(job).json()
    assert (tried["state"], tried["would_come"]["tickets"], tried["came"]["tickets"]) == ("checked", 1, 0)
    assert [row["ticket"] for row in client.get(f"{job}troubles/").json()["results"]] == ["8"]
    assert not Ticket.objects.exists()
    assert client.post(f"{job}start/").json()["state"] == "running"
    assert client.post(f"{job}stop/").json()["state"] == "stopped"
    assert client.post(f"{job}start/").status_code == 202
    work()
    assert client.get(job).json()["came"]["tickets"] == Ticket.objects.count() == 1
    assert problem(client.post(f"{job}drop/")) == (409, "not-now")
    assert [row["id"] for row in client.get("admin/ticket-imports/?state=done").json()["results"]] == [
        tried["id"]
    ]


def test_what_cannot_be_imported_is_refused(api, admin, alice, lead, path, other_brand, monkeypatch):
    client = api(admin, ADMIN_SCOPE, INBOX_MANAGE)
    for wrong, pointer in {"origin=csv": "/origin", "file_name=old.csv": "/file_name"}.items():
        refused = send(client, path.replace(wrong, f"{wrong.partition('=')[0]}="), OLD)
        assert refused.json()["errors"][0]["pointer"] == pointer
    assert send(client, path, b"").status_code == 400
    assert send(api(admin, INBOX_MANAGE), path, OLD).status_code == 403
    assert send(api(alice), path, OLD).status_code == 403
    monkeypatch.setattr("channels_app.domain.ticket_imports.MOST_BYTES", 10)
    assert send(client, path, OLD).status_code == 413
    assert not TicketImport.objects.exists()


def test_an_inbox_elsewhere_is_none(api, path, alice, brand, other_brand):
    """Who administers one client imports nothing for another, and sees nothing of it."""
    grant(alice, "Admin", brand=brand)
    client, theirs = api(alice), ConnectionFactory(inbox__brand=other_brand).inbox
    refused = send(client, f"admin/ticket-imports/?inbox={theirs.pk}&origin=csv&file_name=old.csv", OLD)
    assert refused.json()["errors"][0]["pointer"] == "/inbox"
    job = ticket_import(theirs)
    assert client.get(f"admin/ticket-imports/{job.pk}/").status_code == 404
    assert client.post(f"admin/ticket-imports/{job.pk}/start/").status_code == 404
