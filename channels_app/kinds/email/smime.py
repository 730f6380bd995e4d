"""The readable mail inside an opaque-signed S/MIME part: signed data carries its content in the clear.

Only takes content out; no signature is checked and nothing is decrypted.
"""

from __future__ import annotations

_SIGNED_DATA = bytes.fromhex("2a864886f70d010702")
_MAX_DEPTH = 12


def extract_signed_content(der: bytes) -> bytes | None:
    """The encapsulated content of CMS SignedData in BER or DER, None for everything else (encrypted, damaged)."""
    try:
        return _extract(der)
    except (IndexError, ValueError):
        return None


def _extract(der: bytes) -> bytes | None:
    tag, start, end, _ = _read_header(der, 0, len(der))
    if tag != 0x30:
        return None
    oid_tag, oid_start, oid_end, after = _read_header(der, start, end)
    if oid_tag != 0x06 or der[oid_start:oid_end] != _SIGNED_DATA:
        return None
    _, start, end, _ = _read_header(der, after, end)  # [0] EXPLICIT
    _, position, end, _ = _read_header(der, start, end)  # SignedData
    for _ in range(2):  # version, digestAlgorithms
        *_, position = _read_header(der, position, end)
    _, position, end, _ = _read_header(der, position, end)  # EncapsulatedContentInfo
    *_, position = _read_header(der, position, end)  # its type
    tag, start, end, _ = _read_header(der, position, end)
    if tag != 0xA0:
        return None
    pieces: list[bytes] = []
    _collect(der, start, end, pieces, 0)
    return b"".join(pieces) or None


def _collect(der: bytes, start: int, end: int, pieces: list[bytes], depth: int) -> None:
    """The octets of an OCTET STRING, in one piece or in many."""
    position = start
    while position < end and depth < _MAX_DEPTH:
        tag, content_start, content_end, position = _read_header(der, position, end)
        if tag == 0x04:
            pieces.append(der[content_start:content_end])
        elif tag == 0x24:
            _collect(der, content_start, content_end, pieces, depth + 1)
        else:
            return


def _read_header(der: bytes, position: int, end: int, depth: int = 0) -> tuple[int, int, int, int]:
    """(tag, start, end of content, offset of the next element). Raises IndexError or ValueError where it is no BER."""
    if position + 2 > end:
        raise IndexError
    tag, length = der[position], der[position + 1]
    start = position + 2
    if length == 0x80:
        inner = start
        if depth > _MAX_DEPTH:
            raise ValueError
        while der[inner : inner + 2] != b"\0\0":
            *_, inner = _read_header(der, inner, end, depth + 1)
        return tag, start, inner, inner + 2
    if length & 0x80:
        size = length & 0x7F
        if size > 5:
            raise ValueError
        length = int.from_bytes(der[start : start + size], "big")
        start += size
    stop = min(start + length, end)
    return tag, start, stop, stop
