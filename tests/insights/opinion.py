"""A second opinion: the same numbers counted slowly, by other rules, from the events and rows themselves. It shares
nothing with the app but the words of its definitions.
"""

import datetime as dt
import itertools
import math
import zoneinfo
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from customers.models import Customer
from journal.models import Event
from tickets.models import Contact, Ticket
from workforce.domain.hours import is_open

OPEN = {"new", "open", "pending", "on_hold"}
DONE = {"solved", "closed"}
MINUTE = dt.timedelta(minutes=1)


@dataclass
class Case:
    """One ticket as a reader of its events would tell it."""

    ticket: Ticket
    customer: int | None
    created: dt.datetime | None = None
    from_customer: bool = False
    kind: str = ""
    replies: list[tuple[dt.datetime, int]] = field(default_factory=list)
    words: str = ""  # c and u in turn
    statuses: list[tuple[dt.datetime, str, int | None]] = field(default_factory=list)

    @property
    def solvings(self) -> list[tuple[dt.datetime, int | None]]:
        """From something open, or from nothing, to solved."""
        found, before = [], "new"
        for at, name, who in self.statuses:
            if name == "solved" and before in OPEN:
                found.append((at, who))
            before = name
        return found

    @property
    def is_solved(self) -> bool:
        """Solved, or closed after that; not closed right from the open."""
        last_open = max((place for place, one in enumerate(self.statuses) if one[1] in OPEN), default=-1)
        after = [name for _, name, _ in self.statuses[last_open + 1 :]]
        return bool(after) and after[0] == "solved"

    @property
    def was_reopened(self) -> bool:
        names = [name for _, name, _ in self.statuses]
        if "solved" not in names:
            return False
        runs = [name in OPEN for name in names]
        return any(
            now and not before and self.solved_before(place)
            for place, (before, now) in enumerate(itertools.pairwise(runs), start=1)
        )

    def solved_before(self, place: int) -> bool:
        """Had the run of done states that ends here begun with solved?"""
        begin = place
        while begin and self.statuses[begin - 1][1] in DONE:
            begin -= 1
        return self.statuses[begin][1] == "solved"

    @property
    def touches(self) -> int:
        return sum(1 for turn in self.words.split("c") if turn)


def user_in(actor: str) -> int | None:
    return int(actor.split(":")[1]) if actor.startswith("user:") else None


def root(pk: int | None) -> int | None:
    while pk is not None and (into := Customer.objects.values_list("merged_into", flat=True).get(pk=pk)):
        pk = into
    return pk


def cases() -> list[Case]:
    """All tickets that are no part of another."""
    events = defaultdict(list)
    for event in Event.objects.filter(ticket_id__isnull=False).order_by("position"):
        events[event.ticket_id].append(event)
    found = []
    rows = Ticket.objects.select_related("brand", "inbox__hours").prefetch_related("contacts")
    for ticket in rows.filter(merged_into__isnull=True):
        case = Case(ticket, root(ticket.customer_id))
        tell(case, without_withdrawn(events[ticket.pk]))
        found.append(case)
    return found


def without_withdrawn(events: list[Event]) -> list[Event]:
    """An answer that was taken back, and what came with it and with its taking back: the clock stands in a verb."""
    gone = {event.subject for event in events if event.name == "message.taken_back"}
    moments = {
        (event.at, event.actor)
        for event in events
        if event.subject in gone and event.name in ("message.queued", "message.taken_back")
    }
    undone = {(at, actor) for at, actor in moments if any(
        event.name == "ticket.status_changed" and (event.at, event.actor) == (at, actor) for event in events
    )}  # fmt: skip
    whole = len(undone) == 2 * len(gone) or not gone
    kept = []
    for event in events:
        if event.subject in gone:
            continue
        if whole and event.name == "ticket.status_changed" and (event.at, event.actor) in undone:
            continue
        kept.append(event)
    return kept


def tell(case: Case, events: list[Event]) -> None:
    for event in events:
        if event.name == "ticket.created":
            case.created, case.kind = event.at, event.data["kind"]
            case.from_customer = not event.actor.startswith("user:")
            case.statuses.append((event.at, "new", None))
        elif event.name == "ticket.status_changed":
            case.statuses.append((event.at, event.data["after"], user_in(event.actor)))
        elif event.name == "message.received" and not event.data["is_auto"]:
            case.words += "c"
        elif event.name in ("message.queued", "message.logged") and (who := user_in(event.actor)):
            case.words += "u"
            if event.name == "message.queued":
                case.replies.append((event.at, who))


def open_minutes(ticket: Ticket, start: dt.datetime, end: dt.datetime, cache: dict[Any, Any]) -> int:
    """Seconds, minute by minute."""
    hours = ticket.inbox.hours if ticket.inbox else None
    if hours is None:
        return int((end - start).total_seconds())
    if (hours.pk, start, end) in cache:
        return cache[hours.pk, start, end]
    total, moment = 0, start
    while moment < end:
        key = (hours.pk, moment)
        if key not in cache:
            cache[key] = is_open(hours, moment)
        total += cache[key]
        moment += MINUTE
    cache[hours.pk, start, end] = 60 * total
    return 60 * total


