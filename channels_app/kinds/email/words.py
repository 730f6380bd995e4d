"""What header values say: RFC 2047 words, addresses, parameters (RFC 2231), dates, message ids. Never raises."""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import unquote_to_bytes

from channels_app.kinds.base import AddressPair
from channels_app.kinds.email.charsets import clean, decode_text

_WORD = re.compile(rb"=\?([^?\s=]{1,60})\?[ ]?([BbQq])[ ]?\?([^?]*(?:\?(?!=)[^?]*){0,40})(?:\?=|$)")
_SPACES = re.compile(r"[ \t\r\n\x0b\x0c]+")
_ID = re.compile(r"<([^<>\s]{1,990})>")
_QUOTED_LOCAL = re.compile(rb"\"[^\"\x00-\x1f\x7f]{1,100}\"@[A-Za-z0-9.-]{1,200}")
_MAX_ADDRESSES = 500
_MAX_PARAMETERS = 60


def decode_words(value: bytes, hint: str | None = None) -> str:
    """The text of an unstructured value: encoded words joined and decoded, raw 8-bit runs understood."""
    if b"=?" not in value:
        return _SPACES.sub(" ", decode_text(value, None, hint=hint)).strip()
    pieces: list[tuple[str | None, bytes]] = []
    position = 0
    for match in _WORD.finditer(value):
        between = value[position : match.start()]
        if between.strip(b" \t\r\n") or not pieces or (pieces[-1][0] is None):
            pieces.append((None, between))
        charset = match[1].decode("ascii", "replace").split("*")[0].lower()
        content = _decode_word(match[2], match[3])
        if pieces and pieces[-1][0] == charset:
            pieces[-1] = (charset, pieces[-1][1] + content)
        else:
            pieces.append((charset, content))
        position = match.end()
    pieces.append((None, value[position:]))
    return _SPACES.sub(
        " ", "".join(decode_text(data, charset, hint=hint) for charset, data in pieces)
    ).strip()


def _decode_word(encoding: bytes, content: bytes) -> bytes:
    if encoding in b"Bb":
        return decode_base64(content)
    return binascii.a2b_qp(content.replace(b" ", b"_"), header=True)


def decode_base64(data: bytes) -> bytes:
    """Base64 with anything foreign between, missing padding, or several padded pieces in a row."""
    if b"=" not in data.rstrip(b"=\r\n\t "):
        return _decode_base64_piece(data)
    return b"".join(_decode_base64_piece(piece) for piece in re.split(rb"=+", data))


def _decode_base64_piece(data: bytes) -> bytes:
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        kept = re.sub(rb"[^A-Za-z0-9+/]", b"", data)
        kept = kept[: len(kept) - (len(kept) % 4 == 1)]
        return binascii.a2b_base64(kept + b"=" * (-len(kept) % 4))


def decode_phrase(value: bytes, hint: str | None = None) -> str:
    """A display name: quotes and backslashes of its source taken off, words decoded."""
    value = value.strip()
    if b'"' in value:
        value = re.sub(rb'\\(.)|"', rb"\1", value, flags=re.DOTALL)
    text = decode_words(value, hint)
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    return text


def parse_addresses(value: bytes, hint: str | None = None) -> tuple[AddressPair, ...]:
    """(name, address) of every mailbox in the value, groups opened, empty ones left out."""
    found: list[AddressPair] = []
    for chunk in _split_mailboxes(value):
        pair = _parse_mailbox(chunk, hint)
        if pair != ("", "") and pair not in found[-1:]:
            found.append(pair)
        if len(found) >= _MAX_ADDRESSES:
            break
    return tuple(found)


def _split_mailboxes(value: bytes) -> list[bytes]:
    """Cuts at commas and semicolons outside quotes, comments and angle brackets; a group's name is dropped."""
    chunks: list[bytes] = []
    start = depth = 0
    quoted = angle = False
    skip = -1
    for match in re.finditer(rb'[\\"()<>,;:]', value):
        index, char = match.start(), match[0]
        if index == skip:
            continue
        if char == b"\\":
            skip = index + 1
        elif char == b'"' and not depth:
            quoted = not quoted and value.find(b'"', index + 1) > 0
        elif quoted:
            continue
        elif char in b"()":
            depth = max(0, depth + (1 if char == b"(" and value.find(b")", index) > 0 else -1))
        elif depth:
            continue
        elif char in b"<>":
            angle = char == b"<" and value.find(b">", index) > 0
        elif not angle and (char in b",;" or (char == b":" and b"@" not in value[start:index])):
            chunks.append(b"" if char == b":" else value[start:index])
            start = index + 1
        if len(chunks) > _MAX_ADDRESSES * 2:
            return chunks
    return [*chunks, value[start:]]


