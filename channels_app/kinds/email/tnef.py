"""winmail.dat: files and body that Outlook wraps in TNEF (MS-OXTNEF), read within the bounds of the bytes.

Never raises on damaged input: what was read until then is given back.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

from channels_app.kinds.email.charsets import decode_text
from channels_app.kinds.email.rtf import decompress_rtf, rtf_to_body

_SIGNATURE = b"\x78\x9f\x3e\x22"
_ATTACH_START, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_PROPS = 0x00069002, 0x00018010, 0x0006800F, 0x00069005
_MAPI_PROPS, _BODY, _CODEPAGE = 0x00069003, 0x0002800C, 0x00069007
_NAME, _LONG_NAME, _DISPLAY, _CONTENT, _MIME, _CID = 0x3704, 0x3707, 0x3001, 0x3701, 0x370E, 0x3712
_TEXT, _HTML, _RTF = 0x1000, 0x1013, 0x1009
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = (0x0D, 0x1E, 0x1F, 0x102)
_MAX_ATTRIBUTES = 5_000
_MAX_PROPERTIES = 2_000
_MAX_FILES = 300


@dataclass(slots=True)
class TnefFile:
    """One attachment inside; `message` marks a nested TNEF, whose own files are listed with the rest."""

    name: str = ""
    content_type: str = ""
    content_id: str = ""
    content: bytes = b""


@dataclass(slots=True)
class TnefContent:
    """What was inside: files in order, body text and HTML where there were any."""

    files: list[TnefFile] = field(default_factory=list)
    text: str = ""
    html: str = ""
    charset: str = "cp1252"


def read_tnef(data: bytes, *, depth: int = 0) -> TnefContent | None:
    """The content of a TNEF stream, None if it is no TNEF at all."""
    if data[:4] != _SIGNATURE:
        return None
    result = TnefContent()
    position = 6
    for _ in range(_MAX_ATTRIBUTES):
        if position + 9 > len(data):
            break
        identifier, length = struct.unpack_from("<II", data, position + 1)
        value = data[position + 9 : position + 9 + length]
        _read_attribute(result, identifier, value, depth)
        if len(value) < length or len(result.files) > _MAX_FILES:
            break
        position += 9 + length + 2
    result.files = [file for file in result.files if file.content or file.name]
    return result


def _read_attribute(result: TnefContent, identifier: int, value: bytes, depth: int) -> None:
    if identifier == _CODEPAGE and len(value) >= 4:
        result.charset = f"cp{struct.unpack_from('<I', value)[0]}"
    elif identifier == _ATTACH_START:
        result.files.append(TnefFile())
    elif identifier == _BODY:
        result.text = result.text or _text(value, result.charset)
    elif identifier == _MAPI_PROPS:
        _read_body(result, _read_properties(value, result.charset))
    elif result.files:
        file = result.files[-1]
        if identifier == _ATTACH_TITLE:
            file.name = file.name or _text(value, result.charset)
        elif identifier == _ATTACH_DATA:
            file.content = value
        elif identifier == _ATTACH_PROPS:
            _read_file(result, file, _read_properties(value, result.charset), depth)


def _read_body(result: TnefContent, properties: dict[int, bytes | str]) -> None:
    text, html, rtf = properties.get(_TEXT), properties.get(_HTML), properties.get(_RTF)
    if isinstance(text, str) and text.strip():
        result.text = text
    if html:
        result.html = html if isinstance(html, str) else decode_text(html, hint=result.charset)
    if isinstance(rtf, bytes) and not (result.html or result.text):
        result.text, result.html = rtf_to_body(decompress_rtf(rtf))


def _read_file(result: TnefContent, file: TnefFile, properties: dict[int, bytes | str], depth: int) -> None:
    for key in (_LONG_NAME, _DISPLAY, _NAME):
        name = properties.get(key)
        if isinstance(name, str) and name.strip("\0 "):
            file.name = name.strip("\0 ")
            break
    if isinstance(mime := properties.get(_MIME), str):
        file.content_type = mime
    if isinstance(cid := properties.get(_CID), str):
        file.content_id = cid
    content = properties.get(_CONTENT)
    if isinstance(content, bytes) and content:
        file.content = content
        nested = read_tnef(content[16:], depth=depth + 1) if depth < 4 else None
        if nested is not None:
            file.content = (nested.text or nested.html).encode()
            file.name, file.content_type = f"{file.name or 'message'}.txt", "text/plain"
            result.files[-1:] = [file, *nested.files]


def _text(value: bytes, charset: str) -> str:
    return decode_text(value.split(b"\0", 1)[0], charset)


def _read_properties(data: bytes, charset: str) -> dict[int, bytes | str]:
    """String and binary MAPI properties by id; the others are only stepped over."""
    found: dict[int, bytes | str] = {}
    try:
        (count,) = struct.unpack_from("<I", data)
        position = 4
        for _ in range(min(count, _MAX_PROPERTIES)):
            kind, identifier = struct.unpack_from("<HH", data, position)
            position = _skip_name(data, position + 4) if identifier >= 0x8000 else position + 4
            value, position = _read_value(data, position, kind, charset)
            if value is not None and identifier < 0x8000:
                found.setdefault(identifier, value)
    except (struct.error, IndexError):
        pass
    return found


def _skip_name(data: bytes, position: int) -> int:
    (kind,) = struct.unpack_from("<I", data, position + 16)
    position += 20
    if kind == 0:
        return position + 4
    (length,) = struct.unpack_from("<I", data, position)
    return position + 4 + _padded(length)


def _padded(length: int) -> int:
    return (length + 3) & ~3


def _read_value(data: bytes, position: int, kind: int, charset: str) -> tuple[bytes | str | None, int]:
    """The first value of one property and the offset behind it. Raises struct.error at the end of the bytes."""
    base, many = kind & 0x0FFF, bool(kind & 0x1000)
    count = 1
    if many or base in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, position)
        position += 4
    if base in _FIXED:
        return None, position + count * _FIXED[base]
    if base not in _VARIABLE or count > _MAX_PROPERTIES:
        raise struct.error("unknown property type")
    first: bytes | str | None = None
    for _ in range(count):
        (length,) = struct.unpack_from("<I", data, position)
        value = data[position + 4 : position + 4 + length]
        position += 4 + _padded(length)
        if position > len(data) + 3:
            raise struct.error("cut off")
        if first is None:
            if base == 0x1E:
                first = _text(value, charset)
            elif base == 0x1F:
                first = value.decode("utf-16-le", "replace").split("\0", 1)[0]
            else:
                first = value
    return first, position
