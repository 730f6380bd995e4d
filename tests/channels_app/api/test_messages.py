"""Signed messages of other programs: what is taken, what is refused, and that it is stored before the yes."""

import base64
import json

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carecenter.lib import signing
from carecenter.lib.time import now
from channels_app.api import messages
from channels_app.models import Connection, InboundRecord
from customers.models import Identity
from tests.factories.tickets import InboxFactory
from tickets.models import Inbox, Message, Ticket

pytestmark = pytest.mark.django_db
SECRET = "whsec_" + base64.b64encode(b"a" * 32).decode()
ITEM = {
    "id": "app-1",
    "conversation": "order-1",
    "from": {"email": "dana@example.net", "external_id": "K-1"},
    "text": "Hi",
}


@pytest.fixture
def door(brand):
    inbox = InboxFactory(brand=brand, key="shop-app", name="Shop app", kind="api")
    made = Connection(inbox=inbox, config={"url": "https://shop.example/", "vouches_for": ["external"]})
    made.seal({"messages": [{"value": SECRET, "until": ""}], "answers": [{"value": SECRET, "until": ""}]})
    made.save(force_insert=True)
    return made


def send(item, *, key="shop-app", webhook_id="msg_1", secret=SECRET, at=None, body=None):
    body = body if body is not None else json.dumps(item).encode()
    headers = signing.headers_for([secret], id=webhook_id, at=at or now(), body=body)
    client = Client(raise_request_exception=False)
    return client.generic(
        "POST", f"/api/v1/inboxes/{key}/messages/", body, "application/json", headers=headers
    )


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    return (response.status_code, response.json()["type"].rpartition(":")[2])


def test_message_is_stored_and_becomes_a_ticket(door):
    response = send(ITEM)
    record = InboundRecord.objects.get()
    assert (response.status_code, response.json()) == (202, {"record": record.pk})
    ticket = Ticket.objects.get()
    assert (record.state, record.ticket, ticket.last_kind) == ("done", ticket, "api")
    verified = Identity.objects.filter(evidence="verified").values_list("kind", "value", "verified_by")
    assert list(verified) == [("external", "K-1", "api")]


def test_same_conversation_is_one_ticket(door):
    send(ITEM)
    send({**ITEM, "id": "app-2", "text": "More"}, webhook_id="msg_2")
    send({**ITEM, "id": "app-3", "conversation": "order-2"}, webhook_id="msg_3")
    assert (Ticket.objects.count(), Message.objects.count()) == (2, 3)


def test_request_sent_again_is_one_message_and_the_same_answer(door):
    first, again = send(ITEM), send(ITEM)
    assert (again.status_code, again.json()) == (202, first.json())
    assert Message.objects.count() == 1


def test_id_of_another_message_is_a_conflict(door):
    send(ITEM)
    assert problem(send({**ITEM, "text": "Other words"})) == (409, "id-reused")
    assert InboundRecord.objects.count() == 1


def test_large_message_is_stored_and_known_again(door):
    item = {**ITEM, "attachments": [{"name": "a.bin", "content": base64.b64encode(b"x" * 400_000).decode()}]}
    assert [send(item).status_code for _ in range(2)] == [202, 202]
    assert problem(send({**item, "text": "Other"})) == (409, "id-reused")
    assert Message.objects.get().attachments.get().blob.size == 400_000


def test_wrong_signature_stores_nothing(door):
    stranger = "whsec_" + base64.b64encode(b"z" * 32).decode()
    assert problem(send(ITEM, secret=stranger)) == (401, "signature")
    assert problem(send(ITEM, body=b"")) == (422, "unreadable")
    client = Client(raise_request_exception=False)
    assert problem(
        client.post("/api/v1/inboxes/shop-app/messages/", ITEM, content_type="application/json")
    ) == (401, "signature")
    assert InboundRecord.objects.count() == 0


@pytest.mark.parametrize("item", [{}, {**ITEM, "id": ""}, {**ITEM, "form": {}}, [1]])
def test_unreadable_message_is_refused_with_the_reason(door, item):
    response = send(item)
    assert problem(response) == (422, "unreadable")
    assert response.json()["detail"]
    assert InboundRecord.objects.count() == 0


def test_other_types_are_taken_and_ignored(door):
    assert send({"type": "typing.started"}).status_code == 202
    assert InboundRecord.objects.get().state == "ignored"


@pytest.mark.parametrize("change", [{"is_active": False}, {"kind": "email"}, {"kind": "form"}])
def test_closed_and_other_inboxes_are_not_there(door, change):
    Inbox.objects.update(**change)
    assert problem(send(ITEM)) == (404, "not-found")


def test_unknown_inbox_is_not_there(door):
    assert problem(send(ITEM, key="nobody")) == (404, "not-found")


def test_too_large_is_said_before_it_is_read(door, settings):
    settings.MAIL_SIZE_LIMIT = 100
    assert problem(send({**ITEM, "text": "x" * 200})) == (413, "too-large")


def test_rate_is_limited_for_each_inbox(door, settings, clock):
    settings.API_RATE_PER_MINUTE = 2
    codes = [send({**ITEM, "id": str(n)}, webhook_id=f"limit-{n}").status_code for n in range(3)]
    assert codes == [202, 202, 429]


def test_accepting_costs_two_queries(door, monkeypatch):
    """The inbox and its settings, the row. What the worker does comes after the answer."""
    monkeypatch.setattr(messages, "send_inbound", lambda _ids: True)
    send(ITEM)
    with CaptureQueriesContext(database) as queries:
        assert send({**ITEM, "id": "app-2"}, webhook_id="msg_2").status_code == 202
    real = [
        one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]
    ]  # the test itself is a transaction
    assert len(real) == 2, real


def test_database_that_is_away_is_try_again(door, monkeypatch):
    from django.db import OperationalError

    def broken(*_args, **_more):
        raise OperationalError("away")

    monkeypatch.setattr(messages, "store_raw", broken)
    response = send(ITEM)
    assert (problem(response), response["Retry-After"]) == ((503, "unavailable"), "5")
