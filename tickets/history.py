"""A ticket of another help desk with what was said on it, as far as it is kept. Pure: readers fill it."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

ZENDESK: Final = "zendesk"
FRESHDESK: Final = "freshdesk"
CHATWOOT: Final = "chatwoot"
ZAMMAD: Final = "zammad"
CSV: Final = "csv"
SOURCES: Final = (ZENDESK, FRESHDESK, CHATWOOT, ZAMMAD, CSV)


def is_import_id(external_id: str) -> bool:
    """Is this id of a message made of the old desk's numbers? No mail program knows it, and anybody can guess it."""
    return external_id.partition("-")[0] in SOURCES and "@" not in external_id


@dataclass(frozen=True)
class OldPerson:
    """Somebody as the old help desk names them: a claim, whatever it proved to the desk that was."""

    name: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True)
class OldFile:
    """A file that lies at `path` on this machine, or has come along as `content`."""

    path: Path
    name: str
    content_type: str = ""
    content: bytes | None = None


@dataclass(frozen=True)
class OldMessage:
    """`external_id` is the same however often the export is read. Ours are answers; internal ones are notes."""

    external_id: str
    at: datetime
    text: str = ""
    html: str = ""
    is_ours: bool = False
    is_internal: bool = False
    author: OldPerson = OldPerson()
    files: tuple[OldFile, ...] = ()


@dataclass(frozen=True)
class OldTicket:
    """`source` and `id` name it in the desk it is from; status and priority are our codes; messages by their dates."""

    source: str
    id: str
    subject: str
    status: str
    created_at: datetime
    messages: tuple[OldMessage, ...]
    priority: int = 2
    tags: tuple[str, ...] = ()
    solved_at: datetime | None = None
    requester: OldPerson = OldPerson()

    def people(self) -> tuple[OldPerson, ...]:
        """The requester and the others who wrote as customers, each once."""
        wrote = (message.author for message in self.messages if not message.is_ours)
        return tuple(dict.fromkeys((self.requester, *wrote)))
