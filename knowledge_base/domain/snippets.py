"""A piece of a text that shows why it was found. Pure."""

import re
from collections.abc import Sequence

from knowledge_base.domain.languages import fold

LENGTH = 180
BEFORE = 40
READ = 20_000
SHORT = 3  # words no longer than this show nothing


def snippet(text: str, words: Sequence[str]) -> str:
    """The piece with most of the words, cut at spaces; the beginning where none of them stands. Plain text."""
    text = text[:READ]
    if len(text) <= LENGTH:
        return text
    begin = best_place(text, [word[: max(4, len(word) - 2)] for word in words if len(word) > SHORT][:12])
    if begin > 0:
        begin = text.find(" ", max(0, begin - BEFORE)) + 1
    end = begin + LENGTH
    if end < len(text):
        end = max(text.rfind(" ", begin, end), begin + LENGTH // 2)
    return f"{'… ' if begin else ''}{text[begin:end].strip()}{' …' if end < len(text) else ''}"


def best_place(text: str, words: list[str]) -> int:
    """Where the stretch begins that has most different words."""
    if not words:
        return 0
    folded = fold(text)
    if len(folded) != len(text):  # places would not be the same
        folded = text.lower() if len(text.lower()) == len(text) else text
    pattern = re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + ")")
    places = [(match.start(), match[0]) for match in pattern.finditer(folded)][:400]
    best, most = 0, 0
    for index, (begin, _) in enumerate(places):
        found = {word for at, word in places[index : index + 40] if at < begin + LENGTH - BEFORE}
        if len(found) > most:
            best, most = begin, len(found)
    return best
