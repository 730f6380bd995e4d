"""Bytes to text, whatever charset was declared, wrongly declared, or not declared.

`decode_text` never raises and gives no NUL and no lone surrogate. Only codecs that turn bytes into text in linear time
are ever looked up: a mail cannot choose `unicode_escape`, `punycode` or `zlib`.
"""

from __future__ import annotations

import codecs
import re

_ALIASES = {
    # Supersets that mailers mean when they name the smaller one.
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb-2312": "gb18030",
    "x-gbk": "gb18030",
    "euc-cn": "gb18030",
    "gb_2312-80": "gb18030",
    "cp936": "gb18030",
    "hz-gb-2312": "hz",
    "big5": "cp950",
    "big-5": "cp950",
    "cn-big5": "cp950",
    "x-x-big5": "cp950",
    "big5-hkscs": "big5hkscs",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "euc-kr": "cp949",
    "x-windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "ms_kanji": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso-2022-jp-ms": "iso2022_jp_ext",
    "cp50220": "iso2022_jp_ext",
    "cp50221": "iso2022_jp_ext",
    "cp50222": "iso2022_jp_ext",
    "x-euc-jp": "euc_jp",
    "unicode-1-1-utf-7": "utf-7",
    "utf7": "utf-7",
    "utf8mb4": "utf-8",
    "unicode": "utf-8",
    "unicode-1-1-utf-8": "utf-8",
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "iso-8859-6-i": "iso8859-6",
    "iso-8859-6-e": "iso8859-6",
    "x-mac-cyrillic": "mac-cyrillic",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "koi8r": "koi8-r",
    "koi8u": "koi8-u",
    "utf-16": "utf-16",
}
_SAFE_NAMES = (
    "utf-8 utf-7 utf-16 utf-16-le utf-16-be utf-32 ascii latin-1 cp1250 cp1251 cp1252 cp1253 cp1254 "
    "cp1255 cp1256 cp1257 cp1258 cp437 cp720 cp737 cp775 cp850 cp852 cp855 cp857 cp858 cp860 cp861 "
    "cp862 cp863 cp864 cp865 cp866 cp869 cp874 cp932 cp949 cp950 big5 big5hkscs gb2312 gbk gb18030 hz "
    "euc_jp euc_jis_2004 euc_kr johab shift_jis shift_jis_2004 iso2022_jp iso2022_jp_1 iso2022_jp_2 "
    "iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext iso2022_kr iso8859-2 iso8859-3 iso8859-4 iso8859-5 "
    "iso8859-6 iso8859-7 iso8859-8 iso8859-9 iso8859-10 iso8859-11 iso8859-13 iso8859-14 iso8859-15 "
    "iso8859-16 koi8-r koi8-u koi8-t kz1048 mac-cyrillic mac-greek mac-iceland mac-latin2 mac-roman "
    "mac-turkish tis-620 ptcp154 cp037 cp500 cp1140"
)
_SAFE = frozenset(codecs.lookup(name).name for name in _SAFE_NAMES.split())
_WEAK = frozenset({"ascii", "cp1252", "iso8859-1", "iso8859-15", "cp1254", "cp1250", "iso8859-2"})
_ESCAPED = {"iso2022_kr", "hz", "utf-7"}
_ISO2022_JP = re.compile(rb"\x1b(?:\$[@B]|\(J|\(I)")
_ISO2022_SWITCH = re.compile(rb"\x1b(\([BJIH]|\$\(?[A-DO-Q@])")
_HIGH_RUN = re.compile(rb"[\x80-\xff]+")
_SAMPLE = 1 << 16
# Lead bytes of the level that holds the common characters, in the strict version of each charset.
_EVERYDAY = {
    "gb18030": ("gb2312", 0xB0, 0xD7),
    "cp950": ("big5", 0xA4, 0xC6),
    "cp949": ("euc_kr", 0xB0, 0xC8),
}
_UNWANTED = {0: None, **dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)}