@dataclass
class Opinion:
    """The numbers of a stretch of days, of all or one brand, team, inbox, kind or person."""

    first: dt.date
    last: dt.date
    only: dict[str, Any]
    work: bool
    cases: list[Case]
    cache: dict[Any, Any] = field(default_factory=dict)

    def day(self, moment: dt.datetime, ticket: Ticket) -> dt.date:
        return moment.astimezone(zoneinfo.ZoneInfo(ticket.brand.zone)).date()

    def within(self, moment: dt.datetime | None, ticket: Ticket) -> bool:
        return moment is not None and self.first <= self.day(moment, ticket) <= self.last

    def fits(self, ticket: Ticket, kind: str, person: int | None) -> bool:
        has = {
            "brand": ticket.brand_id, "team": ticket.team_id, "inbox": ticket.inbox_id, "kind": kind, "agent": person,
        }  # fmt: skip
        is_tagged = self.only.get("tag") in (None, *ticket.tags)
        return is_tagged and all(has[name] == value for name, value in self.only.items() if name != "tag")

    def seconds(self, ticket: Ticket, start: dt.datetime, end: dt.datetime) -> int:
        return (
            open_minutes(ticket, start, end, self.cache) if self.work else int((end - start).total_seconds())
        )

    def created(self) -> int:
        return sum(
            1 for case in self.cases
            if self.within(case.created, case.ticket) and self.fits(case.ticket, case.kind, case.ticket.assignee_id)
        )  # fmt: skip

    def backlog(self) -> int:
        found = 0
        for case in self.cases:
            zone = zoneinfo.ZoneInfo(case.ticket.brand.zone)
            end = dt.datetime.combine(self.last + dt.timedelta(days=1), dt.time(), zone).astimezone(dt.UTC)
            known = [one for one in case.statuses if one[0] < end]
            is_in = bool(known) and known[-1][1] in OPEN
            found += is_in and self.fits(case.ticket, case.kind, case.ticket.assignee_id)
        return found

    def waits(self) -> list[int]:
        found = []
        for case in self.cases:
            if case.from_customer and case.replies and case.created:
                at, who = case.replies[0]
                if self.within(at, case.ticket) and self.fits(case.ticket, case.kind, who):
                    found.append(self.seconds(case.ticket, case.created, at))
        return sorted(found)

    def solved(self) -> list[tuple[Case, dt.datetime]]:
        found = []
        for case in self.cases:
            if case.is_solved:
                at, who = case.solvings[-1]
                person = who or case.ticket.assignee_id
                if self.within(at, case.ticket) and self.fits(case.ticket, case.kind, person):
                    found.append((case, at))
        return found

    def resolutions(self) -> list[int]:
        return sorted(
            self.seconds(case.ticket, case.created, at) for case, at in self.solved() if case.created
        )

    def one_touch(self) -> tuple[int, int]:
        solved = self.solved()
        return sum(case.touches == 1 for case, _ in solved), len(solved)

    def again(self, days: int) -> tuple[int, int]:
        solved = [(case, at) for case, at in self.solved() if case.customer]
        hits = 0
        for case, at in solved:
            nexts = [
                other.created for other in self.cases
                if other.customer == case.customer and other.from_customer and other.created and other.created > at
            ]  # fmt: skip
            hits += bool(nexts) and min(nexts) - at <= dt.timedelta(days=days)
        return hits, len(solved)

    def first_contact(self) -> tuple[int, int]:
        """Asked of the contacts and of all later tickets, one by one."""
        hits = n = 0
        for case in self.cases:
            if not case.solvings or not case.from_customer or not case.customer:
                continue
            at, who = case.solvings[0]
            if not (
                self.within(at, case.ticket)
                and self.fits(case.ticket, case.kind, who or case.ticket.assignee_id)
            ):
                continue
            contacts = [one for one in case.ticket.contacts.all() if one.direction == "in"]
            came = sum(one.end_reason not in ("automatic", "joined") for one in contacts)
            if not came:
                continue
            n += 1
            nexts = [other.created - at for other in self.cases if (
                other.customer == case.customer and other.from_customer and other.created and other.created > at
            )]  # fmt: skip
            is_quiet = all(pause > dt.timedelta(days=7) for pause in nexts)
            hits += came == 1 and not case.was_reopened and is_quiet
        return hits, n

    def reopened(self) -> tuple[int, int]:
        hits = n = 0
        for case in self.cases:
            if case.solvings:
                at, who = case.solvings[0]
                person = who or case.ticket.assignee_id
                if self.within(at, case.ticket) and self.fits(case.ticket, case.kind, person):
                    n += 1
                    hits += case.was_reopened
        return hits, n

    def contacts(self) -> list[Contact]:
        seen = {
            int(subject.split(":")[1])
            for subject in Event.objects.filter(name="contact.opened").values_list("subject", flat=True)
        }
        rows = Contact.objects.filter(pk__in=seen, direction="in")
        rows = rows.select_related("ticket__brand", "ticket__inbox__hours")
        return [
            row for row in rows.exclude(end_reason__in=["automatic", "joined"])
            if self.within(row.opened_at, row.ticket) and self.fits(row.ticket, row.kind, row.agent_id)
        ]  # fmt: skip

    def level(self, target: int, treatment: str) -> tuple[int, int]:
        answered = left = offered = 0
        for row in self.contacts():
            if row.end_reason == "logged" or not (row.answered_at or row.ended_at):
                continue
            offered += 1
            if row.answered_at:
                answered += self.seconds(row.ticket, row.opened_at, row.answered_at) <= target
            elif row.end_reason == "left" and row.ended_at:
                left += self.seconds(row.ticket, row.opened_at, row.ended_at) <= target
        if treatment == "ignore":
            return answered, offered - left
        return (answered + left if treatment == "positive" else answered), offered


def exact(values: list[int], share: float) -> float | None:
    """The smallest value with so large a share at or below it."""
    return values[max(0, math.ceil(share * len(values)) - 1)] if values else None
