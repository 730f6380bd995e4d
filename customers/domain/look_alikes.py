"""Who looks like somebody? Everybody worth comparing, found by indexed look-ups alone, in as many queries as for one.

By hand: each new sender asks, and the ORM takes longer to write these questions than PostgreSQL to answer them.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection

from customers.domain import matching
from customers.domain.people import living_ids
from customers.models import Customer, Identity

MOST_CANDIDATES = 200  # rows of addresses looked at for one customer
RARE = 5  # a name that so many customers of the pool share, at most, is a rare one
MOST_OWN = 50
Arm = tuple[str, list[Any]]
Values = list[tuple[str, str]]

OWN = """
    SELECT asked.id, own.kind, own.value FROM unnest(%s::bigint[]) AS asked(id)
    CROSS JOIN LATERAL (SELECT kind, value FROM customers_identity WHERE customer_id = asked.id LIMIT %s) AS own
"""
# Who, found how, another's id, the row they are merged into, an address of theirs, their name.
NAMESAKES = """
    (SELECT %s::bigint, 'name', id, NULL::bigint, '', '' FROM customers_customer
    WHERE merged_into_id IS NULL AND pool_id = %s AND name ILIKE %s AND id <> %s ORDER BY id DESC LIMIT %s)
"""
COLLEAGUES = """
    (SELECT %s::bigint, 'firm', id, NULL::bigint, '', '' FROM customers_customer
    WHERE merged_into_id IS NULL AND organisation_id = %s LIMIT %s)
"""
ADDRESSES = """
    (SELECT %s::bigint, 'address', i.customer_id, c.merged_into_id, i.value, c.name
    FROM customers_identity i JOIN customers_customer c ON c.id = i.customer_id
    WHERE i.pool_id = %s AND i.customer_id <> %s AND ({like}) LIMIT %s)
"""
PEOPLE = """
    SELECT c.id, c.name, c.organisation_id, c.merged_into_id IS NULL, i.kind, i.value
    FROM customers_customer c LEFT JOIN customers_identity i ON i.customer_id = c.id WHERE c.id = ANY(%s)
