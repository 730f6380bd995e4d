"""The rows of the search: written behind the verbs, from a queue of ticket ids, each from what the ticket says now.

One process writes at a time, in its own transaction with the tasks it takes: whoever dies leaves the tasks, and an
older reading never covers a newer one. Doing it twice changes nothing.
"""

import datetime as dt
import logging
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db import Error, connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Left, NullIf

from carecenter.lib.time import in_seconds, now
from customers.domain.people import ids_of_all, living_ids
from customers.models import Customer, Identity
from tickets.domain.search.marks import State, Texts, words_for
from tickets.domain.search.words import is_learnt
from tickets.models import ACTIVE, Attachment, Delivery, Message, SearchRow, SearchTask, SearchWord, Ticket

logger = logging.getLogger(__name__)

ONE_WRITER = 7_210_002  # advisory lock
BATCH = 100
TRIES = 6
LONGEST_TEXT = 20_000  # letters of one message
MOST_MESSAGES = 600  # of one ticket, the latest
MOST_DIGITS = 19  # of a number, as a search asks for one
WORDS_KEPT = 300_000  # known to be stored, by this process


class Memory(set[str]):
    """Words this process knows to be stored; for ten minutes, since another may let go of those that nobody uses."""

    kept_for = dt.timedelta(minutes=10)
    since = dt.datetime.min.replace(tzinfo=dt.UTC)

    def fade(self) -> None:
        if now() - self.since > self.kept_for or len(self) > WORDS_KEPT:
            self.clear()
            self.since = now()


_known = Memory()


def ask(ticket_ids: Iterable[int]) -> None:
    """Have these tickets written anew. Cheap, and waits for nobody."""
    ids = list(ticket_ids)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_searchtask (ticket_id, due_at, tries) SELECT unnest(%s::bigint[]), %s, 0",
            [ids, now()],
        )


def ask_for_customers(customer_ids: Iterable[int]) -> None:
    """A name or an address changed: every ticket of these people."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_searchtask (ticket_id, due_at, tries) "
            "SELECT id, %s, 0 FROM tickets_ticket WHERE customer_id = ANY(%s)",
            [now(), ids_of_all(customer_ids)],
        )


def index_due(limit: int = BATCH) -> int:
    """Write the rows of the tickets that wait longest. Returns how many tasks were taken; 0 when another writes."""
    try:
        with transaction.atomic():
            return write_rows(take(limit))
    except Error as error:
        logger.warning("search rows could not be written together: %s", type(error).__name__)
    return sum(write_alone() for _ in range(limit))


def take(limit: int) -> list[int]:
    """Tickets of the oldest tasks, which are gone with the caller's transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [ONE_WRITER])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(
            """
            DELETE FROM tickets_searchtask WHERE id IN (
                SELECT id FROM tickets_searchtask WHERE due_at <= %s AND tries < %s ORDER BY due_at, id LIMIT %s
            ) RETURNING ticket_id
            """,
            [now(), TRIES, limit],
        )
        return [row[0] for row in cursor.fetchall()]


def write_alone() -> int:
    """One task in a transaction of its own; one that fails is tried later, six times in all."""
    task = SearchTask.objects.filter(due_at__lte=now(), tries__lt=TRIES).order_by("due_at", "pk").first()
    if task is None:
        return 0
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_WRITER])
            SearchTask.objects.filter(pk=task.pk).delete()
            write_rows([task.ticket_id])
    except Error as error:
        logger.warning("the search row of ticket %s: %s", task.ticket_id, type(error).__name__)
        later = in_seconds(60 * 4**task.tries)
        SearchTask.objects.filter(pk=task.pk).update(tries=F("tries") + 1, due_at=later)
    return 1


def write_rows(taken: list[int]) -> int:
    """The rows of these tickets as they should be now; of merged and missing ones there is none."""
    ids = set(taken)
    if not ids:
        return 0
    tickets = list(Ticket.objects.filter(pk__in=ids, merged_into__isnull=True).order_by("pk"))
    SearchRow.objects.filter(pk__in=ids - {ticket.pk for ticket in tickets}).delete()
    texts = texts_of(tickets)
    rows = [
        (
            ticket.pk,
            ticket.last_message_at,
            ticket.created_at,
            words_for(state_of(ticket), texts[ticket.pk], ticket.last_message_at),
        )
        for ticket in tickets
    ]
    if rows:
        store(rows)
        learn({word for row in rows for word in row[3] if is_learnt(word)})
    return len(taken)


def store(rows: list[tuple[int, dt.datetime, dt.datetime, list[str]]]) -> None:
    """Rows that say the same already are left alone: writing one costs an entry for each of its words."""
    values = [(pk, last, created, vector(words)) for pk, last, created, words in rows]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO tickets_searchrow (ticket_id, last_at, created_at, words)
            SELECT pk, last_at, created_at, words::tsvector
            FROM unnest(%s::bigint[], %s::timestamptz[], %s::timestamptz[], %s::text[])
                AS row(pk, last_at, created_at, words)
            ON CONFLICT (ticket_id) DO UPDATE
                SET last_at = excluded.last_at, created_at = excluded.created_at, words = excluded.words
                WHERE (tickets_searchrow.last_at, tickets_searchrow.words)
                    IS DISTINCT FROM (excluded.last_at, excluded.words)
            """,
            [list(column) for column in zip(*values, strict=True)],
        )


def vector(words: Iterable[str]) -> str:
    """The words as PostgreSQL reads a tsvector. Words have no quotes; a tag may."""
    return " ".join(quoted(word) for word in words)


def quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def learn(words: set[str]) -> None:
    """Keep words that are new."""
    _known.fade()
    fresh = sorted(words - _known)
    if not fresh:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO tickets_searchword (word, checked_at) SELECT unnest(%s::text[]), %s ON CONFLICT DO NOTHING",
            [fresh, now()],
        )
    transaction.on_commit(lambda: _known.update(fresh))


def forget_words(limit: int = 500) -> int:
    """Let go of words that no ticket has any more, those looked at longest ago first. Returns how many went."""
    oldest = SearchWord.objects.order_by("checked_at").values_list("word", flat=True)[:limit]
    words = list(oldest)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word FROM unnest(%s::text[]) AS word WHERE NOT EXISTS (
                SELECT FROM tickets_searchrow s WHERE s.words @@ quote_literal(word)::tsquery
            )
            """,
            [words],
        )
        gone = [row[0] for row in cursor.fetchall()]
    SearchWord.objects.filter(pk__in=gone).delete()
    SearchWord.objects.filter(pk__in=words).update(checked_at=now())
    _known.difference_update(gone)
    return len(gone)


