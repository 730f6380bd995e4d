"""Compressed RTF (MS-OXRTFCP) and the text or encapsulated HTML (MS-OXRTFEX) in it: enough to read a mail."""

from __future__ import annotations

import re
import struct

from channels_app.kinds.email.charsets import decode_text

_PRELOAD = (
    rb"{\rtf1\ansi\mac\deff0\deftab720{\fonttbl;}{\f0\fnil \froman \fswiss \fmodern \fscript "
    rb"\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\colortbl\red0\green0\blue0"
    b"\r\n"
    rb"\par \pard\plain\f0\fs20\b\i\u\tab\tx"
)
_MAX_SIZE = 2_000_000
_TOKEN = re.compile(rb"\\'([0-9a-fA-F]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\(.)|([{}])|([^\\{}]+)", re.DOTALL)
_HIDDEN = {
    b"fonttbl",
    b"colortbl",
    b"stylesheet",
    b"info",
    b"pict",
    b"object",
    b"generator",
    b"themedata",
    b"listtable",
}
_BREAKS = {b"par": b"\n", b"line": b"\n", b"tab": b"\t", b"row": b"\n", b"cell": b"\t"}
_SIGNS = {
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"bullet": "•",
    b"endash": "–",
    b"emdash": "—",
}


def decompress_rtf(data: bytes) -> bytes:
    """The RTF of a PR_RTF_COMPRESSED value, as far as it can be read."""
    if len(data) < 16:
        return b""
    _, size, kind = struct.unpack_from("<III", data)
    if kind == 0x414C454D:  # MELA: stored as it is
        return data[16 : 16 + min(size, _MAX_SIZE)]
    if kind != 0x75465A4C:  # LZFu
        return b""
    window = bytearray(_PRELOAD.ljust(4096, b"\0"))
    write, output, position = len(_PRELOAD), bytearray(), 16
    while position < len(data) and len(output) < min(size, _MAX_SIZE):
        control = data[position]
        position += 1
        for bit in range(8):
            if control >> bit & 1:
                if position + 2 > len(data):
                    return bytes(output)
                reference = data[position] << 8 | data[position + 1]
                position += 2
                offset, length = reference >> 4, (reference & 15) + 2
                if offset == write:
                    return bytes(output)
                run = [(offset + step) & 4095 for step in range(length)]
            elif position < len(data):
                window[write] = data[position]
                position += 1
                run = [write]
            else:
                return bytes(output)
            for source in run:
                window[write] = window[source]
                output.append(window[write])
                write = (write + 1) & 4095
    return bytes(output)


def rtf_to_body(rtf: bytes) -> tuple[str, str]:
    """(text, html): the HTML where the RTF was made from HTML, else its plain text."""
    encapsulated = b"\\fromhtml" in rtf[:2000]
    codepage = re.search(rb"\\ansicpg(\d{3,5})", rtf[:2000])
    charset = f"cp{codepage[1].decode()}" if codepage else "cp1252"
    text = _Reader(charset, encapsulated=encapsulated).read(rtf[:_MAX_SIZE]).strip()
    return ("", text) if encapsulated else (text, "")


class _Reader:
    """One pass over the tokens. `hidden` is the depth at which a group that is not shown was opened."""

    def __init__(self, charset: str, *, encapsulated: bool) -> None:
        self.charset = charset
        self.encapsulated = encapsulated
        self.pieces: list[str] = []
        self.run = bytearray()
        self.depth = self.hidden = self.skip = 0
        self.is_html_off = False

    def read(self, rtf: bytes) -> str:
        for match in _TOKEN.finditer(rtf):
            code, word, number, symbol, brace, plain = match.groups()
            if brace:
                self.depth += 1 if brace == b"{" else -1
                self.hidden = 0 if self.depth < self.hidden else self.hidden
            elif word == b"htmlrtf":
                self.is_html_off = number != b"0"
            elif self.hidden or self.is_html_off:
                continue
            elif word in _HIDDEN or (symbol == b"*" and not self._is_html(rtf, match.end())):
                self.hidden = self.depth
            elif word:
                self._take_word(word, number)
            else:
                self._take_text(code, symbol, plain)
        self._flush()
        return "".join(self.pieces)

    def _is_html(self, rtf: bytes, position: int) -> bool:
        return self.encapsulated and rtf[position : position + 8] == b"\\htmltag"

    def _take_word(self, word: bytes, number: bytes | None) -> None:
        if word == b"u" and number:
            self._flush(chr(int(number) % 65536))
            self.skip = 1
        elif word in _BREAKS:
            self.run += _BREAKS[word]
        elif word in _SIGNS:
            self._flush(_SIGNS[word])

    def _take_text(self, code: bytes | None, symbol: bytes | None, plain: bytes | None) -> None:
        """Text, but not the one sign that stands after \\u for readers without Unicode."""
        if code:
            self.run += b"" if self.skip else bytes([int(code, 16)])
        elif symbol:
            self.run += {b"~": b" ", b"_": b"-"}.get(symbol, symbol if symbol in b"\\{}" else b"")
        elif plain:
            kept = plain.replace(b"\r", b"").replace(b"\n", b"")
            self.run += kept[1:] if self.skip else kept
        self.skip = 0

    def _flush(self, extra: str = "") -> None:
        if self.run:
            self.pieces.append(decode_text(bytes(self.run), self.charset))
            self.run.clear()
        self.pieces.append(extra)
