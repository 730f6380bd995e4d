"""Texts into the words that are compared: without capitals and accents, scripts without spaces in pairs of letters.

The same for what is kept and for what is asked, in any language, so that no dictionary and no locale is needed.
Pure: no database, no clock.
"""

import re
import unicodedata
from collections.abc import Collection
from functools import lru_cache

MOST_LETTERS = 60  # of one word; longer ones are no words
MOST_WORDS = 6_000  # of one ticket
KEPT_LETTERS = (
    100  # of a piece that is remembered: a text without spaces is one piece, however long a stranger makes it
)

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u064b-\u065f\u0670]")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
# Thai, Lao, Burmese, Khmer, Japanese and Chinese write without spaces.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_HAN = re.compile("[\u3005\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_RUN = re.compile(f"[{_UNSPACED}]+")
_LETTER = f"(?:[^\\W_{_UNSPACED}]|[\u0900-\u0dff])"
_WORD = re.compile(f"{_LETTER}+(?:[-._@+]{_LETTER}+)*")
_ASCII_WORD = re.compile(r"[a-z0-9]+(?:[-._@+][a-z0-9]+)*")
_JOINS = re.compile(r"[-._@+]")
_AROUND = ".,;:!?()<>\"'-_@+"


def fold(text: str) -> str:
    """Lower case, without accents, one form for each sign: "École" and "ecole" are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", plain)).translate(_PLAIN)


def words_of(text: str) -> set[str]:
    """Every word of the text, and the parts of what is joined: an address counts whole, by name and by domain."""
    found: set[str] = set()
    for piece in set(fold(text).split()):
        bare = piece.strip(_AROUND)
        if bare.isascii() and bare.isalnum():
            found.add(bare)  # nearly all: the expressions below cost five times as much
        else:
            found |= _words_in(bare) if len(bare) > KEPT_LETTERS else _kept_words_in(bare)
    return {word for word in found if 0 < len(word) <= MOST_LETTERS}


@lru_cache(maxsize=4096)
def _kept_words_in(piece: str) -> frozenset[str]:
    """An address stands in the subject, among the people and in the marks of one ticket."""
    return _words_in(piece)


def _words_in(piece: str) -> frozenset[str]:
    found = set((_ASCII_WORD if piece.isascii() else _WORD).findall(piece))
    for word in [one for one in found if _JOINS.search(one)]:
        found |= parts_of(word)
    return frozenset(found if piece.isascii() else found | pairs_of(piece))


def parts_of(word: str) -> set[str]:
    """`dana.duarte@mail.example`: both sides of the sign, and dana, duarte, mail, example."""
    found = set(_JOINS.split(word))
    if "@" in word:
        found.update(word.split("@"))
    return found - {""}


def pairs_of(folded: str) -> set[str]:
    """Pairs of neighbours in runs without spaces, and single Chinese signs: each is a word of its own."""
    found: set[str] = set()
    for run in _RUN.findall(folded):
        found.update(run[place : place + 2] for place in range(len(run) - 1))
        found.update(_HAN.findall(run))
        if len(run) == 1:
            found.add(run)
    return found


def asked_words(text: str) -> list[str]:
    """The words of a question, in order, each once: joined ones in parts, runs without spaces in pairs."""
    folded = fold(text)
    found: list[str] = []
    for match in re.finditer(f"{_WORD.pattern}|{_RUN.pattern}", folded):
        part = match[0]
        if _RUN.fullmatch(part):
            found += [part[at : at + 2] for at in range(len(part) - 1)] or [part]
        else:
            found += [one for one in _JOINS.split(part) if one]
    return [word for word in dict.fromkeys(found) if len(word) <= MOST_LETTERS]


def whole_words(text: str) -> list[str]:
    """What is joined in a question and kept whole too: addresses, order numbers."""
    return [one for one in _WORD.findall(fold(text)) if _JOINS.search(one) and len(one) <= MOST_LETTERS]


def is_spaced(word: str) -> bool:
    """Of a script with spaces: its beginnings and its typing errors make sense."""
    return not _RUN.search(word)


def is_learnt(word: str) -> bool:
    """Is it kept as a word that others may be close to? Names and words are, numbers and codes are not."""
    return 3 <= len(word) <= 30 and word.isalpha() and not _RUN.search(word)


def enough(words: Collection[str]) -> Collection[str]:
    """At most MOST_WORDS of them, always the same ones."""
    return words if len(words) <= MOST_WORDS else sorted(words)[:MOST_WORDS]
