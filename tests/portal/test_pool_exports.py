"""All of a pool as a file: nothing missing, nothing of another pool, and only for who sees all of it anyway."""

import io
import json
import zipfile
from threading import Thread
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import Brand
from accounts.permissions import BRANDS_MANAGE, CUSTOMER_VIEW, JOURNAL_READ, TICKET_VIEW
from carecenter.lib.blobs.storage import store
from journal.models import Event
from portal import access
from portal.domain import pool_exports
from portal.domain.pool_tables import TABLES
from portal.models import PoolExport
from tests.architecture.world import person
from tests.factories.accounts import confirmed
from tests.factories.customers import CustomerFactory, IdentityFactory
from tests.factories.tickets import MessageFactory, TicketFactory
from tickets.models import Attachment, Message

pytestmark = pytest.mark.django_db
RIGHTS = (BRANDS_MANAGE, CUSTOMER_VIEW, JOURNAL_READ, TICKET_VIEW)


def told(brand: Brand, word: str) -> None:
    customer = CustomerFactory(pool=brand.pool, name=f"{word} Person")
    IdentityFactory(customer=customer, value=f"{word}@example.net")
    ticket = TicketFactory(brand=brand, customer=customer, subject=f"{word} subject")
    first = MessageFactory(ticket=ticket, text=f"{word} 0")
    for message in (first, MessageFactory(ticket=ticket, contact=first.contact, text=f"{word} 1")):
        Attachment.objects.create(message=message, blob=store(f"{word} bytes".encode()), name=f"{word}.txt")


def write_meanwhile(brand: Brand) -> None:
    MessageFactory(ticket=TicketFactory(brand=brand, subject="too late"), text="too late")
    connection.close()


def people_go_on_writing(brand: Brand, monkeypatch: Any) -> None:
    """While tables are written one after the other, over connections of their own."""
    written = pool_exports.write_table

    def busy(archive: Any, table: Any, export: Any) -> int:
        if table.name == "messages":
            meanwhile = Thread(target=write_meanwhile, args=(brand,))
            meanwhile.start()
            meanwhile.join()
        return written(archive, table, export)

    monkeypatch.setattr(pool_exports, "write_table", busy)


@pytest.mark.django_db(transaction=True)
def test_an_export_has_every_row_of_its_pool_and_none_of_another(
    client_for: Any, admin: Any, brand: Brand, other_brand: Brand, monkeypatch: Any
) -> None:
    monkeypatch.setattr("portal.domain.pool_tables.BATCH", 1)
    told(other_brand, "theirs")
    told(brand, "mine")
    counts = {table.name: table.rows(brand.pool_id).count() for table in TABLES} | {"events": 0}
    people_go_on_writing(brand, monkeypatch)
    client = client_for(admin)
    address = reverse("data:export", args=[brand.pool_id])
    assert client.post(address).url.startswith(reverse("accounts:confirm"))
    assert confirmed(client).post(address).status_code == 302
    export = PoolExport.objects.get()
    pool_exports.run(export.pk)
    export.refresh_from_db()
    assert (export.state, export.done) == ("done", export.total)

    answer = client.post(reverse("data:fetch", args=[export.token]))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    lines = {table.name: archive.read(f"{table.name}.jsonl").splitlines() for table in TABLES}
    # The journal goes on: that it was made and fetched came after.
    assert {name: len(rows) for name, rows in lines.items()} == {
        table.name: export.counts[table.name] for table in TABLES
    }
    assert {name: len(rows) for name, rows in lines.items()} | {"events": 0} == counts
    assert Message.objects.filter(ticket__brand=brand).count() == 3
    assert (counts["messages"], counts["attachments"], export.counts["files"]) == (2, 2, 1)
    file = json.loads(lines["attachments"][0])["file"]
    assert archive.read(file) == b"mine bytes"
    assert [word in everything for word in (b"mine 1", b"theirs", b"too late")] == [True, False, False]
    assert b"token" not in lines["tickets"][0] + lines["attachments"][0]
    names = set(Event.objects.filter(name__startswith="data.").values_list("name", flat=True))
    assert names == {"data.export_asked", "data.export_made", "data.export_fetched"}


def test_an_export_is_for_who_sees_all_of_the_pool(
    brand: Brand, second_brand: Brand, other_pool: Any
) -> None:
    one_brand = person("One", RIGHTS, brand=brand)
    less = person("Less", RIGHTS[:3], brand=None, everywhere=True)
    whole = person("Whole", RIGHTS, brand=None, everywhere=True)

    assert [list(access.whole_pools_for(user)) for user in (one_brand, less)] == [[], []]
    assert brand.pool in access.whole_pools_for(whole)


def test_an_erasure_ends_the_exports_made_before(admin: Any, brand: Brand) -> None:
    kept = PoolExport.objects.create(pool=brand.pool, asked_by=admin, state="done", blob=store(b"all"))
    going = pool_exports.ask(brand.pool, actor=admin)

    assert pool_exports.drop_all_of(brand.pool_id) == {kept.blob_id}
    pool_exports.run(going.pk)
    assert set(PoolExport.objects.values_list("state", "why", "blob")) == {("cancelled", "erased", None)}
