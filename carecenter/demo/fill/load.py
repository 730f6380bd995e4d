"""Move the lines into the database: one transaction, indexes aside, statistics afterwards."""

import io
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import connection, models, transaction

from carecenter.demo.fill.firm import desks
from carecenter.demo.fill.makers import in_order, makers
from carecenter.demo.fill.rows import Batch, Plan, customer_rows, known_words, ticket_rows
from carecenter.demo.fill.shape import draw
from carecenter.lib.time import now
from customers.models import Customer, Identity, Order
from journal.models import Event
from tickets.domain.search.indexing import learn
from tickets.models import Contact, Message, Participant, SearchRow, Ticket

# Table, and the columns its lines begin with; the others get the default of their field.
TABLES: dict[str, tuple[type[models.Model], str]] = {
    "customer": (Customer, "id pool_id name created_at updated_at"),
    "identity": (Identity, "id pool_id customer_id kind value display evidence created_at"),
    "order": (Order, "id pool_id brand_id customer_id number status total_minor currency placed_at"),
    "ticket": (
        Ticket,
        """id number token brand_id inbox_id customer_id subject status priority team_id assignee_id tags version
        created_at updated_at waiting_since first_replied_at solved_at last_message_at last_kind preview
        message_count""",
    ),
    "participant": (Participant, "id ticket_id address name role customer_id"),
    "contact": (
        Contact,
        """id ticket_id inbox_id kind direction customer_id holder agent_id opened_at queued_at answered_at ended_at
        end_reason""",
    ),
    "message": (
        Message,
        """id ticket_id contact_id inbox_id kind direction audience author_id customer_id from_name from_address to
        subject text html reply_text external_id in_reply_to delivery tries created_at sent_at""",
    ),
    "search": (SearchRow, "ticket_id last_at created_at words"),
    "event": (Event, "id position name at actor brand_id ticket_id customer_id subject data"),
}
BINARY = {"search"}  # made as a file of COPY; the others are lines of text
COUNTED = ("message", "contact", "participant", "event")
BATCH = 1500
CUSTOMER_BATCH = 20_000
DAYS = 730

Say = Callable[[str], None]


def fill(tickets: int, *, seed: int = 1, say: Say = print) -> None:
    """Add so many tickets, a fifth as many customers, and all that belongs to them. Empty tables load fastest."""
    begun = time.monotonic()
    pool, desk_rows = desks()
    connection.ensure_connection()
    with transaction.atomic(), connection.cursor() as cursor:
        prepare_session(cursor)
        plan = make_plan(cursor, tickets, seed, pool, desk_rows)
        frozen = empty_tables(cursor)
        with indexes_aside(cursor, say):
            copy_all(cursor, plan, frozen, say)
            set_sequences(cursor)
            learn(known_words())
            say(f"rows: {time.monotonic() - begun:.0f} s")
        say(f"indexes: {time.monotonic() - begun:.0f} s")
    tidy()
    say(f"{tickets} tickets in {time.monotonic() - begun:.0f} s")


def prepare_session(cursor: Any) -> None:
    """For this transaction: foreign keys are right by construction, and sorting for indexes may take memory."""
    cursor.execute("SET LOCAL session_replication_role = replica")
    # With an eighth of it the index of words takes twice as long at a million tickets.
    cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
    cursor.execute("SET LOCAL synchronous_commit = off")


def make_plan(cursor: Any, tickets: int, seed: int, pool: int, desk_rows: tuple[Any, ...]) -> Plan:
    first = {name: next_id(cursor, model) for name, (model, _) in TABLES.items()}
    for name, sequence in (("number", "ticket_number"), ("position", "journal_position")):
        cursor.execute(f"SELECT last_value + is_called::int FROM {sequence}")  # noqa: S608
        first[name] = cursor.fetchone()[0]
    return Plan(
        seed=seed, tickets=tickets, customers=max(1, tickets // 5), pool=pool, desks=desk_rows,
        now=now().timestamp(), days=DAYS, first=first, rest={name: rest_of(name) for name in TABLES},
    )  # fmt: skip


def next_id(cursor: Any, model: type[models.Model]) -> int:
    key = model._meta.pk
    cursor.execute(f'SELECT coalesce(max("{key.column}"), 0) + 1 FROM "{model._meta.db_table}"')  # noqa: S608
    found: int = cursor.fetchone()[0]
    return found


def columns(name: str) -> tuple[list[str], list[Any]]:
    """Columns of the lines, and the fields left to their default."""
    model, given = TABLES[name]
    names = given.split()
    others = [field for field in model._meta.concrete_fields if field.attname not in names]
    return names, others


def rest_of(name: str) -> str:
    """What ends every line of a table: the defaults of the columns nobody gives."""
    return "".join(f"\t{copied(field)}" for field in columns(name)[1])


def copied(field: Any) -> str:
    value = field.get_default() if field.has_default() else None if field.null else ""
    if value is None or field.attname == "next_try_at":
        return "\\N"
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, dict | list):
        return "{}" if isinstance(value, dict) or field.get_internal_type() == "ArrayField" else "[]"
    return value.isoformat() if isinstance(value, datetime) else str(value)


