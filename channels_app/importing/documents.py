"""What readers of JSON exports share: objects a line or in a document's lists, people and messages in any file.

Files of messages lie beside the export or in `data:` URLs. Nothing is fetched.
"""

import base64
import binascii
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final
from urllib.parse import unquote_to_bytes

from channels_app.importing import rows
from channels_app.importing.rows import BadValue, Row, Trouble, UnreadableFile
from tickets.history import OldFile, OldMessage, OldPerson, OldTicket

HEAD: Final = 20  # lines that show how a file is written
DATA_URL: Final = re.compile(r"data:[\w.+/=;-]*?(;base64)?,(.*)", re.DOTALL)
MOST_DATA: Final = 60_000_000
People = dict[str, tuple[OldPerson, bool]]  # by their ids: who it is, and whether a colleague
Apart = Callable[[int, Any], Iterator[tuple[int, Any]]]


@dataclass(frozen=True)
class Found:
    """A ticket's object with what stands about it elsewhere; `missing` takes what cannot be taken over."""

    path: Path
    item: dict[str, Any]
    alone: Sequence[dict[str, Any]]
    people: People
    missing: list[str] = field(default_factory=list)

    def person(self, key: Any) -> tuple[OldPerson, bool] | None:
        return self.people.get(str(key))


@dataclass(frozen=True)
class Format:
    """`lists` come apart where a document holds them. `people_of` an object, if it is one or names some; `ticket_of` a
    message that stands alone, else nothing; `number_of` and `read` a ticket's object.
    """

    lists: tuple[str, ...]
    people_of: Callable[[dict[str, Any]], People]
    ticket_of: Callable[[dict[str, Any]], Any]
    is_person: Callable[[dict[str, Any]], bool]
    number_of: Callable[[dict[str, Any]], str]
    read: Callable[[Found], OldTicket]


def read(form: Format, paths: Sequence[Path]) -> Iterator[Row]:
    """Every ticket of the files, in their order. Messages that stand alone are held. Raises UnreadableFile."""
    people: People = {}
    alone: dict[str, list[dict[str, Any]]] = {}
    apart = partial(of_document, lists=form.lists)
    for path in paths:
        for _, item in objects(path, apart):
            if isinstance(item, dict):
                people.update(form.people_of(item))
                if owner := form.ticket_of(item):
                    alone.setdefault(str(owner), []).append(item)
    for path in paths:
        for line, item in objects(path, apart):
            if not isinstance(item, dict) or not (form.ticket_of(item) or form.is_person(item)):
                yield row_of(form, path, (line, item), (people, alone))


def row_of(
    form: Format, path: Path, placed: tuple[int, Any], known: tuple[People, dict[str, list[dict[str, Any]]]]
) -> Row:
    """The ticket with what is missing of it; else why there is none."""
    (line, item), number, missing = placed, "", list[str]()

    def told(reason: str) -> Trouble:
        return Trouble(path.name, line, number, reason)

    try:
        if not isinstance(item, dict):
            raise BadValue("not a JSON object")
        number = form.number_of(item)
        found = Found(path, item, known[1].get(str(item.get("id")), ()), known[0], missing)
        ticket = form.read(found)
        return Row(path.name, line, ticket, tuple(map(told, missing)))
    except BadValue as error:
        return Row(path.name, line, None, (*map(told, missing), told(str(error))))


def objects(path: Path, apart: Apart) -> Iterator[tuple[int, Any]]:
    """(place, object) for each; a line that is no JSON comes as a BadValue."""
    with path.open("rb") as file:
        head = list(islice((line for line in file if line.strip()), HEAD))
    is_lined = [isinstance(load(line), dict) for line in head]
    whole = None if is_lined[:1] == [True] else load(path.read_bytes())
    if whole is not None and not isinstance(whole, BadValue):
        yield from apart(1, whole)
    elif any(is_lined):
        yield from of_lines(path, apart)
    else:
        raise UnreadableFile(f"{path.name} is neither JSON nor JSON a line")


def of_lines(path: Path, apart: Apart) -> Iterator[tuple[int, Any]]:
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            if line.strip():
                yield from apart(number, load(line))


def of_document(line: int, item: Any, lists: Sequence[str]) -> Iterator[tuple[int, Any]]:
    """A document of many comes apart into the objects of its lists; an object of one is itself."""
    if isinstance(item, dict) and isinstance(item.get("data"), dict):
        item = item["data"]
    if isinstance(item, list):
        yield from enumerate(item, start=1)
    elif isinstance(item, dict) and "id" not in item and (named := lists_in(item, lists)):
        for name in named:
            yield from enumerate(item[name], start=1)
    else:
        yield line, item


def lists_in(item: dict[str, Any], lists: Sequence[str]) -> list[str]:
    return [name for name in lists if isinstance(item.get(name), list)]


def load(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return BadValue("not JSON")


def items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def inner(item: dict[str, Any], name: str) -> dict[str, Any]:
    found = item.get(name)
    return found if isinstance(found, dict) else {}


def person_of(item: dict[str, Any], phone: str = "phone") -> OldPerson:
    return OldPerson(
        name=rows.line_of(item.get("name"), 200),
        email=rows.line_of(item.get("email"), 320),
        phone=rows.line_of(item.get(phone), 60),
    )


def messages_of(
    word: str,
    said: Iterable[Any],
    read_one: Callable[[dict[str, Any]], OldMessage | None],
    missing: list[str],
) -> tuple[OldMessage, ...]:
    """Those that can be read, by their dates; the others are noted. `read_one` gives None for what nobody said."""
    found: dict[str, OldMessage] = {}
    for place, one in enumerate(said, start=1):
        try:
            if not isinstance(one, dict):
                raise BadValue("not a JSON object")
            message = read_one(one)
        except BadValue as error:
            missing.append(f"{word} {place}: {error}")
        else:
            if message:
                found[message.external_id] = message
    if not found:
        raise BadValue("nothing that was said on it can be read")
    return tuple(sorted(found.values(), key=lambda message: message.at))


def files_of(folder: Path, listed: Iterable[tuple[Any, Any, Any]], missing: list[str]) -> tuple[OldFile, ...]:
    """Of (address, name, type): those beside the export or in the address itself."""
    files = []
    for place, (address, name, content_type) in enumerate(listed, start=1):
        called, kind = rows.line_of(name, 255), rows.line_of(content_type, 127)
        if (content := content_of(address)) is not None:
            files.append(OldFile(Path(), called or "file", kind, content))
        elif found := path_of(folder, address):
            files.append(OldFile(found, called or found.name, kind))
        else:
            missing.append(
                f"attachment {place} does not lie beside the file; the rest is taken over without it"
            )
    return tuple(files)


def content_of(address: Any) -> bytes | None:
    """What a `data:` URL holds."""
    if not isinstance(address, str) or len(address) > MOST_DATA:
        return None
    if (match := DATA_URL.fullmatch(address)) is None:
        return None
    if not match[1]:
        return unquote_to_bytes(match[2])
    try:
        return base64.b64decode(match[2], validate=True)
    except binascii.Error:
        return None


def path_of(folder: Path, address: Any) -> Path | None:
    """The file at this path inside of the folder: an export must not reach for other files of the machine."""
    if not isinstance(address, str) or not address or "\0" in address or "://" in address:
        return None
    try:
        found = (folder / address).resolve()
        return found if found.is_relative_to(folder.resolve()) and found.is_file() else None
    except (OSError, ValueError, RuntimeError):
        return None
