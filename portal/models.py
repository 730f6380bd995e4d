"""Who of the customers is signed in, which single tickets are open to whoever has a link, and what they asked of us."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import pools_for
from accounts.models import Brand, CustomerPool, User
from accounts.permissions import CUSTOMER_VIEW
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.time import in_ten_seconds, now
from customers.models import Customer, Identity
from tickets.models import Inbox, Ticket


class SignInCode(models.Model):
    """Somebody wants to sign in with an address. A row for every address that was typed, known or not.

    The code and the link are made when the mail is sent; only their hashes are kept. `key` names the page on which the
    code is typed: whoever has not asked has no page to guess on.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        IGNORED = "ignored", _("Nobody is known by this address")
        USED = "used", _("Used")
        FAILED = "failed", _("Failed")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)  # normalised like Identity.value
    network = models.CharField(max_length=64, blank=True, db_default="")  # a keyed hash of who asked
    key = models.CharField(max_length=26, unique=True, default=new_token)
    after = models.CharField(max_length=500, blank=True)  # the page they wanted
    language = models.CharField(max_length=10, blank=True)
    code_hash = models.CharField(max_length=64, blank=True)
    link_hash = models.CharField(max_length=64, blank=True)
    guesses = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)  # to send it
    next_try_at = models.DateTimeField(default=now)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["next_try_at"], name="sign_in_waiting", condition=Q(state="queued")),
            models.Index(fields=["address", "-created_at"], name="sign_in_address"),
            models.Index(fields=["link_hash"], name="sign_in_link", condition=~Q(link_hash="")),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class PortalSession(models.Model):
    """A customer's browser at one brand. `address` is the proved one; the token lies in a cookie, its hash here.

    `is_narrow`: the address was only claimed on a person whom others proved to be. They see what was written from
    this address and nothing else of the person.
    """

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)
    is_narrow = models.BooleanField(default=False)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="portal_session_end")]

    def __str__(self) -> str:
        return f"session {self.pk}"


class TicketLink(models.Model):
    """A link that shows one ticket to whoever has it, and lets nobody do anything. Its customer may end it.

    It reads with the eyes of who made it: `identity` is the address that was proved in that session.
    """

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    token = models.CharField(max_length=26, unique=True, default=new_token)
    made_by = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="+")
    identity = models.ForeignKey(Identity, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket"], name="ticket_link_once")]

    def __str__(self) -> str:
        return f"link to ticket {self.ticket_id}"


class DataRequestQuerySet(models.QuerySet["DataRequest"]):
    def visible_to(self, user: User) -> "DataRequestQuerySet":
        return self.filter(customer__pool__in=pools_for(user, CUSTOMER_VIEW))


class DataRequest(models.Model):
    """A customer wants their data, or wants it erased. Erasing waits, and can be taken back until it begins.

    `people` are the rows of the person when it was asked, `values` what they are known by while it runs: emptied at
    the end. What came in after `began_at` is not erased. `progress` is the last ticket done; `report` has counts and
    codes, never words.
    """

    class Kind(models.TextChoices):
        DOWNLOAD = "download", _("Copy of the data")
        ERASURE = "erasure", _("Erasure")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        HELD = "held", _("Needs a colleague")
        DONE = "done", _("Done")
        CANCELLED = "cancelled", _("Taken back")
        FAILED = "failed", _("Failed")

    kind = models.CharField(max_length=8, choices=Kind)
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    people = ArrayField(models.BigIntegerField(), default=list)
    address = models.CharField(max_length=320, blank=True)  # where word of it goes
    language = models.CharField(max_length=10, blank=True)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    why = models.CharField(max_length=40, blank=True)  # a code: why it is held, or the kind of error
    asked_at = models.DateTimeField(default=now)
    run_at = models.DateTimeField(default=now)
    next_try_at = models.DateTimeField(default=in_ten_seconds)
    tries = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField(null=True, blank=True)
    values = models.JSONField(default=list, blank=True)
    progress = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=26, unique=True, default=new_token)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)  # of the copy

    objects = DataRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"],
                name="data_request_once",
                condition=Q(state__in=("waiting", "running", "held")),
            )
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], name="data_request_due", condition=Q(state__in=("waiting", "running"))
            ),
            models.Index(fields=["customer", "-id"], name="data_request_customer"),
            models.Index(fields=["-asked_at", "-id"], name="data_request_recent"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_erasure(self) -> bool:
        return self.kind == self.Kind.ERASURE

    @property
    def is_by_colleague(self) -> bool:
        """Begun at the desk, by who saw all that the person is known by: nobody signed in, so there is no address."""
        return not self.address

    @property
    def is_kept(self) -> bool:
        """A copy that is finished and can be fetched."""
        is_whole = self.state == self.State.DONE and self.blob_id is not None
        return is_whole and self.expires_at is not None and self.expires_at > now()

    @property
    def counts(self) -> dict[str, Any]:
        found: dict[str, Any] = self.report.get("counts", {})
        return found


class PortalMail(models.Model):
    """A mail about a request. What it says is read from the request when it is sent; the address goes with the row."""

    class Kind(models.TextChoices):
        DATA_READY = "data_ready", _("The copy is ready")
        ERASURE_ASKED = "erasure_asked", _("An erasure was asked for")
        ERASURE_CANCELLED = "erasure_cancelled", _("An erasure was taken back")
        ERASED = "erased", _("The data is erased")

    class State(models.TextChoices):
        QUEUED = "queued", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")

    request = models.ForeignKey(DataRequest, on_delete=models.CASCADE, related_name="mails")
    kind = models.CharField(max_length=18, choices=Kind)
    address = models.CharField(max_length=320, blank=True)  # emptied when it was sent
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["request", "kind"], name="portal_mail_once")]
        indexes = [
            models.Index(fields=["next_try_at"], name="portal_mail_waiting", condition=Q(state="queued"))
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.request_id}"


