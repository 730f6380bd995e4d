"""Files that come with what somebody writes: stored before the transaction, hung on the message inside it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from carecenter.lib.blobs.storage import store
from carecenter.lib.statements import Below
from tickets.models import Attachment, Message


@dataclass(frozen=True)
class NewFile:
    name: str
    content: bytes


def keep(files: Iterable[NewFile]) -> list[Attachment]:
    """Their bytes are stored; the rows are not saved yet. The type is what the bytes are, not what a browser says."""
    found = ((file.name[:255], store(file.content)) for file in files)
    return [Attachment(name=name, blob=blob, content_type=blob.content_type) for name, blob in found]


def hang(files: list[Attachment], message: Message) -> None:
    for file in files:
        file.message = message
    Attachment.objects.bulk_create(files)


@cache
def files_of(owner: str) -> Below[Attachment]:
    """Files with their blobs, of messages or of drafts: `files_of("message").put(messages)`."""
    return Below(Attachment.objects.select_related("blob").order_by("pk"), owner)
