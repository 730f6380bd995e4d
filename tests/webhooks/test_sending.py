"""What happens is told once to who wants to hear it, signed, in order, and tried again when nobody answers."""

import datetime as dt
import json
from typing import Any

import pytest

from carecenter.lib import signing
from carecenter.lib.http import Answer, NoAnswer
from carecenter.lib.sealing import unseal
from carecenter.lib.time import now
from journal.domain.dispatch import number_events
from journal.domain.recording import record
from journal.models import Event
from tests.contracts.http_provider import HttpProvider
from webhooks.domain import following, sending, subscribing
from webhooks.domain.subscribing import Wanted
from webhooks.models import Delivery, Reading, Webhook
from webhooks.vitals import vitals

pytestmark = pytest.mark.django_db


class Other:
    """The other side, as far as a courier sees it: answers as told, and keeps what it got."""

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.got: list[tuple[str, bytes, dict[str, str]]] = []

    def post(self, url: str, body: bytes, headers: Any) -> Answer:
        self.got.append((url, body, dict(headers)))
        answer = self.script.pop(0) if self.script else 200
        if isinstance(answer, Exception):
            raise answer
        status, more = answer if isinstance(answer, tuple) else (answer, {})
        return Answer(status, more, b"")

    @property
    def names(self) -> list[str]:
        return [json.loads(body)["type"] for _, body, _ in self.got]


@pytest.fixture
def webhook(admin) -> Webhook:
    made = subscribing.create(Wanted("Shop", "https://shop.example/hook"), actor=admin)[0]
    number_events()
    return made


def happen(name: str, brand=None, **data: Any) -> Event:
    event = record(name, actor="system", brand_id=brand and brand.pk, **data)
    number_events()
    event.refresh_from_db()
    return event


def told(webhook: Webhook, *script: Any) -> Other:
    other = Other(*script)
    while following.follow():
        pass
    for pk in sending.due_webhooks():
        assert pk == webhook.pk
        sending.send_waiting(pk, other)
    return other


def test_event_arrives_once_and_signed(webhook, brand):
    event = happen("brand.changed", brand, fields=["color"])
    other = told(webhook)
    assert told(webhook).got == []

    url, body, headers = other.got[1]  # before it: that the webhook was made
    secret = unseal(webhook.sealed)["secret"][0]["value"]
    lower = {name.lower(): value for name, value in headers.items()}
    assert signing.check([secret], headers=lower, body=body, at=now()) == f"event-{event.pk}"
    assert url == "https://shop.example/hook"
    assert json.loads(body)["data"]["position"] == event.position


def test_only_what_is_wanted_since_it_was_made_and_of_its_brand_is_told(brand, second_brand, admin):
    happen("brand.changed", brand)
    wanted = Wanted("One", "https://one.example/", brand, ("brand.changed",))
    webhook = subscribing.create(wanted, actor=admin)[0]
    happen("brand.changed", second_brand)
    happen("brand.archived", brand)
    happen("user.signed_in")
    happen("brand.changed", brand)

    assert told(webhook).names == ["brand.changed"]


def test_who_is_off_hears_nothing_but_a_trial_and_nothing_of_that_time_later(webhook, brand, admin):
    told(webhook)
    subscribing.switch_off(webhook, actor=admin)
    happen("brand.changed", brand)
    assert told(webhook).got == []
    subscribing.try_out(webhook, actor=admin)
    assert told(webhook).names == ["webhook.tried"]
    subscribing.switch_on(webhook, actor=admin)
    number_events()
    happen("brand.archived", brand)
    assert told(webhook).names == ["webhook.switched_on", "brand.archived"]


def test_what_happened_before_it_was_switched_off_is_told_afterwards(webhook, brand, admin):
    happen("brand.changed", brand)
    subscribing.switch_off(webhook, actor=admin)
    happen("brand.archived", brand)
    assert told(webhook).got == []
    subscribing.switch_on(webhook, actor=admin)

    assert told(webhook).names == ["webhook.created", "brand.changed"]


def test_with_another_brand_its_log_begins_anew(webhook, brand, second_brand, admin):
    happen("brand.changed", brand)
    following.follow()
    subscribing.change(webhook, Wanted("Shop", webhook.url, second_brand), actor=admin)

    assert not Delivery.objects.exists()


def test_one_who_refuses_everything_is_in_trouble(clock, webhook):
    for _ in range(60):
        told(webhook, 422)
        clock.shift(dt.timedelta(hours=1))

    assert list(Webhook.objects.in_trouble()) == [webhook]


