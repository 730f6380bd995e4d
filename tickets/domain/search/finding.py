"""Find tickets: newest first, a page at a time, counts with an end, nothing that the user may not see.

The index of words gives no order. What is rare is taken whole and sorted. For what is frequent, time is asked for in
slices, the latest first, until enough is found. Which of the two is better says the planner's estimate; at a million
tickets either stays under a tenth of a second.
"""

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db import connection

from accounts.models import User
from carecenter.lib.time import now
from tickets.domain.lists import PAGE, read_key
from tickets.domain.search import near
from tickets.domain.search.compiling import Compiled, Compiler, endings_of
from tickets.domain.search.indexing import state_of
from tickets.domain.search.language import Query, read
from tickets.domain.search.marks import day_of, slices, slices_up
from tickets.models import Message, Ticket

COUNT_LIMIT: Final = 1000
FREQUENT = 20_000  # estimated tickets, from where slices of time are quicker
FEW = 3  # fewer than so many: words that are close are looked for as well
CLOSE = 10  # so many tickets with those: they are guesses, and each costs the reading of its messages
PHRASES_READ = 600  # tickets with all the words whose texts are read for a phrase
Place = tuple[dt.datetime, int]  # last_at and id of a ticket


@dataclass
class Found:
    """One page. `count` ends at COUNT_LIMIT + 1, and is known on the first page only.

    With `may_be_close` so little was found that `find_close` is worth asking.
    """

    query: Query
    tickets: list[Ticket] = field(default_factory=list)
    older: str = ""
    count: int = 0
    may_be_close: bool = False


@dataclass
class Close:
    """Guesses: words that are close to what was asked, and tickets with them."""

    words: list[str] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)


@dataclass
class Question:
    """What goes to the database beside the words."""

    compiled: Compiled
    query: Query
    after: Place | None = None
    without: tuple[int, ...] = ()


def question_for(user: User, text: str) -> Query:
    return read(text, now=now(), zone=ZoneInfo(user.zone) if getattr(user, "zone", "") else dt.UTC)


def find(user: User, text: str, *, after: str = "", limit: int = PAGE, typing: bool = False) -> Found:
    """Tickets that fit what was typed. With `typing` the last word may be a beginning."""
    query = question_for(user, text)
    found = Found(query)
    if not query:
        return found
    last = text.rsplit(maxsplit=1)[-1] if typing and text.split() else ""
    endings = endings_of(query.words, typing=last)
    key = read_key(after)
    question = Question(Compiler(user, query, endings=endings).compile(), query, key)
    places = look(question, limit + 1 if key or typing else COUNT_LIMIT + 1)
    if not places and not key:
        hints = list(query.hints)
        parts = Compiler(user, query, endings=endings, whole=False).compile()
        query.hints[:] = hints
        if parts.sql != question.compiled.sql:  # the same where no word has a sign in it
            question.compiled = parts
            places = look(question, limit + 1 if typing else COUNT_LIMIT + 1)
    found.count = len(places)
    found.tickets = shown(user, places[:limit], question.compiled)
    if len(places) > limit:
        at, pk = places[limit - 1]
        found.older = f"{at.isoformat()}~{pk}"
    found.may_be_close = not key and len(places) < FEW and bool(near.askable(query.words))
    return found


def find_close(user: User, text: str, *, without: tuple[int, ...] = (), limit: int = CLOSE) -> Close:
    """Tickets, but those ids, with words that are close to what was typed: for who found little by the words
    themselves. Named are only words of tickets that are shown."""
    query = question_for(user, text)
    closest = near.close_words(query.words)
    if not closest:
        return Close()
    compiled = Compiler(user, query, endings=closest, whole=False).compile()
    places = look(Question(compiled, query, without=without), limit)
    tickets = shown(user, places, compiled)
    words = sorted({word for words in closest.values() for word in words})
    return Close(near.words_in([ticket.pk for ticket in tickets], words), tickets)


def look(question: Question, limit: int) -> list[Place]:
    """Where the tickets are, in the order asked for."""
    compiled = question.compiled
    if compiled.sql is None:
        return []
    has_phrases = bool(compiled.phrases or compiled.unwanted)
    sql, params = statement(question, PHRASES_READ if has_phrases else limit)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        places: list[Place] = [(at, pk) for pk, at in cursor.fetchall()]
    return with_phrases(places, compiled)[:limit] if has_phrases else places


