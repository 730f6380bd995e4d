"""The same sums made of the facts, for what is asked for together and has no sums of its own: an inbox and a person, a
tag. Bounded: more than MOST facts are not read.

Each part says of which facts it is made, on which day and by whose work they count, and which codes they add, as
`contributions` does one by one; a test holds the two against each other.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Count, Q, QuerySet, Sum

from feedback.domain.periods import DAY as ONE_DAY
from insights.domain.buckets import DAY, ENDS
from insights.domain.contributions import AGAIN_DAYS, FIRST_CONTACT_DAYS
from insights.domain.cuts import Cut, days_q
from insights.domain.flows import flows, number
from insights.domain.turns import turns_by
from insights.models import ContactFact, Tally, TicketFact

MOST: Final = 1_000_000
Sums = list[tuple[dt.date | None, str | None, str, int]]


class TooMany(Exception):
    """So many facts would have to be read."""

    def __init__(self, many: int) -> None:
        super().__init__(many)
        self.many = many


@dataclass(frozen=True)
class Part:
    """`codes`: SQL for an array of codes, NULL for none, over the columns of a fact. `turns`: on the days it turned."""

    model: type[TicketFact] | type[ContactFact]
    day: str
    agent: str
    codes: str
    where: Q = field(default_factory=Q)
    columns: tuple[str, ...] = ()
    turns: bool = False

    def facts(self, cut: Cut, since: dt.date) -> QuerySet[Any]:
        rows = self.model._default_manager.filter(cut.of_facts(self.agent), self.where, is_counted=True)
        last = cut.period.last
        if self.turns:
            return rows.filter(Q(done_on__isnull=True) | Q(done_on__gte=since))
        return rows.filter(**{f"{self.day}__gte": since, f"{self.day}__lte": last})

    def columns_read(self) -> list[str]:
        named = ["ticket_id", "brand_id", "team_id", "inbox_id", "kind", self.agent, self.day, *self.columns]
        return list(dict.fromkeys(named))


def bucket(column: str) -> str:
    """The number of `buckets.bucket_of`."""
    ends = ",".join(str(end) for end in ENDS)
    place = f"width_bucket(greatest({column}, 0) - 1, '{{{ends}}}'::bigint[])"
    return f"least({place}, {len(ENDS) - 1})"


def durations(name: str) -> str:
    """Both or none."""
    has = f"{name}_seconds IS NOT NULL AND {name}_work_seconds IS NOT NULL"
    return ", ".join(
        f"CASE WHEN {has} THEN '{code}.' || {bucket(column)} END"
        for code, column in ((name, f"{name}_seconds"), (f"{name}_work", f"{name}_work_seconds"))
    )


def columns_of(name: str) -> tuple[str, str]:
    return f"{name}_seconds", f"{name}_work_seconds"


AGAIN: Final = ", ".join(
    f"CASE WHEN customer_id IS NOT NULL AND again_seconds <= {days * DAY} THEN 'again_{days}' END"
    for days in AGAIN_DAYS
)
IS_FIRST: Final = "is_inbound AND customer_id IS NOT NULL AND contacts >= 1"
FIRST_CONTACT: Final = (
    f"{IS_FIRST} AND reopens = 0 AND contacts = 1 AND coalesce(again_seconds, {FIRST_CONTACT_DAYS * DAY + 1}) >"
    f" {FIRST_CONTACT_DAYS * DAY}"
)
PARTS: Final = (
    Part(TicketFact, "created_on", "assignee_id", "ARRAY['created']", Q(created_on__isnull=False)),
    Part(
        TicketFact, "span_days", "assignee_id",
        "ARRAY[CASE WHEN mod(place, 2) = 1 THEN 'in' ELSE 'out' END]", turns=True,
    ),
    Part(
        TicketFact, "replied_on", "replied_by", f"ARRAY[{durations('reply')}]",
        Q(replied_on__isnull=False, is_inbound=True), columns_of("reply"),
    ),
    Part(
        TicketFact, "first_solved_on", "first_solved_by",
        f"ARRAY['first_solved', CASE WHEN reopens > 0 THEN 'reopened' END, CASE WHEN {IS_FIRST} THEN 'first_contacts'"
        f" END, CASE WHEN {FIRST_CONTACT} THEN 'first_contact' END]",
        Q(first_solved_on__isnull=False),
        ("reopens", "is_inbound", "customer_id", "contacts", "again_seconds"),
    ),
    Part(
        TicketFact, "solved_on", "solved_by",
        f"ARRAY['solved', {durations('resolve')}, CASE WHEN touches = 1 THEN 'one_touch' END,"
        f" CASE WHEN customer_id IS NOT NULL THEN 'solved_known' END, {AGAIN}]",
        Q(solved_on__isnull=False),
        (*columns_of("resolve"), "touches", "customer_id", "again_seconds"),
    ),
    Part(
        ContactFact, "opened_on", "agent_id",
        f"ARRAY['contacts', 'hour.' || hour, CASE WHEN is_offered THEN 'offered' END] || CASE WHEN is_offered THEN"
        f" ARRAY[{durations('answer')}, {durations('left')}] END",
        columns=("hour", "is_offered", *columns_of("answer"), *columns_of("left")),
    ),
)  # fmt: skip
ONE: Final = """
    SELECT {day} AS day, {value} AS value, unnest({codes}) AS code FROM ({rows}) AS fact {more}
