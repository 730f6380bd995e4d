"""Bytes to a tree of parts, with limits: offsets into one buffer, no part copied until it is read.

The standard library's feed parser recurses once per nesting level and tries every boundary on every line, so a
hostile mail of 40 MB takes minutes or ends in RecursionError. This one searches for delimiters, counts what it
does, and repairs boundaries that are missing, misspelt or never closed.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass, field

from channels_app.kinds.email.headers import Headers, read_headers
from channels_app.kinds.email.uuencode import decode_uuencode
from channels_app.kinds.email.words import decode_base64, parse_parameters

MAX_DEPTH = 24
MAX_PARTS = 600
_MAX_PROBES = 40_000
_GUESSED = re.compile(rb"(?:^|\n)--([^\s\r\n][^\r\n]{0,198})\r?\n(?=[Cc]ontent-|[Mm][Ii][Mm][Ee]-|\r?\n)")
_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


@dataclass(slots=True)
class Part:
    """One node of the tree. `children` are set for multiparts and for attached messages, then `content` is not read."""

    headers: Headers
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]
    raw: bytes
    start: int
    body_start: int
    end: int
    depth: int
    children: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        return bool(self.children) and not self.is_message

    @property
    def is_message(self) -> bool:
        return self.content_type in ("message/rfc822", "message/global", "message/news")

    @property
    def encoding(self) -> str:
        return self.headers.text("content-transfer-encoding").strip("\"' ;").lower()

    @property
    def content_id(self) -> str:
        return self.headers.text("content-id").strip("<> ")

    def body(self) -> bytes:
        """The bytes as they stand in the mail, still encoded."""
        return self.raw[self.body_start : self.end]

    def content(self) -> bytes:
        """The decoded bytes; what cannot be decoded comes as it is."""
        return decode_transfer(self.body(), self.encoding)


@dataclass(slots=True)
class _Budget:
    parts: int = MAX_PARTS
    probes: int = _MAX_PROBES
    warnings: list[str] = field(default_factory=list)

    def warn(self, text: str) -> None:
        if text not in self.warnings:
            self.warnings.append(text)


def read_mail(raw: bytes) -> tuple[Part, tuple[str, ...]]:
    """The tree of a whole mail and what had to be repaired. Any bytes give a tree."""
    if raw[:3] == b"\xef\xbb\xbf":
        raw = raw[3:]
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raw = raw.decode("utf-16", "replace").encode()
    if b"\n" not in raw and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    budget = _Budget()
    part = _read_part(raw, 0, len(raw), depth=0, budget=budget)
    return part, tuple(budget.warnings)


def _read_part(
    raw: bytes, start: int, end: int, *, depth: int, budget: _Budget, default: str = "text/plain"
) -> Part:
    budget.parts -= 1
    headers, body_start = read_headers(raw, start, end)
    content_type, parameters = parse_parameters(headers.get("content-type"))
    if not _TYPE.fullmatch(content_type):
        content_type = {"text": "text/plain", "html": "text/html", "multipart": "multipart/mixed"}.get(
            content_type, default
        )
    disposition, disposition_parameters = parse_parameters(headers.get("content-disposition"))
    part = Part(
        headers,
        content_type,
        parameters,
        disposition,
        disposition_parameters,
        raw,
        start,
        min(body_start, end),
        end,
        depth,
    )
    if depth >= MAX_DEPTH:
        if content_type.startswith(("multipart/", "message/rfc822")):
            budget.warn("nested too deeply")
    elif content_type.startswith("multipart/"):
        _read_children(part, budget)
    elif part.is_message:
        _read_message(part, budget)
    elif depth == 0 and not headers.has("content-type"):
        _find_undeclared(part, budget)
    return part


def _read_message(part: Part, budget: _Budget) -> None:
    if part.encoding in ("base64", "quoted-printable"):
        raw = part.content()
        part.children = [_read_part(raw, 0, len(raw), depth=part.depth + 1, budget=budget)]
    else:
        part.children = [_read_part(part.raw, part.body_start, part.end, depth=part.depth + 1, budget=budget)]


def _read_children(part: Part, budget: _Budget) -> None:
    boundary = _encode(part.parameters.get("boundary", ""))
    spans = _find_spans(part, boundary, budget) if boundary.strip() else []
    if not spans and (guessed := _guess_boundary(part)):
        budget.warn("boundary repaired")
        spans = _find_spans(part, guessed, budget)
    if not spans:
        budget.warn("multipart without parts")
        part.content_type = "text/plain"
        return
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    for start, end in spans:
        if budget.parts <= 0:
            budget.warn("too many parts")
            return
        part.children.append(
            _read_part(part.raw, start, end, depth=part.depth + 1, budget=budget, default=default)
        )


def _find_undeclared(part: Part, budget: _Budget) -> None:
    """A mail without Content-Type whose body is a multipart all the same: some gateways lose the field."""
    head = part.raw[part.body_start : min(part.end, part.body_start + 2000)]
    starts = re.match(
        rb"\s{0,40}(?:This is a multi-?part message[^\n]{0,100}\s{1,40})?--[^\s][^\r\n]*\r?\nContent-T", head
    )
    if starts and (guessed := _guess_boundary(part)):
        spans = _find_spans(part, guessed, budget)
        if spans:
            budget.warn("content type lost")
            part.content_type = "multipart/mixed"
            part.parameters["boundary"] = guessed.decode("latin-1")
            _read_children(part, budget)


def _guess_boundary(part: Part) -> bytes:
    match = _GUESSED.search(part.raw, part.body_start, min(part.end, part.body_start + 262_144))
    return match[1].rstrip() if match else b""


def _encode(boundary: str) -> bytes:
    try:
        return boundary.encode("latin-1")[:400]
    except UnicodeEncodeError:
        return boundary.encode()[:400]


def _find_spans(part: Part, boundary: bytes, budget: _Budget) -> list[tuple[int, int]]:
    """Offsets of the parts between delimiter lines. A missing last delimiter, and parts after it, are forgiven."""
    raw, marker = part.raw, b"--" + boundary.rstrip()
    spans: list[tuple[int, int]] = []
    opened = -1
    position = part.body_start
    while budget.probes > 0 and (found := raw.find(marker, position, part.end)) >= 0:
        budget.probes -= 1
        position = found + len(marker)
        if found > part.body_start and raw[found - 1 : found] != b"\n":
            continue
        line_end = raw.find(b"\n", position, part.end)
        line_end = part.end if line_end < 0 else line_end + 1
        tail = raw[position : min(line_end, position + 200)].strip()
        if tail not in (b"", b"--") and not tail.startswith(b"--"):
            continue
        if opened >= 0:
            spans.append((opened, _before_line(raw, opened, found)))
        closes = tail.startswith(b"--") and not _looks_open(raw, line_end, part.end)
        opened = -1 if closes else line_end
        position = line_end
    if opened >= 0 and raw[opened : part.end].strip():
        spans.append((opened, part.end))
    return spans


def _looks_open(raw: bytes, start: int, end: int) -> bool:
    """A closing delimiter that fields of a part follow closed nothing."""
    return bool(
        re.match(rb"(?:Content-[A-Za-z-]+|MIME-Version):", raw[start : min(end, start + 60)], re.IGNORECASE)
    )


def _before_line(raw: bytes, start: int, end: int) -> int:
    """The line break before a delimiter belongs to the delimiter."""
    if end > start and raw[end - 1 : end] == b"\n":
        end -= 1
        if end > start and raw[end - 1 : end] == b"\r":
            end -= 1
    return end


def decode_transfer(body: bytes, encoding: str) -> bytes:
    """The body with its transfer encoding taken off."""
    if encoding.startswith(("base64", "b")) and encoding != "binary":
        return decode_base64(_without_footer(body))
    if encoding.startswith(("quoted-printable", "qp", "q")):
        return binascii.a2b_qp(body)
    if encoding in ("uuencode", "x-uuencode", "uue", "x-uue", "x-uu"):
        decoded = decode_uuencode(body)
        return decoded[1] if decoded else body
    return body


def _without_footer(body: bytes) -> bytes:
    """Base64 up to the first line that cannot be base64: lists and scanners add plain text below."""
    match = re.search(rb"\n[ \t]*\r?\n(?=[^\r\n]*[ .:_*-])", body)
    if match and match.start() > 0:
        return body[: match.start()]
    return body
