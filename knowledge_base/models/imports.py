"""Articles that come from files: the archive that was handed in, and what became of each page of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, User
from carecenter.lib.blobs.models import Blob
from carecenter.lib.time import in_ten_seconds, now
from knowledge_base.models.articles import Article, Category, Visibility


class Import(models.Model):
    """One archive for one brand: first looked at, then brought in, perhaps taken back."""

    class State(models.TextChoices):
        CHECKING = "checking", _("Being read")
        CHECKED = "checked", _("Ready to import")
        RUNNING = "running", _("Running")
        DONE = "done", _("Imported")
        UNDOING = "undoing", _("Being taken back")
        UNDONE = "undone", _("Taken back")
        FAILED = "failed", _("Could not be read")

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    made_by = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, related_name="+")
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    name = models.CharField(max_length=60)  # of the source: under the same name the same page is an update
    language = models.CharField(max_length=10)  # of pages that do not say
    visibility = models.CharField(max_length=10, choices=Visibility, default=Visibility.PUBLIC)
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    publishes = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.CHECKING)
    error = models.CharField(max_length=300, blank=True)  # in the language of who handed it in
    created_at = models.DateTimeField(default=now)
    ended_at = models.DateTimeField(null=True, blank=True)
    next_try_at = models.DateTimeField(default=in_ten_seconds)  # for the sweep: nobody works on it then

    class Meta:
        indexes = [
            models.Index(fields=["brand", "-id"], name="import_brand"),
            models.Index(
                fields=["next_try_at"],
                name="import_waiting",
                condition=Q(state__in=["checking", "running", "undoing"]),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def is_working(self) -> bool:
        return self.state in (self.State.CHECKING, self.State.RUNNING, self.State.UNDOING)


class ImportItem(models.Model):
    """One page. `before` is what the import replaced, `digest` what it put there: an undo asks whether it still is."""

    class Will(models.TextChoices):
        CREATE = "create", _("New")
        UPDATE = "update", _("Changed")
        SAME = "same", _("As it is already")
        FAIL = "fail", _("Cannot be imported")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")
        UNDONE = "undone", _("Taken back")
        KEPT = "kept", _("Stayed")

    job = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="items", db_index=False)
    path = models.CharField(max_length=320)
    title = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=10, blank=True)
    will = models.CharField(max_length=6, choices=Will)
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    notes = models.JSONField(default=list)  # sentences, in the language of who handed it in
    article = models.ForeignKey(Article, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    before = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["job", "path"], name="import_page_once")]
        indexes = [
            models.Index(fields=["job", "id"], name="import_left", condition=Q(state="waiting")),
            models.Index(fields=["article", "language", "-id"], name="import_last"),
        ]

    def __str__(self) -> str:
        return self.path
