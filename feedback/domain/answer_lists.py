"""The answers behind a figure: one by one, the latest first, found by words, page by page. Reads only."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from accounts.access import scope, scope_q
from accounts.models import User
from accounts.permissions import TICKET_VIEW
from customers.domain.people import ids_of
from customers.models import Customer
from feedback.domain.cuts import Cut, answers_in
from feedback.models import Answer, Invitation
from tickets.domain.threading import family_ids
from tickets.models import Ticket

PAGE: Final = 30
MOST_WORDS: Final = 5
MOST_EXPORTED: Final = 100_000
OF_CUSTOMER: Final = 10
OF_TICKET: Final = 20
SHOWN: Final = (
    "invitation__survey",
    "invitation__customer",
    "invitation__ticket",
    "agent",
    "team",
    "inbox",
    "brand",
)


@dataclass(frozen=True)
class Wanted:
    """Which of the answers of a cut."""

    cut: Cut
    measure: str = ""
    score: int | None = None
    words: str = ""
    with_comment: bool = False


@dataclass(frozen=True)
class Page:
    answers: list[Answer]
    older: str  # the key the next page begins after; empty on the last


def counted(wanted: Wanted) -> QuerySet[Answer]:
    """Exactly those that the figure counts, unordered."""
    rows = answers_in(wanted.cut)
    if wanted.measure:
        rows = rows.filter(measure=wanted.measure)
    if wanted.score is not None:
        rows = rows.filter(score=wanted.score)
    if wanted.with_comment:
        rows = rows.exclude(comment="")
    for word in wanted.words.split()[:MOST_WORDS]:
        rows = rows.filter(comment__ilike=word)
    return rows


def page_of(wanted: Wanted, after: str = "", *, limit: int | None = None) -> Page:
    """The latest first. One query; a key that is none begins with the latest."""
    rows = counted(wanted).select_related(*SHOWN, "follow_up")
    if position := read_key(after):
        at, pk = position
        rows = rows.filter(Q(answered_at__lt=at) | Q(answered_at=at, pk__lt=pk))
    limit = limit or PAGE
    found = list(rows.order_by("-answered_at", "-pk")[: limit + 1])
    shown = found[:limit]
    older = f"{shown[-1].answered_at.isoformat()}~{shown[-1].pk}" if len(found) > limit else ""
    return Page(shown, older)


def read_key(text: str) -> tuple[dt.datetime, int] | None:
    at, _, pk = text.partition("~")
    if not pk.isdecimal() or not pk.isascii() or len(pk) > 18:
        return None
    try:
        moment = dt.datetime.fromisoformat(at)
        return (moment.astimezone(dt.UTC), int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def exported(wanted: Wanted) -> Iterator[Answer]:
    """The latest first, read in pieces; at most so many as a spreadsheet is happy with."""
    rows = counted(wanted).select_related(*SHOWN).order_by("-answered_at", "-pk")
    return rows[:MOST_EXPORTED].iterator(chunk_size=2000)


def of_ticket(ticket: Ticket) -> list[Invitation]:
    """What was asked about a ticket, or about any that went into it, with the answers; the latest first."""
    about = Invitation.objects.filter(ticket__in=family_ids(ticket.pk))
    related = ("survey", "answer__follow_up__owner", "agent")
    return list(about.select_related(*related).order_by("-pk")[:OF_TICKET])


def of_customer(customer: Customer, *, viewer: User) -> list[Answer]:
    """The latest this person said, under any of their rows, on tickets the viewer may see. Two queries."""
    seen = scope_q(
        scope(viewer, TICKET_VIEW), brand="invitation__ticket__brand", team="invitation__ticket__team"
    )
    rows = Answer.objects.filter(
        seen, invitation__customer__in=ids_of(customer), invitation__ticket__isnull=False
    )
    return list(rows.select_related(*SHOWN, "follow_up").order_by("-answered_at", "-pk")[:OF_CUSTOMER])
