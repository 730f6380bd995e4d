"""A count from nothing, the short way: facts are written in bulk, and what follows from all of them together, who came
again and the sums, is made once at the end, in the database. Until then there are no sums. The result is that of
counting on, fact by fact; a test compares the two.
"""

import csv
import datetime as dt
import io
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db import connection

from insights.domain.direct import PARTS, Part
from insights.models import ContactFact, Tally, TicketFact

NOTHING: Final = "\\N"
# The seconds from each solving to the same customer's next beginning of a ticket: their moments gone through once from
# the last to the first. What began as something was solved did not come after it, so solvings are met before it.
AGAIN: Final = """
    WITH moments AS (
        SELECT customer_id, created_at AS at, NULL::bigint AS solved, created_at AS begun FROM insights_ticketfact
        WHERE customer_id IS NOT NULL AND created_at IS NOT NULL AND is_inbound AND is_counted
        UNION ALL
        SELECT customer_id, solved_at, ticket_id, NULL FROM insights_ticketfact
        WHERE customer_id IS NOT NULL AND solved_at IS NOT NULL
    ), nexts AS (
        SELECT solved, at, min(begun) OVER (
            PARTITION BY customer_id ORDER BY at DESC, solved IS NULL
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS next FROM moments
    )
    UPDATE insights_ticketfact AS fact SET again_seconds = floor(extract(epoch FROM next - at))::bigint
    FROM nexts WHERE nexts.solved = fact.ticket_id AND next IS NOT NULL
"""
ONE: Final = """
    SELECT brand_id, coalesce(team_id, 0) AS team_id, kind COLLATE "C" AS kind,
        coalesce(inbox_id, 0)::text COLLATE "C" AS inbox, coalesce({agent}, 0)::text COLLATE "C" AS agent,
        {day} AS day, unnest({codes}) COLLATE "C" AS code
    FROM ({rows}) AS fact {more}
"""
# Counted once by all of it together; these few are then told apart by each axis, and months are made of days.
SUMS: Final = """
    INSERT INTO insights_tally (brand_id, team_id, axis, value, grain, day, numbers)
    WITH many AS (
        SELECT brand_id, team_id, kind, inbox, agent, day, code, count(*)::int AS many
        FROM ({parts}) AS part WHERE code IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7
    ), days AS (
        SELECT brand_id, team_id, one.axis, one.value, day, code, sum(many)::int AS many
        FROM many CROSS JOIN LATERAL (VALUES ('k', kind), ('i', inbox), ('a', agent)) AS one(axis, value)
        GROUP BY 1, 2, 3, 4, 5, 6
    ), months AS (
        SELECT brand_id, team_id, axis, value, date_trunc('month', day::timestamp)::date AS day, code,
            sum(many)::int AS many
        FROM days GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT brand_id, team_id, axis, value, 'd', day, jsonb_object_agg(code, many) FROM days GROUP BY 1, 2, 3, 4, 6
    UNION ALL
    SELECT brand_id, team_id, axis, value, 'm', day, jsonb_object_agg(code, many) FROM months GROUP BY 1, 2, 3, 4, 6
"""


def put(
    tickets: Collection[int],
    facts: Iterable[TicketFact],
    contacts: Collection[int],
    more: Iterable[ContactFact],
) -> None:
    """These facts in the place of what there was of these tickets and contacts."""
    TicketFact.objects.filter(pk__in=tickets).delete()
    ContactFact.objects.filter(pk__in=contacts).delete()
    copy(TicketFact, facts)
    copy(ContactFact, more)


def copy(model: type[TicketFact] | type[ContactFact], rows: Iterable[Any]) -> None:
    names = [column.attname for column in model._meta.concrete_fields]
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerows([written(getattr(row, name)) for name in names] for row in rows)
    buffer.seek(0)
    with connection.cursor() as cursor:
        listed = ", ".join(names)
        cursor.copy_expert(
            f"COPY {model._meta.db_table} ({listed}) FROM STDIN (FORMAT csv, NULL '{NOTHING}')", buffer
        )


def written(value: Any) -> Any:
    if value is None:
        return NOTHING
    if isinstance(value, list):
        return "{" + ",".join(one.isoformat() for one in value) + "}"
    return value.isoformat() if isinstance(value, dt.date) else value


def finish() -> None:
    """Who came again, then all sums. In the caller's transaction."""
    parts: list[str] = []
    params: list[Any] = []
    for part in PARTS:
        sql, own = all_of(part)
        turns = "CROSS JOIN unnest(span_days) WITH ORDINALITY AS turn(on_day, place)" if part.turns else ""
        day = "turn.on_day" if part.turns else part.day
        parts.append(ONE.format(agent=part.agent, day=day, codes=part.codes, rows=sql, more=turns))
        params += own
    with connection.cursor() as cursor:
        cursor.execute(
            "SET LOCAL work_mem = '96MB'"
        )  # once and alone: sorting on disk takes several times as long
        cursor.execute(AGAIN)
        Tally.objects.all().delete()  # no TRUNCATE: whoever reads meanwhile would wait for it
        cursor.execute(SUMS.format(parts=" UNION ALL ".join(parts)), params)


def all_of(part: Part) -> tuple[str, Any]:
    rows = part.model._default_manager.filter(part.where, is_counted=True)
    return rows.values_list(*part.columns_read()).query.sql_with_params()
