"""Files that stand uuencoded in the text of a mail: `begin 644 name`, lines, `end`."""

from __future__ import annotations

import binascii
import re

_BEGIN = re.compile(rb"(?:^|\n)begin(-base64)? ([0-7]{3,4}) ([^\r\n]{1,300})\r?\n")
_MAX_FILES = 50


def decode_uuencode(data: bytes) -> tuple[str, bytes] | None:
    """Name and content of the first uuencoded file in `data`."""
    _, files = split_uuencode(data)
    return files[0] if files else None


def split_uuencode(data: bytes) -> tuple[bytes, list[tuple[str, bytes]]]:
    """What is left of the text, and the files that were in it. A `begin` without data lines stays text."""
    files: list[tuple[str, bytes]] = []
    kept: list[bytes] = []
    position = 0
    while len(files) < _MAX_FILES and (match := _BEGIN.search(data, position)):
        content, end = _decode_lines(data, match.end())
        if not content or match[1]:
            kept.append(data[position : match.end()])
            position = match.end()
            continue
        kept.append(data[position : match.start()] + b"\n")
        files.append((match[3].decode("utf-8", "replace").strip().strip('"'), content))
        position = end
    kept.append(data[position:])
    return b"".join(kept), files


def _decode_lines(data: bytes, position: int) -> tuple[bytes, int]:
    """Decoded bytes and the offset after the `end` line, b"" if these are no uuencoded lines."""
    decoded: list[bytes] = []
    while position < len(data):
        line_end = data.find(b"\n", position)
        line_end = len(data) if line_end < 0 else line_end + 1
        line = data[position:line_end].rstrip(b"\r\n")
        if line == b"end":
            return b"".join(decoded), line_end
        if line and not _is_data(line):
            return (b"".join(decoded), position) if len(decoded) > 1 else (b"", position)
        decoded.append(_decode_line(line) if line else b"")
        position = line_end
    return b"".join(decoded), position


def _is_data(line: bytes) -> bool:
    length = (line[0] - 32) & 63
    needed = (length + 2) // 3 * 4
    return 32 <= line[0] <= 96 and len(line) >= needed * 3 // 4 and len(line) <= needed + 8


def _decode_line(line: bytes) -> bytes:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        needed = (((line[0] - 32) & 63) * 4 + 5) // 3
        try:
            return binascii.a2b_uu(line[:needed])
        except binascii.Error:
            return b""
