"""What one fact adds to the sums. The same fact always adds the same, so taking away and adding keep sums exact."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from insights.domain.buckets import DAY, bucket_of
from insights.models import Axis, ContactFact, Grain, TicketFact

AGAIN_DAYS: Final = (7, 30)  # within which the same customer's next ticket is a recontact
FIRST_CONTACT_DAYS: Final = 7  # for so long nothing may come after what was solved at the first contact


class Key(NamedTuple):
    """Which row of sums."""

    brand: int
    team: int
    axis: str
    value: str
    grain: str
    day: dt.date


class Part(NamedTuple):
    """Codes that count on one day, of one agent."""

    day: dt.date
    agent: int | None
    codes: tuple[str, ...]


Sums = dict[Key, Counter[str]]


def durations(name: str, seconds: int | None, work_seconds: int | None) -> tuple[str, ...]:
    """The two buckets of one duration: by the calendar, and in office hours."""
    if seconds is None or work_seconds is None:
        return ()
    return (f"{name}.{bucket_of(seconds)}", f"{name}_work.{bucket_of(work_seconds)}")


def parts_of_ticket(fact: TicketFact) -> Iterator[Part]:
    if not fact.is_counted:
        return
    if fact.created_on is not None:
        yield Part(fact.created_on, fact.assignee_id, ("created",))
    for place, day in enumerate(fact.span_days):
        yield Part(day, fact.assignee_id, ("out",) if place % 2 else ("in",))
    if fact.replied_on is not None and fact.is_inbound:
        codes = durations("reply", fact.reply_seconds, fact.reply_work_seconds)
        yield Part(fact.replied_on, fact.replied_by, codes)
    if fact.first_solved_on is not None:
        yield Part(fact.first_solved_on, fact.first_solved_by, first_solved_codes(fact))
    if fact.solved_on is not None:
        yield Part(fact.solved_on, fact.solved_by, solved_codes(fact))


def first_solved_codes(fact: TicketFact) -> tuple[str, ...]:
    codes = ["first_solved"]
    if fact.reopens:
        codes.append("reopened")
    if fact.is_inbound and fact.customer_id is not None and fact.contacts >= 1:
        codes.append("first_contacts")
        again = fact.again_seconds
        is_quiet = again is None or again > FIRST_CONTACT_DAYS * DAY
        if not fact.reopens and fact.contacts == 1 and is_quiet:
            codes.append("first_contact")
    return tuple(codes)


def solved_codes(fact: TicketFact) -> tuple[str, ...]:
    codes = ["solved", *durations("resolve", fact.resolve_seconds, fact.resolve_work_seconds)]
    if fact.touches == 1:
        codes.append("one_touch")
    if fact.customer_id is not None:
        codes.append("solved_known")
        seconds = fact.again_seconds
        codes += [f"again_{days}" for days in AGAIN_DAYS if seconds is not None and seconds <= days * DAY]
    return tuple(codes)


def parts_of_contact(fact: ContactFact) -> Iterator[Part]:
    if not fact.is_counted:
        return
    codes = ["contacts", f"hour.{fact.hour}"]
    if fact.is_offered:
        codes.append("offered")
        codes += durations("answer", fact.answer_seconds, fact.answer_work_seconds)
        codes += durations("left", fact.left_seconds, fact.left_work_seconds)
    yield Part(fact.opened_on, fact.agent_id, tuple(codes))


def add(sums: Sums, fact: TicketFact | ContactFact, sign: int) -> None:
    """What the fact counts, on every axis and in both grains."""
    parts = parts_of_ticket(fact) if isinstance(fact, TicketFact) else parts_of_contact(fact)
    for part in parts:
        values = (
            (Axis.KIND.value, fact.kind),
            (Axis.INBOX.value, str(fact.inbox_id or 0)),
            (Axis.AGENT.value, str(part.agent or 0)),
        )
        for axis, value in values:
            for grain, day in ((Grain.DAY.value, part.day), (Grain.MONTH.value, part.day.replace(day=1))):
                row = sums[Key(fact.brand_id, fact.team_id or 0, axis, value, grain, day)]
                for code in part.codes:
                    row[code] += sign


def changes(before: Iterable[TicketFact | ContactFact], after: Iterable[TicketFact | ContactFact]) -> Sums:
    """What has to be added to the sums when these facts take the place of those."""
    sums: Sums = defaultdict(Counter)
    for fact in before:
        add(sums, fact, -1)
    for fact in after:
        add(sums, fact, 1)
    found = {key: Counter({code: many for code, many in row.items() if many}) for key, row in sums.items()}
    return {key: row for key, row in found.items() if row}
