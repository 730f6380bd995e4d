"""Files that come ahead of their message: kept for a day, used once, so many at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum
from django.utils.translation import gettext as _

from accounts.models import User
from carecenter.lib.blobs.storage import store
from carecenter.lib.filenames import clean_name
from carecenter.lib.many_files import MOST_FILES
from carecenter.lib.time import now
from tickets.domain.errors import Empty, NotAllowed
from tickets.models import Attachment, Message, Upload
from tickets.models.uploads import KEPT

MOST_WAITING: Final = 50  # files of one person that no message has named yet
MOST_MESSAGES: Final = 10  # so many times the files of one message may wait


class TooManyWaiting(NotAllowed):
    """What this person sent ahead has not been used yet."""


class TooMuch(NotAllowed):
    """More than one message may carry."""


def keep_upload(user: User, *, name: str, content: bytes) -> Upload:
    """Raises Empty for a file without bytes or without a name, TooManyWaiting."""
    name = clean_name(name)
    if not name or not content:
        raise Empty(_("A file needs a name and at least one byte."))
    waiting = Upload.objects.filter(user=user).aggregate(count=Count("pk"), size=Sum("blob__size", default=0))
    if (
        waiting["count"] >= MOST_WAITING
        or waiting["size"] + len(content) > MOST_MESSAGES * settings.UPLOAD_SIZE_LIMIT
    ):
        raise TooManyWaiting(_("Too many files wait for their messages. Send those first."))
    return Upload.objects.create(user=user, blob=store(content), name=name)


@dataclass(frozen=True)
class Uploads:
    """Those that go with one message, in this order."""

    rows: tuple[Upload, ...] = ()

    def move_to(self, message: Message) -> None:
        """They are the message's files now. Needs a transaction; NotAllowed when another message was faster."""
        if not self.rows:
            return
        pks = [row.pk for row in self.rows]
        if len(Upload.objects.select_for_update().filter(pk__in=pks).order_by("pk")) < len(pks):
            raise NotAllowed(_("One of these files went with another message."))
        Attachment.objects.bulk_create(
            Attachment(message=message, blob=row.blob, name=row.name, content_type=row.blob.content_type)
            for row in self.rows
        )
        Upload.objects.filter(pk__in=pks).delete()


NO_UPLOADS: Final = Uploads()


def find_uploads(user: User, tokens: Sequence[str]) -> Uploads | None:
    """The user's own by their tokens; None when one of them is not there. Raises TooMuch."""
    if not tokens:
        return NO_UPLOADS
    found = {
        row.token: row for row in Upload.objects.filter(user=user, token__in=tokens).select_related("blob")
    }
    if not all(token in found for token in tokens):
        return None
    rows = tuple(found[token] for token in dict.fromkeys(tokens))
    if len(rows) > MOST_FILES or sum(row.blob.size for row in rows) > settings.UPLOAD_SIZE_LIMIT:
        megabytes = settings.UPLOAD_SIZE_LIMIT // 1_000_000
        raise TooMuch(
            _("A message carries at most %(count)s files, %(size)s MB together.")
            % {"count": MOST_FILES, "size": megabytes}
        )
    return Uploads(rows)


def forget_old(limit: int = 500) -> None:
    """Uploads nobody has used within a day; their bytes go with the sweep."""
    old = Upload.objects.filter(created_at__lt=now() - KEPT).order_by("created_at").values("pk")[:limit]
    with transaction.atomic():
        Upload.objects.filter(pk__in=old).delete()
