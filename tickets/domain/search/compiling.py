"""A query as one question to the index of words and marks: `('refund' | 'refunds') & '=s:open'`.

Names become ids among what the user may see; a name nobody has becomes a word, with a hint.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.access import brands_for, pools_for, scope, teams_for
from accounts.models import User
from accounts.permissions import CUSTOMER_VIEW, TICKET_VIEW, Scope
from carecenter.lib.time import now
from customers.domain.field_rules import WORDS_OF_YES_NO
from customers.domain.people import ids_of
from customers.models import Order, OwnField
from tickets.domain.fields.reading import fields_seen_by
from tickets.domain.search.indexing import quoted
from tickets.domain.search.language import Query, Reader, Term
from tickets.domain.search.marks import (
    FEWEST_DIGITS,
    OF_CUSTOMERS,
    OF_TICKETS,
    digits_of,
    field_mark,
    mark,
    range_mark,
    tag_mark,
)
from tickets.domain.search.ranges import ASKED, covered, day_key, numbers, parts
from tickets.domain.search.words import asked_words, fold, is_learnt, parts_of, whole_words
from tickets.models import ACTIVE, Inbox, Status

MOST_NAMED = 50
ENDINGS = 8  # beginnings of so many words count as the word: refund, refunds, refunded
ENDING_LETTERS = 3
TYPED = 40  # so many words begin with what is just being typed
Alternatives = dict[str, list[str]]


@dataclass
class Part:
    """One term of a group. `marks`: any of them, as a ticket's own row says, without the negation."""

    sql: str
    negated: bool
    marks: frozenset[str] | None = None


@dataclass
class Compiled:
    """`sql` is a tsquery with everything in it but phrases and moments; None when nothing can be found."""

    sql: str | None
    parts: list[list[Part]] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    unwanted: list[str] = field(default_factory=list)  # phrases that must not be there

    def still(self, marks: set[str]) -> bool:
        """Does a ticket with these marks now, by its own row, still fit?"""
        return all(any(fits(part, marks) for part in group) for group in self.parts)


def fits(part: Part, marks: set[str]) -> bool:
    return part.marks is None or bool(part.marks & marks) != part.negated


class Compiler:
    """`whole`: addresses and numbers with signs in them must be there as they are, else their parts are enough."""

    def __init__(
        self, user: User, query: Query, *, endings: Alternatives | None = None, whole: bool = True
    ) -> None:
        self.user, self.query, self.whole = user, query, whole
        self.endings = endings if endings is not None else endings_of(query.words)

    def compile(self) -> Compiled:
        where = scope_sql(scope(self.user, TICKET_VIEW))
        if where is None:
            return Compiled(None)
        found = Compiled("")
        for group in self.query.groups:
            parts = [part for term in group if (part := self.part(term)) is not None]
            if parts:
                found.parts.append(parts)
            for term in group:
                if term.name == "phrase" and len(group) == 1:
                    (found.unwanted if term.negated else found.phrases).append(term.value)
        sqls = [
            any_of(f"!({part.sql})" if part.negated else part.sql for part in group) for group in found.parts
        ]
        found.sql = " & ".join([*sqls, *([where] if where else [])])
        return found

    def part(self, term: Term) -> Part | None:
        if term.name == "phrase" and term.negated:
            return None  # the words may be there, only not one after the other
        if term.name in ("word", "phrase", "subject", "from", "to", "phone"):
            sql = self.said(term)
            return Part(sql, term.negated) if sql else None
        marks = MARKS[term.name](self.user, term.value)
        if marks is None:
            text = _("There is no %(name)s “%(value)s” here; it was looked for as a word.")
            self.query.hints.append(text % {"name": term.name, "value": term.value})
            sql = self.said(Term("word", term.value))
            return Part(sql, term.negated) if sql else None
        # What the customer has in a field stands on the customer's row, not on the ticket's.
        asked_of_row = term.name in OF_THE_ROW and not any(
            one.startswith(f"={OF_CUSTOMERS}:") for one in marks
        )
        state = frozenset(marks) if asked_of_row else None
        return Part(any_of(quoted(one) for one in sorted(marks)), term.negated, state)

    def said(self, term: Term) -> str:
        prefix = {"subject": "=j:", "from": "=f:", "to": "=r:"}.get(term.name, "")
        words = asked_words(term.value)
        whole = whole_words(term.value) if self.whole else []
        inside = {part for one in whole for part in parts_of(one)}
        asked = [quoted(prefix + one) for one in whole]
        asked += [
            any_of(quoted(prefix + one) for one in self.forms(word)) for word in words if word not in inside
        ]
        if not asked:
            return ""
        sql = " & ".join(asked)
        if term.name in ("word", "phone") and (others := self.numbers(term)):
            return any_of([f"({sql})", *(quoted(one) for one in others)])
        return f"({sql})" if len(asked) > 1 else sql

    def forms(self, word: str) -> list[str]:
        return [word, *self.endings.get(word, [])]

    def numbers(self, term: Term) -> list[str]:
        """What else a number may be: a ticket's, a phone's by its last digits, an order of a customer."""
        digits = digits_of(term.value)
        if not digits or len(term.value) > 60 or re.search(r"[@/]", term.value):
            return []
        found = [mark("n", int(term.value))] if term.value.isdecimal() and len(digits) < 19 else []
        if len(digits) >= FEWEST_DIGITS and not re.search(r"[^\W\d]", term.value):
            found.append(mark("tel", digits.lstrip("0") or digits))
        return found + (sorted(order_marks(self.user, term.value)) if len(term.value) >= 3 else [])


