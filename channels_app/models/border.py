"""How contacts cross the border: connections, what came in raw, and each try to send."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import scope, scope_q
from accounts.models import CustomerPool, User
from accounts.permissions import INTAKE_VIEW
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.kinds import Capability, can
from carecenter.lib.sealing import seal, unseal
from carecenter.lib.time import now
from tickets.models import Contact, Inbox, Message, Ticket


def of_inboxes(user: User, code: str, *, inbox: str) -> Q:
    """Rows of the inboxes whose brand, or whose default team, the user's grants cover."""
    return scope_q(scope(user, code), brand=f"{inbox}__brand", team=f"{inbox}__default_team")


class ConnectionQuerySet(models.QuerySet["Connection"]):
    def visible_to(self, user: User) -> "ConnectionQuerySet":
        return self.filter(of_inboxes(user, INTAKE_VIEW, inbox="inbox"))


class Connection(models.Model):
    """The technical side of an inbox. What it may hold depends on the kind (`registry.py`)."""

    inbox = models.OneToOneField(Inbox, on_delete=models.CASCADE, related_name="connection")
    from_name = models.CharField(max_length=120, blank=True)
    config = models.JSONField(default=dict, blank=True)
    sealed = models.TextField(blank=True)  # secrets, see carecenter.lib.sealing
    is_active = models.BooleanField(default=True)
    # Health of the way out: while the server is not to be reached, its mails wait until `paused_until`.
    trouble = models.CharField(max_length=300, blank=True)
    trouble_since = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(null=True, blank=True)

    objects = ConnectionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"connection of {self.inbox_id}"

    @property
    def address(self) -> str:
        """The first of its addresses: what answers are sent from."""
        own = self.addresses.order_by("pk").first()
        return own.address if own else ""

    @property
    def can_send(self) -> bool:
        """Mail needs an address of ours; other kinds know their way by their settings."""
        return bool(self.address) or not can(self.inbox.kind, Capability.ADDRESSES)

    def opened(self) -> dict[str, Any]:
        """Settings with their secrets, for an adapter: never kept, never logged. Raises sealing.Unreadable."""
        return {**self.config, **unseal(self.sealed)}

    def seal(self, secrets: dict[str, Any]) -> None:
        """Replace the secrets; the caller saves `sealed`."""
        self.sealed = seal(secrets)


class InboxAddress(models.Model):
    """An e-mail address that is ours; mail to it, with or without a +suffix, belongs to the connection."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="addresses")
    address = models.CharField(max_length=320, unique=True)  # lower case

    def __str__(self) -> str:
        return self.address


class Conversation(models.Model):
    """A thread as the other side names it (a chat's token, an id in their system), and the ticket it is on."""

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="conversations")
    key = models.CharField(max_length=200)
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["connection", "key"], name="conversation_once")]
        indexes = [models.Index(fields=["ticket"], name="conversation_ticket")]

    def __str__(self) -> str:
        return f"conversation {self.pk}"


