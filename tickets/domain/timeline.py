"""Every contact of one person, whatever the way, newest first. Reads only."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import DateTimeField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Left, NullIf

from accounts.access import scope, scope_q
from accounts.models import User
from accounts.permissions import TICKET_VIEW, Scope
from carecenter.lib.statements import KEPT, Given, Statement, any_given
from customers.domain.people import ids_of
from customers.models import Customer
from tickets.models import Contact, Message

PAGE = 15
WORDS = 160  # of the first message, for the line of a contact


@dataclass(frozen=True)
class Timeline:
    contacts: list[Contact]
    older: str  # the cursor of the next page; empty at the end


def timeline(customer: Customer, *, viewer: User, after: str = "") -> Timeline:
    """One page of the person's contacts on tickets the viewer may see, merged rows of the person included.

    Each has the first `words` that were said in it.

    Two queries, served by the index over (customer, opened_at, id). A cursor that is none starts at the newest.
    """
    at, pk = read_cursor(after) or (None, 0)
    ids = ids_of(customer)
    page = _contacts(scope(viewer, TICKET_VIEW), at is not None, len(ids) == 1)
    found: list[Any] = page.rows(person=ids[0], people=ids, at=at, pk=pk)
    shown = found[:PAGE]
    older = f"{shown[-1].opened_at.isoformat()}~{shown[-1].pk}" if len(found) > PAGE else ""
    return Timeline(contacts=shown, older=older)


@lru_cache(KEPT)
def _contacts(where: Scope, further: bool, is_one: bool) -> Statement[Contact]:
    """Of one row the index gives the latest in order; of several, all are read and sorted."""
    whose = Q(customer_id=Given("person")) if is_one else any_given("customer_id", "people")
    contacts = Contact.objects.filter(whose)
    contacts = contacts.filter(scope_q(where, brand="ticket__brand", team="ticket__team"))
    if further:
        at = Given("at", DateTimeField())
        contacts = contacts.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=Given("pk")))
    related = ("ticket__brand", "ticket__assignee", "agent")
    contacts = contacts.select_related(*related).annotate(words=Subquery(first_words()))
    return Statement(contacts.order_by("-opened_at", "-pk")[: PAGE + 1])


def first_words() -> QuerySet[Message, Any]:
    said = Message.objects.filter(contact=OuterRef("pk"), audience=Message.Audience.PUBLIC)
    text = Left(Coalesce(NullIf("reply_text", Value("")), "text"), WORDS)
    return said.order_by("created_at", "pk").values(words=text)[:1]


def read_cursor(text: str) -> tuple[dt.datetime, int] | None:
    at, _, pk = text.partition("~")
    if not pk.isdecimal() or len(pk) > 18:
        return None
    try:
        moment = dt.datetime.fromisoformat(at)
        return (moment.astimezone(dt.UTC), int(pk)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None