def any_of(parts: Iterable[str]) -> str:
    found = list(parts)
    return f"({' | '.join(found)})" if len(found) > 1 else found[0]


def scope_sql(where: Scope) -> str | None:
    """The brands and teams of a scope as marks: empty for everything, None for nothing."""
    if where.everywhere:
        return ""
    found = [quoted(mark("b", brand)) for brand in sorted(where.brands)]
    for brand, team in sorted(where.pairs, key=str):
        at_team = quoted(mark("g", team))
        found.append(at_team if brand is None else f"({quoted(mark('b', brand))} & {at_team})")
    return any_of(found) if found else None


def endings_of(texts: Iterable[str], *, typing: str = "") -> Alternatives:
    """Words that begin with one of these and are little longer; with `typing`, any that begin with that one."""
    words = {word for text in texts for word in asked_words(text) if is_learnt(word)}
    if not words:
        return {}
    typed = fold(typing)
    limits = [(word, 40 if word == typed else len(word) + ENDING_LETTERS) for word in sorted(words)]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked, word FROM unnest(%s::text[], %s::int[], %s::int[]) AS ask(asked, longest, most)
            CROSS JOIN LATERAL (
                SELECT word FROM tickets_searchword
                WHERE word ~>~ asked AND word ~<~ (asked || U&'\\+10FFFF') AND length(word) <= longest
                ORDER BY length(word), word LIMIT most
            ) AS longer
            """,
            [
                [word for word, _ in limits],
                [longest for _, longest in limits],
                [TYPED if word == typed else ENDINGS for word, _ in limits],
            ],
        )
        found: Alternatives = {}
        for asked, word in cursor.fetchall():
            found.setdefault(asked, []).append(word)
        return found


Marks = Callable[[User, str], set[str] | None]
DONE = (Status.SOLVED, Status.CLOSED)


def status_marks(_user: User, value: str) -> set[str]:
    codes = {"active": ACTIVE, "done": DONE}.get(value, (value,))
    return {mark("s", str(code)) for code in codes}


def is_marks(user: User, value: str) -> set[str]:
    if value in ("open", "solved"):
        return status_marks(user, "active" if value == "open" else "done")
    return {"unassigned": {mark("a", 0)}, "mine": {mark("a", user.pk)}}.get(value, {mark("is", value)})


def assignee_marks(user: User, value: str) -> set[str] | None:
    if value.lower() in ("me", "none"):
        return {mark("a", user.pk if value.lower() == "me" else 0)}
    brands = brands_for(user, TICKET_VIEW).order_by().values("pk")
    teams = teams_for(user, TICKET_VIEW).order_by().values("pk")
    near = Q(grants__brand__in=brands) | Q(grants__brand=None, grants__team=None) | Q(grants__team__in=teams)
    named = Q(name__icontains=value) | Q(email__istartswith=value)
    return named_marks("a", User.objects.filter(near).filter(named).distinct())


def named_marks(kind: str, rows: "QuerySet[User] | QuerySet[Inbox]") -> set[str] | None:
    return {mark(kind, pk) for pk in rows.values_list("pk", flat=True)[:MOST_NAMED]} or None


def team_marks(user: User, value: str) -> set[str] | None:
    if value.lower() == "none":
        return {mark("g", 0)}
    rows = teams_for(user, TICKET_VIEW).filter(name__icontains=value)
    return {mark("g", pk) for pk in rows.values_list("pk", flat=True)[:MOST_NAMED]} or None


def brand_marks(user: User, value: str) -> set[str] | None:
    rows = brands_for(user, TICKET_VIEW).filter(Q(name__icontains=value) | Q(slug=value.lower()))
    return {mark("b", pk) for pk in rows.values_list("pk", flat=True)[:MOST_NAMED]} or None


def inbox_marks(user: User, value: str) -> set[str] | None:
    brands = brands_for(user, TICKET_VIEW).order_by().values("pk")
    named = Q(name__icontains=value) | Q(key=value.lower())
    return named_marks("i", Inbox.objects.filter(named, brand__in=brands))


def order_marks(user: User, value: str) -> set[str]:
    """Tickets of the customers who made this order."""
    numbers = {value, value.upper(), value.lower(), value.lstrip("#")}
    orders = Order.objects.filter(number__in=numbers, pool__in=pools_for(user, CUSTOMER_VIEW))
    customers = orders.values_list("customer_id", flat=True)[:MOST_NAMED]
    return {mark("c", pk) for customer in customers for pk in ids_of(customer)}


def customer_marks(_user: User, value: str) -> set[str]:
    return {mark("c", pk) for pk in ids_of(int(value))} or {mark("c", value)}


def field_marks(user: User, value: str) -> set[str] | None:
    """`reason=damaged` by code or by name, `amount>=10` by range, `reason` for any value. None where nobody here has
    such a field, or where it has no order."""
    asked = ASKED.fullmatch(value)
    key, sign, said = (asked[1].lower(), asked[2], asked[3]) if asked else (value.lower(), "", "")
    found = list(fields_seen_by(user).filter(key=key)[:MOST_NAMED])
    marks: set[str] = set()
    for one in found:
        kind = OF_CUSTOMERS if one.about == OwnField.About.CUSTOMER else OF_TICKETS
        if not sign:
            marks.add(mark(kind, key))
            continue
        if sign == "=":
            marks |= value_marks(one, said, kind)
        if one.kind in RANGED and (ends := RANGED[one.kind](user, said)):
            marks |= {range_mark(key, start, kind) for start in covered(sign, *ends)}
    return marks or None


def value_marks(field: OwnField, said: str, kind: str) -> set[str]:
    """This value as it is kept, by its code or by its name in any language."""
    marks = {field_mark(field.key, said, kind)}
    names = [(choice["code"], [choice["name"], *choice["names"].values()]) for choice in field.choices]
    marks.update(
        field_mark(field.key, code, kind)
        for code, words in names
        if fold(said) in {fold(word) for word in words}
    )
    if field.kind == OwnField.Kind.YES_NO and (known := WORDS_OF_YES_NO.get(fold(said))) is not None:
        marks.add(field_mark(field.key, known, kind))
    return marks


def day_ends(user: User, said: str) -> tuple[str, str] | None:
    """The ends of a day, month, year, `today` or `one..other`, which may be open, by the user's clock."""
    first, last = parts(said)
    reader = Reader(Query(""), now(), ZoneInfo(user.zone) if user.zone else dt.UTC)
    begin, end = (reader.day(part) if part else None for part in (first, last))
    if not (begin or end) or (first and not begin) or (last and not end):
        return None
    low = day_key(begin[0].date()) if begin else ""
    return low, day_key((end[1] - dt.timedelta(days=1)).date()) if end else ""


RANGED: dict[str, Callable[[User, str], tuple[str, str] | None]] = {
    OwnField.Kind.NUMBER: lambda _user, said: numbers(said),
    OwnField.Kind.DATE: day_ends,
}


MARKS: dict[str, Marks] = {
    "tag": lambda _user, value: {tag_mark(value)},
    "status": status_marks,
    "assignee": assignee_marks,
    "team": team_marks,
    "brand": brand_marks,
    "inbox": inbox_marks,
    "kind": lambda _user, value: {mark("k", value)},
    "priority": lambda _user, value: {mark("p", value)},
    "has": lambda _user, value: {mark("has", value)},
    "is": is_marks,
    "order": lambda user, value: order_marks(user, value) | set(whole_words(value) or asked_words(value)),
    "number": lambda _user, value: {mark("n", int(value))},
    "customer": customer_marks,
    "field": field_marks,
}
# Asked of the ticket's own row again before it is shown.
OF_THE_ROW = frozenset({"tag", "status", "assignee", "team", "brand", "inbox", "priority", "field", "is"})
