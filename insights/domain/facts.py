"""Make facts: the moments are the journal's; whose a ticket is now, and to whom it was merged, its row says."""

import datetime as dt
import json
import zoneinfo
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection
from django.db.models import Count

from accounts.models import Brand
from carecenter.lib.kinds import Capability, can
from customers.models import Customer
from insights.domain.business import OpenTime
from insights.domain.folding import NAMES, TELLING, Happened, Solving, Story, fold
from insights.models import ContactFact, TicketFact
from tickets.models import Contact, Direction, Inbox, Ticket

Reason = Contact.EndReason
UNCOUNTED: Final = (Reason.AUTOMATIC, Reason.JOINED)
RULES: Final = 3  # raise it with the rules of counting: everything is then counted anew
EVENTS: Final = """
    SELECT ticket_id, name, at, actor, subject, data::text FROM journal_event
    WHERE ticket_id = ANY(%s) AND name = ANY(%s) AND position IS NOT NULL ORDER BY position
"""
TICKET_FIELDS: Final = ("brand_id", "team_id", "inbox_id", "customer_id", "assignee_id", "merged_into_id")
CONTACT_FIELDS: Final = (
    "id", "ticket_id", "kind", "direction", "agent_id", "opened_at", "answered_at", "ended_at", "end_reason",
    "ticket__brand_id", "ticket__team_id", "ticket__inbox_id",
)  # fmt: skip


@dataclass
class Basis:
    """What the numbers rest on beside the journal: the zones of brands, and the office hours of inboxes."""

    zones: dict[int, str] = field(default_factory=dict)
    hours: dict[int, OpenTime] = field(default_factory=dict)  # by inbox; an inbox without is always open
    written: dict[str, Any] = field(default_factory=dict)  # the same as JSON, to see whether it has changed
    _clocks: dict[int, zoneinfo.ZoneInfo] = field(default_factory=dict)

    def day(self, moment: dt.datetime, brand_id: int) -> dt.date:
        return self.local(moment, brand_id).date()

    def local(self, moment: dt.datetime, brand_id: int) -> dt.datetime:
        zone = self._clocks.get(brand_id)
        if zone is None:
            zone = self._clocks[brand_id] = zoneinfo.ZoneInfo(self.zones.get(brand_id, "UTC"))
        return moment.astimezone(zone)

    def seconds(self, start: dt.datetime, end: dt.datetime, inbox_id: int | None) -> tuple[int, int]:
        """By the calendar, and in office hours."""
        seconds = max(0, int((end - start).total_seconds()))
        hours = self.hours.get(inbox_id or 0)
        return seconds, min(seconds, hours.seconds(start, end)) if hours else seconds


def basis() -> Basis:
    """As it is now. Two queries."""
    zones = dict(Brand.objects.order_by("pk").values_list("pk", "zone"))
    inboxes = Inbox.objects.filter(hours__isnull=False).select_related("hours").order_by("pk")
    clocks: dict[int, OpenTime] = {}
    found, written = {}, {}
    for inbox in inboxes:
        if (hours := inbox.hours) is None:
            continue
        found[inbox.pk] = clocks.setdefault(hours.pk, OpenTime(hours))
        written[str(inbox.pk)] = [
            hours.zone,
            [hours.weekly, hours.earlier],
            sorted([one["on"], one.get("open", []), bool(one.get("yearly"))] for one in hours.closed_days),
        ]
    spelt = {"zones": {str(pk): zone for pk, zone in zones.items()}, "hours": written, "rules": RULES}
    return Basis(zones, found, spelt)


