"""What a ticket is marked with in the index, beside its words: `=s:open`, `=b:3`. No word begins with `=`.

Marks let one question to one index ask for words, permission, state and time together. Pure, like `words.py`.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from tickets.domain.search.ranges import beginnings, key_of
from tickets.domain.search.words import KEPT_LETTERS, enough, fold, words_of

EPOCH = dt.date(2000, 1, 1)
# Days of each length of time; each is a whole number of the one before.
SPANS = (1, 7, 28, 364)
STEPS = (3, 3, 5)  # so many of each at least before the next longer one is taken
FEWEST_DIGITS = 6  # of a phone number, from its end
# Kinds of marks that a ticket's own row says: number, brand, team (g), assignee, status, priority, inbox, customer,
# tag, field (x), and what it is (waiting, snoozed).
OF_STATE = frozenset({"n", "b", "g", "a", "s", "p", "i", "c", "t", "x", "is"})


# Fields of the firm's own: the ticket's, and those of the customer whose it is.
OF_TICKETS, OF_CUSTOMERS = "x", "y"


def mark(kind: str, value: object) -> str:
    return f"={kind}:{value}"


def tag_mark(tag: str) -> str:
    return mark("t", fold(tag)[:60])


def field_marks(fields: Mapping[str, Any], kind: str = OF_TICKETS) -> Iterator[str]:
    """`=x:reason` for a field that is filled in, `=x:reason=damaged` for each of its values; for a number or a day also
    what a range is asked of."""
    for key, value in fields.items():
        if isinstance(value, dict):  # what an import notes is no field
            continue
        yield mark(kind, key)
        for one in value if isinstance(value, list) else [value]:
            yield field_mark(key, one, kind)
            yield from (range_mark(key, start, kind) for start in beginnings(key_of(one)))


def field_mark(key: str, value: Any, kind: str = OF_TICKETS) -> str:
    said = ("yes" if value else "no") if isinstance(value, bool) else str(value)
    return mark(kind, f"{key}={' '.join(fold(said).split())[:60]}")


def range_mark(key: str, start: str, kind: str = OF_TICKETS) -> str:
    return mark(kind, f"{key}~{start}")


@dataclass
class State:
    """A ticket's row, as far as it is marked; ids are 0 for none."""

    number: int
    brand: int
    status: str
    priority: int
    team: int = 0
    assignee: int = 0
    inbox: int = 0
    customer: int = 0
    tags: Iterable[str] = ()
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_waiting: bool = False
    is_snoozed: bool = False

    def marks(self) -> set[str]:
        found = {
            f"=n:{self.number}", f"=b:{self.brand}", f"=g:{self.team}", f"=a:{self.assignee}", f"=s:{self.status}",
            f"=p:{self.priority}", f"=i:{self.inbox}", f"=c:{self.customer}",
        }  # fmt: skip
        found.update(tag_mark(tag) for tag in self.tags)
        found.update(field_marks(self.fields))
        if self.is_waiting:
            found.add(mark("is", "waiting"))
        if self.is_snoozed:
            found.add(mark("is", "snoozed"))
        return found


@dataclass
class Texts:
    """What is said on a ticket and about whom."""

    subject: str
    bodies: list[str] = field(default_factory=list)
    people: set[str] = field(default_factory=set)  # names, addresses, customer numbers, organisations
    senders: set[str] = field(default_factory=set)
    recipients: set[str] = field(default_factory=set)
    phones: set[str] = field(default_factory=set)
    facts: Mapping[str, Any] = field(default_factory=dict)  # the customer's fields of the firm's own
    files: set[str] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    numbers: set[int] = field(default_factory=set)  # of tickets that were merged into this one
    has_note: bool = False


def words_for(state: State, texts: Texts, last_at: dt.datetime) -> list[str]:
    """All that the row of a ticket holds."""
    return [*marks_for(state, texts, last_at), *enough(said_in(state, texts))]


def said_in(state: State, texts: Texts) -> set[str]:
    parts = [texts.subject, *texts.bodies, *texts.people, *texts.senders, *texts.files, *state.tags]
    parts += [str(number) for number in (state.number, *texts.numbers)]
    parts += [value for value in texts.facts.values() if isinstance(value, str)]
    return words_of("\n".join(parts))


def marks_for(state: State, texts: Texts, last_at: dt.datetime) -> set[str]:
    marks = state.marks() | marks_of_time(last_at)
    marks.update(f"=n:{number}" for number in texts.numbers)
    marks.update(f"=k:{kind}" for kind in texts.kinds)
    marks.update(field_marks(texts.facts, OF_CUSTOMERS))
    marks.update(f"=j:{word}" for word in words_of(texts.subject))
    marks.update(f"=f:{word}" for sender in texts.senders for word in words_of_person(sender))
    marks.update(f"=r:{word}" for recipient in texts.recipients for word in words_of_person(recipient))
    for phone in texts.phones:
        marks.update(phone_marks(phone))
    if texts.files:
        marks.add("=has:file")
    if texts.has_note:
        marks.add("=has:note")
    return marks


def words_of_person(text: str) -> frozenset[str]:
    """Of a name or an address. Our own, and those of people who just wrote, come again and again."""
    return _kept_words_of(text) if len(text) <= KEPT_LETTERS else frozenset(words_of(text))


@lru_cache(maxsize=4096)
def _kept_words_of(text: str) -> frozenset[str]:
    return frozenset(words_of(text))


def phone_marks(phone: str) -> set[str]:
    """A number is found by its last six digits or more, with or without what stands before it abroad and at home."""
    digits = digits_of(phone)
    return {mark("tel", digits[place:]) for place in range(len(digits) - FEWEST_DIGITS + 1)}


def digits_of(text: str) -> str:
    return "".join(sign for sign in text if sign.isascii() and sign.isdigit())


def day_of(moment: dt.datetime) -> int:
    """Days since 2000, UTC; what is older counts as that day."""
    return max(0, (moment.astimezone(dt.UTC).date() - EPOCH).days)


def marks_of_time(moment: dt.datetime) -> set[str]:
    day = day_of(moment)
    return {f"=d{place}:{day // span}" for place, span in enumerate(SPANS)}


def slices(newest: int, oldest: int = 0) -> Iterator[str]:
    """Marks that cover the days from `newest` back to `oldest`, each day once: single days first, then weeks, months
    and years, so that a search which finds enough soon looks at little, and one that finds nothing at few.

    The last may reach further back.
    """
    day, place, taken = newest, 0, 0
    while day >= oldest:
        while place + 1 < len(SPANS) and taken >= STEPS[place] and (day + 1) % SPANS[place + 1] == 0:
            place, taken = place + 1, 0
        yield mark(f"d{place}", day // SPANS[place])
        day -= SPANS[place]
        taken += 1


def slices_up(oldest: int, newest: int) -> Iterator[str]:
    """The same from the oldest day on; the last may reach beyond the newest."""
    day, place, taken = oldest, 0, 0
    while day <= newest:
        while place + 1 < len(SPANS) and taken >= STEPS[place] and day % SPANS[place + 1] == 0:
            place, taken = place + 1, 0
        yield mark(f"d{place}", day // SPANS[place])
        day += SPANS[place]
        taken += 1
