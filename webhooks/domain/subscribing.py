"""Webhooks are made, changed, switched and tried out."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.access import covers_brand, scope
from accounts.models import Brand, User
from accounts.permissions import WEBHOOKS_MANAGE
from carecenter.lib import signing
from carecenter.lib.http import Unreachable, target_of
from carecenter.lib.sealing import Unreadable, seal, unseal
from carecenter.lib.time import now
from journal.actors import SYSTEM, user_actor
from journal.domain.recording import record
from journal.models import Event
from journal.wiring import table
from webhooks.domain.errors import BadAddress, NotYours, StillWaiting, UnknownEvent
from webhooks.models import Delivery, Reading, Webhook

OLD_SECRET_LIVES = dt.timedelta(hours=24)
TRIAL = "webhook.tried"  # told to the one webhook that is tried out
MOST_AGAIN = 1000  # given-up deliveries sent again at once


@dataclass(frozen=True)
class Wanted:
    name: str
    url: str
    brand: Brand | None = None
    events: tuple[str, ...] = ()


def known_events() -> list[str]:
    return sorted(set(table()) - {TRIAL})


def create(wanted: Wanted, *, actor: User) -> tuple[Webhook, str]:
    """The webhook and its secret. It hears of what happens from now on."""
    check(wanted, actor)
    secret = signing.new_secret()
    with transaction.atomic():
        webhook = Webhook.objects.create(
            name=wanted.name,
            url=wanted.url,
            brand=wanted.brand,
            events=sorted(set(wanted.events)),
            sealed=seal({"secret": [{"value": secret, "until": ""}]}),
            since_position=begin_reading(),
            created_by=actor,
        )
        tell("webhook.created", webhook, actor=actor)
    return webhook, secret


def change(webhook: Webhook, wanted: Wanted, *, actor: User) -> Webhook:
    """What waits goes to the new address too; with another brand, what was told of the one before goes from the log."""
    check(wanted, actor)
    values = {
        "name": wanted.name,
        "url": wanted.url,
        "brand": wanted.brand,
        "events": sorted(set(wanted.events)),
    }
    with transaction.atomic():
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        changed = [name for name, value in values.items() if getattr(row, name) != value]
        for name in changed:
            setattr(row, name, values[name])
        if "url" in changed:
            clear_trouble(row)
            changed += TROUBLE
        if "brand" in changed:
            row.deliveries.all().delete()
        if changed:
            row.save(update_fields=changed)
            tell("webhook.changed", row, actor=actor, fields=sorted(set(changed) & set(values)))
    return row


def check(wanted: Wanted, actor: User) -> None:
    """Raises BadAddress, UnknownEvent or NotYours."""
    try:
        target_of(wanted.url)
    except Unreachable as error:
        raise BadAddress(_("Nothing can be sent there: %(why)s.") % {"why": error}) from None
    if unknown := sorted(set(wanted.events) - set(known_events())):
        raise UnknownEvent(_("There is no event %(name)s.") % {"name": unknown[0][:64]})
    if wanted.brand is None:
        allowed = scope(actor, WEBHOOKS_MANAGE).everywhere
    else:
        allowed = covers_brand(actor, WEBHOOKS_MANAGE, wanted.brand.pk)
    if not allowed:
        raise NotYours(_("You set up webhooks of single brands: choose one."))


TROUBLE = ["failures", "failing_since", "next_try_at", "off_reason"]


def clear_trouble(webhook: Webhook) -> None:
    webhook.failures, webhook.failing_since, webhook.next_try_at, webhook.off_reason = 0, None, None, ""


def begin_reading() -> int:
    """The position behind which a new listener hears. Where nobody listened, reading begins there too.

    Holds the place until the commit, so that no reader passes by a listener who is not there yet.
    """
    Reading.objects.get_or_create(pk=1)
    row = Reading.objects.select_for_update().get(pk=1)
    last = last_position()
    if row.position < last and not Webhook.objects.listening(row.position).exists():
        row.position = last
        row.save(update_fields=["position"])
    return last


def last_position() -> int:
    last: int = Event.objects.aggregate(last=Max("position"))["last"] or 0
    return last


def switch_on(webhook: Webhook, *, actor: User) -> Webhook:
    """It hears of what happens from now on, and gets what still waits."""
    with transaction.atomic():
        since = begin_reading()
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        if not row.is_on:
            clear_trouble(row)
            row.is_on, row.since_position, row.until_position = True, since, None
            row.save(update_fields=["is_on", "since_position", "until_position", *TROUBLE])
            tell("webhook.switched_on", row, actor=actor)
    return row


def switch_off(webhook: Webhook, *, actor: User | None, reason: str = "") -> Webhook:
    """What happens from now on is not told; what happened before waits. `reason`: why the system does it itself."""
    with transaction.atomic():
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        if row.is_on:
            row.is_on, row.off_reason, row.until_position = False, reason[:200], last_position()
            row.save(update_fields=["is_on", "off_reason", "until_position"])
            tell("webhook.switched_off", row, actor=actor)
    return row


def rotate_secret(webhook: Webhook, *, actor: User) -> str:
    """A new secret; for a day requests are signed with the one before as well, where that can still be read."""
    with transaction.atomic():
        row = Webhook.objects.select_for_update(of=("self",)).get(pk=webhook.pk)
        secret = signing.new_secret()
        before = [
            {"value": one["value"], "until": (now() + OLD_SECRET_LIVES).isoformat()}
            for one in known_secrets(row)[:1]
        ]
        row.sealed = seal({"secret": [{"value": secret, "until": ""}, *before]})
        row.save(update_fields=["sealed"])
        tell("secret.rotated", row, actor=actor, keeps_old=bool(before))
    return secret


def known_secrets(webhook: Webhook) -> list[dict[str, str]]:
    """The newest first; none when they were sealed under a key that is gone, which a new one cures."""
    try:
        found: list[dict[str, str]] = unseal(webhook.sealed).get("secret", [])
    except Unreadable:
        return []
    return found


def delete_webhook(webhook: Webhook, *, actor: User) -> None:
    with transaction.atomic():
        tell("webhook.deleted", webhook, actor=actor)
        webhook.delete()


def try_out(webhook: Webhook, *, actor: User) -> Delivery:
    """Send it one event that happened to nobody, whichever events it hears of, switched on or not."""
    with transaction.atomic():
        event = tell(TRIAL, webhook, actor=actor)
        return Delivery.objects.create(webhook=webhook, event_id=event.pk, name=TRIAL, is_asked=True)


def send_again(delivery: Delivery, *, actor: User) -> Delivery:
    """What was taken or given up goes once more, under the same id. Raises StillWaiting."""
    with transaction.atomic():
        row = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if row.state == Delivery.State.WAITING:
            raise StillWaiting(_("This is on its way already."))
        renew([row.pk], is_asked=True)
        tell("webhook.sent_again", row.webhook, actor=actor, events=[row.event_id])
    row.refresh_from_db()
    return row


def send_given_up_again(webhook: Webhook, *, actor: User) -> int:
    """How many; the oldest first, at most 1,000 at once."""
    with transaction.atomic():
        rows = webhook.deliveries.select_for_update().filter(state=Delivery.State.GIVEN_UP).order_by("pk")
        found = dict(rows.values_list("pk", "event_id")[:MOST_AGAIN])
        if found:
            renew(list(found), is_asked=False)
            tell("webhook.sent_again", webhook, actor=actor, events=sorted(found.values())[:100])
    return len(found)


def renew(pks: list[int], *, is_asked: bool) -> None:
    Delivery.objects.filter(pk__in=pks).update(
        state=Delivery.State.WAITING, tries=0, next_try_at=now(), ended_at=None, is_asked=is_asked
    )


def tell(name: str, webhook: Webhook, *, actor: User | None, **data: Any) -> Event:
    return record(
        name,
        actor=user_actor(actor.pk) if actor else SYSTEM,
        brand_id=webhook.brand_id,
        subject=f"webhook:{webhook.pk}",
        **data,
    )
