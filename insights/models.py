"""What is counted: one row a ticket, one row a contact, and daily sums of both.

All of it follows from the journal and the rows it names, and can be made anew (`domain/building.py`). Ids are plain
numbers and nothing here holds a text or a name: erasing a person changes no number.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Team, User
from carecenter.lib.ids import new_token
from carecenter.lib.time import now


class Progress(models.Model):
    """How far the journal has been read; one row. Who holds its lock counts, all others leave.

    `swept_id` is set while all tickets are gone through anew: at the first start, after a rebuild, when the zone of
    a brand or office hours (`basis`) have changed, and when very much came in at once.
    """

    position = models.BigIntegerField(default=0)
    swept_id = models.BigIntegerField(null=True)
    sweep_until = models.BigIntegerField(default=0)
    is_bare = models.BooleanField(
        default=False, db_default=False
    )  # from nothing: the sums are made at its end
    basis = models.JSONField(default=dict)
    # Teams that have ended, by id: up to which ticket their facts were counted anew.
    ended_teams = models.JSONField(default=dict, db_default={})
    version = models.BigIntegerField(
        default=0, db_default=0
    )  # another one whenever facts or sums may have changed
    counted_at = models.DateTimeField(null=True)  # everything that was numbered then is counted
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"counted to {self.position}"


class TicketFact(models.Model):
    """When what happened on a ticket, as far as it is counted. Days are those of the brand's zone.

    `created_at` is empty for a ticket that was imported. The solving is the latest one, empty while the ticket is open
    again; `first_solved_…` stays. `again_seconds`: from the solving to the same customer's next ticket. `span_days`:
    the days on which it became open, done, open … in turn. `touches`: our answers, those in a row counted once.
    `contacts`: how often the customer came about it.
    """

    ticket_id = models.BigIntegerField(primary_key=True)
    brand_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    inbox_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    customer_id = models.BigIntegerField(null=True)
    assignee_id = models.BigIntegerField(null=True)
    is_counted = models.BooleanField(default=True)  # not while it is merged into another
    is_inbound = models.BooleanField(default=False)  # a customer began it
    created_at = models.DateTimeField(null=True)
    created_on = models.DateField(null=True)
    replied_on = models.DateField(null=True)
    replied_by = models.BigIntegerField(null=True)
    reply_seconds = models.BigIntegerField(null=True)
    reply_work_seconds = models.BigIntegerField(null=True)
    touches = models.PositiveIntegerField(default=0)
    contacts = models.PositiveIntegerField(default=0, db_default=0)
    first_solved_on = models.DateField(null=True)
    first_solved_by = models.BigIntegerField(null=True)
    reopens = models.PositiveIntegerField(default=0)
    solved_at = models.DateTimeField(null=True)
    solved_on = models.DateField(null=True)
    solved_by = models.BigIntegerField(null=True)
    resolve_seconds = models.BigIntegerField(null=True)
    resolve_work_seconds = models.BigIntegerField(null=True)
    again_seconds = models.BigIntegerField(null=True)
    span_days = ArrayField(models.DateField(), default=list)
    done_on = models.DateField(null=True)  # when it last left the backlog; empty while it is in it

    class Meta:
        indexes = [
            models.Index(fields=["brand_id", "-created_on", "-ticket_id"], name="fact_created"),
            models.Index(fields=["brand_id", "-replied_on", "-ticket_id"], name="fact_replied"),
            models.Index(fields=["brand_id", "-solved_on", "-ticket_id"], name="fact_solved"),
            models.Index(fields=["brand_id", "-first_solved_on", "-ticket_id"], name="fact_first_solved"),
            models.Index(
                fields=["brand_id", "-ticket_id"], name="fact_open", condition=Q(done_on__isnull=True)
            ),
            models.Index(fields=["brand_id", "-done_on", "-ticket_id"], name="fact_done"),
            models.Index(fields=["customer_id"], name="fact_customer"),
        ]

    def __str__(self) -> str:
        return f"facts of ticket {self.ticket_id}"


class ContactFact(models.Model):
    """One contact that the journal saw begin. `is_counted`: a customer came, it was no automatic mail and does not go
    on in another contact. `is_offered`: it waited for us, and has been answered or is over.
    """

    contact_id = models.BigIntegerField(primary_key=True)
    ticket_id = models.BigIntegerField()
    brand_id = models.BigIntegerField()
    team_id = models.BigIntegerField(null=True)
    inbox_id = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=20)
    agent_id = models.BigIntegerField(null=True)
    is_counted = models.BooleanField()
    is_offered = models.BooleanField()
    opened_on = models.DateField()
    hour = models.PositiveSmallIntegerField()
    answer_seconds = models.BigIntegerField(null=True)
    answer_work_seconds = models.BigIntegerField(null=True)
    left_seconds = models.BigIntegerField(null=True)  # until the customer left without an answer
    left_work_seconds = models.BigIntegerField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand_id", "-opened_on", "-contact_id"], name="contact_fact_opened"),
            models.Index(fields=["ticket_id"], name="contact_fact_ticket"),
        ]

    def __str__(self) -> str:
        return f"facts of contact {self.contact_id}"


class Board(models.Model):
    """A dashboard somebody put together: their own, or shared with a team. Who looks sees what they may see.

    `tiles`: in order, [{"id", "what", "query"}], what is shown and the filters as the pages of numbers take them.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    tiles = models.JSONField(default=list)
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    deleted_at = models.DateTimeField(null=True, blank=True)  # kept a day for who wants it back

    def __str__(self) -> str:
        return self.name


