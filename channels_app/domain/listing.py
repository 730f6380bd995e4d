"""What came in and is not, or not yet, a message: lists of the intake page. Reads only, few queries."""

from dataclasses import dataclass
from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.permissions import INTAKE_VIEW
from channels_app.domain.intake import open_raw
from channels_app.models import Connection, InboundRecord, InboundRecordQuerySet, Mailbox

PAGE = 30
COUNT_LIMIT: Final = 1000
SOURCE_BYTES: Final = 200_000
State = InboundRecord.State


class Show(TextChoices):
    """The tabs of the page."""

    PARKED = "parked", _("Parked")
    FAILED = "failed", _("Failed")
    WAITING = "new", _("Being worked on")
    IGNORED = "ignored", _("Ignored")


@dataclass(frozen=True)
class Page:
    records: list[InboundRecord]
    older: int = 0  # the key of the next page, 0 when this is the last


def page_of(user: User, show: str, *, before: int = 0) -> Page:
    """Thirty records, the latest first, older than the key."""
    found = shown(user, show).select_related("connection__inbox__brand", "ticket")
    if before:
        found = found.filter(pk__lt=before)
    rows = list(found.defer("raw").order_by("-pk")[: PAGE + 1])
    return Page(records=rows[:PAGE], older=rows[PAGE - 1].pk if len(rows) > PAGE else 0)


def shown(user: User, show: str) -> InboundRecordQuerySet:
    return InboundRecord.objects.visible_to(user).filter(state=show)


def counts_for(user: User) -> dict[str, int]:
    """How many are parked and failed, none counted beyond the limit."""
    return {show: shown(user, show)[:COUNT_LIMIT].count() for show in (Show.PARKED, Show.FAILED)}


def troubled_connections(user: User) -> list[Connection]:
    """Inboxes of the user's brands whose answers cannot leave at the moment."""
    troubled = Connection.objects.exclude(trouble="").select_related("inbox__brand")
    return list(troubled.visible_to(user).order_by("trouble_since")[:10])


def troubled_mailboxes(user: User) -> list[Mailbox]:
    """Mailboxes of the user's brands from which nothing comes at the moment."""
    troubled = Mailbox.objects.troubled().select_related("connection__inbox__brand")
    return list(troubled.visible_to(user, INTAKE_VIEW).order_by("error_since", "pk")[:10])


def source_text(record: InboundRecord) -> tuple[str, bool]:
    """The raw source as text that is safe to show, and whether it was cut. Raises FileNotFoundError."""
    with open_raw(record) as source:
        head = source.read(SOURCE_BYTES)
    text = head.decode("utf-8", "replace").replace("\r\n", "\n")
    return "".join(
        char if char.isprintable() or char in "\n\t" else "�" for char in text
    ), record.size > SOURCE_BYTES
