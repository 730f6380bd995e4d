"""Count what the journal says: a batch at a time, each in one transaction with the place it has come to.

A ticket that something happened on is worked out anew from all its events, and the sums change by what it adds now
less what it added before. So a batch may be cut anywhere, repeated, or lost with its worker, and the numbers are those
of a count from nothing.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Max, Q

from carecenter.lib.time import now
from insights.domain import again, anew, contributions, facts, parking, sums
from insights.models import ContactFact, ParkedTicket, Progress, Tally, TicketFact
from journal.models import Event
from tickets.models import Contact, Ticket

EVENTS: Final = 4000  # read at once
TICKETS: Final = 1000  # gone through at once in a sweep
FAR: Final = 200_000  # events behind from which on a sweep over all tickets is the shorter way
ABOUT_PEOPLE: Final = ("customer.merged", "customer.unmerged")
WINDOWS: Final = 20  # of ids looked through at once for one of tickets that are counted
STEP: Final = 500  # rows a statement
DAY: Final = dt.timedelta(days=1)


@dataclass
class Touched:
    """What has to be worked out anew. `contacts`: with the ticket on which something happened to them."""

    tickets: set[int] = field(default_factory=set)
    contacts: dict[int, int] = field(default_factory=dict)
    customers: set[int] = field(default_factory=set)

    def only(self, tickets: Iterable[int]) -> "Touched":
        kept = set(tickets)
        return Touched(kept, {pk: ticket for pk, ticket in self.contacts.items() if ticket in kept})


def step(*, events: int = EVENTS, tickets: int = TICKETS) -> bool:
    """One batch. False when there was nothing to do, or somebody else is at it."""
    Progress.objects.get_or_create(pk=1)
    with transaction.atomic():
        progress = Progress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if progress is None:
            return False
        began, on = now(), facts.basis()
        begin_sweep_if_needed(progress, on)
        done = sweep(progress, on, tickets) if progress.swept_id is not None else False
        moved = done
        if progress.is_bare and progress.swept_id is None:
            anew.finish()
            progress.is_bare, moved = False, True
        if progress.ended_teams:
            leave_ended_teams(progress, on, tickets)
            moved = done = True
        read, touched = follow(progress, on, events)
        if progress.swept_id is None and read < events:
            touched |= count(Touched(tickets=parking.due(began)), on, bare=progress.is_bare)
        progress.version += moved or touched
        if progress.swept_id is None and not progress.ended_teams and read < events:
            progress.counted_at = began
        progress.updated_at = now()
        progress.save(
            update_fields=[
                "position",
                "swept_id",
                "sweep_until",
                "is_bare",
                "basis",
                "ended_teams",
                "version",
                "counted_at",
                "updated_at",
            ]
        )
    return done or read > 0


def begin_sweep_if_needed(progress: Progress, on: facts.Basis) -> None:
    last = Event.objects.aggregate(last=Max("position"))["last"] or 0
    is_far = last - progress.position > FAR
    has_begun, before = bool(progress.basis), progress.basis
    progress.basis = on.written
    if has_begun and not is_far and not moves_tickets(before, on.written):
        return
    if is_far or progress.position == 0:
        progress.position = last  # what comes later is followed; all before is in what the sweep reads
    # A bare count that begins again has facts already but no sums: it stays one, until its end makes them.
    progress.is_bare = progress.is_bare or not (TicketFact.objects.exists() or Tally.objects.exists())
    progress.swept_id = 0
    progress.sweep_until = Ticket.objects.aggregate(last=Max("pk"))["last"] or 0


def moves_tickets(before: dict[str, Any], now_: dict[str, Any]) -> bool:
    """Have the rules changed, the zone of a brand, or the hours of an inbox that has tickets?"""
    if before.get("rules") != now_["rules"]:
        return True
    tomorrow = (now() + DAY).date().isoformat()
    moved = {
        name: [
            pk
            for pk in {*before[name], *now_[name]}
            if until(before[name].get(pk), tomorrow) != until(now_[name].get(pk), tomorrow)
        ]
        for name in ("zones", "hours")
    }
    if not any(moved.values()):
        return False
    concerned = Q(brand__in=moved["zones"]) | Q(inbox__in=moved["hours"])
    return Ticket.objects.filter(concerned).exists()


def until(given: Any, last: str) -> Any:
    """The hours of an inbox without the special days that are still to come: no figure rests on those."""
    if not isinstance(given, list):
        return given
    return [*given[:2], [day for day in given[2] if day[0] <= last]]


def sweep(progress: Progress, on: facts.Basis, limit: int) -> bool:
    """The next tickets by id. False when it came to its end."""
    rows = Ticket.objects.filter(pk__gt=progress.swept_id or 0, pk__lte=progress.sweep_until).order_by("pk")
    ids = list(rows.values_list("pk", flat=True)[:limit])
    if not ids:
        progress.swept_id = None
        return False
    count(Touched(tickets=set(ids)), on, bare=progress.is_bare)
    progress.swept_id = ids[-1]
    return True


def follow(progress: Progress, on: facts.Basis, limit: int) -> tuple[int, bool]:
    """The next events by position. Returns how many, and whether a ticket was concerned."""
    rows = Event.objects.filter(position__gt=progress.position).order_by("position")
    found = list(rows.values_list("position", "name", "ticket_id", "customer_id", "subject", "data")[:limit])
    if not found:
        return 0, False
    progress.position = found[-1][0] or 0
    for _position, name, _ticket, _customer, subject, _data in found:
        if name == "team.deleted":
            progress.ended_teams[subject.partition(":")[2]] = 0
    return len(found), count(touched_by(found), on, bare=progress.is_bare)


def leave_ended_teams(progress: Progress, on: facts.Basis, limit: int) -> None:
    """The facts of tickets that such teams had are counted anew, in windows of ids: they have no team any more."""
    until = TicketFact.objects.aggregate(last=Max("pk"))["last"] or 0
    for team, after in list(progress.ended_teams.items())[:1]:
        end = after + WINDOWS * limit
        near = {"ticket_id__gt": after, "ticket_id__lte": end, "team_id": int(team)}
        theirs = TicketFact.objects.filter(**near).values_list("ticket_id", flat=True)
        others = ContactFact.objects.filter(**near).values_list("ticket_id", flat=True)
        ids = sorted({*theirs, *others})
        count(Touched(tickets=set(ids[:limit])), on, bare=progress.is_bare)
        progress.ended_teams[team] = ids[limit - 1] if len(ids) > limit else end
        if progress.ended_teams[team] >= until:
            progress.ended_teams.pop(team)


def touched_by(events: Iterable[tuple[Any, ...]]) -> Touched:
    touched = Touched()
    for _position, name, ticket_id, customer_id, subject, data in events:
        if name in ABOUT_PEOPLE:
            touched.customers |= {customer_id, data.get("gone")} - {None}
        if ticket_id is None:
            continue
        touched.tickets.add(ticket_id)
        if name == "ticket.merged" and isinstance(gone := data.get("gone"), int):
            touched.tickets.add(gone)
        if name.startswith("contact.") and (contact := subject.partition(":")[2]).isdecimal():
            touched.contacts[int(contact)] = ticket_id
    return touched


def count(touched: Touched, on: facts.Basis, *, bare: bool = False) -> bool:
    """Work these out anew and put the difference into the sums. In the caller's transaction. False for none.

    `bare`: the facts alone; what follows from all of them is made at the end.
    """
    if touched.customers:
        people = Q(customer_id__in=facts.people(touched.customers).values())
        people |= Q(customer_id__in=touched.customers)
        touched.tickets |= set(TicketFact.objects.filter(people).values_list("ticket_id", flat=True))
        touched.tickets |= set(
            Ticket.objects.filter(customer__in=touched.customers).values_list("pk", flat=True)
        )
    if touched.tickets:
        count_or_park(touched, on, bare)
    return bool(touched.tickets)


def count_or_park(touched: Touched, on: facts.Basis, bare: bool) -> None:
    """All together; what cannot be counted is looked for by halves and parked, so that the others are counted."""
    try:
        with transaction.atomic():
            count_tickets(touched, on, bare)
    except (OperationalError, InterfaceError):
        raise  # the database, and no ticket, is to blame: the whole batch is tried again
    except Exception as error:  # noqa: BLE001 -- a row is recorded of it
        ids = sorted(touched.tickets)
        if len(ids) == 1:
            parking.park(ids[0], error)
            return
        for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            count_or_park(touched.only(half), on, bare)
        return
    parking.release(touched.tickets)


def count_tickets(touched: Touched, on: facts.Basis, bare: bool) -> None:
    stories = facts.stories_of(touched.tickets)
    after = facts.ticket_facts(stories, on)
    opened = {contact_id for story in stories.values() for contact_id in story.contacts}
    contacts_before, contacts_after = count_contacts(touched, opened, on)
    if bare:
        contacts = opened | {fact.pk for fact in contacts_before}
        anew.put(touched.tickets, after, contacts, contacts_after)
        return
    before = list(TicketFact.objects.filter(pk__in=touched.tickets))
    near_before, near_after = again.settle(before, after)
    sums.put(
        contributions.changes(
            [*before, *near_before, *contacts_before], [*after, *near_after, *contacts_after]
        )
    )
    store(TicketFact, before, [*after, *near_after])
    store(ContactFact, contacts_before, contacts_after)


def count_contacts(
    touched: Touched, opened: set[int], on: facts.Basis
) -> tuple[list[ContactFact], list[ContactFact]]:
    """Those opened on these tickets, those that are on them now, and those that were said to have changed.

    Of the latter two only what the journal saw begin: what a split or its undoing makes is no new contact.
    """
    here = Contact.objects.filter(ticket__in=touched.tickets).values_list("pk", flat=True)
    known = Q(pk__in={*opened, *touched.contacts, *here}) | Q(ticket_id__in=touched.tickets)
    before = list(ContactFact.objects.filter(known))
    after = facts.contact_facts(opened | {fact.contact_id for fact in before}, on)
    return before, after


def store(
    model: type[TicketFact] | type[ContactFact],
    before: Sequence[TicketFact | ContactFact],
    after: Sequence[Any],
) -> None:
    """The rows as they are now, in the place of those before."""
    kept = {fact.pk for fact in after}
    gone = [fact.pk for fact in before if fact.pk not in kept]
    if gone:
        model._default_manager.filter(pk__in=gone).delete()
    key = model._meta.pk.name
    others = [column.name for column in model._meta.concrete_fields if not column.primary_key]
    model._default_manager.bulk_create(
        after, batch_size=STEP, update_conflicts=True, unique_fields=[key], update_fields=others
    )


def forget() -> None:
    """Throw all of it away; the next steps count from nothing. Waits for whoever counts at the moment."""
    Progress.objects.get_or_create(pk=1)
    with transaction.atomic(), connection.cursor() as cursor:
        progress = Progress.objects.select_for_update().get(pk=1)
        tables = ", ".join(model._meta.db_table for model in (TicketFact, ContactFact, Tally, ParkedTicket))
        cursor.execute(f"TRUNCATE {tables}")
        progress.position, progress.basis, progress.swept_id, progress.counted_at = 0, {}, None, None
        progress.ended_teams = {}
        progress.version += 1
        progress.save(update_fields=["position", "basis", "swept_id", "counted_at", "ended_teams", "version"])


def is_done() -> bool:
    """Was everything counted, once at least, and is no sweep under way?"""
    return Progress.objects.filter(pk=1, swept_id__isnull=True, counted_at__isnull=False).exists()


def share_done(progress: Progress) -> float | None:
    """How far a sweep has come, from 0 to 1; None when there is none."""
    if progress.swept_id is None:
        return None
    return progress.swept_id / progress.sweep_until if progress.sweep_until else 1.0
