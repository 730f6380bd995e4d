"""The work: inboxes, tickets, contacts, messages. Verbs are in `domain/`."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import scope, scope_q
from accounts.models import Brand, Team, User
from accounts.permissions import TICKET_VIEW
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from customers.models import Customer
from workforce.models import Hours


class Inbox(models.Model):
    """The business side of an entrance: which brand, which team gets it. Credentials are in channels_app."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="inboxes")
    name = models.CharField(max_length=120)
    key = models.SlugField(max_length=60, unique=True)  # for the command line and the API
    kind = models.CharField(max_length=20)  # a code of carecenter.lib.kinds
    # Where an answer leaves when this inbox cannot carry it: the visitor has left, a form was sent.
    follow_up = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    default_team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True)
    hours = models.ForeignKey(Hours, on_delete=models.SET_NULL, null=True, blank=True, related_name="inboxes")
    is_active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "inboxes"
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="inbox_name_once_in_brand")]

    def __str__(self) -> str:
        return self.name


class Status(models.TextChoices):
    """Where a ticket stands. `MOVES` in domain/status.py says which may follow which."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    PENDING = "pending", _("Waiting for customer")
    ON_HOLD = "on_hold", _("On hold")
    SOLVED = "solved", _("Solved")
    CLOSED = "closed", _("Closed")


ACTIVE = (Status.NEW, Status.OPEN, Status.PENDING, Status.ON_HOLD)


class Priority(models.IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


DONE_INDEXES = {
    "ticket_done": (),
    "ticket_brand_done": ("brand",),
    "ticket_team_done": ("team",),
    "ticket_assignee_done": ("assignee",),
}


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> "TicketQuerySet":
        """Tickets of the brands and teams the user's grants cover. The only way to a list of tickets."""
        return self.filter(scope_q(scope(user, TICKET_VIEW)))

    def active(self) -> "TicketQuerySet":
        return self.filter(status__in=ACTIVE)

    def assigned_to(self, user: User) -> "TicketQuerySet":
        return self.active().filter(assignee=user)

    def unassigned(self) -> "TicketQuerySet":
        return self.active().filter(assignee__isnull=True)

    def of_teams(self, teams: Any) -> "TicketQuerySet":
        return self.active().filter(team__in=teams)

    def waiting(self) -> "TicketQuerySet":
        """Customers who wait for our answer; order by `waiting_since` for the longest first."""
        return self.active().filter(waiting_since__isnull=False)