def empty_tables(cursor: Any) -> frozenset[str]:
    """Names of tables that were empty and are fresh now: what is copied there needs no log and no later vacuum.

    Only when everything that refers to them is empty too, because emptying a table empties those.
    """
    tables = {model._meta.db_table: name for name, (model, _) in TABLES.items()}
    cursor.execute(
        """
        WITH RECURSIVE referring AS (
            SELECT c.oid FROM pg_class c WHERE c.relname = ANY(%s) AND c.relkind = 'r'
            UNION SELECT f.conrelid FROM pg_constraint f JOIN referring r ON f.confrelid = r.oid WHERE f.contype = 'f'
        ) SELECT oid::regclass::text FROM referring
        """,
        [list(tables)],
    )
    concerned = [row[0] for row in cursor.fetchall()]
    for table in concerned:
        cursor.execute(f"SELECT EXISTS (SELECT FROM {table})")  # noqa: S608
        if cursor.fetchone()[0]:
            return frozenset()
    cursor.execute(f"TRUNCATE {', '.join(concerned)}")
    return frozenset(tables.values())


@contextmanager
def indexes_aside(cursor: Any, say: Say) -> Iterator[None]:
    """Take the secondary indexes down and build them again, in this transaction: a crash leaves them as they were."""
    tables = [model._meta.db_table for model, _ in TABLES.values()]
    cursor.execute(
        """
        SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
        JOIN pg_class c ON c.oid = i.indrelid
        WHERE c.relname = ANY(%s) AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
        """,
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    cursor.execute("SET LOCAL max_parallel_maintenance_workers = 2")
    for name, definition in indexes:
        begun = time.monotonic()
        cursor.execute(definition)
        if (seconds := time.monotonic() - begun) > 5:
            say(f"  {name}: {seconds:.0f} s")


def copy_all(cursor: Any, plan: Plan, frozen: frozenset[str], say: Say) -> None:
    """Lines are made in other processes while the database takes those before."""
    with makers() as pool:
        starts = range(0, plan.customers, CUSTOMER_BATCH)
        bounds = ((start, min(start + CUSTOMER_BATCH, plan.customers)) for start in starts)
        for made in in_order(pool, ((customer_rows, plan, *bound) for bound in bounds)):
            copy(cursor, made, frozen)
        calls = ((ticket_rows, plan, batch) for batch in batches(plan))
        for done, made in enumerate(in_order(pool, calls), start=1):
            copy(cursor, made, frozen)
            if done * BATCH % 150_000 == 0:
                say(f"  {done * BATCH} tickets")


def batches(plan: Plan) -> Iterator[Batch]:
    """Which rows come before each batch is counted here, so that ids have no holes."""
    before = dict.fromkeys(COUNTED, 0)
    for start in range(0, plan.tickets, BATCH):
        stop = min(start + BATCH, plan.tickets)
        yield Batch(start=start, stop=stop, before=dict(before))
        for number in range(start, stop):
            shape = draw(number, plan.tickets, plan.seed)
            before["message"] += len(shape.steps)
            before["contact"] += len(shape.contacts)
            before["participant"] += 1
            before["event"] += len(shape.events)


def copy(cursor: Any, made: dict[str, bytes], frozen: frozenset[str]) -> None:
    for name, lines in made.items():
        model, _ = TABLES[name]
        given, others = columns(name)
        listed = ", ".join(f'"{column}"' for column in [*given, *(field.attname for field in others)])
        options = ["FREEZE"] * (name in frozen) + ["FORMAT binary"] * (name in BINARY)
        option = f" WITH ({', '.join(options)})" if options else ""
        cursor.copy_expert(
            f'COPY "{model._meta.db_table}" ({listed}) FROM STDIN{option}', io.BytesIO(lines), 2**20
        )


def set_sequences(cursor: Any) -> None:
    for model, _ in TABLES.values():
        table = model._meta.db_table
        if model is SearchRow:
            continue  # its key is the ticket's
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), max(id)) FROM \"{table}\"")  # noqa: S608
    cursor.execute("SELECT setval('ticket_number', max(number)) FROM tickets_ticket")
    cursor.execute("SELECT setval('journal_position', max(position)) FROM journal_event")


def tidy() -> None:
    """Statistics and the visibility map, as after a quiet night."""
    with connection.cursor() as cursor:
        for model, _ in TABLES.values():
            cursor.execute(f'VACUUM (ANALYZE) "{model._meta.db_table}"')
