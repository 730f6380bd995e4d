"""What stands below an answer by mail where its writer has no signature of their own."""

from django.db import models
from django.db.models.expressions import RawSQL

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


# By hand, as the rows of fields: every ticket page asks.
USUAL = """coalesce((
    SELECT s.text FROM tickets_signature s
    WHERE s.brand_id = tickets_ticket.brand_id AND (s.inbox_id IS NULL OR s.inbox_id = tickets_ticket.inbox_id)
    ORDER BY s.inbox_id NULLS LAST LIMIT 1
), '')"""


def usual_signature() -> RawSQL:
    """Beside a ticket: the text below answers of who has none of their own."""
    return RawSQL(USUAL, [], output_field=models.TextField())  # noqa: S611 -- constants
