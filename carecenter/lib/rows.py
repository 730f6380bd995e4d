"""Write rows by statements that are written once a model and planned once a connection.

To do that anew for each row, as the ORM does, takes longer than to run it.

For what every mail and every answer writes. Rows are what `save(force_insert=True)` would make of them: defaults,
`pre_save` and conversions are the fields' own. No signals, no parents, no look at what is related.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from django.db import DatabaseError, connection
from django.db.models import Field, Model

from carecenter.lib.statements import Given, Text

NOTHING: Mapping[str, str] = {}
KEY = "key of the row"


@cache
def fields_of(model: type[Model]) -> tuple["Field[Any, Any]", ...]:
    return tuple(field for field in model._meta.local_concrete_fields if not field.primary_key)


def insert(row: Model, *, drawn: Mapping[str, str] = NOTHING) -> None:
    """One row, which gets its key. `drawn`: fields that take the next number of a sequence, and which."""
    text, fields = inserting(type(row), tuple(drawn.items()))
    values = {field.name: prepared(row, field) for field in fields}
    with connection.cursor() as cursor:
        cursor.execute(*text.ready(connection, values))
        row.pk, *numbers = cursor.fetchone()
    for name, number in zip(drawn, numbers, strict=True):
        setattr(row, name, number)
    row._state.adding, row._state.db = False, connection.alias


@cache
def inserting(model: type[Model], drawn: tuple[tuple[str, str], ...]) -> "tuple[Text, list[Field[Any, Any]]]":
    """The statement, and the fields it is told. It gives the key and what was drawn, in that order."""
    fields, sequences = fields_of(model), dict(drawn)
    places = [f"nextval('{sequences[one.name]}')" if one.name in sequences else "%s" for one in fields]
    columns = {field.name: field.column for field in fields}
    given = ", ".join(f'"{column}"' for column in [key_of(model), *(columns[name] for name in sequences)])
    told = [field for field in fields if field.name not in sequences]
    sql = f"{beginning(model)} VALUES ({', '.join(places)}) RETURNING {given}"
    return Text(sql, [Given(field.name) for field in told]), told


def insert_new(rows: Sequence[Model]) -> None:
    """Those of these rows of one model that are not there yet, by its constraints. They get no keys."""
    if not rows:
        return
    fields = fields_of(type(rows[0]))
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * len(rows))
    values = [prepared(row, field) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(f"{beginning(type(rows[0]))} VALUES {places} ON CONFLICT DO NOTHING", values)


@cache
def beginning(model: type[Model]) -> str:
    columns = ", ".join(f'"{field.column}"' for field in fields_of(model))
    return f'INSERT INTO "{model._meta.db_table}" ({columns})'


def update(row: Model, *names: str) -> None:
    """These fields of one row, as `save(update_fields=names)` would. Raises DatabaseError when it is gone."""
    text, fields = updating(type(row), tuple(dict.fromkeys(names)))
    values = {one.name: one.get_db_prep_save(one.pre_save(row, add=False), connection) for one in fields}
    with connection.cursor() as cursor:
        cursor.execute(*text.ready(connection, values | {KEY: row.pk}))
        if cursor.rowcount != 1:
            raise DatabaseError(f"There is no such row of {row._meta.db_table} any more.")


@cache
def updating(model: type[Model], names: tuple[str, ...]) -> "tuple[Text, list[Field[Any, Any]]]":
    """The statement for these fields. Their names are written in the code, so there are not many such tuples."""
    by_name = {name: field for field in fields_of(model) for name in (field.name, field.attname)}
    fields = [by_name[name] for name in names]
    places = ", ".join(f'"{field.column}" = %s' for field in fields)
    sql = f'UPDATE "{model._meta.db_table}" SET {places} WHERE "{key_of(model)}" = %s'  # noqa: S608 -- no values
    return Text(sql, [*(Given(field.name) for field in fields), Given(KEY)]), fields


def key_of(model: type[Model]) -> str:
    return str(next(field.column for field in model._meta.local_concrete_fields if field.primary_key))


def prepared(row: Model, field: "Field[Any, Any]") -> Any:
    return field.get_db_prep_save(field.pre_save(row, add=True), connection)


def assignments(model: type[Model], columns: Iterable[tuple[str, Any]]) -> tuple[str, list[Any]]:
    """`SET` of an UPDATE for these fields and values, and its parameters."""
    by_name = {field.name: field for field in fields_of(model)}
    found = [(by_name[name], value.pk if isinstance(value, Model) else value) for name, value in columns]
    values = [field.get_db_prep_save(value, connection) for field, value in found]
    return ", ".join(f'"{field.column}" = %s' for field, _ in found), values
