"""Cases, their states and who takes part in them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import scope, scope_q
from accounts.models import Brand, Team, User
from accounts.permissions import TICKET_VIEW, Scope
from carecenter.lib.ids import new_token
from carecenter.lib.time import now
from customers.models import Customer
from tickets.models.fields import field_rows
from tickets.models.inboxes import Inbox
from tickets.models.signatures import usual_signature


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

SHOWN_IN_ROWS = (
    "number",
    "version",
    "subject",
    "preview",
    "status",
    "priority",
    "last_kind",
    "last_message_at",
    "waiting_since",
    "snoozed_until",
    "customer__name",
    "customer__known_by",
    "customer__merged_into",
    "assignee__name",
)


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: User) -> "TicketQuerySet":
        """Tickets of the brands and teams the user's grants cover. The only way to a list of tickets."""
        return self.within(scope(user, TICKET_VIEW))

    def within(self, where: Scope) -> "TicketQuerySet":
        return self.filter(scope_q(where))

    def for_page(self) -> "TicketQuerySet":
        """With what a ticket's page shows of its brand's settings, without a query of their own."""
        return self.annotate(field_rows=field_rows(), usual_signature=usual_signature())

    def for_rows(self) -> "TicketQuerySet":
        """With what a row of a list shows, and no more: thirty rows have three hundred values else."""
        return self.select_related("customer", "assignee").only(*SHOWN_IN_ROWS)

    def active(self) -> "TicketQuerySet":
        return self.filter(status__in=ACTIVE)

    def assigned_to(self, user: User) -> "TicketQuerySet":
        return self.active().filter(assignee=user)

    def unassigned(self) -> "TicketQuerySet":
        return self.active().filter(assignee__isnull=True)

    def of_teams(self, teams: Any) -> "TicketQuerySet":
        return self.active().filter(team__in=teams)

    def awake(self) -> "TicketQuerySet":
        """Not snoozed. A filter behind the index range: those it leaves out are few."""
        return self.filter(snoozed_until__isnull=True)

    def snoozed(self) -> "TicketQuerySet":
        """Only a ticket that is not done sleeps, so that the status needs no asking: it would mislead the planner."""
        return self.filter(snoozed_until__isnull=False)

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
    # Out of sight until then, or until the customer writes; empty again when it wakes.
    snoozed_until = models.DateTimeField(null=True, blank=True)
    snoozed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    last_message_at = models.DateTimeField(default=now)
    last_kind = models.CharField(max_length=20, blank=True)
    preview = models.CharField(max_length=200, blank=True)
    message_count = models.PositiveIntegerField(default=0)

    objects = TicketQuerySet.as_manager()

    class Meta:
        # Lists are keyset-paged by (last_message_at, id); each view of the desk has the index it walks. Every page
        # counts the views: what their filters ask beside comes along (`include`), so that no row of the table is read.
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
                include=["brand", "snoozed_until"],
                condition=Q(status__in=ACTIVE),
            ),
            models.Index(
                fields=["brand", "-last_message_at", "-id"],
                name="ticket_unassigned",
                include=["team", "snoozed_until"],
                condition=Q(status__in=ACTIVE, assignee__isnull=True),
            ),
            models.Index(
                fields=["team", "-last_message_at", "-id"],
                name="ticket_team",
                include=["brand", "snoozed_until"],
                condition=Q(status__in=ACTIVE),
            ),
            models.Index(
                fields=["brand", "waiting_since", "id"],
                name="ticket_waiting",
                include=["team", "snoozed_until"],
                condition=Q(status__in=ACTIVE, waiting_since__isnull=False),
            ),
            # For people of several brands: an index led by the brand cannot give their lists in order.
            models.Index(
                fields=["-last_message_at", "-id"], name="ticket_active", condition=Q(status__in=ACTIVE)
            ),
            models.Index(
                fields=["-last_message_at", "-id"],
                name="ticket_unassigned_recent",
                include=["brand", "team", "snoozed_until"],
                condition=Q(status__in=ACTIVE, assignee__isnull=True),
            ),
            models.Index(
                fields=["waiting_since", "id"],
                name="ticket_waiting_longest",
                include=["brand", "team", "snoozed_until"],
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
            # Few at any moment: the sweep that wakes them, and the list of them. The other lists read past them.
            models.Index(
                fields=["snoozed_until", "id"],
                name="ticket_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["brand", "snoozed_until", "id"],
                name="ticket_brand_snoozed",
                condition=Q(snoozed_until__isnull=False),
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
