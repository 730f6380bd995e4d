"""The journal is read on, and what somebody wants to hear becomes a row to send, in one transaction with the place."""

import datetime as dt
from typing import Final

from django.db import transaction

from carecenter.lib.time import now
from journal.models import Event
from webhooks.domain.subscribing import TRIAL
from webhooks.models import Delivery, Reading, Webhook

EVENTS: Final = 1000  # read at once
KEPT: Final = {Delivery.State.SENT: dt.timedelta(days=30), Delivery.State.GIVEN_UP: dt.timedelta(days=90)}
FORGOTTEN: Final = 5000  # rows of the log, at once


def follow(limit: int = EVENTS) -> int:
    """How many events were read; 0 when nobody listens, somebody else reads, or there is nothing new."""
    if not Webhook.objects.exists():
        return 0
    with transaction.atomic():
        place = Reading.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if place is None:
            return 0
        listeners = list(Webhook.objects.listening(place.position))
        if not listeners:
            return 0
        rows = Event.objects.filter(position__gt=place.position).order_by("position")
        found = list(rows.values_list("position", "pk", "name", "brand_id")[:limit])
        Delivery.objects.bulk_create(
            [
                Delivery(webhook=webhook, event_id=event_id, name=name)
                for position, event_id, name, brand_id in found
                if name != TRIAL
                for webhook in listeners
                if webhook.hears(position or 0) and webhook.wants(name, brand_id)
            ],
            ignore_conflicts=True,
            batch_size=1000,
        )
        if found:
            place.position = found[-1][0] or 0
            place.save(update_fields=["position"])
    return len(found)


def forget() -> int:
    """The oldest rows of the log that are old enough. How many; 0 when none is left."""
    count = 0
    for state, kept in KEPT.items():
        old = Delivery.objects.filter(state=state, ended_at__lt=now() - kept).order_by("ended_at")
        count += Delivery.objects.filter(pk__in=old.values("pk")[:FORGOTTEN]).delete()[0]
    return count
