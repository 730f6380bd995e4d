"""Header blocks: finding their end, unfolding, looking fields up. Works on bytes; decoding is in `words.py`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_MAX_BLOCK = 512 * 1024
_MAX_FIELDS = 1500
_MAX_VALUE = 128 * 1024
_FIELD = re.compile(rb"([A-Za-z0-9][A-Za-z0-9_.$&'+*!#%^`|~-]{0,99})[ \t]{0,8}:(.*)", re.DOTALL)


_BLANK = re.compile(rb"[\r\n]+")
# What the first field of a mail may be called: enough to know that a header follows.
_KNOWN = re.compile(
    rb">?From[ :]|(?:Return-Path|Received|Delivered-To|From|To|Cc|Reply-To|Sender|Date|Subject|Message-ID|Envelope-To|"
    rb"MIME-Version|Status|Content-[A-Za-z-]{1,30}|X-[A-Za-z0-9-]{1,60})[ \t]{0,4}:",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Headers:
    """The fields of one header block in order: names in lower case, values unfolded, still bytes."""

    fields: tuple[tuple[str, bytes], ...] = ()

    def get(self, name: str) -> bytes:
        """The first non-empty value of this field, b"" if there is none."""
        return next((value for value in self.all(name) if value), b"")

    def all(self, name: str) -> Iterator[bytes]:
        return (value for field, value in self.fields if field == name)

    def has(self, name: str) -> bool:
        return any(field == name for field, _ in self.fields)

    def text(self, name: str) -> str:
        """The first value as ASCII for fields that are tokens, never words: stray bytes become question marks."""
        return self.get(name).decode("ascii", "replace").replace("\0", "").strip()


def read_headers(raw: bytes, start: int, end: int) -> tuple[Headers, int]:
    """The header block at `start` and the offset where the body begins.

    Repairs what is seen in the wild: mbox "From " lines before and between, or another line before the first
    field, folding without white space, and a body that begins without an empty line. Where there is no header at
    all, everything is body.
    """
    blank = _BLANK.match(raw, start, end)
    if blank and _KNOWN.match(raw, blank.end()):
        start = blank.end()
    fields: list[list[bytes]] = []
    position = start
    limit = min(end, start + _MAX_BLOCK)
    while position < limit and len(fields) < _MAX_FIELDS:
        line_end = raw.find(b"\n", position, end)
        next_position = end if line_end < 0 else line_end + 1
        line = raw[position : min(next_position, position + _MAX_VALUE)].rstrip(b"\r\n")
        if not line:
            return _build(fields), next_position
        if line[:1] in b" \t" and fields:
            if not line.strip() and not _continues(raw, next_position, end):
                return _build(fields), next_position
            fields[-1].append(line)
        elif match := _FIELD.fullmatch(line):
            fields.append([match[1], match[2]])
        elif not (_KNOWN.match(raw, next_position) if not fields else _continues(raw, next_position, end)):
            return _build(fields), position
        elif fields and not line.startswith((b"From ", b">From ")):
            fields[-1].append(b" " + line)
        position = next_position
    return _build(fields), position


def _continues(raw: bytes, position: int, end: int) -> bool:
    """Whether header fields go on here: the next line is a folded one, or a field of a name that looks like one."""
    line_end = raw.find(b"\n", position, min(end, position + 2000))
    line = raw[position : line_end if line_end >= 0 else position]
    if line[:1] in b" \t" and line.strip():
        return True
    match = _FIELD.match(line)
    return bool(
        match and re.fullmatch(rb"[A-Za-z][A-Za-z0-9-]*", match[1]) and not match[2].startswith(b"//")
    )


def _build(fields: list[list[bytes]]) -> Headers:
    return Headers(
        tuple(
            (parts[0].decode("ascii").lower(), b"".join(parts[1:])[:_MAX_VALUE].replace(b"\0", b"").strip())
            for parts in fields
        )
    )
