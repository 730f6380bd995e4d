"""How a brand's help behaves, where it differs from the ordinary."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from accounts.models import Brand
from knowledge_base.models.logos import Logo

MOST_HELD_OUT = 50


class HelpSettings(models.Model):
    """One row for a brand that changed something; without a row the defaults hold."""

    brand = models.OneToOneField(
        Brand, on_delete=models.CASCADE, primary_key=True, related_name="help_settings"
    )
    # Percent of visitors who are shown no answers while they write, so that the difference can be seen.
    held_out = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(MOST_HELD_OUT)])

    # What the home of the help centre says, {language: words}; without them our own.
    headings = models.JSONField(default=dict, blank=True)
    greetings = models.JSONField(default=dict, blank=True)
    site_url = models.URLField(blank=True)  # the brand's own pages
    links = models.JSONField(default=list, blank=True)  # at the foot: [{"name", "url"}], such as the imprint

    # Do our answers by mail say where the customer reads and answers them online?
    mail_links = models.BooleanField(default=True, db_default=True)

    # The one for light grounds is shown everywhere where there is no other.
    logo = models.ForeignKey(Logo, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    logo_dark = models.ForeignKey(Logo, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name_plural = "help settings"
        constraints = [
            models.CheckConstraint(
                condition=Q(held_out__lte=MOST_HELD_OUT), name="help_settings_half_held_out_at_most"
            )
        ]

    def __str__(self) -> str:
        return f"{self.brand_id}: {self.held_out} %"