def test_nobody_listening_reading_begins_at_the_end(brand, admin):
    happen("brand.changed", brand)
    subscribing.create(Wanted("Shop", "https://shop.example/"), actor=admin)

    assert Reading.objects.get().position == Event.objects.exclude(position=None).latest("position").position


def test_who_does_not_answer_gets_everything_later_in_order(clock, webhook, brand):
    happen("brand.changed", brand)
    assert told(webhook, NoAnswer("no answer in time")).names == ["webhook.created"]
    assert told(webhook).got == []  # a pause for all of it
    troubled = Webhook.objects.in_trouble().get()
    assert (troubled.failures, Delivery.objects.earliest("pk").last_answer) == (1, "no answer in time")
    clock.shift(11)

    assert told(webhook).names == ["webhook.created", "brand.changed"]
    assert not Webhook.objects.in_trouble().exists()


def test_what_one_event_is_refused_for_does_not_hold_the_others(webhook, brand):
    happen("brand.changed", brand)

    assert told(webhook, 422).names == ["webhook.created", "brand.changed"]
    assert [one.state for one in Delivery.objects.order_by("pk")] == ["waiting", "sent"]


def test_retry_after_is_kept(clock, webhook):
    told(webhook, (503, {"retry-after": "120"}))
    clock.shift(60)
    assert told(webhook).got == []
    clock.shift(61)
    assert told(webhook).names == ["webhook.created"]


def test_after_two_days_it_is_given_up_and_after_three_switched_off(clock, webhook, brand, admin):
    happen("brand.changed", brand)
    for _ in range(74):
        told(webhook, 500, 500)
        clock.shift(dt.timedelta(hours=1))
    assert Delivery.objects.filter(state="given_up").count() == 2
    happen("brand.changed", brand)
    told(webhook, 500)
    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.off_reason) == (False, "failing")
    assert {one.code: one.value for one in vitals()}["webhooks_troubled"] == 1
    subscribing.switch_on(webhook, actor=admin)
    before = Delivery.objects.filter(state="given_up").earliest("pk")
    assert subscribing.send_given_up_again(webhook, actor=admin) == 2
    told(webhook)
    before.refresh_from_db()
    assert before.state == "sent"


def test_gone_means_off(webhook):
    told(webhook, 410)
    webhook.refresh_from_db()
    assert (webhook.is_on, webhook.off_reason) == (False, "gone")


def test_one_worker_at_a_time_and_a_dead_one_is_followed(clock, webhook):
    following.follow()
    Webhook.objects.update(leased_until=now() + sending.LEASE)
    assert sending.due_webhooks() == []
    assert sending.send_waiting(webhook.pk, Other()) == 0
    clock.shift(61)
    assert told(webhook).names == ["webhook.created"]


def test_both_secrets_sign_for_a_day(clock, webhook, admin):
    old = unseal(webhook.sealed)["secret"][0]["value"]
    subscribing.rotate_secret(webhook, actor=admin)
    _, body, headers = told(webhook).got[0]
    assert signing.check([old], headers=headers, body=body, at=now())
    clock.shift(dt.timedelta(hours=25))
    happen("user.signed_in")
    _, body, headers = told(webhook).got[-1]
    with pytest.raises(signing.BadSignature):
        signing.check([old], headers=headers, body=body, at=now())


def test_log_is_cut(clock, webhook):
    told(webhook)
    clock.shift(dt.timedelta(days=29))
    assert following.forget() == 0
    clock.shift(dt.timedelta(days=2))
    assert following.forget() == 1


def test_a_real_server_gets_it(webhook):
    with HttpProvider(204) as server:
        Webhook.objects.update(url=server.url)
        following.follow()
        assert sending.send_waiting(webhook.pk, server.courier()) == 1
    assert Delivery.objects.get().last_answer == "204 No Content"
    assert len(server.got) == 1


@pytest.mark.parametrize("sealed", ["", "sealed-under-a-key-that-is-gone"])
def test_secret_that_cannot_be_read_is_replaced(admin, brand, sealed):
    webhook = Webhook.objects.create(brand=brand, name="Shop", url="https://shop.example/", sealed=sealed)

    secret = subscribing.rotate_secret(webhook, actor=admin)

    webhook.refresh_from_db()
    assert [one["value"] for one in subscribing.known_secrets(webhook)] == [secret]
