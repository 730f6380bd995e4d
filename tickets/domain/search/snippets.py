"""Where the words stand: a piece of the message that has most of them, with the words marked. Everything is escaped."""

import re
from collections.abc import Iterable
from html import escape
from typing import Any

from django.db import connection
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from customers.domain.field_reading import in_order
from customers.domain.field_rules import in_words
from customers.models import OwnField
from tickets.domain.search.words import asked_words, fold, is_spaced
from tickets.models import Ticket

BEFORE, LENGTH = 16, 200
MOST_WORDS = 6
READ = 20_000


def put_snippets(tickets: list[Ticket], asked: Iterable[str]) -> None:
    """Gives each ticket a `snippet` and a `marked_subject`. One query for all, two more for those with neither."""
    words = list(dict.fromkeys(word for text in asked for word in asked_words(text)))[:MOST_WORDS]
    pattern = pattern_of(words)
    if pattern is None or not tickets:
        return
    said = best_texts([ticket.pk for ticket in tickets], words)
    unmarked: list[Any] = []
    for ticket in tickets:
        row: Any = ticket
        row.marked_subject = marked(ticket.subject, pattern)
        row.snippet = piece(said.get(ticket.pk, ""), pattern)
        if row.snippet is None and "<mark>" not in row.marked_subject:
            unmarked.append(row)
    if unmarked:
        put_fields(unmarked, pattern)


def put_fields(tickets: list[Any], pattern: re.Pattern[str]) -> None:
    """Where neither subject nor message has a word: the field of the firm's own that has it. Two queries."""
    filled = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).exclude(fields={})
    rows = {pk: (pool, values) for pk, pool, values in filled.values_list("pk", "brand__pool_id", "fields")}
    pools = {pool for pool, _values in rows.values()}
    own = list(in_order(OwnField.objects.filter(pool__in=pools, about=OwnField.About.TICKET)))
    for ticket in tickets:
        pool, values = rows.get(ticket.pk, (0, {}))
        fields = [field for field in own if field.pool_id == pool]
        said = ((field, piece(in_words(field, values.get(field.key)), pattern)) for field in fields)
        ticket.snippet = next(
            (format_html("{}: {}", field.label, found) for field, found in said if found), None
        )


def best_texts(ids: list[int], words: list[str]) -> dict[int, str]:
    """Of each ticket the message with most of the words, the latest of several."""
    having = " + ".join(["(said ILIKE %s)::int"] * len(words))
    likes = ["%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%" for word in words]
    sql = f"""
        SELECT ticket.pk, best.said FROM unnest(%s::bigint[]) AS ticket(pk) CROSS JOIN LATERAL (
            SELECT said FROM (
                SELECT id, left(coalesce(nullif(reply_text, ''), text), {READ}) AS said
                FROM tickets_message WHERE ticket_id = ticket.pk AND delivery <> 'withdrawn'
            ) AS texts ORDER BY {having} DESC, id DESC LIMIT 1
        ) AS best
    """  # noqa: S608  a number of our own and placeholders
    with connection.cursor() as cursor:
        cursor.execute(sql, [ids, *likes])
        return dict(cursor.fetchall())


def pattern_of(words: list[str]) -> re.Pattern[str] | None:
    """The words as they begin a word; those of scripts without spaces anywhere."""
    parts = [
        rf"(?<!\w){re.escape(word)}\w*" if is_spaced(word) else re.escape(word) for word in words if word
    ]
    return re.compile("|".join(parts)) if parts else None


def places_of(text: str, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
    """Where the pattern stands in the text, which is compared folded; neighbours are one place."""
    folded, origin = folded_with_places(text)
    found: list[tuple[int, int]] = []
    for match in pattern.finditer(folded):
        begin, end = origin[match.start()], origin[match.end() - 1] + 1
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def folded_with_places(text: str) -> tuple[str, list[int] | range]:
    """The folded text, and for each of its letters which one of the text it came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    letters: list[str] = []
    origin: list[int] = []
    for place, sign in enumerate(text):
        for letter in fold(sign):
            letters.append(letter)
            origin.append(place)
    return "".join(letters), origin


def marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    shown, at = "", 0
    for begin, end in places_of(text, pattern):
        shown += f"{escape(text[at:begin])}<mark>{escape(text[begin:end])}</mark>"
        at = end
    return mark_safe(shown + escape(text[at:]))


def piece(text: str, pattern: re.Pattern[str]) -> SafeString | None:
    """What stands around the first place; None where there is none."""
    line = " ".join(text.split())
    places = places_of(line, pattern)
    if not places:
        return None
    begin = max(0, places[0][0] - BEFORE)
    if begin:
        begin = line.find(" ", begin, places[0][0]) + 1 or begin
    cut = line[begin : begin + LENGTH]
    before, after = "… " if begin else "", " …" if begin + LENGTH < len(line) else ""
    return mark_safe(before + marked(cut, pattern) + after)
