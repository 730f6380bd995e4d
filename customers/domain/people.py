"""Which rows are one person: a merged row stays, so everything that keeps a customer's id is read through these."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Prefetch

from accounts.models import User
from carecenter.lib.statements import Given, Text
from customers.models import Customer, Identity
from journal.actors import SYSTEM, user_actor

IDENTITIES_IN_ORDER = Prefetch("identities", queryset=Identity.objects.order_by("kind", "pk"))
MOST_ROWS = 10_000  # of one person; a runaway guard, far above what merging by hand can reach
ALL_ROWS = Text(
    """
    WITH RECURSIVE up AS (
        SELECT id, merged_into_id FROM customers_customer WHERE id = ANY(%s)
        UNION SELECT c.id, c.merged_into_id FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    ), down AS (
        SELECT id FROM up WHERE merged_into_id IS NULL
        UNION SELECT c.id FROM customers_customer c JOIN down ON c.merged_into_id = down.id
    )
    SELECT id FROM down LIMIT %s
    """,
    [Given("keys"), MOST_ROWS],
)
LIVING_ROWS = Text(
    """
    WITH RECURSIVE up AS (
        SELECT id AS start, id, merged_into_id FROM customers_customer WHERE id = ANY(%s)
        UNION SELECT up.start, c.id, c.merged_into_id
        FROM customers_customer c JOIN up ON c.id = up.merged_into_id
    )
    SELECT start, id FROM up WHERE merged_into_id IS NULL
    """,
    [Given("keys")],
)


def actor_code(actor: User | None) -> str:
    """Who did it, for the journal; nobody means the system itself."""
    return user_actor(actor.pk) if actor is not None else SYSTEM


def ids_of(customer: Customer | int) -> list[int]:
    """Every row of this person: the living one first, then all that were merged into it, over any number of steps.

    One query. Works from a merged row too. For filters: `customer_id__in=ids_of(customer)`.
    """
    return ids_of_all([customer if isinstance(customer, int) else customer.pk])


def ids_of_all(customer_ids: Iterable[int]) -> list[int]:
    """Every row of these people, as `ids_of` has them of one. One query."""
    with connection.cursor() as cursor:
        cursor.execute(*ALL_ROWS.ready(connection, {"keys": list(customer_ids)}))
        return [row[0] for row in cursor.fetchall()]


def living_ids(ids: Iterable[int]) -> dict[int, int]:
    """id -> id of the living row of that person, for many at once. One query; unknown ids are left out."""
    with connection.cursor() as cursor:
        cursor.execute(*LIVING_ROWS.ready(connection, {"keys": list(ids)}))
        return dict(cursor.fetchall())


def living(customer: Customer) -> Customer:
    """The row that stands for this person today. No query for one that was never merged."""
    while customer.merged_into_id is not None:
        customer = Customer.objects.get(pk=customer.merged_into_id)
    return customer
