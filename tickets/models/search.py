"""What search keeps of a ticket, and the views people save."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, Team, User
from carecenter.lib.time import now


class SearchRow(models.Model):
    """The words of one ticket and its marks (`=s:open`, `=b:3`): all of it follows from the ticket and its messages.

    Written by `tickets.domain.search.indexing` alone; without it nothing is lost but the finding.
    """

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="search_row"
    )
    last_at = models.DateTimeField()
    created_at = models.DateTimeField()
    words = SearchVectorField()

    class Meta:
        # Without the list of pending entries: every slice of time that a search walks would read all of it.
        indexes = [GinIndex(fields=["words"], name="search_words", fastupdate=False)]

    def __str__(self) -> str:
        return f"words of ticket {self.ticket_id}"


class SearchWord(models.Model):
    """A word that some ticket has: for beginnings of words, and for what is close to a word nobody wrote."""

    word = models.CharField(max_length=40, primary_key=True)
    checked_at = models.DateTimeField(default=now)  # when a ticket still had it

    class Meta:
        indexes = [
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="search_word_trgm"),
            models.Index(fields=["checked_at"], name="search_word_checked"),
        ]

    def __str__(self) -> str:
        return self.word


class SearchTask(models.Model):
    """A ticket whose row must be written anew. Only ever added to, so that no verb waits for another here."""

    ticket_id = models.BigIntegerField()
    due_at = models.DateTimeField(default=now)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["due_at", "id"], name="search_task_due")]

    def __str__(self) -> str:
        return f"ticket {self.ticket_id} for the search"


class SavedView(models.Model):
    """A search somebody kept: their own, or or shared with a brand or a team."""

    class Sort(models.TextChoices):
        NEWEST = "newest", _("Newest first")
        OLDEST = "oldest", _("Oldest first")

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=400)  # in the language of the search box
    sort = models.CharField(max_length=6, choices=Sort, default=Sort.NEWEST)
    icon = models.CharField(max_length=30, default="filter")
    position = models.PositiveSmallIntegerField(default=0)
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(default=now)
    deleted_at = models.DateTimeField(null=True, blank=True)  # kept a day for who wants it back

    class Meta:
        indexes = [
            models.Index(fields=["owner", "position"], name="view_owner"),
            models.Index(
                fields=["brand", "team"],
                name="view_shared",
                condition=Q(brand__isnull=False) | Q(team__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(brand__isnull=True) | Q(team__isnull=True), name="view_shared_with_one"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.brand_id is not None or self.team_id is not None

    @property
    def shared_code(self) -> str:
        """With whom, as the form names it: brand-3, team-4, or nothing."""
        if self.brand_id is not None:
            return f"brand-{self.brand_id}"
        return f"team-{self.team_id}" if self.team_id is not None else ""
