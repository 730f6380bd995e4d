"""Who is told what, how far the journal was read, and each event on its way."""

import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.access import scope
from accounts.models import Brand, User
from accounts.permissions import WEBHOOKS_MANAGE
from carecenter.lib.time import now


class WebhookQuerySet(models.QuerySet["Webhook"]):
    def visible_to(self, user: User) -> "WebhookQuerySet":
        """Those of whole brands the user sets up webhooks for; those of all brands only with all brands."""
        where = scope(user, WEBHOOKS_MANAGE)
        return self if where.everywhere else self.filter(brand__in=where.brands)

    def in_trouble(self) -> "WebhookQuerySet":
        """Failing now, switched off because they did for too long, or refusing what was sent since yesterday."""
        given_up = Delivery.objects.filter(
            webhook=models.OuterRef("pk"),
            state=Delivery.State.GIVEN_UP,
            ended_at__gte=now() - datetime.timedelta(days=1),
        )
        is_on = models.Q(is_on=True) & (models.Q(failing_since__isnull=False) | models.Exists(given_up))
        return self.filter(is_on | ~models.Q(off_reason=""))

    def listening(self, position: int) -> "WebhookQuerySet":
        """Those who hear of something behind this position: switched on, or off only after it."""
        return self.filter(models.Q(is_on=True) | models.Q(until_position__gt=position))


class Webhook(models.Model):
    """An address that is told. Its events leave in the journal's order, one at a time."""

    brand = models.ForeignKey(
        Brand, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )  # none: every brand, and what belongs to none
    name = models.CharField(max_length=80)
    url = models.CharField(max_length=500)
    events = ArrayField(models.CharField(max_length=64), default=list)  # none: every event
    sealed = models.TextField()  # {"secret": [{"value", "until"}]}, the newest first
    is_on = models.BooleanField(default=True)
    off_reason = models.CharField(max_length=200, blank=True)  # why we switched it off ourselves
    since_position = models.BigIntegerField(default=0)  # only what happened behind it is told
    until_position = models.BigIntegerField(null=True)  # and up to it, of one that is off
    failures = models.PositiveIntegerField(default=0)  # in a row
    failing_since = models.DateTimeField(null=True)
    next_try_at = models.DateTimeField(null=True)  # until then nothing is sent
    leased_until = models.DateTimeField(null=True)  # a worker sends for it
    created_at = models.DateTimeField(default=now)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    objects = WebhookQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def hears(self, position: int) -> bool:
        return self.since_position < position and (self.is_on or position <= (self.until_position or 0))

    def wants(self, name: str, brand_id: int | None) -> bool:
        return (self.brand_id is None or self.brand_id == brand_id) and (
            not self.events or name in self.events
        )


class Delivery(models.Model):
    """One event for one webhook. What is sent is made anew from the event at each try."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits")
        SENT = "sent", _("Taken")
        GIVEN_UP = "given_up", _("Given up")

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="deliveries")
    event_id = models.BigIntegerField()
    name = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    is_asked = models.BooleanField(
        default=False
    )  # somebody wants to see it leave: no pause, no switch holds it
    last_status = models.PositiveSmallIntegerField(null=True)  # of HTTP
    last_answer = models.CharField(max_length=200, blank=True)  # ours, never the words of the other side
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["webhook", "event_id"], name="delivery_once")]
        indexes = [
            models.Index(fields=["webhook", "id"], name="delivery_due", condition=models.Q(state="waiting")),
            models.Index(
                fields=["webhook"], name="delivery_asked", condition=models.Q(state="waiting", is_asked=True)
            ),
            models.Index(fields=["webhook", "-id"], name="delivery_log"),
            models.Index(
                fields=["webhook", "next_try_at"], name="delivery_next", condition=models.Q(state="waiting")
            ),
            models.Index(fields=["ended_at"], name="delivery_ended", condition=~models.Q(state="waiting")),
        ]

    def __str__(self) -> str:
        return f"{self.name} to webhook {self.webhook_id}"


class Reading(models.Model):
    """How far the journal was read for webhooks: one row."""

    position = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"read up to {self.position}"
