"""What the database was asked, in words: a kept statement is called by its name (`carecenter/lib/statements.py`)."""

from collections.abc import Iterable
from typing import Any

from django.db import connection


def words_of(queries: Iterable[dict[str, Any]]) -> list[str]:
    """The SQL of these captured queries of this connection, in order; of kept statements without what was given."""
    asked = [query["sql"] for query in queries]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, statement FROM pg_prepared_statements")
        kept = {name: statement.partition(" AS ")[2] for name, statement in cursor.fetchall()}
    names = [sql.partition("(")[0].removeprefix("EXECUTE ") for sql in asked]
    return [kept.get(name, sql) for name, sql in zip(names, asked, strict=True)]
