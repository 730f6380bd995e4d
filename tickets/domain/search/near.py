"""Words that are close to one nobody wrote: "delivry" is close to "delivery"."""

from collections.abc import Iterable

from django.db import connection

from tickets.domain.search.words import asked_words, is_learnt

FEWEST_LETTERS = 4
CANDIDATES = 30
MOST = 4  # of one word


def askable(texts: Iterable[str]) -> list[str]:
    """Their words that others can be close to."""
    words = {word for text in texts for word in asked_words(text) if is_learnt(word)}
    return sorted(word for word in words if len(word) >= FEWEST_LETTERS)


def close_words(texts: Iterable[str]) -> dict[str, list[str]]:
    """For each word the few that differ by one slip, or two in a long word. One query."""
    asked = askable(texts)
    if not asked:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT asked, word FROM unnest(%s::text[], %s::text[]) AS swaps (asked, swapped)
            JOIN tickets_searchword ON word = swapped
            UNION ALL
            SELECT asked, word FROM unnest(%s::text[]) AS asked CROSS JOIN LATERAL (
                SELECT word FROM tickets_searchword
                WHERE word %% asked AND word <> asked AND abs(length(word) - length(asked)) <= 2
                ORDER BY similarity(word, asked) DESC, word LIMIT %s
            ) AS candidates
            """,
            [*swapped(asked), asked, CANDIDATES],
        )
        found: dict[str, list[str]] = {}
        for word, other in cursor.fetchall():
            most = 1 if len(word) < 7 else 2
            known = found.get(word, ())
            if slips(word, other, most) <= most and len(known) < MOST and other not in known:
                found.setdefault(word, []).append(other)
    return found


def swapped(words: Iterable[str]) -> tuple[list[str], list[str]]:
    """Each word beside what it is with two neighbours swapped: in a short word that leaves too few trigrams."""
    pairs = [
        (word, word[:at] + word[at + 1] + word[at] + word[at + 2 :])
        for word in words
        for at in range(len(word) - 1)
        if word[at] != word[at + 1]
    ]
    return [word for word, _ in pairs], [other for _, other in pairs]


def words_in(ticket_ids: list[int], words: list[str]) -> list[str]:
    """Which of the words these tickets have."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT word FROM unnest(%s::text[]) AS word WHERE EXISTS (
                SELECT FROM tickets_searchrow s
                WHERE s.ticket_id = ANY(%s) AND s.words @@ quote_literal(word)::tsquery
            ) ORDER BY word
            """,
            [words, ticket_ids],
        )
        return [row[0] for row in cursor.fetchall()]


def slips(one: str, other: str, most: int) -> int:
    """Letters missing, added, wrong or swapped with their neighbour; counts no further than `most` + 1."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        last, before, row = before, row, [place]
        for at, sign in enumerate(other, start=1):
            cost = min(before[at] + 1, row[at - 1] + 1, before[at - 1] + (letter != sign))
            if place > 1 and at > 1 and letter == other[at - 2] and one[place - 2] == sign:
                cost = min(cost, last[at - 2] + 1)
            row.append(cost)
        if min(row) > most + 1:
            return most + 1
    return row[-1]
