"""The definitions of the firm's own fields beside a ticket. The values stand on the ticket, in `Ticket.fields`."""

from typing import Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL

COLUMNS: Final = (
    "key", "kind", "name", "names", "help", "helps", "choices", "required", "is_public", "conditions",
    "retired_at",
)  # fmt: skip
# By hand: the ORM takes longer to write it than PostgreSQL to answer it, and every ticket page asks.
ROWS: Final = """ARRAY(
    SELECT jsonb_build_object({pairs}) FROM customers_ownfield f JOIN accounts_brand b ON b.pool_id = f.pool_id
    WHERE b.id = tickets_ticket.brand_id AND f.about = 'ticket' AND (f.brand_id IS NULL OR f.brand_id = b.id)
    ORDER BY f.position, f.id
)""".format(pairs=", ".join(f"'{name}', f.{name}" for name in COLUMNS))  # noqa: S608 -- constants


def field_rows() -> RawSQL:
    """Beside a ticket: the definitions of its brand's fields in order, retired ones too."""
    return RawSQL(ROWS, [], output_field=ArrayField(models.JSONField()))  # noqa: S611 -- constants