class Ticket(models.Model):
    """One case of one customer, whatever the ways they wrote. Without a customer: an internal case.

    `waiting_since` is when the oldest unanswered message of the customer came. `preview`, `last_kind` and
    `last_message_at` are copies of the last message for the list, written by the verbs that append.
    """

    number = models.BigIntegerField(unique=True)  # from the sequence ticket_number; what people say aloud
    token = models.CharField(max_length=26, unique=True, default=new_token)  # what strangers see
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT)
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, blank=True)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="tickets"
    )
    subject = models.CharField(max_length=400, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    priority = models.PositiveSmallIntegerField(choices=Priority, default=Priority.NORMAL)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True)
    assignee = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    fields = models.JSONField(default=dict, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)
    version = models.PositiveIntegerField(default=1)  # +1 with every change a screen shows
    created_at = models.DateTimeField(default=now)
    updated_at = models.DateTimeField(default=now)
    waiting_since = models.DateTimeField(null=True, blank=True)
    first_replied_at = models.DateTimeField(null=True, blank=True)
    solved_at = models.DateTimeField(null=True, blank=True)
    last_message_at = models.DateTimeField(default=now)
    last_kind = models.CharField(max_length=20, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    message_count = models.PositiveIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        # Lists are keyset-paged by (last_message_at, id); each view of the desk has the index it walks.
        indexes = [
            models.Index(fields=["brand", "-last_message_at", "-id"], name="ticket_brand_recent"),
            models.Index(fields=["-last_message_at", "-id"], name="ticket_recent"),
            models.Index(fields=["updated_at", "id"], name="ticket_updated"),  # the API: what changed since
            models.Index(
                fields=["brand", "-last_message_at", "-id"],
                name="ticket_brand_active",
                condition=Q(status__in=ACTIVE),
            ),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"],
                name="ticket_mine",
                condition=Q(status__in=ACTIVE),
            ),
            models.Index(
                fields=["brand", "-last_message_at", "-id"],
                name="ticket_unassigned",
                condition=Q(status__in=ACTIVE, assignee__isnull=True),
            ),
            models.Index(
                fields=["team", "-last_message_at", "-id"], name="ticket_team", condition=Q(status__in=ACTIVE)
            ),
            models.Index(
                fields=["brand", "waiting_since", "id"],
                name="ticket_waiting",
                condition=Q(status__in=ACTIVE, waiting_since__isnull=False),
            ),
            # For people of several brands: an index led by the brand cannot give their lists in order.
            models.Index(
                fields=["-last_message_at", "-id"], name="ticket_active", condition=Q(status__in=ACTIVE)
            ),
            models.Index(
                fields=["-last_message_at", "-id"],
                name="ticket_unassigned_recent",
                condition=Q(status__in=ACTIVE, assignee__isnull=True),
            ),
            models.Index(
                fields=["waiting_since", "id"],
                name="ticket_waiting_longest",
                condition=Q(status__in=ACTIVE, waiting_since__isnull=False),
            ),
            # What is done: the lists of solved and closed tickets of all, a brand, a team, a person.
            *(
                models.Index(
                    fields=[*of, "status", "-last_message_at", "-id"],
                    name=name,
                    condition=Q(status__in=(Status.SOLVED, Status.CLOSED)),
                )
                for name, of in DONE_INDEXES.items()
            ),
            models.Index(fields=["customer", "-id"], name="ticket_customer"),
            GinIndex(fields=["tags"], name="ticket_tags"),
        ]

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    @property
    def is_active(self) -> bool:
        return self.status in ACTIVE


class Participant(models.Model):
    """Who takes part in a ticket by address: the requester and those in copy."""

    class Role(models.TextChoices):
        REQUESTER = "requester", _("Requester")
        COPY = "copy", _("In copy")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="participants")
    address = models.CharField(max_length=320)  # normalised like Identity.value
    name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=10, choices=Role)
    customer = models.ForeignKey(Customer, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "address"], name="participant_once")]

    def __str__(self) -> str:
        return self.address


class Direction(models.TextChoices):
    INBOUND = "in", _("Inbound")
    OUTBOUND = "out", _("Outbound")


class Contact(models.Model):
    """One interaction on a ticket: a call, a visit, a run of mails up to our answer.

    What is routed, capped, timed and counted is the contact, so a ticket may mix channels.
    """

    class Holder(models.TextChoices):
        QUEUE = "queue", _("Queue")
        AGENT = "agent", _("Agent")
        BOT = "bot", _("Bot")

    class EndReason(models.TextChoices):
        ANSWERED = "answered", _("Answered")
        LOGGED = "logged", _("Logged by hand")
        SOLVED = "solved", _("Solved without an answer")
        AUTOMATIC = "automatic", _("Automatic message")
        LEFT = "left", _("The customer left")
        FINISHED = "finished", _("Ended by the agent")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="contacts")
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=20)
    direction = models.CharField(max_length=3, choices=Direction)
    customer = models.ForeignKey(
        Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="contacts"
    )
    holder = models.CharField(max_length=6, choices=Holder, default=Holder.QUEUE)
    agent = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True)
    opened_at = models.DateTimeField(default=now)
    queued_at = models.DateTimeField(null=True, blank=True)
    offered_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    end_reason = models.CharField(max_length=10, choices=EndReason, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "-id"], name="contact_ticket"),
            models.Index(fields=["customer", "-opened_at", "-id"], name="contact_customer"),
        ]
        constraints = [
            # At most one run of mails (call, visit) is open on a ticket for each inbox and kind.
            models.UniqueConstraint(
                fields=["ticket", "inbox", "kind"],
                name="contact_open_once",
                condition=Q(ended_at__isnull=True),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} on {self.ticket_id}"


class Delivery(models.TextChoices):
    """What became of an answer. `MOVES` in domain/delivery.py: states only move forward."""

    NONE = "none", _("Not sent")  # notes and inbound messages
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Sending")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Failed")
    UNCONFIRMED = "unconfirmed", _("Unconfirmed")  # the line broke after the last byte: it may have arrived
    WITHDRAWN = "withdrawn", _("Taken back")
    BOUNCED = "bounced", _("Returned")


