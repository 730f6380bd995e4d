"""What a report of an import says, in the reader's language. It is kept in English: files and terminals have it so."""

import re
from typing import Final

from django.utils.translation import gettext, gettext_noop

# Each is both the text that is translated and the pattern of what the readers of exports say.
SENTENCES: Final = (
    gettext_noop("a state of the firm's own is open here"),
    gettext_noop("a status of the firm's own is open here"),
    gettext_noop("attachment %(number)s does not lie beside the file; the rest is taken over without it"),
    gettext_noop("audience is neither public nor internal"),
    gettext_noop("could not be stored: %(kind)s"),
    gettext_noop("direction is neither in nor out"),
    gettext_noop("it was deleted in the old help desk"),
    gettext_noop("it was deleted in the old help desk, or spam"),
    gettext_noop("it was merged or removed in the old help desk"),
    gettext_noop("none of its comments can be read"),
    gettext_noop("not JSON"),
    gettext_noop("not a JSON object"),
    gettext_noop("nothing that was said on it can be read"),
    gettext_noop("nothing was said on it: it has neither comments nor a description"),
    gettext_noop("state is missing: read the tickets with expand=true"),
    gettext_noop("the archive has names that no folder can hold"),
    gettext_noop("the archive is damaged, or has a password"),
    gettext_noop("the archive is too large unpacked: import it in parts, or on a terminal"),
    gettext_noop("there is no JSON and no CSV file in the archive"),
    gettext_noop("this row is not CSV"),
    gettext_noop("%(name)s is missing or not an id"),
    gettext_noop("%(name)s is neither JSON nor JSON a line"),
    gettext_noop("%(name)s is none of %(choices)s"),
    gettext_noop("%(name)s is not a date"),
    gettext_noop("%(name)s is not between %(first)s and %(last)s"),
    gettext_noop("%(name)s lacks the columns %(columns)s"),
)
PARTS: Final = {
    "article": gettext_noop("article %(number)s: %(reason)s"),
    "comment": gettext_noop("comment %(number)s: %(reason)s"),
    "message": gettext_noop("message %(number)s: %(reason)s"),
}
PART: Final = re.compile(rf"({'|'.join(PARTS)}) (\d+): (.+)", re.DOTALL)


def pattern_of(sentence: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"%\\\((\w+)\\\)s|%\((\w+)\)s", named, re.escape(sentence)), re.DOTALL)


def named(found: re.Match[str]) -> str:
    return f"(?P<{found[1] or found[2]}>.+)"


PATTERNS: Final = tuple((pattern_of(sentence), sentence) for sentence in SENTENCES)


def in_words(reason: str) -> str:
    """As it is kept where no sentence fits."""
    if part := PART.fullmatch(reason):
        return gettext(PARTS[part[1]]) % {"number": part[2], "reason": in_words(part[3])}
    for pattern, sentence in PATTERNS:
        if found := pattern.fullmatch(reason):
            return gettext(sentence) % found.groupdict() if found.groupdict() else gettext(sentence)
    return reason