def clean(text: str) -> str:
    """The text without NUL bytes and lone surrogates, which PostgreSQL and UTF-8 refuse."""
    if text.isascii():
        return text.replace("\0", "") if "\0" in text else text
    if "\0" not in text:
        try:
            text.encode()
        except UnicodeEncodeError:
            pass
        else:
            return text
    return text.translate(_UNWANTED)


def find_codec(charset: str | None) -> str | None:
    """Python's name of a declared charset, or None if it is unknown or not safe to use."""
    name = (charset or "").strip().strip("\"'<>;, \t").lower().replace(" ", "-")
    if not name or len(name) > 40 or not name.isascii():
        return None
    name = name.split("*")[0]  # RFC 2231 language: utf-8*en
    for spelling in (name, name.removeprefix("x-"), name.replace("cp-", "cp"), name.replace("_", "-")):
        try:
            found = codecs.lookup(_ALIASES.get(spelling, spelling)).name
        except (LookupError, ValueError):
            continue
        return found if found in _SAFE else None
    if sorted(name.replace("-", "")) == sorted("utf8"):  # uft-8, tuf8
        return "utf-8"
    digits = re.search(r"(?:windows|win|cp|ansi)[-_]?(125[0-8])$|8859[-_]?(1[0-6]|[1-9])$", name)
    if digits:
        return find_codec(f"cp{digits[1]}" if digits[1] else f"iso-8859-{digits[2]}")
    return None


def decode_text(data: bytes, declared: str | None = None, *, hint: str | None = None) -> str:
    """Text of `data`: by the declared charset where that is believable, else by what the bytes look like.

    `hint` is a charset seen elsewhere in the same mail; it is tried before guessing.
    """
    marked = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
    if mark := marked.get(data[:3]) or (marked.get(data[:2]) if len(data) > 3 else None):
        return clean(data.decode(mark, "replace"))
    codec = find_codec(declared)
    if codec in (None, "ascii", "cp1252") and data.isascii():
        return clean(_decode_iso2022_jp(data) if _ISO2022_JP.search(data) else data.decode("ascii"))
    if codec and codec.startswith("iso2022_jp"):
        return clean(_decode_iso2022_jp(data))
    for candidate in _candidates(data, codec, find_codec(hint)):
        if (text := _decode_strictly(data, candidate)) is not None:
            return clean(text)
    return clean(_decode_leniently(data, codec))


def _candidates(data: bytes, codec: str | None, hint: str | None) -> list[str]:
    """Codecs to try in turn: UTF-8 before a declaration that fits any bytes, a guess before such a hint."""
    if codec in _WEAK and _is_utf8(data):
        codec = "utf-8"
    if codec is None and hint in _WEAK and not _is_utf8(data) and (guess := _guess(data)) != "cp1252":
        hint = guess
    return [name for name in (codec, "utf-8", hint) if name]


def _decode_strictly(data: bytes, codec: str) -> str | None:
    if codec in _ESCAPED and not data.isascii():
        return None
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _decode_iso2022_jp(data: bytes) -> str:
    """ISO-2022-JP through Shift_JIS, whose codec knows the signs of NEC and IBM that the standard lacks.

    Bytes above ASCII mean that the declaration is a lie: then it is one of the two 8-bit charsets.
    """
    if not data.isascii():
        for codec in ("utf-8", "cp932", "euc_jp"):
            if (text := _decode_strictly(data, codec)) is not None:
                return text
    pieces: list[str] = []
    mode = b"(B"
    for number, run in enumerate(_ISO2022_SWITCH.split(data)):
        if number % 2:
            mode = run
        elif mode in (b"$B", b"$@", b"$(B", b"$(@"):
            pieces.append(_jis_to_text(run))
        elif mode == b"(I":
            pieces.append(bytes(byte | 0x80 for byte in run).decode("cp932", "replace"))
        elif mode[:1] == b"$":
            pieces.append((b"\x1b" + mode + run + b"\x1b(B").decode("iso2022_jp_ext", "replace"))
        else:
            pieces.append(run.decode("cp932", "replace"))
    return "".join(pieces)