class ConversationPart(models.Model):
    """A contact of a thread. What somebody may read of it goes by its contacts: tickets are merged, threads are not."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="parts")
    contact = models.OneToOneField(Contact, on_delete=models.CASCADE, related_name="conversation_part")

    def __str__(self) -> str:
        return f"contact {self.contact_id} of conversation {self.conversation_id}"


class ChatSession(models.Model):
    """A visitor's end of a live conversation: one browser on one site, until they start another.

    `contact` is the latest; a chat that is written in again after its end opens a new one. Positions are keys of
    messages. `key` names the thread and is no secret, the token behind `token_hash` is the visitor's right to it.
    """

    class Evidence(models.TextChoices):
        NONE = "", _("Not known")
        CLAIMED = "claimed", _("Typed by the visitor")
        VERIFIED = "verified", _("Signed by the site")

    connection = models.ForeignKey(Connection, on_delete=models.CASCADE, related_name="chats")
    contact = models.OneToOneField(
        Contact, on_delete=models.SET_NULL, null=True, blank=True, related_name="chat"
    )
    key = models.CharField(max_length=26, unique=True, default=new_token)
    token_hash = models.CharField(max_length=64, unique=True)
    visitor_name = models.CharField(max_length=200, blank=True)
    visitor_email = models.CharField(max_length=320, blank=True)
    external_id = models.CharField(max_length=320, blank=True)  # the site's own number of its signed user
    evidence = models.CharField(max_length=10, choices=Evidence, default=Evidence.NONE, blank=True)
    language = models.CharField(max_length=20, blank=True)
    page_url = models.CharField(max_length=1000, blank=True)
    page_title = models.CharField(max_length=200, blank=True)
    referrer = models.CharField(max_length=1000, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=now)
    seen_at = models.DateTimeField(default=now)  # the last sign of the visitor's page
    read_to = models.BigIntegerField(default=0)  # the visitor has read up to here
    agent_read_to = models.BigIntegerField(default=0)
    mailed_to = models.BigIntegerField(default=0)  # what was not read went by mail up to here
    wants_transcript = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["connection", "-seen_at"], name="chat_seen"),
            models.Index(fields=["connection", "-id"], name="chat_recent"),
        ]

    def __str__(self) -> str:
        return f"chat {self.pk}"


class BlockedSender(models.Model):
    """Whose mail nobody wants: an address, or a whole domain as "@example.com". Kept as ignored, never lost."""

    pool = models.ForeignKey(CustomerPool, on_delete=models.CASCADE, related_name="+")
    address = models.CharField(max_length=320)  # lower case
    created_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pool", "address"], name="blocked_once_in_pool")]

    def __str__(self) -> str:
        return self.address


class Reason(models.TextChoices):
    """Why a record is not a message on a ticket."""

    OVERSIZE = "oversize", _("Larger than this installation takes")
    UNREADABLE = "unreadable", _("Cannot be read")
    OWN_MAIL = "own_mail", _("Our own mail came back")
    OWN_ADDRESS = "own_address", _("Says it comes from one of our own addresses")
    BLOCKED = "blocked", _("The sender is blocked")
    BOUNCE = "bounce", _("Returned mail that matches none of our answers")
    AUTOMATIC = "automatic", _("Automatic mail that belongs to no ticket")
    STORM = "storm", _("Too many from one sender in a short time")
    DUPLICATE = "duplicate", _("The same mail came before")
    BY_HAND = "by_hand", _("Ignored by a colleague")
    ERROR = "error", _("An error on our side")


class InboundRecordQuerySet(models.QuerySet["InboundRecord"]):
    def visible_to(self, user: User, code: str = INTAKE_VIEW) -> "InboundRecordQuerySet":
        return self.filter(of_inboxes(user, code, inbox="connection__inbox"))


class InboundRecord(models.Model):
    """Something that arrived, byte for byte, before anybody answered "OK" to its sender.

    Up to 256 KiB lie in `raw`, more in `blob`. `key` is the provider's id, else the SHA-256 of the bytes: the same
    thing delivered twice is one row.
    """

    class State(models.TextChoices):
        NEW = "new", _("Waiting")
        DONE = "done", _("Done")
        IGNORED = "ignored", _("Ignored")
        PARKED = "parked", _("Parked")  # screened out; a person decides
        FAILED = "failed", _("Failed")

    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="records")
    key = models.CharField(max_length=200)
    raw = models.BinaryField(null=True)
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True)
    size = models.BigIntegerField()
    envelope = models.JSONField(default=dict)  # {"from", "to", "peer"}
    state = models.CharField(max_length=8, choices=State, default=State.NEW)
    reason = models.CharField(max_length=60, choices=Reason, blank=True)  # why ignored, parked or failed
    error = models.TextField(blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    sender = models.CharField(max_length=320, blank=True)  # lower case, as read; empty until it was read
    subject = models.CharField(max_length=400, blank=True)
    received_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    ticket = models.ForeignKey(Ticket, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    opened_ticket = models.BooleanField(default=False)  # the ticket did not exist before this
    skip_screens = models.BooleanField(default=False)  # a person said: open a ticket anyway

    objects = InboundRecordQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "key"], name="inbound_once"),
            models.CheckConstraint(
                condition=Q(raw__isnull=False) | Q(blob__isnull=False), name="inbound_has_bytes"
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], name="inbound_waiting", condition=Q(state="new")),
            models.Index(fields=["-id"], name="inbound_trouble", condition=Q(state__in=["parked", "failed"])),
            models.Index(fields=["-id"], name="inbound_ignored", condition=Q(state="ignored")),
            models.Index(fields=["message"], name="inbound_message"),
            models.Index(fields=["sender", "-received_at"], name="inbound_sender", condition=~Q(sender="")),
        ]

    def __str__(self) -> str:
        return f"inbound {self.pk}"


class DeliveryAttempt(models.Model):
    """One try to send a message, written before the call. Without an outcome: unconfirmed."""

    class Outcome(models.TextChoices):
        SENT = "sent", _("Sent")
        RETRY = "retry", _("Try again later")
        REJECTED = "rejected", _("Rejected")
        BROKEN = "broken", _("No connection")
        GONE = "gone", _("Recipient unknown")
        UNCONFIRMED = "unconfirmed", _("Unconfirmed")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome, blank=True)
    detail = models.CharField(max_length=300, blank=True)  # the server's code and words, without addresses

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "number"], name="attempt_once")]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.message_id}"
