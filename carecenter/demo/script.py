"""Read the conversations: what customers and agents say to each other, step by step, with slots to fill.

A file holds conversations like

    == parcel-silent
    brand: harrowfell
    item: tent
    order: shipped 6d > delivered
    tags: delivery, late
    subject: Where is {my parcel|order [order]}?

    >> customer
    ...
    >> agent 3h solve
    ...

`[slot]` is filled from the ticket, `{a|b}` is a choice. A step is `>> who after flags`. A chat has no subject: what is
said first names it.
"""

import re
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "conversations"
SPEAKERS = frozenset({"customer", "agent", "note", "call", "visit", "case", "auto", "bounce", "do"})
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DELAY = re.compile(r"\d+[smhd]")


@dataclass(frozen=True)
class Step:
    """Somebody says or does something, so long after the step before."""

    who: str
    after: timedelta
    flags: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class OrderHint:
    """The order a conversation is about: its state and age when the ticket begins, its state at the end."""

    state: str
    age: timedelta
    ends: str


@dataclass(frozen=True)
class Conversation:
    key: str
    brand: str
    subject: str
    steps: tuple[Step, ...]
    item: str = ""
    order: OrderHint | None = None
    tags: tuple[str, ...] = ()
    priority: int = 2
    weight: int = 10
    inbox: str = ""
    once: bool = False  # told at most once: an incident, not a daily question
    people: tuple[str, ...] = field(default=())  # "company": the customer belongs to an organisation


def seconds_of(text: str) -> timedelta:
    """ "3h" as a span of time."""
    return timedelta(seconds=int(text[:-1]) * UNITS[text[-1]])


def read_step(head: str, lines: list[str]) -> Step:
    who, *words = head.split()
    if who not in SPEAKERS:
        raise ValueError(f"{who!r} cannot speak")
    delays = [word for word in words if DELAY.fullmatch(word)]
    flags = tuple(word for word in words if word not in delays)
    after = seconds_of(delays[0]) if delays else timedelta(0)
    return Step(who=who, after=after, flags=flags, text="\n".join(lines).strip())


def read_order(text: str) -> OrderHint | None:
    if not text:
        return None
    begins, _, ends = text.partition(">")
    state, age = begins.split()
    return OrderHint(state=state, age=seconds_of(age), ends=ends.strip() or state)


def words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def read_conversation(block: str) -> Conversation:
    head, *parts = re.split(r"^>> ?", block, flags=re.MULTILINE)
    key, *lines = head.strip().splitlines()
    fields = {name.strip(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    steps = []
    for part in parts:
        first, *rest = part.splitlines()
        steps.append(read_step(first, rest))
    return Conversation(
        key=key.strip(),
        brand=fields["brand"],
        subject=fields.get("subject", ""),
        steps=tuple(steps),
        item=fields.get("item", ""),
        order=read_order(fields.get("order", "")),
        tags=words(fields.get("tags", "")),
        priority=int(fields.get("priority", 2)),
        weight=int(fields.get("weight", 10)),
        inbox=fields.get("inbox", ""),
        once=fields.get("once", "") == "yes",
        people=words(fields.get("people", "")),
    )


@cache
def conversations() -> tuple[Conversation, ...]:
    """All of them, in the order of the files."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        blocks = re.split(r"^== ?", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        found += [read_conversation(block) for block in blocks if block.strip()]
    return tuple(found)
