"""What stands below an answer by mail where its writer has no signature of their own."""

from django.db import models
from django.db.models import F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import Brand
from tickets.models.inboxes import Inbox


class Signature(models.Model):
    """Of a brand, or of one of its inboxes: that comes first. Plain, with placeholders (`domain/placeholders.py`)."""

    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, related_name="+")
    inbox = models.ForeignKey(Inbox, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    text = models.TextField(max_length=2000)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "inbox"], name="signature_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return f"signature of {self.inbox or self.brand}"


def usual_signature() -> Coalesce:
    """Beside a ticket: the text below answers of who has none of their own."""
    there = Q(inbox=None) | Q(inbox=OuterRef("inbox"))
    rows = Signature.objects.filter(there, brand=OuterRef("brand")).order_by(F("inbox").asc(nulls_last=True))
    return Coalesce(Subquery(rows.values("text")[:1]), Value(""), output_field=models.TextField())
