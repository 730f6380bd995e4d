"""What was said and done on a ticket, in order: messages and the quiet lines between them. Reads only.

A constant number of queries whatever the number of messages.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.db import connection
from django.db.models import DateTimeField

from accounts.models import Team, User
from carecenter.lib.statements import Given, Statement, Text, any_given
from customers.domain.field_rules import in_words
from journal.actors import user_id_of
from journal.models import Event
from tickets.domain.attaching import files_of
from tickets.domain.fields.reading import all_fields_of
from tickets.models import Message, Priority, Status, Ticket, TicketMerge, TicketSplit

EVER = dt.datetime.min.replace(tzinfo=dt.UTC)
PAGE = 30
MOST = 300  # messages redrawn at once when a page with earlier ones opened is refreshed
EVENTS = 200
STATUSES: Final = dict(Status.choices)
PRIORITIES: Final = dict(Priority.choices)
# What is worth a line; messages and notes speak for themselves.
SHOWN: Final = (
    "ticket.created",
    "ticket.status_changed",
    "ticket.priority_changed",
    "ticket.tags_changed",
    "ticket.subject_changed",
    "ticket.fields_changed",
    "ticket.assigned",
    "ticket.team_changed",
    "ticket.merged",
    "ticket.unmerged",
    "ticket.split",
    "ticket.unsplit",
    "ticket.snoozed",
    "ticket.woken",
)


@dataclass(frozen=True)
class Line:
    """One thing that was done. `before` and `after` are names where the event has ids."""

    name: str
    at: dt.datetime
    pk: int
    actor: str
    is_own: bool
    before: str = ""
    after: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    number: int = 0  # of the other ticket, where there is one
    other: int = 0  # its key, to lead there
    count: int = 0
    undo: int = 0  # the merge or split that can still be taken back
    until: dt.datetime | None = None
    reason: str = ""
    changes: tuple[tuple[str, str], ...] = ()  # fields and what they are now, as words; none of a text
    taken: tuple[str, ...] = ()  # fields whose values came along
    kind: str = "line"


@dataclass(frozen=True)
class Conversation:
    items: list[Message | Line]
    first: int  # the oldest message shown; the earlier ones are before it
    has_earlier: bool
    last: Message | None
    under_way: bool  # an answer waits or is being sent: the page should look again soon


def conversation(ticket: Ticket, *, viewer: User, before: int = 0, since: int = 0) -> Conversation:
    """The latest messages, or those before a message, or all from a message on; lines of the same time between."""
    limit = MOST if since and not before else PAGE
    found = _messages(bool(before), bool(since)).rows(ticket=ticket.pk, before=before, since=since)
    for message in found:
        message.ticket = ticket
    has_earlier = len(found) > limit
    shown = found[:limit][::-1]
    files_of("message").put(shown)
    if since and not has_earlier:
        has_earlier = ticket.messages.filter(pk__lt=since).exists()
    lines = lines_between(
        ticket,
        viewer,
        [message.author for message in shown if message.author],
        start=shown[0].created_at if shown and has_earlier else None,
        end=shown[-1].created_at if shown and before else None,
    )
    items: list[Message | Line] = sorted([*shown, *lines], key=when)
    return Conversation(
        items=items,
        first=shown[0].pk if shown else 0,
        has_earlier=has_earlier,
        last=shown[-1] if shown else None,
        under_way=any(message.delivery in ("queued", "sending") for message in shown),
    )


@cache
def _messages(before: bool, since: bool) -> Statement[Message]:
    """The latest of a ticket and one more, to see whether there are any."""
    messages = Message.objects.filter(ticket_id=Given("ticket")).select_related("author", "customer")
    limit = PAGE
    if before:
        messages = messages.filter(pk__lt=Given("before"))
    elif since:
        messages, limit = messages.filter(pk__gte=Given("since")), MOST
    return Statement(messages.order_by("-pk")[: limit + 1])


def when(item: Message | Line) -> tuple[dt.datetime, int]:
    """Messages before lines of the same moment: "solved" stands below the answer that solved it."""
    if isinstance(item, Line) and item.name == "ticket.created":
        return (EVER, 0)
    return (item.at, 1) if isinstance(item, Line) else (item.created_at, 0)


def lines_between(
    ticket: Ticket,
    viewer: User,
    writers: Iterable[User],
    *,
    start: dt.datetime | None,
    end: dt.datetime | None,
) -> list[Line]:
    """What was done from `start` to `end`, where there are such; `writers` are people who have been read already."""
    rows = _events(start is not None, end is not None).rows(ticket=ticket.pk, start=start, end=end)
    names = Names(rows, ticket, [viewer, *writers])
    return [line for line in (names.line(event, viewer) for event in rows) if line]


@cache
def _events(start: bool, end: bool) -> Statement[Event]:
    events = Event.objects.filter(ticket_id=Given("ticket"), name__in=SHOWN)
    if start:
        events = events.filter(at__gte=Given("start", DateTimeField()))
    if end:
        events = events.filter(at__lte=Given("end", DateTimeField()))
    return Statement(events.order_by("-pk")[:EVENTS])


def lasting(model: type[TicketMerge | TicketSplit], events: list[Event], name: str) -> set[int]:
    """Which of the merges, or splits, that the events tell of have not been taken back. No query without any."""
    wanted = [int(event.subject.partition(":")[2]) for event in events if event.name == name]
    if not wanted:
        return set()
    return set(model.objects.filter(pk__in=wanted, undone_at__isnull=True).values_list("pk", flat=True))


def named(model: type[User | Team], keys: set[int | None]) -> dict[int, str]:
    """Names by key. No query without any."""
    wanted = [key for key in keys if key is not None]
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(*_names(model).ready(connection, {"keys": wanted}))
        return dict(cursor.fetchall())


@cache
def _names(model: type[User | Team]) -> Text:
    asked = model.objects.filter(any_given("pk", "keys")).values_list("pk", "name")
    return Text(*asked.query.sql_with_params())


class Names:
    """Names of the people and teams that a run of events mentions by id: one query each for those not `known`."""

    def __init__(self, events: list[Event], ticket: Ticket, known: Iterable[User]) -> None:
        has_fields = any(event.name == "ticket.fields_changed" or event.data.get("taken") for event in events)
        self.fields = {field.key: field for field in all_fields_of(ticket)} if has_fields else {}
        people: set[int | None] = set()
        teams: set[int | None] = set()
        for event in events:
            people.add(user_id_of(event.actor))
            ids = {event.data.get("before"), event.data.get("after")}
            if event.name == "ticket.assigned":
                people |= ids
            elif event.name == "ticket.team_changed":
                teams |= ids
        self.merges = lasting(TicketMerge, events, "ticket.merged")
        self.splits = lasting(TicketSplit, events, "ticket.split")
        beside = [*known, ticket.assignee] if ticket.assignee else known
        self.people = {user.pk: user.name for user in beside}
        self.teams = {ticket.team.pk: ticket.team.name} if ticket.team else {}
        self.people |= named(User, people - self.people.keys())
        self.teams |= named(Team, teams - self.teams.keys())

    def line(self, event: Event, viewer: User) -> Line | None:
        data = event.data
        if (
            event.name == "ticket.status_changed"
            and data.get("before") == Status.NEW
            and data.get("after") == Status.OPEN
        ):
            return None  # it follows from being taken, which has its own line
        if event.name == "ticket.woken" and data.get("reason") in ("customer", "solved"):
            return None  # their message, and the move, stand beside it
        actor = user_id_of(event.actor)
        return Line(
            name=event.name,
            at=event.at,
            pk=event.pk,
            actor=self.people.get(actor, "") if actor else "",
            is_own=actor == viewer.pk,
            before=self.word(event, data.get("before")),
            after=self.word(event, data.get("after")),
            added=tuple(data.get("added", ())),
            removed=tuple(data.get("removed", ())),
            **self.joins(event),
        )

    def joins(self, event: Event) -> dict[str, Any]:
        """What a line about another ticket, or about a time, says beside."""
        data, pk = event.data, int(event.subject.partition(":")[2] or 0) if event.subject else 0
        if event.name in ("ticket.split", "ticket.unsplit"):
            other = data["made"] if event.ticket_id == data["source"] else data["source"]
            undo = pk if event.name == "ticket.split" and pk in self.splits else 0
            number, count = data["number"], data.get("count", 0)
            return {"number": number, "other": other, "count": count, "undo": undo, "taken": self.taken(data)}
        if event.name in ("ticket.merged", "ticket.unmerged"):
            undo = pk if event.name == "ticket.merged" and pk in self.merges else 0
            other = data["gone"] if data.get("kept", event.ticket_id) == event.ticket_id else data["kept"]
            return {"number": data["number"], "other": other, "undo": undo, "taken": self.taken(data)}
        if event.name == "ticket.fields_changed":
            changes = data["changes"]
            keys = [*(key for key in self.fields if key in changes), *(changes.keys() - self.fields.keys())]
            return {"changes": tuple(self.field(key, changes[key]) for key in keys)}
        if event.name == "ticket.snoozed":
            return {"until": dt.datetime.fromisoformat(data["until"])}
        return {"reason": data.get("reason", "")}

    def taken(self, data: dict[str, Any]) -> tuple[str, ...]:
        """Fields whose value came from the other ticket."""
        return tuple(self.field(key, {"text": True})[0] for key in data.get("taken", ()))

    def field(self, key: str, told: dict[str, Any]) -> tuple[str, str]:
        field = self.fields.get(key)
        if field is None:
            return key, ""
        return field.label, "" if told.get("text") else in_words(field, told.get("after")) or "–"

    def word(self, event: Event, value: Any) -> str:
        if value is None:
            return ""
        if event.name == "ticket.assigned":
            return self.people.get(value, "")
        if event.name == "ticket.team_changed":
            return self.teams.get(value, "")
        if event.name == "ticket.status_changed":
            return str(STATUSES.get(value, value))
        if event.name == "ticket.priority_changed":
            return str(PRIORITIES.get(value, value))
        return str(value)