class Every(models.TextChoices):
    DAY = "day", _("Every day")
    WEEK = "week", _("Every Monday")
    MONTH = "month", _("On the first of a month")


class BoardMail(models.Model):
    """Somebody has a dashboard mailed. `next_at` is when it leaves next, or is tried again."""

    board = models.ForeignKey(Board, on_delete=models.CASCADE, related_name="mails")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    every = models.CharField(max_length=5, choices=Every)
    hour = models.PositiveSmallIntegerField(default=7)  # of the person's own clock
    with_pdf = models.BooleanField(default=False, db_default=False)
    next_at = models.DateTimeField(db_index=True)
    tries = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["board", "user"], name="board_mailed_once")]

    def __str__(self) -> str:
        return f"{self.board_id} to {self.user_id} every {self.every}"


class ParkedTicket(models.Model):
    """A ticket that could not be counted: where the counting failed, and when it is tried again."""

    ticket_id = models.BigIntegerField(primary_key=True)
    reason = models.CharField(max_length=200, blank=True)
    tries = models.PositiveIntegerField(default=0)
    parked_at = models.DateTimeField(default=now)
    next_try_at = models.DateTimeField(default=now, db_index=True)

    def __str__(self) -> str:
        return f"ticket {self.ticket_id}: {self.reason}"


class WallLink(models.Model):
    """A link for a screen on the wall, that nobody signs in at. It shows numbers its owner may see, and no names."""

    token = models.CharField(max_length=26, unique=True, default=new_token)
    name = models.CharField(max_length=60)
    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class WallLimits(models.Model):
    """From when on a number on somebody's wall boards is worth a look, and from when on it needs somebody."""

    owner = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="+")
    waiting_watch = models.PositiveIntegerField(default=10)
    waiting_act = models.PositiveIntegerField(default=25)
    longest_watch_minutes = models.PositiveIntegerField(default=60)
    longest_act_minutes = models.PositiveIntegerField(default=240)
    chats_watch = models.PositiveIntegerField(default=1)  # conversations that wait for somebody of us
    chats_act = models.PositiveIntegerField(default=3)
    available_watch = models.PositiveIntegerField(default=1)  # so many people and fewer
    available_act = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name_plural = "wall limits"

    def __str__(self) -> str:
        return f"wall limits of {self.owner_id}"


class Axis(models.TextChoices):
    KIND = "k"
    INBOX = "i"
    AGENT = "a"


class Grain(models.TextChoices):
    DAY = "d"
    MONTH = "m"


class Tally(models.Model):
    """Sums of one day or month of a brand and team, for one kind, inbox or agent.

    `numbers` maps codes to counts; durations are counted in buckets ("reply.41"), so that sums of rows have a median.
    The sums over all kinds, over all inboxes and over all agents are the same numbers.
    """

    brand_id = models.BigIntegerField()
    team_id = models.BigIntegerField()  # 0: no team
    axis = models.CharField(max_length=1, choices=Axis)
    value = models.CharField(max_length=20)  # a kind, or an id; "0" for none
    grain = models.CharField(max_length=1, choices=Grain)
    day = models.DateField()
    numbers = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(
                fields=["brand_id", "axis", "grain", "day", "value", "team_id"], name="tally_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.axis}{self.value} of brand {self.brand_id} on {self.day}"
