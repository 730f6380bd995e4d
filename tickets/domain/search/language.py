"""What people type into the search box: words, "phrases", `operator:value`, `-` for not, OR. Any text can be read.

Pure. What cannot be understood becomes words, with a hint that says so. Between two terms is an AND; OR binds the
terms beside it: `refund OR return status:open` are open tickets with one of the two words.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from carecenter.lib.kinds import kind_choices
from tickets.models import Priority, Status

LONGEST = 400
MOST_TERMS = 24
_TERM = re.compile(
    r'(?P<not>-)?(?:(?P<name>[A-Za-z]{2,12}):)?(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))|(?P<rest>\S)'
)
_AGE = re.compile(r"(\d{1,4})([hdwmy])")
_HOURS = {"h": 1, "d": 24, "w": 168, "m": 24 * 30, "y": 24 * 365}
IS = ("waiting", "snoozed", "open", "solved", "unassigned", "mine")
HAS = ("file", "note")
# Words without what gives them sense: searched for as they are.
_NO_OPERATOR = {"http", "https", "mailto", "tel", "re", "aw", "fw", "fwd", "wg"}


@dataclass(frozen=True)
class Term:
    """`name` is the operator, "word" or "phrase". `value` is clean: a code for those that have codes."""

    name: str
    value: str
    negated: bool = False


@dataclass(frozen=True)
class Range:
    """Which moments: `field` is "last_at" or "created_at"; from `since`, before `until`."""

    field: str
    since: dt.datetime | None = None
    until: dt.datetime | None = None


@dataclass
class Query:
    """All of `groups` hold, of each group one term; and all of `ranges`."""

    text: str
    groups: list[list[Term]] = field(default_factory=list)
    ranges: list[Range] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    oldest_first: bool = False

    @property
    def terms(self) -> list[Term]:
        return [term for group in self.groups for term in group]

    @property
    def words(self) -> list[str]:
        """What was asked of the texts, for showing where it stands."""
        return [term.value for term in self.terms if term.name in TEXTUAL and not term.negated]

    def __bool__(self) -> bool:
        return bool(self.groups or self.ranges)


TEXTUAL = ("word", "phrase", "subject")


def clean(text: str) -> str:
    return " ".join(text.replace("\x00", " ").split())[:LONGEST]


def read(text: str, *, now: dt.datetime, zone: dt.tzinfo) -> Query:
    """Never raises. Dates are days in `zone`."""
    query = Query(clean(text))
    reader = Reader(query, now, zone)
    either = False
    for found in matches(query.text):
        if found in ("OR", "|"):
            either = bool(query.groups)
            continue
        if len(query.terms) >= MOST_TERMS:
            query.hints.append(_("Only the first %d words were looked for.") % MOST_TERMS)
            break
        term = reader.term_of(found)
        if term is None:
            continue
        if either:
            query.groups[-1].append(term)
        else:
            query.groups.append([term])
        either = False
    join_numbers(query)
    return query


def matches(text: str) -> Iterator["re.Match[str] | str"]:
    for match in _TERM.finditer(text):
        if match[0] in ("OR", "|"):
            yield match[0]
        elif match["rest"] is None and (match["quoted"] or match["plain"]):
            yield match


class Reader:
    """Terms of one query; adds its hints and ranges as it goes."""

    def __init__(self, query: Query, now: dt.datetime, zone: dt.tzinfo) -> None:
        self.query = query
        self.now = now.astimezone(zone)

    def term_of(self, match: "re.Match[str] | str") -> Term | None:
        assert not isinstance(match, str)  # noqa: S101  OR is no term
        negated, value = bool(match["not"]), (match["quoted"] or match["plain"] or "").strip()
        name = (match["name"] or "").lower()
        if not name or name in _NO_OPERATOR:
            return self.words(match, value, negated)
        if name in RANGES:
            self.add_range(name, value, negated)
            return None
        if name == "sort":
            self.sort(value)
            return None
        if name not in OPERATORS:
            if not value[:1].isdigit() and not value.startswith("/"):
                self.hint(_("“%s:” is no operator; it was looked for as a word.") % name)
            return Term("word", f"{name} {value}", negated)
        known = OPERATORS[name](value)
        if known is None:
            self.hint(wrong_value(name, value))
            return Term("word", value, negated)
        return Term(name, known, negated)

    def words(self, match: "re.Match[str]", value: str, negated: bool) -> Term | None:
        if match["name"]:
            value = f"{match['name']} {value}"
        if match["quoted"] is not None and " " in value:
            return Term("phrase", value, negated)
        if re.fullmatch(r"#\d{1,18}", value):
            return Term("number", value[1:], negated)
        return Term("word", value, negated) if re.search(r"\w", value) else None

    def sort(self, value: str) -> None:
        if value.lower() not in ("newest", "oldest"):
            self.hint(wrong_value("sort", value))
        self.query.oldest_first = value.lower() == "oldest"

    def hint(self, text: str) -> None:
        if text not in self.query.hints:
            self.query.hints.append(text)

    def add_range(self, name: str, value: str, negated: bool) -> None:
        found = self.range_of(name, value)
        if found is None or negated:
            self.hint(wrong_value(name, value))
            return
        self.query.ranges.append(found)

    def range_of(self, name: str, value: str) -> Range | None:
        if name in ("older", "newer"):
            age = _AGE.fullmatch(value.lower())
            if age is None:
                return None
            at = self.now - dt.timedelta(hours=int(age[1]) * _HOURS[age[2]])
            return Range("last_at", None, at) if name == "older" else Range("last_at", at)
        span = self.days(value)
        if span is None:
            return None
        if name == "before":
            return Range("last_at", None, span[0])
        if name == "after":
            return Range("last_at", span[1])
        return Range("created_at", *span)

    def days(self, value: str) -> tuple[dt.datetime, dt.datetime] | None:
        """The first moment of a day, month, year or `one..other`, and the first after it."""
        first, dots, last = value.lower().partition("..")
        begin, end = self.day(first), self.day(last if dots else first)
        return (begin[0], end[1]) if begin and end else None

    def day(self, value: str) -> tuple[dt.datetime, dt.datetime] | None:
        today = self.now.replace(hour=0, minute=0, second=0, microsecond=0)
        named = {"today": 0, "yesterday": 1}
        if value in named:
            begin = today - dt.timedelta(days=named[value])
            return begin, begin + dt.timedelta(days=1)
        match = re.fullmatch(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", value, re.ASCII)
        if match is None:
            return None
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            begin = today.replace(year=year or 1, month=month or 1, day=day or 1)
            if day:
                return begin, begin + dt.timedelta(days=1)
            if month:
                return begin, begin.replace(year=begin.year + month // 12, month=month % 12 + 1)
            return begin, begin.replace(year=begin.year + 1)
        except (ValueError, OverflowError):
            return None


def join_numbers(query: Query) -> None:
    """`0170 123 45 67` is a phone number in pieces: each number that follows a number is also asked as one."""
    run: list[Term] = []
    for group in [*query.groups, []]:
        if len(group) == 1 and group[0].name == "word" and is_numeric(group[0]):
            run.append(group[0])
            continue
        if len(run) > 1 and sum(len(re.sub(r"\D", "", term.value)) for term in run) >= 6:
            at = next(place for place, one in enumerate(query.groups) if one[0] is run[0])
            whole = Term("phone", " ".join(term.value for term in run))
            query.groups[at : at + len(run)] = [[whole]]
        run = []


def is_numeric(term: Term) -> bool:
    return not term.negated and re.fullmatch(r"[+(]?[\d()/.-]*\d[\d()/.-]*", term.value, re.ASCII) is not None


def one_of(codes: Callable[[], dict[str, str]]) -> Callable[[str], str | None]:
    return lambda value: codes().get(value.lower().replace("-", "_").replace(" ", "_"))


def statuses() -> dict[str, str]:
    return {str(code): str(code) for code in Status.values} | {"active": "active", "done": "done"}


def priorities() -> dict[str, str]:
    return {one.name.lower(): str(one.value) for one in Priority}


def kinds() -> dict[str, str]:
    return {code: code for code, _label in kind_choices()}


def anything(value: str) -> str | None:
    return value if re.search(r"\w", value) else None


def number(value: str) -> str | None:
    digits = value.lstrip("#")
    return digits if digits.isascii() and digits.isdigit() and len(digits) < 19 else None


def a_field(value: str) -> str | None:
    """`reason=damaged`, `amount>=10`, or `reason` alone."""
    return value if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]{0,39}((>=|<=|>|<|=).*\w.*)?", value) else None


# What stands before a colon -> its value as it is kept, None when it has no such value.
OPERATORS: dict[str, Callable[[str], str | None]] = {
    "from": anything,
    "to": anything,
    "subject": anything,
    "tag": anything,
    "status": one_of(statuses),
    "assignee": anything,
    "team": anything,
    "brand": anything,
    "inbox": anything,
    "kind": one_of(kinds),
    "priority": one_of(priorities),
    "has": one_of(lambda: dict(zip(HAS, HAS, strict=True))),
    "is": one_of(lambda: dict(zip(IS, IS, strict=True))),
    "order": anything,
    "number": number,
    "customer": number,
    "field": a_field,
}
RANGES = ("before", "after", "created", "older", "newer")


def values_of(name: str) -> list[str]:
    """What may stand after the colon, where that is a short list; else an example."""
    codes: dict[str, list[str]] = {
        "status": list(statuses()),
        "kind": list(kinds()),
        "priority": list(priorities()),
        "has": list(HAS),
        "is": list(IS),
        "sort": ["newest", "oldest"],
        "before": ["2026-03-01", "yesterday"],
        "after": ["2026-03-01", "yesterday"],
        "created": ["today", "2026-03", "2026-03-01..2026-03-15"],
        "older": ["3d", "2w", "12h"],
        "newer": ["3d", "2w", "12h"],
        "assignee": ["me", "none"],
        "team": ["none"],
    }
    return codes.get(name, [])


def wrong_value(name: str, value: str) -> str:
    known = ", ".join(values_of(name))
    if not known:
        return _("“%(name)s:%(value)s” could not be understood.") % {"name": name, "value": value}
    text = _("“%(name)s:” does not know “%(value)s”. Try %(known)s.")
    return text % {"name": name, "value": value, "known": known}
