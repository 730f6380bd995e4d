"""What waits is sent: one request after the other for each webhook, by whoever holds its lease.

At least once: a worker that dies after the request and before the row sends it again, under the same webhook-id, by
which the other side drops repeats.
"""

import datetime as dt
import http
from collections.abc import Callable, Mapping
from typing import Final, Protocol

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from carecenter.lib import signing
from carecenter.lib.http import Answer, HttpError
from carecenter.lib.sealing import Unreadable, unseal
from carecenter.lib.time import now
from journal.models import Event
from webhooks.domain.payloads import body_of, id_of
from webhooks.domain.subscribing import switch_off
from webhooks.models import Delivery, Webhook

LEASE: Final = dt.timedelta(seconds=60)  # longer than one request can take
# Seconds before each further try; after the last one the delivery is given up, two days after it began.
PAUSES: Final = (10, 60, 300, 1800, 7200, 21_600, 43_200, 86_400)
LONGEST_PAUSE: Final = 1800  # of a whole webhook that does not answer
LONGEST_ASKED: Final = 3600  # Retry-After, seconds
# What says that nothing else will be taken either; any other 4xx is about this one event.
CLOSED: Final = frozenset({401, 403, 404, 405, 407, 408, 425, 429})
GONE: Final = 410
GIVES_UP_AFTER: Final = dt.timedelta(days=3)


class Courier(Protocol):
    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer: ...


def due_webhooks(limit: int = 100) -> list[int]:
    """Ids of those that have something to send now, and nobody who does."""
    at = now()
    waiting = Delivery.objects.filter(
        webhook=OuterRef("pk"), state=Delivery.State.WAITING, next_try_at__lte=at
    )
    due = Webhook.objects.filter(
        free(at), is_open(at) & Exists(waiting) | Exists(waiting.filter(is_asked=True))
    )
    return list(due.order_by("pk").values_list("pk", flat=True)[:limit])


def free(at: dt.datetime) -> Q:
    return Q(leased_until__isnull=True) | Q(leased_until__lte=at)


def is_open(at: dt.datetime, prefix: str = "") -> Q:
    """Switched on, and not in a pause."""
    pause = f"{prefix}next_try_at"
    return Q(**{f"{prefix}is_on": True}) & (Q(**{f"{pause}__isnull": True}) | Q(**{f"{pause}__lte": at}))


def send_waiting(webhook_id: int, courier: Courier, *, more: Callable[[], bool] = lambda: True) -> int:
    """Send what is due, while `more()`. How many requests were made; 0 when another worker is at it."""
    if not Webhook.objects.filter(free(now()), pk=webhook_id).update(leased_until=now() + LEASE):
        return 0
    count = 0
    try:
        while more() and (delivery := next_one(webhook_id)) is not None:
            count += 1
            Webhook.objects.filter(pk=webhook_id).update(leased_until=now() + LEASE)
            if not send(delivery, courier):
                break
    finally:
        Webhook.objects.filter(pk=webhook_id).update(leased_until=None)
    return count


def next_one(webhook_id: int) -> Delivery | None:
    """The oldest that is due: what waits for an address that did not answer goes in its order."""
    at = now()
    rows = Delivery.objects.select_related("webhook").filter(
        is_open(at, "webhook__") | Q(is_asked=True),
        webhook=webhook_id,
        state=Delivery.State.WAITING,
        next_try_at__lte=at,
    )
    return rows.order_by("pk").first()


def send(delivery: Delivery, courier: Courier) -> bool:
    """One try. False when the webhook takes a pause."""
    event = Event.objects.filter(pk=delivery.event_id).first()
    if event is None:
        end(delivery, Delivery.State.GIVEN_UP, None, "the event is no longer kept")
        return True
    at, body = now(), body_of(event)
    try:
        secrets = signing.good_at(unseal(delivery.webhook.sealed)["secret"], at)
        headers = signing.headers_for(secrets, id=id_of(event), at=at, body=body)
        answer = courier.post(delivery.webhook.url, body, {"Content-Type": "application/json", **headers})
    except Unreadable:
        return failed(delivery, None, "the secret cannot be read with this installation's key")
    except HttpError as error:
        return failed(delivery, None, str(error))
    if 200 <= answer.status < 300:
        end(delivery, Delivery.State.SENT, answer.status, phrase(answer.status))
        if delivery.webhook.failures:
            Webhook.objects.filter(pk=delivery.webhook_id).update(
                failures=0, failing_since=None, next_try_at=None
            )
        return True
    return failed(delivery, answer.status, phrase(answer.status), wait=asked_wait(answer))


def end(delivery: Delivery, state: str, status: int | None, said: str) -> None:
    Delivery.objects.filter(pk=delivery.pk).update(
        state=state, tries=F("tries") + 1, last_status=status, last_answer=said[:200], ended_at=now()
    )


def failed(delivery: Delivery, status: int | None, said: str, *, wait: int = 0) -> bool:
    """Try later, or give up. False when the fault is the address's, and so the others wait too."""
    if delivery.tries >= len(PAUSES):
        end(delivery, Delivery.State.GIVEN_UP, status, said)
    else:
        pause = dt.timedelta(seconds=max(wait, PAUSES[delivery.tries]))
        Delivery.objects.filter(pk=delivery.pk).update(
            tries=F("tries") + 1,
            next_try_at=now() + pause,
            is_asked=False,
            last_status=status,
            last_answer=said[:200],
        )
    if status is not None and 400 <= status < 500 and status not in CLOSED and status != GONE:
        return True
    pause_webhook(delivery.webhook_id, wait)
    if status == GONE:
        switch_off(delivery.webhook, actor=None, reason="gone")
    return False


def pause_webhook(webhook_id: int, wait: int) -> None:
    """Longer with each failure in a row; off after three days of them."""
    with transaction.atomic():
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook_id)
        pause = min(PAUSES[min(row.failures, len(PAUSES) - 1)], LONGEST_PAUSE)
        row.failures += 1
        row.failing_since = row.failing_since or now()
        row.next_try_at = now() + dt.timedelta(seconds=max(wait, pause))
        row.save(update_fields=["failures", "failing_since", "next_try_at"])
    if row.is_on and now() - row.failing_since > GIVES_UP_AFTER:
        switch_off(row, actor=None, reason="failing")


def phrase(status: int) -> str:
    """Ours: what the other side wrote may repeat what we sent."""
    try:
        return f"{status} {http.HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def asked_wait(answer: Answer) -> int:
    asked = answer.headers.get("retry-after", "").strip()
    return min(int(asked), LONGEST_ASKED) if asked.isascii() and asked.isdecimal() and len(asked) < 8 else 0
