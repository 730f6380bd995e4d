"""From the events of one ticket, in their order, to the moments that are counted. Pure: no database, no clock."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from journal.actors import user_id_of
from tickets.models import ACTIVE, Status

# What the answer that is taken back changed is put back right after it; these may stand between.
BETWEEN: Final = ("ticket.assigned", "message.delivery_changed")
NAMES: Final = (
    "ticket.created",
    "ticket.imported",
    "ticket.status_changed",
    "message.received",
    "message.queued",
    "message.logged",
    "message.taken_back",
    "contact.opened",
    *BETWEEN,
)


# Of these the data matter.
TELLING: Final = frozenset(("ticket.created", "ticket.imported", "ticket.status_changed", "message.received"))


class Happened(NamedTuple):
    """One event, as far as it matters here."""

    name: str
    at: dt.datetime
    actor: str
    subject: str
    data: dict[str, Any]


@dataclass(frozen=True)
class Solving:
    at: dt.datetime
    by: int | None  # the person; None: the system, or the customer


@dataclass(frozen=True)
class Course:
    """Where the ticket stands. `turns`: the moments at which it became open, done, open … in turn."""

    is_open: bool = True
    first_solved: Solving | None = None
    solved: Solving | None = None
    reopens: int = 0
    turns: tuple[dt.datetime, ...] = ()


@dataclass
class Story:
    """What one ticket's events say."""

    kind: str = ""
    is_inbound: bool = False
    is_known: bool = False  # the journal saw it begin
    created_at: dt.datetime | None = None
    course: Course = field(default_factory=Course)
    answers: list[tuple[str, dt.datetime, int]] = field(default_factory=list)  # message, when, who
    said: list[str] = field(default_factory=list)  # in turn: "" for the customer, else our message
    contacts: list[int] = field(default_factory=list)  # that were opened on it
    _before: dict[str, Course] = field(default_factory=dict)  # where it stood before each answer
    _undoing: str = ""  # the answer that is being taken back

    @property
    def first_reply(self) -> tuple[dt.datetime, int] | None:
        return self.answers[0][1:] if self.answers else None

    @property
    def touches(self) -> int:
        """Our answers, calls and visits; those in a row without a word of the customer count once."""
        pairs = zip(["", *self.said], self.said, strict=False)
        return sum(1 for before, now in pairs if now and not before)


def fold(events: Iterable[Happened]) -> Story:
    story = Story()
    for event in events:
        take(story, event)
        if event.name not in ("message.taken_back", *BETWEEN):
            story._undoing = ""
    return story


def take(story: Story, event: Happened) -> None:
    if event.name in ("ticket.created", "ticket.imported"):
        begin(story, event)
    elif event.name == "ticket.status_changed":
        story.course = moved(story, event)
    elif event.name == "message.received":
        if not (event.data.get("is_auto") or event.data.get("is_bounce")):
            story.said.append("")
    elif event.name in ("message.queued", "message.logged"):
        answer(story, event)
    elif event.name == "message.taken_back":
        take_back(story, event.subject)
    elif event.name == "contact.opened":
        story.contacts.append(int(event.subject.partition(":")[2] or 0))


def begin(story: Story, event: Happened) -> None:
    """A ticket of today's work; or one of the past, which nobody began here: it is open from now on, if at all."""
    story.is_known = True
    story.kind = str(event.data.get("kind") or "")
    if event.name == "ticket.imported":
        is_open = event.data.get("status") in ACTIVE
        story.course = Course(turns=(event.at,)) if is_open else Course(is_open=False)
        return
    story.created_at = event.at
    story.is_inbound = user_id_of(event.actor) is None
    story.course = Course(turns=(event.at,))


def answer(story: Story, event: Happened) -> None:
    """Only a person's: what the system asks or sends a copy of answers nobody."""
    who = user_id_of(event.actor)
    if who is None:
        return
    story.said.append(event.subject)
    if event.name == "message.queued":
        story.answers.append((event.subject, event.at, who))
        story._before[event.subject] = story.course


def take_back(story: Story, message: str) -> None:
    story.answers = [one for one in story.answers if one[0] != message]
    story.said = [one for one in story.said if one != message]
    story._undoing = message


def moved(story: Story, event: Happened) -> Course:
    """The course after a change of the status. What takes an answer back takes back what it did."""
    course, to = story.course, event.data.get("after")
    if story._undoing in story._before:
        return story._before[story._undoing]
    if to in ACTIVE:
        if course.is_open:
            return course
        was_solved = course.solved is not None
        return replace(
            course,
            is_open=True,
            solved=None,
            reopens=course.reopens + was_solved,
            turns=(*course.turns, event.at),
        )
    if not course.is_open and course.solved is not None:
        return course  # closed after a while, or solved again by what undoes a merge
    turns = (*course.turns, event.at) if course.is_open else course.turns
    if to != Status.SOLVED:
        return replace(course, is_open=False, turns=turns)
    solving = Solving(event.at, user_id_of(event.actor))
    return replace(
        course,
        is_open=False,
        solved=solving,
        first_solved=course.first_solved or solving,
        turns=turns,
    )
