"""Read rows by statements that are written by the ORM once and planned by PostgreSQL once a connection.

For what nearly every page of the desk asks: to write such a query and to plan it takes several times as long as to run
it. A statement is a queryset in which `Given` stands where its values differ from one time to the next; all else is
written into it, so that the planner sees which partial index fits. Keep statements by what they were built from:

    @lru_cache(KEPT)
    def tickets_in(brands: frozenset[int]) -> Statement[Ticket]:
        return Statement(Ticket.objects.filter(brand__in=brands, customer=Given("customer")))

    tickets_in(brands).rows(customer=7)
"""

import copy
import itertools
from collections.abc import Sequence
from typing import Any, Final, Generic, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import BigIntegerField, BooleanField, Expression, F, Field, Func, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

KEPT: Final = 200  # statements of one kind in a process
PLANNED: Final = 100  # on one connection; each takes some 60 KB of PostgreSQL's memory
LARGEST: Final = 2**63 - 1  # a number that no column holds is no row's; the server would call it an error
_numbers = itertools.count(1)
M = TypeVar("M", bound=Model)


class Given(Expression):
    """The place of a value that is told with each call: a key, unless a field says otherwise."""

    def __init__(self, name: str, output_field: "Field[Any, Any] | None" = None) -> None:
        super().__init__(output_field=output_field or BigIntegerField())
        self.name = name

    def as_sql(self, compiler: SQLCompiler, connection: Any) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


def any_given(column: str, name: str) -> Func:
    """For `filter(any_given("pk", "keys"))`: one of the keys that are told with each call, however many."""
    keys = Given(name, ArrayField(BigIntegerField()))
    return Func(
        F(column), keys, arg_joiner=" = ANY(", template="%(expressions)s)", output_field=BooleanField()
    )


class Text:
    """A statement's words: prepared on each connection when it is first asked there."""

    def __init__(self, sql: str, params: "tuple[Any, ...] | list[Any]") -> None:
        self.name = f"carecenter_{next(_numbers)}"
        self.sql, self.params = sql, params
        self.given = list(dict.fromkeys(one.name for one in params if isinstance(one, Given)))
        places = ", ".join(["%s"] * len(self.given))
        self.call = f"EXECUTE {self.name}({places})" if places else f"EXECUTE {self.name}"

    def ready(self, connection: Any, values: dict[str, Any]) -> tuple[str, list[Any]]:
        """What to execute on Django's connection, and with what."""
        connection.ensure_connection()
        kept: tuple[Any, set[str]] | None = getattr(connection, "_prepared", None)
        if kept is None or kept[0] is not connection.connection:  # a new line to the server, which knows none
            kept = connection._prepared = (connection.connection, set())
        names = kept[1]
        if self.name not in names:
            self._prepare(connection, names)
        return self.call, [values[name] for name in self.given]

    def _prepare(self, connection: Any, names: set[str]) -> None:
        places = {name: AsIs(f"${number}") for number, name in enumerate(self.given, 1)}
        written = [places[one.name] if isinstance(one, Given) else one for one in self.params]
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            if len(names) >= PLANNED:
                cursor.execute("DEALLOCATE ALL")
                names.clear()
            cursor.execute(f"PREPARE {self.name} AS {self.sql}", written)
        names.add(self.name)


class Statement(Generic[M]):
    """The rows of a queryset without `Given`s' values, which `rows` takes by name."""

    def __init__(self, asked: "QuerySet[M]") -> None:
        if asked._prefetch_related_lookups:  # type: ignore[attr-defined]
            raise ValueError("A statement does not prefetch: put rows below its rows with Below.")
        self.model = asked.model
        self.compiler = asked.query.get_compiler(asked.db)
        try:
            self.text: Text | None = Text(*self.compiler.as_sql())
        except EmptyResultSet:  # Django knows without asking that nothing fits
            self.text = None

    def rows(self, **values: Any) -> list[M]:
        if self.text is None or any(isinstance(one, int) and abs(one) > LARGEST for one in values.values()):
            return []
        compiler = copy.copy(self.compiler)
        compiler.connection = connections[compiler.using]
        ready = self.text.ready(compiler.connection, values)
        compiler.as_sql = lambda *_, **__: ready
        return list(QuerySet(self.model, query=_Written(compiler)))  # type: ignore[arg-type]

    def one(self, **values: Any) -> M:
        """Raises the model's DoesNotExist."""
        if (found := self.first(**values)) is None:
            raise self.model.DoesNotExist  # type: ignore[attr-defined]
        return found

    def first(self, **values: Any) -> M | None:
        return next(iter(self.rows(**values)), None)


class _Written:
    """What a queryset asks of its query, when that is written already."""

    def __init__(self, compiler: SQLCompiler) -> None:
        self.compiler = compiler

    def get_compiler(self, using: str) -> SQLCompiler:
        return self.compiler


class Below(Generic[M]):
    """Rows that belong to others by the foreign key `key`, for many of those at once: what `prefetch_related` does."""

    def __init__(self, asked: "QuerySet[M]", key: str) -> None:
        self.key, self.column = key, f"{key}_id"
        self.name = asked.model._meta.get_field(key).remote_field.get_accessor_name()  # type: ignore[union-attr]
        self.statement = Statement(asked.filter(any_given(self.column, "above")))

    def put(self, above: Sequence[Model]) -> None:
        """Each has its rows in `row.NAME.all()` after this. One query, none without anybody."""
        if not above:
            return
        rows = {one.pk: one for one in above}
        below: dict[Any, list[M]] = {pk: [] for pk in rows}
        for one in self.statement.rows(above=list(rows)):
            pk = getattr(one, self.column)
            setattr(one, self.key, rows[pk])
            below[pk].append(one)
        for pk, row in rows.items():
            kept = row.__dict__.setdefault("_prefetched_objects_cache", {})
            kept[self.name] = _Read(self.statement.model, below[pk])


class _Read(QuerySet[M]):
    """Rows that are here already."""

    def __init__(self, model: type[M], rows: list[M]) -> None:
        super().__init__(model)
        self._result_cache = rows

    def _chain(self) -> Any:
        raise NotImplementedError("These rows have been read: choose among them in Python.")
