"""Reading items that are JSON of our own making or by our own description: every doubt is a ParseError."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from carecenter.lib import strict_json
from carecenter.lib.filenames import clean_name, make_name
from channels_app.kinds.base import Attachment, ParseError

MOST_FILES = 20
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,60}")


def load_object(raw: bytes) -> dict[str, Any]:
    """The JSON object in these bytes."""
    try:
        found = strict_json.load(raw)
    except ValueError as error:
        raise ParseError(str(error)) from None
    if not isinstance(found, dict):
        raise ParseError("The body is not a JSON object.")
    return found


def only(data: Mapping[str, Any], *names: str, where: str = "") -> None:
    """A name that nobody reads is a slip of who wrote it."""
    if strange := sorted(set(data) - set(names)):
        raise ParseError(f"{where}{strange[0][:60]}: there is no such field.")


def text_of(data: Mapping[str, Any], name: str, limit: int, *, where: str = "", needed: bool = False) -> str:
    """A text without white space at its ends, "" for none."""
    value = data.get(name)
    if value is None:
        value = ""
    if not isinstance(value, str):
        raise ParseError(f"{where}{name}: must be a text.")
    if len(value) > limit:
        raise ParseError(f"{where}{name}: may have {limit} characters.")
    value = value.strip()
    if needed and not value:
        raise ParseError(f"{where}{name}: is needed.")
    return value


def line_of(data: Mapping[str, Any], name: str, limit: int, *, where: str = "", needed: bool = False) -> str:
    """A text that is one line."""
    return " ".join(text_of(data, name, limit, where=where, needed=needed).split())


def object_of(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise ParseError(f"{name}: must be an object.")
    return value


def moment_of(data: Mapping[str, Any], name: str) -> datetime | None:
    """A time with its zone, as RFC 3339 has it."""
    written = text_of(data, name, 40)
    if not written:
        return None
    try:
        found = datetime.fromisoformat(written)
        return found.astimezone(UTC) if found.tzinfo else None
    except (ValueError, OverflowError):
        raise ParseError(f"{name}: must be a time like 2026-03-02T09:00:00Z.") from None


def files_of(data: Mapping[str, Any], name: str = "attachments") -> tuple[Attachment, ...]:
    """Files as {"name", "content_type", "content"} with the content in base64."""
    found = data.get(name)
    if found is None:
        return ()
    if not isinstance(found, list) or len(found) > MOST_FILES:
        raise ParseError(f"{name}: must be a list of at most {MOST_FILES} files.")
    return tuple(file_of(item, f"{name}/{index}: ") for index, item in enumerate(found))


def file_of(item: Any, where: str) -> Attachment:
    if not isinstance(item, dict):
        raise ParseError(f"{where}must be an object.")
    only(item, "name", "content_type", "content", where=where)
    content_type = text_of(item, "content_type", 127, where=where).lower().partition(";")[0].strip()
    if not _TYPE.fullmatch(content_type):
        content_type = "application/octet-stream"
    content = item.get("content")
    if not isinstance(content, str):
        raise ParseError(f"{where}content: must be a text in base64.")
    try:
        decoded = base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise ParseError(f"{where}content: is not base64.") from None
    name = clean_name(text_of(item, "name", 400, where=where)) or make_name("file", content_type)
    return Attachment(name=name, content_type=content_type, content=decoded)