def statement(question: Question, limit: int) -> tuple[str, list[Any]]:
    conditions, params, days = bounds(question)
    sql = question.compiled.sql
    rising = question.query.oldest_first
    order = "last_at, ticket_id" if rising else "last_at DESC, ticket_id DESC"
    if sql and estimate(sql) < FREQUENT:
        where = " AND ".join(["words @@ %s::tsquery", *conditions])
        whole = f"SELECT ticket_id, last_at FROM tickets_searchrow WHERE {where} ORDER BY {order} LIMIT %s"  # noqa: S608
        return whole, [sql, *params, limit]
    since, until = days
    if rising:
        since = max(since, first_day())
    marks = slices_up(since, until) if rising else slices(until, since)
    match = "words @@ (%s::tsquery && slice.mark::tsquery)" if sql else "words @@ slice.mark::tsquery"
    sliced = f"""
        SELECT found.ticket_id, found.last_at FROM unnest(%s::text[]) AS slice(mark)
        CROSS JOIN LATERAL (
            SELECT ticket_id, last_at FROM tickets_searchrow
            WHERE {" AND ".join([match, *conditions])} ORDER BY {order}
        ) AS found LIMIT %s
    """  # noqa: S608  column names of our own, every value is a parameter
    return sliced, [[f"'{one}'" for one in marks], *([sql] if sql else []), *params, limit]


def bounds(question: Question) -> tuple[list[str], list[Any], tuple[int, int]]:
    """Conditions on moments, their parameters, and the days between which all of it lies."""
    conditions: list[str] = []
    params: list[Any] = []
    since, until = 0, day_of(now()) + 1
    for one in question.query.ranges:
        for bound, sign in ((one.since, ">="), (one.until, "<")):
            if bound is not None:
                conditions.append(f"{one.field} {sign} %s")
                params.append(bound)
        if one.since is not None:
            since = max(since, day_of(one.since))  # nobody writes on a ticket before it is made
        if one.until is not None and one.field == "last_at":
            until = min(until, day_of(one.until))
    if question.after is not None:
        rising = question.query.oldest_first
        conditions.append(f"(last_at, ticket_id) {'>' if rising else '<'} (%s, %s)")
        params += question.after
        edge = day_of(question.after[0])
        since, until = (max(since, edge), until) if rising else (since, min(until, edge))
    if question.without:
        conditions.append("ticket_id <> ALL(%s)")
        params.append(list(question.without))
    return conditions, params, (since, until)


def estimate(sql: str) -> int:
    """How many tickets the planner expects; it knows the words that are frequent. Reads no row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT FROM tickets_searchrow WHERE words @@ %s::tsquery", [sql]
        )
        plan: list[dict[str, Any]] = cursor.fetchone()[0]
    return int(plan[0]["Plan"]["Plan Rows"])


def first_day() -> int:
    first = Ticket.objects.order_by("last_message_at", "pk").values_list("last_message_at", flat=True).first()
    return day_of(first) if first is not None else 0


def with_phrases(places: list[Place], compiled: Compiled) -> list[Place]:
    """Those with every wanted phrase in one message or the subject, and with no unwanted one."""
    ids = [pk for _, pk in places]
    for phrase, wanted in [(one, True) for one in compiled.phrases] + [
        (one, False) for one in compiled.unwanted
    ]:
        pattern = r"\s+".join(re.escape(word) for word in phrase.split())
        said = set(
            Message.objects.filter(ticket__in=ids, text__iregex=pattern).values_list("ticket_id", flat=True)
        )
        said |= set(Ticket.objects.filter(pk__in=ids, subject__iregex=pattern).values_list("pk", flat=True))
        ids = [pk for pk in ids if (pk in said) == wanted]
    kept = set(ids)
    return [place for place in places if place[1] in kept]


def shown(user: User, places: list[Place], compiled: Compiled) -> list[Ticket]:
    """The tickets in this order, as they are now: what has left the user's reach or the question since is left out."""
    ids = [pk for _, pk in places]
    if not ids:
        return []
    tickets = Ticket.objects.visible_to(user).filter(merged_into__isnull=True)
    rows = {one.pk: one for one in tickets.filter(pk__in=ids).select_related("customer", "assignee")}
    return [rows[pk] for pk in ids if pk in rows and compiled.still(state_of(rows[pk]).marks())]