def state_of(ticket: Ticket) -> State:
    return State(
        number=ticket.number,
        brand=ticket.brand_id,
        status=ticket.status,
        priority=ticket.priority,
        team=ticket.team_id or 0,
        assignee=ticket.assignee_id or 0,
        inbox=ticket.inbox_id or 0,
        customer=ticket.customer_id or 0,
        tags=ticket.tags,
        fields=ticket.fields,
        is_waiting=ticket.waiting_since is not None and ticket.status in ACTIVE,
        is_snoozed=ticket.snoozed_until is not None,
    )


def texts_of(tickets: list[Ticket]) -> dict[int, Texts]:
    """What the tickets and their messages say: five queries for all."""
    found = {ticket.pk: Texts(subject=ticket.subject) for ticket in tickets}
    add_messages(found)
    add_files(found)
    add_people(found, tickets)
    merged = Ticket.objects.filter(merged_into__in=found).values_list("merged_into_id", "number")
    for pk, number in merged:
        found[pk].numbers.add(number)
    for ticket in tickets:
        add_old_number(found[ticket.pk], ticket.fields.get("imported"))
        found[ticket.pk].bodies += [value for value in ticket.fields.values() if isinstance(value, str)]
    return found


def add_old_number(texts: Texts, mark: dict[str, str] | None) -> None:
    """A ticket of another help desk is found by the number people know it by."""
    if mark is None:
        return
    texts.bodies.append(f"{mark['from']}-{mark['id']}")
    if mark["id"].isascii() and mark["id"].isdecimal() and len(mark["id"]) < MOST_DIGITS:
        texts.numbers.add(int(mark["id"]))


SAID = Left(Coalesce(NullIf("reply_text", Value("")), "text"), LONGEST_TEXT)


def add_messages(found: dict[int, Texts]) -> None:
    """Subjects of mails count where they are not the ticket's own."""
    messages = Message.objects.filter(ticket__in=found).exclude(delivery=Delivery.WITHDRAWN).order_by("-pk")
    fields = (
        "ticket_id",
        "kind",
        "direction",
        "audience",
        "subject",
        "from_name",
        "from_address",
        "to",
        "cc",
    )
    seen: dict[int, int] = defaultdict(int)
    for row in messages.annotate(said=SAID).values(*fields, "said").iterator():
        texts = found[row["ticket_id"]]
        seen[row["ticket_id"]] += 1
        if seen[row["ticket_id"]] > MOST_MESSAGES:
            continue
        add_message(texts, row)


def add_message(texts: Texts, row: dict[str, Any]) -> None:
    texts.bodies.append(row["said"])
    if row["audience"] == Message.Audience.INTERNAL:
        texts.has_note = True
        return
    texts.kinds.add(row["kind"])
    if row["subject"] not in texts.bodies and not texts.subject.endswith(row["subject"]):
        texts.bodies.append(row["subject"])
    people = texts.senders if row["direction"] == "in" else texts.people
    people.update(word for word in (row["from_name"], row["from_address"]) if word)
    for person in (*row["to"], *row["cc"]):
        texts.recipients.update(word for word in (person.get("name"), person.get("address")) if word)


def add_files(found: dict[int, Texts]) -> None:
    files = Attachment.objects.filter(message__ticket__in=found, is_inline=False)
    for pk, name in files.values_list("message__ticket_id", "name"):
        found[pk].files.add(name)


def add_people(found: dict[int, Texts], tickets: list[Ticket]) -> None:
    """Names, addresses and numbers of the customers as they came, and of the person they are today."""
    ids = {ticket.customer_id for ticket in tickets if ticket.customer_id}
    parents = living_ids(ids)
    rows = Customer.objects.filter(pk__in=ids.union(parents.values()))
    known: dict[int, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    names = rows.annotate(
        values_=ArrayAgg("identities__value", filter=~Q(identities__kind=Identity.Kind.PHONE), default=[]),
        phones=ArrayAgg("identities__value", filter=Q(identities__kind=Identity.Kind.PHONE), default=[]),
    ).values_list("pk", "name", "organisation__name", "values_", "phones", "fields")
    facts: dict[int, dict[str, Any]] = {}
    for pk, name, organisation, values, phones, fields in names:
        facts[pk] = fields
        known[pk][0].update(word for word in (name, organisation, *values) if word)
        known[pk][1].update(phones)
    for ticket in tickets:
        living = parents.get(ticket.customer_id or 0)
        found[ticket.pk].facts = facts.get(living or 0, {})
        for customer in {ticket.customer_id, living}:
            if customer is not None:
                found[ticket.pk].people |= known[customer][0]
                found[ticket.pk].phones |= known[customer][1]
        if ticket.customer_id:
            found[ticket.pk].senders |= known[ticket.customer_id][0]