class Message(models.Model):
    """One text on a ticket: a customer's, ours, or a note between colleagues."""

    class Audience(models.TextChoices):
        PUBLIC = "public", _("Public")
        INTERNAL = "internal", _("Internal note")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages")
    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    inbox = models.ForeignKey(Inbox, on_delete=models.PROTECT, null=True, blank=True)
    kind = models.CharField(max_length=20)
    direction = models.CharField(max_length=3, choices=Direction)
    audience = models.CharField(max_length=8, choices=Audience, default=Audience.PUBLIC)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True)  # staff
    customer = models.ForeignKey(
        Customer, on_delete=models.SET_NULL, null=True, blank=True
    )  # else the customer
    from_name = models.CharField(max_length=200, blank=True)
    from_address = models.CharField(max_length=320, blank=True)
    reply_to = models.CharField(max_length=320, blank=True)  # where the sender wants the answer, if elsewhere
    to = models.JSONField(default=list, blank=True)  # [{"name", "address"}]
    cc = models.JSONField(default=list, blank=True)
    subject = models.CharField(max_length=400, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)  # sanitised when shown and when sent, as it came until then
    reply_text = models.TextField(blank=True)  # the text without the quoted history
    external_id = models.CharField(max_length=400, blank=True)  # Message-ID without the angle brackets
    in_reply_to = models.CharField(max_length=400, blank=True)
    is_auto = models.BooleanField(default=False)
    is_bounce = models.BooleanField(default=False)
    delivery = models.CharField(max_length=12, choices=Delivery, default=Delivery.NONE)
    delivery_detail = models.CharField(max_length=300, blank=True)  # what the mail server said, for the agent
    send_at = models.DateTimeField(null=True, blank=True)  # not before; the time to take it back
    next_try_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "-id"], name="message_ticket"),
            models.Index(
                fields=["next_try_at", "id"],
                name="message_outbox",
                condition=Q(delivery__in=["queued", "sending"]),
            ),
            models.Index(fields=["external_id"], name="message_external_id", condition=~Q(external_id="")),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["inbox", "external_id"], name="message_once_in_inbox", condition=~Q(external_id="")
            )
        ]

    def __str__(self) -> str:
        return f"message {self.pk}"


class Attachment(models.Model):
    """A file of a message, or of a draft until it is sent."""

    message = models.ForeignKey(
        Message, on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    draft = models.ForeignKey(
        "Draft", on_delete=models.CASCADE, null=True, blank=True, related_name="attachments"
    )
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT)
    token = models.CharField(max_length=26, unique=True, default=new_token)  # in addresses of downloads
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=127)  # as the sender claims it; the download never trusts it
    content_id = models.CharField(max_length=255, blank=True)
    is_inline = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(message__isnull=False) ^ Q(draft__isnull=False),
                name="attachment_of_message_or_draft",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Draft(models.Model):
    """What an agent is writing on a ticket; kept on the server with every pause."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="drafts")
    author = models.ForeignKey(User, on_delete=models.CASCADE)
    audience = models.CharField(max_length=8, choices=Message.Audience)
    html = models.TextField(blank=True)
    cc = models.JSONField(default=list, blank=True)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "author", "audience"], name="draft_once")]

    def __str__(self) -> str:
        return f"draft of {self.author_id} on {self.ticket_id}"
