"""Files of strangers are looked at by a real clamd before anybody gets them; the contact itself is never held back."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import make_msgid
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Brand, User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import store
from carecenter.lib.vitals import State
from channels_app.domain import composing, inbound
from channels_app.models import InboundRecord
from journal.models import Event
from tests.factories.accounts import api_token
from tests.factories.channels import ConnectionFactory, arrive, mail
from tests.factories.tickets import InboxFactory
from tests.flows.clamd import FINDING, MALWARE, Clamd
from tickets.domain import scanning
from tickets.models import Attachment, Message
from tickets.vitals import scanner

pytestmark = [pytest.mark.django_db, pytest.mark.scanner]
Scan = Blob.Scan
AWAY = "/nowhere/clamd.sock"
BAD = b"%PDF-1.4 xx " + MALWARE + b" yy"


@pytest.fixture(scope="module")
def clamd() -> Iterator[Clamd]:
    with Clamd() as server:
        yield server


@pytest.fixture
def send(brand: Brand) -> Any:
    """A customer's mail with one file; the row of that file."""
    connection = ConnectionFactory(
        inbox=InboxFactory(brand=brand, key="support"), address="support@support.test"
    )

    def sent(content: bytes) -> Attachment:
        message = message_from_bytes(
            mail("See it.", message_id=make_msgid(domain="x.example")), policy=policy.SMTP
        )
        message.add_attachment(content, maintype="application", subtype="pdf", filename="invoice.pdf")
        inbound.process_record(arrive(connection, message.as_bytes()).pk)
        return Attachment.objects.select_related("blob", "message__ticket").latest("pk")

    return sent


def state_of(file: Attachment) -> str:
    return Blob.objects.get(pk=file.blob_id).scan


def test_what_is_found_is_closed_to_everybody_and_the_message_is_there(
    send: Any, clamd: Clamd, alice: User, lead: User, client_for: Any, settings: Any
) -> None:
    settings.CLAMD = clamd.address
    bad, good = send(BAD), send(b"%PDF-1.4 harmless")
    assert (bad.message.ticket.message_count, state_of(bad)) == (1, Scan.WAITING)  # the contact came at once

    scanning.scan_due(seconds=5)
    client = client_for(alice)
    blocked, taken = (client.get(reverse("tickets:file", args=[one.token])) for one in (bad, good))
    page = client.get(reverse("tickets:ticket", args=[bad.message.ticket_id])).content.decode()
    api = client.get(
        reverse("api:attachment", args=[bad.token]), headers={"authorization": f"Bearer {api_token(alice)}"}
    )

    assert (blocked.status_code, FINDING in blocked.content.decode()) == (403, True)
    assert MALWARE not in blocked.content
    assert (taken.status_code, b"".join(taken.streaming_content)) == (200, b"%PDF-1.4 harmless")
    source = reverse("channels_app:raw", args=[InboundRecord.objects.earliest("pk").pk])
    assert client_for(lead).get(source).status_code == 403  # the mail as it came holds it too
    assert (api.status_code, api.json()["type"].rpartition(":")[2]) == (403, "file-blocked")
    assert f"Blocked: contains {FINDING}" in page
    assert bad.token not in page
    with pytest.raises(scanning.KeptBack):
        composing.files_of(bad.message)  # nor does it leave with an answer
    event = Event.objects.get(name="file.blocked")
    assert (event.ticket_id, event.data) == (bad.message.ticket_id, {"finding": FINDING})

    again = send(BAD)  # the same bytes: the verdict is there
    assert (again.blob_id, Event.objects.filter(name="file.blocked").count()) == (bad.blob_id, 2)
    settings.CLAMD = ""
    assert client.get(reverse("tickets:file", args=[bad.token])).status_code == 403


def test_file_stays_closed_until_the_scanner_is_back(
    send: Any, clamd: Clamd, alice: User, client_for: Any, settings: Any, clock: Any
) -> None:
    settings.CLAMD = AWAY
    file, client = send(b"%PDF-1.4 harmless"), client_for(alice)
    address = reverse("tickets:file", args=[file.token])
    scanning.scan_due(seconds=5)
    closed = client.get(address)
    clock.shift(180)
    signs = {one.code: one.state for one in scanner()}

    assert (closed.status_code, closed["Retry-After"], state_of(file)) == (503, "60", Scan.WAITING)
    assert signs == {"scanner_up": State.TROUBLE, "files_unscanned": State.TROUBLE}
    settings.CLAMD = clamd.address
    assert client.get(address).status_code == 200  # looked at when it is wanted
    assert {one.code: one.state for one in scanner()} == {"scanner_up": State.OK, "files_unscanned": State.OK}


def test_file_too_large_for_the_scanner_stays_closed_and_is_not_asked_for_again_at_once(
    clamd: Clamd, settings: Any
) -> None:
    settings.CLAMD = clamd.address
    blob = store(b"x" * 3_000_000)
    with pytest.raises(scanning.KeptBack):
        scanning.open_file(blob)
    blob.refresh_from_db()

    assert (blob.scan, blob.scan_tries, scanning.is_due(blob)) == (Scan.WAITING, 1, False)


def test_without_the_setting_nothing_is_asked(send: Any, alice: User, client_for: Any) -> None:
    file = send(BAD)

    assert (state_of(file), scanner()) == (Scan.NEVER, [])
    assert client_for(alice).get(reverse("tickets:file", args=[file.token])).status_code == 200
    assert Message.objects.count() == 1
