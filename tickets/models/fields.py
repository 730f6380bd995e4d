"""Fields of tickets that a firm makes for itself. The values stand on the ticket, in `Ticket.fields`."""

from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.expressions import RawSQL
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import Brand, CustomerPool
from carecenter.lib.time import now

is_key = RegexValidator(r"^[a-z][a-z0-9_]{0,39}\Z", _("Small letters, digits and _ only, a letter first."))


class TicketField(models.Model):
    """One field: of all brands of a pool, or of one.

    `names` and `helps` say it in other languages: {"de": "Grund"}. `choices`: [{"code", "name", "names"}], with
    "gone" for one that is offered no more, so that its tickets still name it. `conditions`: [{"field": key,
    "values": [codes]}]; it is asked only while all of them hold. Never deleted: a retired one is asked no more.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("Short text")
        LONG = "long", _("Long text")
        NUMBER = "number", _("Number")
        DATE = "date", _("Date")
        YES_NO = "yes_no", _("Yes or no")
        CHOICE = "choice", _("One of a list")
        CHOICES = "choices", _("Several of a list")

    class Required(models.TextChoices):
        NEVER = "never", _("Never")
        SENDING = "sending", _("When the customer sends the form")
        SOLVING = "solving", _("Before the ticket is solved")

    pool = models.ForeignKey(CustomerPool, on_delete=models.CASCADE, related_name="+")
    brand = models.ForeignKey(Brand, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    key = models.CharField(max_length=40, validators=[is_key])
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=80)
    names = models.JSONField(default=dict, blank=True)
    help = models.CharField(max_length=300, blank=True)
    helps = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=list, blank=True)
    required = models.CharField(max_length=8, choices=Required, default=Required.NEVER)
    is_public = models.BooleanField(default=False)  # the form asks for it, and My tickets shows it
    conditions = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    retired_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=now)

    class Meta:
        indexes = [models.Index(fields=["pool", "position", "id"], name="ticket_field_pool")]
        constraints = [models.UniqueConstraint(fields=["pool", "key"], name="ticket_field_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def label(self) -> str:
        """In the language of the page."""
        return said_in(self.names) or self.name

    @property
    def hint(self) -> str:
        return said_in(self.helps) or self.help

    @property
    def is_listed(self) -> bool:
        """Its values are codes: of a list, or yes and no."""
        return self.kind in (self.Kind.CHOICE, self.Kind.CHOICES, self.Kind.YES_NO)

    def options(self, *, gone: bool = False) -> list[tuple[str, str]]:
        """(code, words) of what may be chosen, in order; with `gone` also what was once."""
        if self.kind == self.Kind.YES_NO:
            return [("yes", str(_("Yes"))), ("no", str(_("No")))]
        return [
            (choice["code"], said_in(choice.get("names", {})) or choice["name"])
            for choice in self.choices
            if gone or not choice.get("gone")
        ]


COLUMNS: Final = (
    "key", "kind", "name", "names", "help", "helps", "choices", "required", "is_public", "conditions",
    "retired_at",
)  # fmt: skip
# By hand: the ORM takes longer to write it than PostgreSQL to answer it, and every ticket page asks.
ROWS: Final = """ARRAY(
    SELECT jsonb_build_object({pairs}) FROM tickets_ticketfield f JOIN accounts_brand b ON b.pool_id = f.pool_id
    WHERE b.id = tickets_ticket.brand_id AND (f.brand_id IS NULL OR f.brand_id = b.id) ORDER BY f.position, f.id
)""".format(pairs=", ".join(f"'{name}', f.{name}" for name in COLUMNS))  # noqa: S608 -- constants


def field_rows() -> RawSQL:
    """Beside a ticket: the definitions of its brand's fields in order, retired ones too."""
    return RawSQL(ROWS, [], output_field=ArrayField(models.JSONField()))  # noqa: S611 -- constants


def said_in(names: dict[str, Any]) -> str:
    return str(names.get((get_language() or "en").partition("-")[0], "") or "")
