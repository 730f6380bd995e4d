"""Old tickets lose their words by themselves: after the wait, those that are over, not those that are kept."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from carecenter.lib.blobs.models import Blob
from carecenter.lib.blobs.storage import store
from carecenter.lib.time import now
from journal.models import Event
from portal.domain import retention
from portal.models import Retention
from tests.factories.accounts import confirmed
from tests.factories.tickets import InboxFactory, MessageFactory, TicketFactory
from tickets.models import Attachment, Contact, Message, Ticket

pytestmark = pytest.mark.django_db


def ticket(inbox: Any, *, days: int, status: str = "closed", **more: Any) -> Ticket:
    at = now() - timedelta(days=days)
    made = TicketFactory(
        inbox=inbox, brand=inbox.brand, status=status, created_at=at, last_message_at=at, solved_at=at, **more
    )
    message = MessageFactory(ticket=made, text="Secret words", from_address="dana@example.net", created_at=at)
    Attachment.objects.create(message=message, blob=store(f"bytes {made.pk}".encode()), name="photo.txt")
    return made


def test_a_count_that_ends_early_says_so(client_for: Any, admin: Any, brand: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr("portal.views.retention.MOST", 2)
    inbox = InboxFactory(brand=brand)
    client, address = client_for(admin), reverse("data:retention", args=[inbox.pk])
    for words in ("1 ticket would", "2 tickets would", "2+ tickets would"):
        ticket(inbox, days=90)
        assert words in client.get(address, {"months": 1}).content.decode()


def test_old_tickets_are_erased_after_the_wait_and_no_others(
    client_for: Any, admin: Any, brand: Any, clock: Any
) -> None:
    inbox = InboxFactory(brand=brand)
    old = ticket(inbox, days=40, status="solved")
    spared = [
        ticket(inbox, days=20),
        ticket(inbox, days=90, status="open"),
        ticket(inbox, days=90, tags=["legal-hold"]),
        ticket(InboxFactory(brand=brand), days=90),
    ]
    client, address = client_for(admin), reverse("data:retention", args=[inbox.pk])
    wanted = {"months": 1, "tag": "legal-hold"}
    assert "1 ticket would be erased now" in client.get(address, wanted).content.decode()
    assert client.get(address, {"months": 0}).status_code == 422
    assert (client.post(address, wanted).status_code, Retention.objects.exists()) == (302, False)
    confirmed(client).post(address, wanted)
    Blob.objects.update(created_at=now() - timedelta(days=2))
    rows = [model.objects.count() for model in (Ticket, Contact, Message)]
    clock.shift(timedelta(days=6, hours=23))
    assert retention.run_due() == 0
    clock.shift(timedelta(hours=2))
    assert (retention.run_due(), retention.run_due()) == (1, 0)

    old.refresh_from_db()
    message = old.messages.get()
    assert (old.subject, old.status, message.text, message.from_address) == ("", "closed", "", "")
    assert message.attachments.count() == 0
    assert [model.objects.count() for model in (Ticket, Contact, Message)] == rows
    assert Blob.objects.count() == len(spared)
    assert all(one.messages.get().text == "Secret words" for one in spared)
    assert Event.objects.get(name="retention.erased").data["counts"]["messages"] == 1

    client_for(admin).post(reverse("data:retention_off", args=[inbox.pk]))
    clock.shift(timedelta(days=60))
    assert retention.run_due() == 0
    assert spared[0].messages.get().text == "Secret words"