def stories_of(ticket_ids: Collection[int]) -> dict[int, Story]:
    """What the numbered events of these tickets say. One query, past the ORM: there are many events."""
    found: dict[int, list[Happened]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(EVENTS, [list(ticket_ids), list(NAMES)])
        while rows := cursor.fetchmany(5000):
            for ticket_id, name, at, actor, subject, data in rows:
                told = json.loads(data) if name in TELLING else {}
                found[ticket_id].append(Happened(name, at, actor, subject, told))
    return {ticket_id: fold(events) for ticket_id, events in found.items()}


def ticket_facts(stories: dict[int, Story], on: Basis) -> list[TicketFact]:
    """Of tickets the journal saw begin. Three queries and one for each step that customers were merged."""
    rows = {row["pk"]: row for row in Ticket.objects.filter(pk__in=stories).values("pk", *TICKET_FIELDS)}
    roots = people({row["customer_id"] for row in rows.values() if row["customer_id"]})
    came = contacts_on(rows)
    found = []
    for ticket_id, story in sorted(stories.items()):
        row = rows.get(ticket_id)
        if row is not None and story.is_known:
            row["customer_id"] = roots.get(row["customer_id"])
            row["contacts"] = came.get(ticket_id, 0)
            found.append(ticket_fact(story, row, on))
    return found


def contacts_on(ticket_ids: Collection[int]) -> dict[int, int]:
    """How often customers came about each, merged tickets and all; not by automatic mail."""
    rows = Contact.objects.filter(ticket__in=ticket_ids, direction=Direction.INBOUND)
    counts = rows.exclude(end_reason__in=UNCOUNTED).order_by().values("ticket").annotate(many=Count("pk"))
    return dict(counts.values_list("ticket", "many"))


def people(customer_ids: Collection[int]) -> dict[int, int]:
    """The living row of each customer: somebody who was merged is who they became."""
    found = {pk: pk for pk in customer_ids}
    ahead = set(found)
    while ahead:
        rows = Customer.objects.filter(pk__in=ahead, merged_into__isnull=False)
        steps = {pk: into for pk, into in rows.values_list("pk", "merged_into_id") if into is not None}
        found = {pk: steps.get(root, root) for pk, root in found.items()}
        ahead = set(steps.values())
    return found


def ticket_fact(story: Story, row: dict[str, Any], on: Basis) -> TicketFact:
    brand, inbox, course = row["brand_id"], row["inbox_id"], story.course
    fact = TicketFact(
        ticket_id=row["pk"],
        brand_id=brand,
        team_id=row["team_id"],
        inbox_id=inbox,
        kind=story.kind,
        customer_id=row["customer_id"],
        assignee_id=row["assignee_id"],
        is_counted=row["merged_into_id"] is None,
        is_inbound=story.is_inbound,
        created_at=story.created_at,
        created_on=on.day(story.created_at, brand) if story.created_at else None,
        touches=story.touches,
        contacts=row["contacts"],
        reopens=course.reopens,
        span_days=[on.day(moment, brand) for moment in course.turns],
        done_on=None if course.is_open or not course.turns else on.day(course.turns[-1], brand),
    )
    if story.created_at is not None and story.is_inbound and story.first_reply is not None:
        at, fact.replied_by = story.first_reply
        fact.replied_on = on.day(at, brand)
        fact.reply_seconds, fact.reply_work_seconds = on.seconds(story.created_at, at, inbox)
    if course.first_solved is not None:
        fact.first_solved_on = on.day(course.first_solved.at, brand)
        fact.first_solved_by = course.first_solved.by or row["assignee_id"]
    if course.solved is not None:
        set_solved(fact, story, course.solved, on)
    return fact


def set_solved(fact: TicketFact, story: Story, solved: Solving, on: Basis) -> None:
    fact.solved_at = solved.at
    fact.solved_on = on.day(solved.at, fact.brand_id)
    fact.solved_by = solved.by or fact.assignee_id
    if story.created_at is not None:
        spent = on.seconds(story.created_at, solved.at, fact.inbox_id)
        fact.resolve_seconds, fact.resolve_work_seconds = spent


def contact_facts(contact_ids: Iterable[int], on: Basis) -> list[ContactFact]:
    """Of contacts that are still there: what a split had made goes when the split is undone. One query."""
    rows = Contact.objects.filter(pk__in=set(contact_ids)).order_by("pk").values(*CONTACT_FIELDS)
    return [contact_fact(row, on) for row in rows]


def contact_fact(row: dict[str, Any], on: Basis) -> ContactFact:
    """A letter is answered when our answer ends it, a live conversation when one of us first speaks."""
    brand, inbox, reason = row["ticket__brand_id"], row["ticket__inbox_id"], row["end_reason"]
    opened, answered, ended = row["opened_at"], row["answered_at"], row["ended_at"]
    is_counted = row["direction"] == Direction.INBOUND and reason not in UNCOUNTED
    is_offered = is_counted and reason != Reason.LOGGED and bool(answered or ended)
    local = on.local(opened, brand)
    fact = ContactFact(
        contact_id=row["id"],
        ticket_id=row["ticket_id"],
        brand_id=brand,
        team_id=row["ticket__team_id"],
        inbox_id=inbox,
        kind=row["kind"],
        agent_id=row["agent_id"],
        is_counted=is_counted,
        is_offered=is_offered,
        opened_on=local.date(),
        hour=local.hour,
    )
    if is_offered and answered:
        fact.answer_seconds, fact.answer_work_seconds = on.seconds(opened, answered, inbox)
    elif is_offered and reason == Reason.LEFT and can(row["kind"], Capability.LIVE):
        fact.left_seconds, fact.left_work_seconds = on.seconds(opened, ended, inbox)
    return fact
