"""An answer by HTTP from the agent's words to the other program: once, again, and after a crash."""

import io
import json
from http import HTTPStatus

import pytest
from django.db.models import F

from carecenter.lib import signing
from carecenter.lib.time import now
from channels_app.domain import inbound, outbox
from channels_app.domain.intake import keep_bytes, store_raw
from channels_app.models import Connection, DeliveryAttempt
from tests.contracts.http_provider import HttpProvider
from tests.factories.tickets import InboxFactory
from tickets.domain.delivery import claim, send_again
from tickets.domain.replies import queue_reply
from tickets.models import Delivery, Message

pytestmark = pytest.mark.django_db
SECRET = signing.new_secret()
ITEM = {"id": "app-1", "conversation": "order-1", "from": {"name": "Dana"}, "text": "Where is it?"}


@pytest.fixture
def answer(brand, alice, settings):
    """Alice's answer to an app that wrote for Dana: due, its program not to be reached yet."""
    settings.UNDO_SECONDS = 0
    settings.PRIVATE_TARGETS = ["127.0.0.0/8"]
    connection = Connection(
        inbox=InboxFactory(brand=brand, kind="api", key="app"), config={"url": "http://127.0.0.1:9/"}
    )
    connection.seal({"answers": [{"value": SECRET, "until": ""}]})
    connection.save(force_insert=True)
    raw = keep_bytes(io.BytesIO(json.dumps(ITEM).encode()))
    ticket = inbound.process_record(store_raw([connection], raw, external_id="1")[0].pk).ticket
    return queue_reply(ticket, actor=alice, html="<p>It left <b>today</b>.</p>")


def point_to(provider):
    Connection.objects.update(config={"url": provider.url})


def deliver(message):
    Message.objects.filter(pk=message.pk, delivery=Delivery.QUEUED).update(next_try_at=F("created_at"))
    Connection.objects.update(paused_until=None)
    outbox.deliver_message(message.pk)
    message.refresh_from_db()
    return message.delivery


def test_answer_arrives_signed_with_its_conversation(answer):
    with HttpProvider(200) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.SENT
    (request,) = provider.got
    assert (
        signing.check([SECRET], headers=request["headers"], body=request["body"], at=now())
        == answer.external_id
    )
    data = json.loads(request["body"])["data"]
    assert (data["conversation"], data["text"], data["author"]) == (
        "order-1",
        "It left today.",
        "Alice Adams",
    )
    assert data["html"] == "<p>It left <b>today</b>.</p>"
    assert answer.attempts.get().outcome == DeliveryAttempt.Outcome.SENT


def test_program_that_is_away_gets_it_later_under_the_same_id(answer):
    assert deliver(answer) == Delivery.QUEUED
    assert "no connection" in Connection.objects.get().trouble
    with HttpProvider("hang up") as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.QUEUED
    first = provider.got[0]["headers"]["webhook-id"]
    with HttpProvider(204) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.SENT
    assert provider.got[0]["headers"]["webhook-id"] == first
    outcomes = answer.attempts.order_by("number").values_list("outcome", flat=True)
    assert list(outcomes) == ["broken", "retry", "sent"]
    assert Connection.objects.get().trouble == ""


def test_refused_answer_is_sent_again_by_its_agent(answer, alice):
    with HttpProvider(422) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.FAILED
    assert answer.attempts.get().detail == f"422 {HTTPStatus(422).phrase}"
    send_again(answer.pk, actor=alice)
    with HttpProvider(200) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.SENT


def test_answer_of_a_sender_that_died_is_sent_again_by_itself(answer):
    message = claim(answer.pk)
    outbox.begin_attempt(message)
    Message.objects.filter(pk=answer.pk).update(next_try_at=F("created_at"))
    outbox.expire_claim(answer.pk)
    answer.refresh_from_db()
    assert (answer.delivery, answer.attempts.get().outcome) == (Delivery.QUEUED, "unconfirmed")
    with HttpProvider(200) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.SENT
    assert [one["headers"]["webhook-id"] for one in provider.got] == [answer.external_id]


def test_own_network_is_not_asked_without_a_word_of_the_admin(answer, settings):
    settings.PRIVATE_TARGETS = []
    with HttpProvider(200) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.QUEUED
    assert provider.got == []
    assert "private network" in Connection.objects.get().trouble


def test_secrets_of_another_installation_break_the_connection_and_send_nothing(answer, settings):
    settings.SECRET_KEY = "another"
    with HttpProvider(200) as provider:
        point_to(provider)
        assert deliver(answer) == Delivery.QUEUED
    assert (provider.got, answer.attempts.get().outcome) == ([], "broken")
