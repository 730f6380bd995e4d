"""What is said on a ticket: contacts, their messages, files and drafts."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from customers.models import Customer
from tickets.models.inboxes import Inbox
from tickets.models.tickets import Ticket


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
        JOINED = "joined", _("Goes on in another contact of the merged ticket")

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
    is_signed = models.BooleanField(
        default=True
    )  # the writer's signature stands below, if it is a mail of ours
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
