"""Texts of any language into words, and which dictionary of PostgreSQL knows the language.

The same folding for what is kept and for what is asked. Words are then brought to their stems by the dictionary of the
language; languages without one are compared word by word, scripts without spaces by pairs of signs.
"""

import re
import unicodedata
from typing import Final

from django.db import connection

PLAIN: Final = "simple"
CONFIGS: Final = {
    "ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
    "et": "estonian", "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian", "ne": "nepali",
    "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
MOST_LETTERS: Final = 40  # of one word; longer ones are no words

_MARKS = re.compile("[\u0300-\u036f\u0591-\u05bd\u05bf\u05c1\u05c2\u05c7\u064b-\u065f\u0670]")
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "ð": "d"})
# Thai, Lao, Burmese, Khmer, Japanese and Chinese write without spaces.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_WORD = re.compile(f"[{_UNSPACED}]+|(?:[^\\W_{_UNSPACED}]|[\u0900-\u0dff])+")
_known: dict[str, bool] = {}


def config_for(language: str) -> str:
    """The dictionary for a language like "de" or "de-AT", as this PostgreSQL has it."""
    name = CONFIGS.get(language.lower().replace("_", "-").partition("-")[0], PLAIN)
    if not _known:
        with connection.cursor() as cursor:
            cursor.execute("SELECT cfgname FROM pg_ts_config")
            _known.update({row[0]: True for row in cursor.fetchall()})
    return name if name in _known else PLAIN


def fold(text: str) -> str:
    """Lower case, without accents, one form for each sign: "École" and "ecole" are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", plain)).translate(_PLAIN)


def words_of(text: str) -> list[str]:
    """The words of a text, in order and folded; runs without spaces in pairs of signs."""
    found: list[str] = []
    for part in _WORD.findall(fold(text)):
        if _RUN.match(part):
            found += [part[at : at + 2] for at in range(len(part) - 1)] or [part]
        elif len(part) <= MOST_LETTERS:
            found.append(part)
    return found


def is_spelt(word: str) -> bool:
    """May it be misspelt? Words of letters are, numbers, codes and pairs of signs are not."""
    return len(word) >= 4 and word.isalpha() and not _RUN.match(word)


def stems_of(language: str, words: list[str]) -> dict[str, str]:
    """What the dictionary makes of each word: "" for one that says nothing, like "the"."""
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word, coalesce((tsvector_to_array(to_tsvector(%s::regconfig, word)))[1], '')"
            " FROM unnest(%s::text[]) AS word",
            [config_for(language), words],
        )
        return dict(cursor.fetchall())


def language_of(sample: list[str], default: str = "en") -> str:
    """Which language these texts are in: that whose dictionary knows most of their words as saying nothing.

    For texts that nobody named a language for, a few dozen lines at least.
    """
    words = [word for text in sample for word in words_of(text)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT cfgname FROM pg_ts_config")
        configs = {row[0] for row in cursor.fetchall()}
        dropped: dict[str, int] = {}
        for code, config in CONFIGS.items():
            if config in configs:
                cursor.execute(
                    "SELECT count(*) FROM unnest(%s::text[]) AS word WHERE to_tsvector(%s::regconfig, word) = ''",
                    [words, config],
                )
                dropped[code] = cursor.fetchone()[0]
    best = max(dropped, key=lambda code: (dropped[code], code == default), default=default)
    return best if dropped.get(best, 0) > len(words) * 0.15 else default
