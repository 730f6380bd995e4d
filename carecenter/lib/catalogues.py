"""Compile translation catalogues (`.po` to `.mo`) without the gettext tools. Standard library only.

The set-up runs this file on the folder `locale`.
"""

import ast
import os
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

MAGIC = 0x950412DE


class CatalogueError(Exception):
    """The file is not a catalogue; the message says which line."""


@dataclass
class Entry:
    """One message: its English text (with plural), context and translations."""

    msgid: str = ""
    plural: str | None = None
    context: str | None = None
    texts: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False

    @property
    def is_complete(self) -> bool:
        wanted = 2 if self.plural is not None else 1
        return not self.fuzzy and len(self.texts) >= wanted and all(self.texts.values())


def read(path: Path) -> list[Entry]:
    """Every entry that is in use, the header (msgid "") first. Raises CatalogueError."""
    entries: list[Entry] = []
    for start, block in blocks(path.read_text(encoding="utf-8")):
        try:
            entries.append(parse(block))
        except (ValueError, SyntaxError) as error:
            raise CatalogueError(f"{path}, entry at line {start}: {error}") from error
    return entries


def blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, lines) of each entry. Entries are parted by empty lines; obsolete ones (#~) are left out."""
    block: list[str] = []
    for number, line in enumerate([*text.splitlines(), ""], start=1):
        if line.strip():
            if not line.startswith("#~"):
                block.append(line.strip())
        elif block:
            if any(one.startswith("msgid") for one in block):
                yield number - len(block), block
            block = []


def parse(lines: list[str]) -> Entry:
    entry = Entry()
    name = ""
    values: dict[str, str] = {}
    for line in lines:
        if line.startswith("#"):
            entry.fuzzy |= line.startswith("#,") and "fuzzy" in line
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")  # noqa: PLW2901  what is left of it
            values[name] = ""
        if not name:
            raise ValueError(f"a text without a keyword: {line}")
        values[name] += ast.literal_eval(line.strip())  # a PO text is a C string, and so a Python string
    entry.msgid = values.pop("msgid")
    entry.plural = values.pop("msgid_plural", None)
    entry.context = values.pop("msgctxt", None)
    for key, value in values.items():
        entry.texts[int(key.removeprefix("msgstr").strip("[]") or "0")] = value
    return entry


def to_binary(entries: list[Entry]) -> bytes:
    """The .mo file: two tables of (length, offset), sorted by original, then the texts."""
    pairs = {}
    for entry in entries:
        if entry.msgid and not entry.is_complete:
            continue  # gettext then falls back to the English text
        key = entry.msgid if entry.plural is None else f"{entry.msgid}\0{entry.plural}"
        if entry.context is not None:
            key = f"{entry.context}\x04{key}"
        value = "\0".join(text for _, text in sorted(entry.texts.items()))
        pairs[key.encode()] = value.encode()
    originals = sorted(pairs)
    translations = [pairs[key] for key in originals]
    count = len(originals)
    at = 28 + 16 * count
    table: list[int] = []
    body = b""
    for text in [*originals, *translations]:
        table += [len(text), at + len(body)]
        body += text + b"\0"
    head = struct.pack("<7I", MAGIC, 0, count, 28, 28 + 8 * count, 0, at)
    return head + struct.pack(f"<{len(table)}I", *table) + body


def compile_file(path: Path) -> Path:
    """Write the .mo beside the .po; it appears whole, for a server may be starting. Returns its path."""
    target = path.with_suffix(".mo")
    unfinished = target.with_name(f".{target.name}.{os.getpid()}")
    unfinished.write_bytes(to_binary(read(path)))
    unfinished.replace(target)
    return target


def compile_all(folder: Path) -> list[Path]:
    """Compile every catalogue below a `locale` folder."""
    return [compile_file(path) for path in sorted(folder.glob("*/LC_MESSAGES/*.po"))]


if __name__ == "__main__":
    compile_all(Path(sys.argv[1]))
