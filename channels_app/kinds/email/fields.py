"""Header fields of outgoing mail, written out: encoded, folded, and unable to break out of their line.

The library's folding loses spaces between encoded words in the Python versions we run on, so this is our own.
"""

from __future__ import annotations

import base64
import re

from channels_app.kinds.base import AddressPair
from channels_app.kinds.email.charsets import clean

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")
_LINE = 76
_LONGEST_WORD = 400
_CHUNK_BYTES = 42


def one_line(value: str) -> str:
    """One line of text: what could end a field becomes a space."""
    return _CONTROL.sub(" ", clean(value)).strip()


def field(name: str, pieces: list[str]) -> str:
    """`Name: piece piece…` folded between pieces, with its line end. The pieces are clean ASCII already."""
    lines = [f"{name}:"]
    for piece in pieces:
        if len(lines[-1]) + 1 + len(piece) > _LINE and lines[-1].strip() and not lines[-1].endswith(":"):
            lines.append(f" {piece}")
        else:
            lines[-1] += f" {piece}"
    return "\r\n".join(lines) + "\r\n"


def text_pieces(value: str) -> list[str]:
    """Unstructured text: plain words, or all of it in encoded words where any of it needs them."""
    value = one_line(value)
    words = value.split(" ")
    if value.isascii() and "=?" not in value and all(0 < len(word) < _LONGEST_WORD for word in words):
        return words
    return _encoded_words(value) if value else []


def _encoded_words(value: str) -> list[str]:
    """RFC 2047 words in base64, each whole in itself: no character is cut in two."""
    words: list[str] = []
    chunk = b""
    for char in value:
        encoded = char.encode()
        if len(chunk) + len(encoded) > _CHUNK_BYTES:
            words.append(_word(chunk))
            chunk = b""
        chunk += encoded
    return [*words, _word(chunk)]


def _word(chunk: bytes) -> str:
    return f"=?utf-8?B?{base64.b64encode(chunk).decode('ascii')}?="


def address_pieces(pairs: list[AddressPair]) -> list[str]:
    """Mailboxes, comma after each but the last."""
    pieces: list[str] = []
    for number, (name, address) in enumerate(pairs):
        cleaned = wire_address(address)
        phrase = _phrase(name)
        pieces += [*phrase, f"<{cleaned}>"] if phrase else [cleaned]
        if number + 1 < len(pairs):
            pieces[-1] += ","
    return pieces


def _phrase(name: str) -> list[str]:
    name = one_line(name)
    if not name:
        return []
    if not name.isascii() or "=?" in name or len(name) > _LONGEST_WORD:
        return _encoded_words(name)
    if _ATOMS.fullmatch(name):
        return name.split()
    return ['"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"']


def wire_address(address: str) -> str:
    """The address without anything that has a meaning in a header, an international domain in its ASCII form."""
    address = re.sub(r"[\s<>,;:\"()\[\]\\]+", "", one_line(address))
    local, at, domain = address.rpartition("@")
    if not at or domain.isascii():
        return address
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address


def identifier(value: str) -> str:
    """A message id without brackets, white space and anything that is not ASCII."""
    return re.sub(r"[^!-;=?-~]", "", value)[:900]
