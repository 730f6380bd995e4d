"""A visitor's line as it lies in the inbound record: written at the border, read by `parse`. Plain data both ways."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from carecenter.lib.filenames import clean_name
from channels_app.kinds.base import ParseError

LINE = "line"  # said in a chat that goes on
NOTE = "note"  # left while nobody is there: a letter
LONGEST = 4_000  # characters of one line
CLIENT_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
KEY = re.compile(r"[a-z0-9]{8,40}")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who writes. `external_id` is the site's own number of a user whom it signed for; an address alone is a claim."""

    name: str = ""
    email: str = ""
    external_id: str = ""
    is_signed: bool = False


@dataclass(frozen=True, slots=True)
class File:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Line:
    """`introduces` is true for a thread's first line: then everything the visitor is known by goes along. `joins`: they
    have signed in since it began."""

    session: str
    client_id: str
    text: str
    visitor: Visitor
    sent_at: datetime | None = None
    kind: str = LINE
    introduces: bool = False
    joins: bool = False
    files: tuple[File, ...] = ()

    @property
    def external_id(self) -> str:
        """One message in the inbox, however often the visitor's page sends it."""
        return f"{self.session}:{self.client_id}"


def write(line: Line) -> bytes:
    """The item as it is stored."""
    item: dict[str, Any] = {
        "type": line.kind,
        "session": line.session,
        "id": line.client_id,
        "text": line.text,
        "sent_at": line.sent_at.isoformat() if line.sent_at else "",
        "introduces": line.introduces,
        "joins": line.joins,
        "visitor": {
            "name": line.visitor.name,
            "email": line.visitor.email,
            "external_id": line.visitor.external_id,
            "is_signed": line.visitor.is_signed,
        },
        "files": [
            {
                "name": file.name,
                "type": file.content_type,
                "content": base64.b64encode(file.content).decode("ascii"),
            }
            for file in line.files
        ],
    }
    return json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


def read(raw: bytes) -> Line | None:
    """None for a type that we do not read. Raises ParseError for what is no item of ours."""
    try:
        item = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise ParseError("no JSON") from error
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise ParseError("no item with a type")
    if item["type"] not in (LINE, NOTE):
        return None
    client_id, session = item.get("id"), item.get("session")
    if not isinstance(client_id, str) or not CLIENT_ID.fullmatch(client_id):
        raise ParseError("no id")
    if not isinstance(session, str) or not KEY.fullmatch(session):
        raise ParseError("no session")
    files = tuple(read_file(file) for file in listed(item.get("files")))
    text = words(item.get("text"), LONGEST)
    if not text.strip() and not files:
        raise ParseError("nothing said")
    return Line(
        session=session,
        client_id=client_id,
        text=text,
        visitor=read_visitor(item.get("visitor")),
        sent_at=moment(item.get("sent_at")),
        kind=item["type"],
        introduces=item.get("introduces") is True,
        joins=item.get("joins") is True,
        files=files,
    )


def read_visitor(given: Any) -> Visitor:
    found = given if isinstance(given, dict) else {}
    return Visitor(
        name=words(found.get("name"), 200),
        email=words(found.get("email"), 320),
        external_id=words(found.get("external_id"), 320),
        is_signed=found.get("is_signed") is True,
    )


def read_file(given: Any) -> File:
    if not isinstance(given, dict) or not isinstance(given.get("content"), str):
        raise ParseError("a file without content")
    try:
        content = base64.b64decode(given["content"], validate=True)
    except (binascii.Error, ValueError) as error:
        raise ParseError("a file that is not base64") from error
    name = clean_name(words(given.get("name"), 500)) or "file"
    return File(name, words(given.get("type"), 120), content)


def listed(given: Any) -> list[Any]:
    return given[:10] if isinstance(given, list) else []


def words(given: Any, longest: int) -> str:
    return _UNSTORABLE.sub("\ufffd", given)[:longest] if isinstance(given, str) else ""


def moment(given: Any) -> datetime | None:
    if not isinstance(given, str) or not given:
        return None
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1970 <= found.year < 9000 else None
