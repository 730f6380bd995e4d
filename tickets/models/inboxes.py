"""The business side of entrances."""

from django.db import models

from accounts.models import Brand, Team
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
