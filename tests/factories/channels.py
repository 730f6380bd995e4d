"""Connections with an address, and mails as bytes."""

import io
from email.message import EmailMessage
from typing import Any

import factory
from factory.django import DjangoModelFactory

from carecenter.lib.blobs.storage import store
from carecenter.lib.time import now
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection, InboundRecord, InboxAddress, TicketImport
from tests.factories.tickets import InboxFactory
from tickets.models import Inbox


class ConnectionFactory(DjangoModelFactory[Connection]):
    """Of a mail inbox; `address="…"` is what it answers to."""

    class Meta:
        model = Connection
        skip_postgeneration_save = True

    inbox = factory.SubFactory(InboxFactory)

    @factory.post_generation
    def address(self, create: bool, extracted: str | None, **_: Any) -> None:
        if create:
            InboxAddress.objects.create(
                connection=self, address=extracted or f"{self.inbox.key}@support.test"
            )


def ticket_import(inbox: Inbox, state: str = "checked") -> TicketImport:
    """Another help desk's tickets, tried, one of them bad; its file is no real one."""
    job = TicketImport.objects.create(
        inbox=inbox, source="csv", blob=store(b"x"), file_name="old.csv", state=state, next_try_at=now()
    )
    job.troubles.create(file="old.csv", line=2, ticket="7", reason="not JSON")
    return job


def mail(text: str = "My kettle does not boil.", **headers: str) -> bytes:
    """A mail of Dana's; headers by their names with _ for -, an empty one is left out."""
    given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    wanted = {
        "from": "Dana Duarte <dana@example.net>",
        "to": "support@support.test",
        "subject": "Kettle",
        "message-id": "<first@example.net>",
        "date": "Mon, 2 Mar 2026 09:00:00 +0000",
    } | given
    message = EmailMessage()
    for name, value in wanted.items():
        if value:
            message[name] = value
    message.set_content(text)
    return message.as_bytes().replace(b"\n", b"\r\n")


def arrive(connection: Connection, raw: bytes, *, to: str = "") -> InboundRecord:
    """Stored, and not run yet."""
    envelope = {"from": "", "to": [to] if to else [], "peer": "test"}
    return store_raw([connection], keep_bytes(io.BytesIO(raw)), envelope=envelope)[0]
