"""Who answers, and when: presence of the staff, what rings for them, office hours."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerPool, User
from carecenter.lib.time import now
from carecenter.lib.zones import is_zone

MOST_CHATS = 10


class PresenceState(models.TextChoices):
    AVAILABLE = "available", _("Available")
    AWAY = "away", _("Away")
    OFFLINE = "offline", _("Offline")


class Presence(models.Model):
    """Whether a person of the staff is there.

    `chosen` is what they set, `seen_at` the last heartbeat of one of their desks. What they are is read from both
    (`domain/presence.py`); `noted` is what the journal was last told, since when in `since`.
    """

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="presence")
    chosen = models.CharField(max_length=9, choices=PresenceState, default=PresenceState.AVAILABLE)
    noted = models.CharField(max_length=9, choices=PresenceState, default=PresenceState.OFFLINE)
    since = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [
            models.Index(fields=["seen_at"], name="presence_there", condition=~Q(noted=PresenceState.OFFLINE))
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.noted}"


class Alert(models.TextChoices):
    """What may ring or show a note at an agent's desk."""

    CHAT_WAITING = "chat_waiting", _("A new chat is waiting")
    CHAT_LINE = "chat_line", _("A line in one of my chats")
    ASSIGNED = "assigned", _("A ticket was assigned to me")
    ANSWERED = "answered", _("A customer wrote on one of my tickets")


class AgentSettings(models.Model):
    """How an agent works: how many chats at once, what rings, what the browser announces.

    Without a row it is as `domain/agents.py` says.
    """

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="agent_settings"
    )
    most_chats = models.PositiveSmallIntegerField(
        default=3, validators=[MinValueValidator(1), MaxValueValidator(MOST_CHATS)]
    )
    sounds = ArrayField(models.CharField(max_length=20, choices=Alert), default=list, blank=True)
    notices = ArrayField(models.CharField(max_length=20, choices=Alert), default=list, blank=True)

    def __str__(self) -> str:
        return f"settings of {self.user_id}"


class Hours(models.Model):
    """When somebody is there, on the wall clock of a zone.

    `weekly` holds for each day from Monday on the spans it is open, [["09:00", "12:30"], ["13:00", "24:00"]],
    days that are not given are closed; what goes on after midnight begins the next day. `earlier` are weeks of before,
    each with the first day it did not hold any more, [{"until": "2026-11-23", "weekly": [...]}], the oldest first.
    `closed_days` beat the week, [{"on": "2026-12-25", "name": "Christmas Day"}]: closed all day, unless it has times of
    its own (`open`, spans); with `yearly` every year from then on; with `holiday` it follows from `holidays`, the
    country and region whose days are taken, {"country": "DE", "region": "BE", "left_out": [], "until": 2027}.
    """

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT, related_name="hours")
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="UTC", validators=[is_zone])
    weekly = models.JSONField(default=list, blank=True)
    earlier = models.JSONField(default=list, blank=True)
    closed_days = models.JSONField(default=list, blank=True)
    holidays = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name_plural = "hours"
        constraints = [models.UniqueConstraint(fields=["pool", "name"], name="hours_name_once_in_pool")]

    def __str__(self) -> str:
        return self.name
