"""A mailbox that is watched by IMAP: where it is, how far it was read, how it fares, and who was told of trouble."""

from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import INBOX_MANAGE
from carecenter.lib.sealing import seal, unseal
from carecenter.lib.time import now
from channels_app.models.border import Connection, of_inboxes

# A mailbox is asked each minute at least; without a good answer for so long something is wrong with it.
LATE = timedelta(minutes=4)


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the first byte (port 993)")
    STARTTLS = "starttls", _("STARTTLS (port 143)")
    PLAIN = "plain", _("None, on this machine only")


class SignIn(models.TextChoices):
    PASSWORD = "password", _("Password or app password")
    OAUTH2 = "oauth2", _("OAuth 2 with a refresh token")


class MailboxQuerySet(models.QuerySet["Mailbox"]):
    def visible_to(self, user: User, code: str = INBOX_MANAGE) -> "MailboxQuerySet":
        return self.filter(of_inboxes(user, code, inbox="connection__inbox"))

    def watched(self) -> "MailboxQuerySet":
        return self.filter(is_on=True, connection__is_active=True, connection__inbox__is_active=True)

    def troubled(self) -> "MailboxQuerySet":
        """Those with an error, and those of which nobody has heard for too long, because nobody fetches at all."""
        before = now() - LATE
        silent = Q(on_since__lt=before) & (Q(last_good_at__isnull=True) | Q(last_good_at__lt=before))
        return self.watched().filter(Q(error_since__isnull=False) | silent)


class Mailbox(models.Model):
    """Its password, or the secrets of OAuth, lie sealed in the connection.

    `uid_next` is the first mail that is not stored yet; it belongs to `uid_validity` and moves only behind what is
    stored. What lay in the mailbox before, or has to be read again because the server numbered anew, is the backlog:
    from `backlog_next` to below `backlog_below`.
    """

    class Backlog(models.TextChoices):
        NONE = "", _("None")
        IMPORT = "import", _("First import")
        RESCAN = "rescan", _("Read again, the server numbered its mails anew")

    connection = models.OneToOneField(Connection, on_delete=models.CASCADE, related_name="mailbox")
    is_on = models.BooleanField(default=False)
    on_since = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(
        default=1
    )  # +1 with every change of the settings: watchers start anew
    host = models.CharField(max_length=253)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(max_length=8, choices=Security, default=Security.TLS)
    username = models.CharField(max_length=320)
    folder = models.CharField(max_length=255, default="INBOX")
    sign_in = models.CharField(max_length=8, choices=SignIn, default=SignIn.PASSWORD)
    token_url = models.CharField(max_length=500, blank=True)
    client_id = models.CharField(max_length=300, blank=True)
    mark_seen = models.BooleanField(default=False)
    import_days = models.PositiveIntegerField(default=0)  # 0: what lies there already stays there

    uid_validity = models.BigIntegerField(null=True, blank=True)
    uid_next = models.BigIntegerField(default=1)
    started_at = models.DateTimeField(null=True, blank=True)  # what came before is history
    backlog = models.CharField(max_length=6, choices=Backlog, default=Backlog.NONE, blank=True)
    backlog_next = models.BigIntegerField(default=1)
    backlog_below = models.BigIntegerField(default=1)
    backlog_done = models.PositiveIntegerField(default=0)
    backlog_total = models.PositiveIntegerField(default=0)
    stuck_uid = models.BigIntegerField(
        default=0
    )  # a mail that the server does not give out, and how often it did not
    stuck_tries = models.PositiveSmallIntegerField(default=0)

    holder = models.CharField(max_length=60, blank=True)  # the one process that works on it, until
    held_until = models.DateTimeField(null=True, blank=True)

    last_good_at = models.DateTimeField(
        null=True, blank=True
    )  # the server answered, and all it had was stored
    fetched = models.BigIntegerField(default=0)
    last_mail_at = models.DateTimeField(null=True, blank=True)
    lag_seconds = models.PositiveIntegerField(
        null=True, blank=True
    )  # of the last mail: from its arrival to our store
    can_idle = models.BooleanField(null=True, blank=True)
    error = models.CharField(max_length=30, blank=True)  # a code of domain.mailbox_troubles
    error_detail = models.CharField(max_length=300, blank=True)
    error_since = models.DateTimeField(null=True, blank=True)
    alarm_since = models.DateTimeField(
        null=True, blank=True
    )  # people were told, and not yet that it works again

    objects = MailboxQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "mailboxes"
        constraints = [
            models.CheckConstraint(condition=Q(backlog_next__lte=F("backlog_below")), name="mailbox_backlog")
        ]

    def __str__(self) -> str:
        return f"{self.username} at {self.host}"

    @property
    def is_late(self) -> bool:
        """Nobody has heard of it for too long, whether or not anybody could say why."""
        heard = max((at for at in (self.last_good_at, self.on_since) if at is not None), default=None)
        return self.is_on and heard is not None and heard < now() - LATE

    @property
    def is_in_trouble(self) -> bool:
        return self.is_on and (self.error_since is not None or self.is_late)


class MailboxTest(models.Model):
    """One run of "Test this connection", of settings that need not be saved. Secrets are gone when it has ended.

    Without a connection it is a test of outgoing mail, of who made it alone.
    """

    connection = models.ForeignKey(
        Connection, on_delete=models.CASCADE, related_name="mailbox_tests", null=True
    )
    made_by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField(default=now)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    steps = models.JSONField(default=list)  # [{"stage", "state", "code", "detail"}]
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"test {self.pk} of {self.connection_id}"

    def opened(self) -> dict[str, Any]:
        return {**self.settings, **unseal(self.sealed)}

    def seal(self, secrets: dict[str, Any]) -> None:
        self.sealed = seal(secrets)


class MailboxAlarm(models.Model):
    """A mail to one person about one trouble, or about its end: once each."""

    class Kind(models.TextChoices):
        BROKEN = "broken", _("In trouble")
        WORKS = "works", _("Works again")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        IGNORED = "ignored", _("Not needed")
        FAILED = "failed", _("Failed")

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="alarms")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind)
    since = models.DateTimeField()  # of the trouble
    error = models.CharField(max_length=30, blank=True)
    error_detail = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "user", "kind", "since"], name="alarm_once"),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="alarm_waiting", condition=Q(state="queued")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} alarm {self.pk}"