"""
ALL: Final = """
    SELECT CASE WHEN day >= %s THEN date_trunc(%s, day::timestamp)::date END AS bucket, value, code,
        count(*)::int AS many
    FROM ({parts}) AS part WHERE code IS NOT NULL AND day >= %s AND day <= %s GROUP BY 1, 2, 3
"""
# All by bucket and code, without a value; then the period by value and code, without a bucket.
TWO_WAYS: Final = """
    WITH fine AS ({fine})
    SELECT bucket, NULL::text, code, sum(many)::int FROM fine GROUP BY 1, 3
    UNION ALL
    SELECT NULL::date, value, code, sum(many)::int FROM fine WHERE bucket IS NOT NULL AND {codes} GROUP BY 2, 3
"""
HOURS: Final = "(code = 'contacts' OR starts_with(code, 'hour.'))"
ANY: Final = "true"
TAGGED: Final = """
    CROSS JOIN LATERAL (
        SELECT tag FROM tickets_ticket CROSS JOIN unnest(tags) AS one(tag)
        WHERE tickets_ticket.id = fact.ticket_id AND tag = ANY(%s)
    ) AS tagged
"""
TAGS: Final = """
    SELECT tag FROM ({rows}) AS fact JOIN tickets_ticket ON tickets_ticket.id = fact.ticket_id
        CROSS JOIN unnest(tags) AS one(tag)
    GROUP BY tag ORDER BY count(*) DESC, tag LIMIT %s
"""


def summed(cut: Cut, since: dt.date, by: str = "kind", tags: Sequence[str] = ()) -> Sums:
    """As TWO_WAYS says; no bucket is before the period. By tag: of these tags. Raises TooMany. Two queries."""
    refuse_too_many(cut, since)
    parts: list[str] = []
    params: list[Any] = []
    for part in PARTS:
        try:
            inner, own = part.facts(cut, since).values_list(*part.columns_read()).query.sql_with_params()
        except EmptyResultSet:  # a reader without brands
            return []
        value = value_of(by, part.agent)
        more = TAGGED if by == "tag" else ""
        if part.turns:
            more += " CROSS JOIN unnest(span_days) WITH ORDINALITY AS turn(on_day, place)"
        day = "turn.on_day" if part.turns else part.day
        parts.append(ONE.format(day=day, value=value, codes=part.codes, rows=inner, more=more))
        params += [*own, list(tags)] if by == "tag" else own
    period = cut.period
    asked = [period.first, period.unit, *params, since, period.last]
    with connection.cursor() as cursor:
        fine = ALL.format(parts=" UNION ALL ".join(parts))
        cursor.execute(TWO_WAYS.format(fine=fine, codes=ANY), asked)
        found: Sums = cursor.fetchall()
    return found


def refuse_too_many(cut: Cut, since: dt.date) -> None:
    """How many facts are read, by the sums of the brand and team: those of these days, and what was open before.

    Raises TooMany. One query.
    """
    days = days_q(since, cut.period.last, by_month=True)
    before, opened = flows([since])
    rows = Tally.objects.filter(cut.where(of_sums=True), days | before, axis="k")
    codes = ("created", "solved", "contacts")
    found = rows.aggregate(**{code: Sum(number(code), filter=days) for code in codes}, **opened)
    many = sum(found[code] or 0 for code in (*codes, *opened))
    if many > MOST:
        raise TooMany(many)


def frequent_tags(cut: Cut, since: dt.date, most: int) -> list[str]:
    """The tags that most tickets have of those that were open on these days or since. Raises TooMany. Two queries."""
    refuse_too_many(cut, since)
    wide = replace(cut, kind=None, inbox=None, agent=None)  # these are asked of contacts and answers too
    try:
        inner, params = begun_before(wide, since).values_list("ticket_id").query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(TAGS.format(rows=inner), [*params, most])
        return [tag for (tag,) in cursor.fetchall()]


def value_of(by: str, agent: str) -> str:
    """The column of a fact that a row is about, as text; "0" for none."""
    return {
        "kind": "kind",
        "inbox": "coalesce(inbox_id, 0)::text",
        "brand": "brand_id::text",
        "team": "coalesce(team_id, 0)::text",
        "agent": f"coalesce({agent}, 0)::text",
        "tag": "tagged.tag",
    }[by]


def open_at(cut: Cut, days: list[dt.date]) -> dict[str, int]:
    """How many tickets were open as each of these days began. One query."""
    turned = {f"turns{place}": turns_by(day - ONE_DAY) % 2 for place, day in enumerate(days)}
    counts = {f"n{place}": Count("pk", filter=Q(**{f"turns{place}": 1})) for place in range(len(days))}
    return begun_before(cut, min(days)).annotate(**turned).aggregate(**counts)


def begun_before(cut: Cut, day: dt.date) -> QuerySet[TicketFact]:
    """Those that may have been open then: the rest was done before, an index away."""
    facts = TicketFact.objects.filter(cut.of_facts("assignee_id"), is_counted=True)
    return facts.filter(Q(done_on__isnull=True) | Q(done_on__gte=day))


def open_facts(cut: Cut, day: dt.date) -> tuple[str, Any] | None:
    """SQL for the tickets that were open as the day began; None where the reader has no brand."""
    rows = begun_before(cut, day).annotate(odd=turns_by(day - ONE_DAY) % 2).filter(odd=1)
    columns = ("ticket_id", "brand_id", "team_id", "inbox_id", "kind", "assignee_id")
    try:
        return rows.values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return None