def _jis_to_text(run: bytes) -> str:
    """Pairs of JIS X 0208 as Shift_JIS; white space between them stays what it is."""
    shifted = bytearray()
    position = 0
    while position < len(run):
        lead = run[position]
        trail = run[position + 1] if position + 1 < len(run) else 0
        if not (0x20 < lead < 0x7F and 0x20 < trail < 0x7F):
            shifted.append(lead)
            position += 1
            continue
        shifted.append((lead + 1) // 2 + (0x70 if lead < 0x5F else 0xB0))
        shifted.append(trail + (0x7E if lead % 2 == 0 else 0x1F + (trail >= 0x60)))
        position += 2
    return bytes(shifted).decode("cp932", "replace")


def _decode_leniently(data: bytes, codec: str | None) -> str:
    """Bytes that no candidate takes as they are: by the declaration if it says something, else by a guess."""
    if codec in _WEAK or codec is None or (codec == "utf-8" and not _is_mostly_utf8(data)):
        codec = _guess(data)
    if codec in ("cp1252", "iso8859-1"):
        return "".join(map(_cp1252_char, data)) if len(data) < _SAMPLE else data.decode("latin-1")
    try:
        return data.decode(codec, "replace")
    except (UnicodeError, ValueError):
        return data.decode("latin-1")


def _cp1252_char(byte: int) -> str:
    if 0x80 <= byte < 0xA0:
        return bytes([byte]).decode("cp1252", "replace")
    return chr(byte)


def _is_utf8(data: bytes) -> bool:
    """Valid UTF-8 with at least one sequence of two bytes or more: hardly ever anything else."""
    if data.isascii():
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_mostly_utf8(data: bytes) -> bool:
    text = data[:_SAMPLE].decode("utf-8", "replace")
    return sum(char > "\x7f" for char in text) > 3 * text.count("\ufffd")


def _guess(data: bytes) -> str:
    """The likeliest codec of bytes that are not UTF-8, from the frequency of lead bytes and letters in a sample."""
    sample = data[: _SAMPLE // 4]
    high = [byte for byte in sample if byte >= 0x80]
    if len(high) < 4:
        return "cp1252"
    if cyrillic := _guess_cyrillic(sample, high):
        return cyrillic
    best, best_score = "cp1252", 0.6
    for codec in ("cp949", "gb18030", "cp950", "cp932", "euc_jp"):
        if (score := _score_multibyte(sample, codec)) > best_score:
            best, best_score = codec, score
    return best


def _guess_cyrillic(sample: bytes, high: list[int]) -> str:
    """Words of letters above ASCII, nearly all from one block of 32: the small letters of KOI8-R or of Windows."""
    letters = sum(1 for byte in sample if chr(byte).isalpha() and byte < 0x80)
    if len(high) < letters or len(high) < 2.5 * len(_HIGH_RUN.findall(sample)):
        return ""
    koi8 = sum(0xC0 <= byte < 0xE0 for byte in high)
    windows = sum(byte >= 0xE0 for byte in high)
    if koi8 + windows < 0.9 * len(high) or max(koi8, windows) < 0.75 * len(high):
        return ""
    return "koi8-r" if koi8 > windows else "cp1251"


def _score_multibyte(sample: bytes, codec: str) -> float:
    """Share of characters above ASCII that are everyday ones of this charset's language; 0 if it cannot be."""
    text = sample.decode(codec, "replace")
    wide = [char for char in text if char > "\x7f"]
    if not wide or text.count("\ufffd") > 1 + len(wide) // 50:
        return 0.0
    return sum(_is_everyday(char, codec) for char in wide) / len(wide)


def _is_everyday(char: str, codec: str) -> bool:
    code = ord(char)
    if 0x3000 <= code < 0x3003 or 0xFF01 <= code < 0xFF20:
        return True
    if codec in ("cp932", "euc_jp"):
        return 0x3041 <= code < 0x3100
    strict, first, last = _EVERYDAY[codec]
    try:
        lead = char.encode(strict)[0]
    except UnicodeEncodeError:
        return False
    return first <= lead <= last
