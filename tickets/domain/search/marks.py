"""What a ticket is marked with in the index, beside its words: `=s:open`, `=b:3`. No word begins with `=`.

Marks let one question to one index ask for words, permission, state and time together. They are as old as the row;
so what a row says of a ticket's state is asked of the ticket itself again before it is shown (`still`).
"""

import datetime as dt
from collections.abc import Iterator

from tickets.domain.search.words import fold
from tickets.models import ACTIVE, Ticket

EPOCH = dt.date(2000, 1, 1)
# Days of each length of time; each is a whole number of the one before.
SPANS = (1, 7, 28, 364)
STEPS = (3, 3, 5)  # so many of each at least before the next longer one is taken


def mark(kind: str, value: object) -> str:
    return f"={kind}:{value}"


def tag_mark(tag: str) -> str:
    return mark("t", fold(tag)[:60])


def marks_of_state(ticket: Ticket) -> set[str]:
    """What a change of the ticket's row alone can change."""
    found = {
        mark("n", ticket.number),
        mark("b", ticket.brand_id),
        mark("g", ticket.team_id or 0),
        mark("a", ticket.assignee_id or 0),
        mark("s", ticket.status),
        mark("p", ticket.priority),
        mark("i", ticket.inbox_id or 0),
        mark("c", ticket.customer_id or 0),
    }
    found.update(tag_mark(tag) for tag in ticket.tags)
    if ticket.waiting_since is not None and ticket.status in ACTIVE:
        found.add(mark("is", "waiting"))
    if ticket.snoozed_until is not None:
        found.add(mark("is", "snoozed"))
    return found


# Marks that `marks_of_state` knows: of the others a ticket alone says nothing.
OF_STATE = frozenset({"n", "b", "g", "a", "s", "p", "i", "c", "t", "is"})


def day_of(moment: dt.datetime) -> int:
    """Days since 2000, UTC; what is older counts as that day."""
    return max(0, (moment.astimezone(dt.UTC).date() - EPOCH).days)


def marks_of_time(moment: dt.datetime) -> set[str]:
    day = day_of(moment)
    return {mark(f"d{place}", day // span) for place, span in enumerate(SPANS)}


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