"""


def look_alikes(people: Sequence[Customer]) -> dict[int, dict[int, list[matching.Evidence]]]:
    """For each of these living customers: other living ones who may be the same person, and what speaks for it."""
    own = own_values(people)
    candidates, namesakes = candidates_of(people, own)
    known, alive = compared_people(
        {pk for ids in candidates.values() for pk in ids} | {one.pk for one in people}
    )
    found: dict[int, dict[int, list[matching.Evidence]]] = {}
    for one in people:
        if one.pk not in known:
            continue  # gone meanwhile
        is_rare = len(namesakes[one.pk]) < RARE
        others = sorted(candidates[one.pk] & alive - {one.pk})
        compared = {pk: matching.compare(known[one.pk], known[pk], rare_name=is_rare) for pk in others}
        found[one.pk] = {pk: evidence for pk, evidence in compared.items() if evidence}
    return found


def own_values(people: Sequence[Customer]) -> dict[int, Values]:
    """The first addresses and numbers of each."""
    found: dict[int, Values] = {one.pk: [] for one in people}
    for pk, kind, value in ask(OWN, [list(found), MOST_OWN]):
        found[pk].append((kind, value))
    return found


def candidates_of(
    people: Sequence[Customer], own: dict[int, Values]
) -> tuple[dict[int, set[int]], dict[int, set[int]]]:
    """Ids of living customers worth comparing with each, and those who have exactly the name."""
    candidates: dict[int, set[int]] = {one.pk: set() for one in people}
    namesakes: dict[int, set[int]] = {one.pk: set() for one in people}
    arms = [arm for one in people for arm in arms_of(one, own[one.pk])]
    if not arms:
        return candidates, namesakes
    by_id = {one.pk: one for one in people}
    mailboxes = {pk: {matching.mailbox(value) for _kind, value in values} for pk, values in own.items()}
    dotted = {pk for pk, values in own.items() if any(value.endswith(matching.DOTTED) for _, value in values)}
    params = [value for _, values in arms for value in values]
    for pk, how, other, merged, value, name in ask(" UNION ALL ".join(sql for sql, _ in arms), params):
        if how == "name":
            namesakes[pk].add(other)
        elif how == "address" and not (
            merged or pk in dotted or is_worth(by_id[pk].name, name, mailboxes[pk], value)
        ):
            continue
        candidates[pk].add(other)
    today = living_ids({other for ids in candidates.values() for other in ids})
    return {
        pk: {today[other] for other in ids if other in today} for pk, ids in candidates.items()
    }, namesakes


def arms_of(one: Customer, own: Values) -> Iterator[Arm]:
    """Of a frequent name no more is to be learnt than that it is frequent: a few namesakes are enough."""
    full_name = len(matching.name_words(one.name)) > 1
    if full_name:
        yield NAMESAKES, [one.pk, one.pool_id, f"%{escaped(one.name)}%", one.pk, 4 * RARE]
    for kind, value in own:
        likes = list(like(kind, value, full_name=full_name))
        if likes:
            values = [value for _, value in likes]
            sql = ADDRESSES.format(like=" OR ".join(f"i.kind = '{kind}' AND {where}" for where, _ in likes))
            yield sql, [one.pk, one.pool_id, one.pk, *values, MOST_CANDIDATES]
    if one.organisation_id and one.name:
        yield COLLEAGUES, [one.pk, one.organisation_id, MOST_CANDIDATES]


def like(kind: str, value: str, *, full_name: bool) -> Iterator[tuple[str, str]]:
    """Addresses that could belong to the same person, as prefixes that an index answers.

    A firm's other addresses are worth a look only with a full name to compare.
    """
    begins = "i.value::text LIKE %s"
    if kind == Identity.Kind.PHONE:
        yield begins, f"{escaped(value.partition(';')[0])}%"
    if kind != Identity.Kind.EMAIL:
        return
    local, _at, domain = value.rpartition("@")
    local = local.partition("+")[0]
    if local in matching.ROLE_BOXES or len(local) < 4:
        yield "i.value = %s", f"{local}@{domain}"
    else:
        yield begins, f"{escaped(local)}@%"
    yield begins, f"{escaped(local)}+%"
    if full_name and domain not in matching.PUBLIC_DOMAINS:
        yield "reverse(i.value)::text LIKE %s", f"{escaped(f'@{domain}'[::-1])}%"


def escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def is_worth(name: str, other_name: str, mailboxes: set[str], value: str) -> bool:
    """As `compare` begins, before the rest of them is read: of a big firm's colleagues hardly any are left."""
    return bool(matching.name_evidence(name, other_name)) or matching.mailbox(value) in mailboxes


def compared_people(ids: Iterable[int]) -> tuple[dict[int, matching.Person], set[int]]:
    """What is compared, and which of them are living rows."""
    values: dict[int, dict[str, set[str]]] = {}
    rows: dict[int, tuple[str, int | None]] = {}
    alive: set[int] = set()
    for pk, name, organisation_id, is_alive, kind, value in ask(PEOPLE, [sorted(ids)]):
        rows[pk] = (name, organisation_id)
        if is_alive:
            alive.add(pk)
        values.setdefault(pk, {}).setdefault(kind, set()).add(value)
    people = {
        pk: matching.Person(
            name=name,
            emails=frozenset(values[pk].get(Identity.Kind.EMAIL, ())),
            phones=frozenset(values[pk].get(Identity.Kind.PHONE, ())),
            numbers=frozenset(values[pk].get(Identity.Kind.EXTERNAL, ())),
            organisation_id=organisation_id,
        )
        for pk, (name, organisation_id) in rows.items()
    }
    return people, alive


def ask(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
