"""What a ticket consists of: its steps, and the contacts and events that follow from them.

A shape is worked out once, by the rules of `tickets.domain`; a ticket is a shape with ids, people and moments.
"""

from dataclasses import dataclass, field
from functools import cache

# i: the customer writes, o: we answer, n: a note
OPEN_STEPS = ("i",), ("i", "o", "i"), ("i", "o", "i", "o"), ("i", "o", "n", "i", "o")


@dataclass(frozen=True)
class EventShape:
    name: str
    actor: str  # c: customer, u: agent, s: system
    step: int
    subject: tuple[str, int] | None  # ("message", 2): the third message of the ticket
    data: str  # with %(agent)s, %(inbox)s, %(team)s
    late: bool = False  # after the ten seconds in which an answer can be taken back


@dataclass(frozen=True)
class ContactShape:
    first: int
    end: int | None
    reason: str


@dataclass
class Shape:
    status: str
    steps: tuple[str, ...]
    is_assigned: bool
    contacts: list[ContactShape] = field(default_factory=list)
    events: list[EventShape] = field(default_factory=list)
    contact_of: dict[int, int] = field(default_factory=dict)  # step -> contact
    version: int = 1
    first_reply: int | None = None
    waiting: int | None = None
    last: int = 0  # the last message that lists show


@cache
def shape_of(status: str, steps: tuple[str, ...], is_assigned: bool) -> Shape:
    return Draft(Shape(status, steps, is_assigned)).work_out()


class Draft:
    """Plays the steps with no clock and no ids."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.status = "new"
        self.open: int | None = None

    def work_out(self) -> Shape:
        shape = self.shape
        self.event("ticket.created", "c", 0, None, '{"kind": "email", "inbox": %(inbox)s, "team": %(team)s}')
        for place, step in enumerate(shape.steps):
            {"i": self.receive, "o": self.answer, "n": self.note}[step](place)
        final = len(shape.steps) - 1
        if shape.is_assigned and shape.first_reply is None:
            self.take(final)
        for status in ("solved", "closed"):
            if shape.status in (status, "closed") and self.status != status:
                self.move(status, "u" if status == "solved" else "s", final)
        if shape.status == "on_hold":
            self.move("on_hold", "u", final)
        return shape

    def event(
        self,
        name: str,
        actor: str,
        step: int,
        subject: tuple[str, int] | None,
        data: str,
        *,
        late: bool = False,
    ) -> None:
        self.shape.events.append(EventShape(name, actor, step, subject, data, late))

    def move(self, to: str, actor: str, step: int) -> None:
        data = f'{{"before": "{self.status}", "after": "{to}"}}'
        self.event("ticket.status_changed", actor, step, None, data)
        self.status = to
        self.shape.version += 1
        if to == "solved":
            self.shape.waiting = None
            self.end_contact(step, "solved")

    def take(self, step: int) -> None:
        self.event("ticket.assigned", "u", step, None, '{"before": null, "after": %(agent)s}')
        self.shape.version += 1
        if self.status == "new":
            self.move("open", "u", step)

    def receive(self, place: int) -> None:
        shape = self.shape
        if self.open is None:
            self.open = len(shape.contacts)
            shape.contacts.append(ContactShape(place, None, ""))
            self.event(
                "contact.opened", "c", place, ("contact", self.open), '{"kind": "email", "direction": "in"}'
            )
        shape.contact_of[place] = self.open
        data = '{"kind": "email", "is_auto": false, "is_bounce": false}'
        self.event("message.received", "c", place, ("message", place), data)
        shape.waiting = place if shape.waiting is None else shape.waiting
        shape.version, shape.last = shape.version + 1, place
        if self.status in ("pending", "solved", "on_hold"):
            self.move("open", "c", place)

    def answer(self, place: int) -> None:
        shape = self.shape
        assert self.open is not None  # noqa: S101  every shape begins with the customer
        shape.contact_of[place] = self.open
        data = f'{{"before": {{"status": "{self.status}", "assignee": null}}}}'
        self.event("message.queued", "u", place, ("message", place), data)
        self.end_contact(place, "answered")
        if shape.first_reply is None:
            shape.first_reply = place
            self.event("ticket.assigned", "u", place, None, '{"before": null, "after": %(agent)s}')
        shape.waiting = None
        shape.version, shape.last = shape.version + 1, place
        self.move("pending", "u", place)
        delivered = '{"before": "sending", "after": "sent"}'
        self.event("message.delivery_changed", "s", place, ("message", place), delivered, late=True)
        shape.version += 1

    def note(self, place: int) -> None:
        self.event("note.added", "u", place, ("message", place), "{}")
        self.shape.version += 1

    def end_contact(self, step: int, reason: str) -> None:
        if self.open is not None:
            begun = self.shape.contacts[self.open]
            self.shape.contacts[self.open] = ContactShape(begun.first, step, reason)
            self.event("contact.ended", "u", step, ("contact", self.open), f'{{"reason": "{reason}"}}')
            self.open = None


def draw(number: int, total: int, seed: int) -> Shape:
    """The shape of one ticket, always the same for a number: the newest are still worked on, the old are closed.

    About three in a hundred are active; a few have two hundred messages.
    """
    dice = ((number + seed) * 2_654_435_761) % 2**32 // 64 % 10_000
    if is_long(number, total):
        return shape_of("solved", ("i", "o") * 100, True)
    if number >= total - total // 25:  # the newest four in a hundred
        active = (
            (2200, "new", 0, False),
            (2900, "new", 0, True),
            (4900, "open", 1, True),
            (6200, "pending", 2, True),
        )
        for limit, status, steps, assigned in active:
            if dice < limit:
                return shape_of(
                    "open" if assigned and status == "new" else status, OPEN_STEPS[steps], assigned
                )
        if dice < 6600:
            return shape_of("on_hold", OPEN_STEPS[2], True)
        return shape_of("solved", OPEN_STEPS[2 + (dice % 10 == 0)], True)
    if dice < 30:
        return shape_of("pending", OPEN_STEPS[2], True)
    if dice < 50:
        return shape_of("open", OPEN_STEPS[1], True)
    status = "solved" if number >= total - total // 10 else "closed"
    return shape_of(status, OPEN_STEPS[2 + (dice % 10 == 0)], True)


LONG_TICKETS = 20


def is_long(number: int, total: int) -> bool:
    """At most twenty, spread evenly, one in five hundred of a small load."""
    count = max(1, min(LONG_TICKETS, total // 500))
    return number % (total // count) == total // count // 2