def _parse_mailbox(chunk: bytes, hint: str | None) -> AddressPair:
    chunk = chunk.strip()
    if not chunk:
        return "", ""
    opened = chunk.rfind(b"<")
    if opened >= 0:
        closed = chunk.find(b">", opened)
        inside = chunk[opened + 1 : closed if closed >= 0 else len(chunk)]
        name = chunk[:opened].rstrip(b"< ") or (chunk[closed + 1 :].strip(b" >") if closed >= 0 else b"")
        address = normalise_address(
            decode_words(inside, hint) if b"=?" in inside else decode_text(inside, hint=hint)
        )
        text = decode_phrase(_without_comments(name), hint)
        if not address and "@" in text:
            return "", normalise_address(text)
        return text, address
    comment = re.search(rb"\(([^()]*)\)", chunk)
    bare = re.sub(rb"\([^()]*\)", b"", chunk).strip()
    name = comment[1] if comment else b""
    if _QUOTED_LOCAL.fullmatch(bare):
        return decode_phrase(name, hint), decode_text(bare)
    text = decode_phrase(bare, hint)
    if b"@" not in bare and "@" not in text:
        if b" " not in bare and b"=?" not in bare and b'"' not in bare:
            return decode_phrase(name, hint), normalise_address(text)
        return text, ""
    words = re.split(r"\s+", text)
    at = next((word for word in words if "@" in word), "")
    rest = " ".join(word for word in words if word != at)
    return decode_phrase(name, hint) or rest.strip("\"' "), normalise_address(at)


def _without_comments(name: bytes) -> bytes:
    """The name without what stands in brackets outside quotes; `(Some Name)` as the whole of it is the name."""
    if b"(" not in name or name.lstrip()[:1] in (b'"', b""):
        return name
    rest = re.sub(rb"\([^()]*\)", b"", name).strip()
    return rest or name.strip()[1:-1]


def normalise_address(address: str) -> str:
    """Without white space, quotes and stray brackets, the domain in lower case."""
    address = re.sub(r"[\s\x00-\x1f\x7f]+", "", clean(address)).strip("<>'\",;[]()")[:320]
    address = address.removeprefix("mailto:").removeprefix("MAILTO:")
    local, at, domain = address.rpartition("@")
    return f"{local}@{domain.lower()}" if at else address


def parse_parameters(value: bytes, hint: str | None = None) -> tuple[str, dict[str, str]]:
    """("text/plain", {"charset": …}): the main value in lower case, RFC 2231 pieces joined and decoded."""
    pieces = _split_parameters(value)
    main = decode_text(pieces[0]).strip().lower() if pieces else ""
    plain: dict[str, bytes] = {}
    extended: dict[str, list[tuple[int, bool, bytes]]] = {}
    for piece in pieces[1 : _MAX_PARAMETERS + 1]:
        key, equals, content = piece.partition(b"=")
        name = key.strip().lower().decode("ascii", "replace")
        if not equals or not name:
            continue
        content = _unquote(content.strip())
        base, star, section = name.partition("*")
        if star:
            number = section.rstrip("*")
            order = int(number) if number.isascii() and number.isdigit() and len(number) < 5 else 0
            extended.setdefault(base, []).append((order, section.endswith("*") or not section, content))
        elif name not in plain:
            plain[name] = content
    result = {name: decode_words(content, hint) for name, content in plain.items()}
    for base, parts in extended.items():
        result[base] = _join_extended(parts, hint) or result.get(base, "")
    return re.sub(r"\s+", "", main.split(",")[0])[:120], result


def _split_parameters(value: bytes) -> list[bytes]:
    """Cuts at semicolons outside quotes; an unclosed quote ends at the value's end."""
    pieces: list[bytes] = []
    start = 0
    quoted = False
    skip = -1
    for match in re.finditer(rb'[\\";]', value):
        index = match.start()
        if index == skip:
            continue
        if match[0] == b"\\" and quoted:
            skip = index + 1
        elif match[0] == b'"':
            quoted = not quoted
        elif match[0] == b";" and not quoted:
            pieces.append(value[start:index])
            start = index + 1
    return [*pieces, value[start:]]


def _unquote(content: bytes) -> bytes:
    if content[:1] == b'"':
        closed = re.match(rb'"((?:[^"\\]|\\.)*)"?', content, re.DOTALL)
        inner = closed[1] if closed else content[1:]
        return re.sub(rb'\\(["\\])', rb"\1", inner)
    return content.strip(b"'") if content[:1] == b"'" == content[-1:] else content


def _join_extended(parts: list[tuple[int, bool, bytes]], hint: str | None) -> str:
    charset: str | None = None
    joined = b""
    for position, (_, encoded, content) in enumerate(sorted(parts, key=lambda part: part[0])):
        piece = content
        if encoded and position == 0 and content.count(b"'") >= 2:
            declared, _language, piece = content.split(b"'", 2)
            charset = declared.decode("ascii", "replace")
        joined += unquote_to_bytes(piece) if encoded else piece
    if b"=?" in joined:
        return decode_words(joined, hint)
    return decode_text(joined, charset, hint=hint).strip()


def parse_date(value: bytes) -> datetime | None:
    """The Date in UTC, None where it is missing or no date that a clock could have shown."""
    text = re.sub(r"\s+", " ", value.decode("ascii", "replace")).strip()[:200]
    try:
        parsed = parsedate_to_datetime(text)
        aware = parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return aware if 1970 <= aware.year <= 2200 else None


def parse_ids(value: bytes) -> tuple[str, ...]:
    """The message ids in a value without their brackets, in order, each once."""
    text = clean(decode_text(value))
    found = _ID.findall(text)
    if not found:
        found = [word.strip("<>,;\"'") for word in text.split() if "@" in word][:50]
    return tuple(dict.fromkeys(word for word in found if word))[:200]
