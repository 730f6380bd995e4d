"""Ready-made replies: what is said often, written once."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, CustomerPool, Team, User
from carecenter.lib.time import now

is_shortcut = RegexValidator(r"^[\w-]+\Z", _("Letters, digits, - and _ only."))


class CannedReply(models.Model):
    """A text to be put into an answer. Everybody's of a pool, of one brand or team if given; with an owner theirs
    alone. `text` is plain, with placeholders like {{customer.first_name}} (`domain/placeholders.py`).
    """

    pool = models.ForeignKey(CustomerPool, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    owner = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    shortcut = models.CharField(max_length=40, blank=True, validators=[is_shortcut])
    title = models.CharField(max_length=120)
    text = models.TextField(max_length=8000)
    language = models.CharField(max_length=10, blank=True)
    is_public = models.BooleanField(default=False)  # may be suggested to customers before a person answers
    uses = models.PositiveIntegerField(default=0)
    updated_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "canned replies"
        indexes = [models.Index(fields=["pool", "owner", "-uses"], name="canned_pool")]
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "owner", "shortcut", "language"],
                name="canned_shortcut_once",
                condition=~Q(shortcut=""),
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return self.title