class PoolExport(models.Model):
    """All data of a pool as a file, asked for by an administrator. `next_try_at` is when a worker may take it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Being made")
        DONE = "done", _("Ready")
        FAILED = "failed", _("Failed")
        CANCELLED = "cancelled", _("Cancelled")

    pool = models.ForeignKey(CustomerPool, on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=now)
    state = models.CharField(max_length=9, choices=State, default=State.WAITING)
    why = models.CharField(max_length=40, blank=True)  # the kind of error, or why it was dropped
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=now)
    done = models.BigIntegerField(default=0)  # rows written, of `total`
    total = models.BigIntegerField(default=0)
    counts = models.JSONField(default=dict, blank=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    token = models.CharField(max_length=26, unique=True, default=new_token)
    ended_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["pool"], name="pool_export_once", condition=Q(state__in=("waiting", "running"))
            )
        ]

    def __str__(self) -> str:
        return f"export {self.pk}"

    @property
    def is_kept(self) -> bool:
        return self.blob_id is not None and self.expires_at is not None and self.expires_at > now()

    @property
    def is_going(self) -> bool:
        return self.state in (self.State.WAITING, self.State.RUNNING)


class Retention(models.Model):
    """After how many months what is over in an inbox is erased. The row is the switch."""

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="retention")
    months = models.PositiveSmallIntegerField()
    tag = models.CharField(max_length=60, blank=True)  # tickets with it are kept
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    next_run_at = models.DateTimeField()
    progress = models.BigIntegerField(default=0)  # the last ticket of this round
    erased = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)  # of the last run
    ran_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1), name="retention_no_shorter_than_a_month")
        ]

    def __str__(self) -> str:
        return f"{self.months} months"

    @property
    def has_begun(self) -> bool:
        return self.begins_at <= now()


class TicketErasure(models.Model):
    """A ticket whose words are gone, since when."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="erasure")
    at = models.DateTimeField(default=now)

    def __str__(self) -> str:
        return str(self.ticket_id)
