"""Entries: what the search reads of each published text, and the words of each brand and language with their counts.

Written from what is published now, so that writing twice changes nothing, in any order and by any number of workers:
the stamp of brand and language is locked first, and its number goes up with every change, which is how caches learn.
"""

from collections import Counter
from collections.abc import Iterable

from django.db import connection, transaction
from django.db.models import F

from carecenter.lib.html import html_to_text
from carecenter.lib.time import now
from knowledge_base.domain.languages import fold, is_spelt, stems_of, words_of
from knowledge_base.models import Entry, Stamp, Text, Version

MOST_WORDS = 3_000  # of one body
MOST_PLACES = 16_000
LONGEST_BODY = 40_000
BATCH = 500  # texts that are written together
SAID = ("article_id", "brand_id", "language", "visibility", "title", "asked", "body", "version_id")
KEPT = ("visibility", "title", "asked", "body", "version_id", "meaning", "meaning_model", "updated_at")


def write_entry(text_id: int) -> bool:
    """Make the entry of a text say what is published now; without anything published there is none.

    Returns whether anything changed. The vectors of a changed text are worked out afterwards (`meaning.work_out`).
    """
    with transaction.atomic():
        text = Text.objects.select_related("article__brand", "published").filter(pk=text_id).first()
        if text is None:
            return False
        stamp = locked_stamp(text.article.brand_id, text.language)
        # Read again behind the lock: what another worker wrote meanwhile counts.
        text = Text.objects.select_related("article__brand", "published").get(pk=text_id)
        old = Entry.objects.filter(text=text).first()
        if text.published is None or text.article.archived_at is not None:
            if old is None:
                return False
            count_words(stamp, Counter(dict.fromkeys(words_in(old), -1)))
            old.delete()
            change = -1
        else:
            entry = entry_of(text, text.published)
            if old is not None and same(old, entry):
                return False
            put(stamp, entry, old)
            change = 1 if old is None else 0
        raise_stamp(stamp, change)
        return True


def write_article(article_id: int) -> None:
    """All languages of an article."""
    for pk in Text.objects.filter(article=article_id).order_by("pk").values_list("pk", flat=True):
        write_entry(pk)


def rebuild(brand_id: int | None = None) -> int:
    """Write every entry anew, and the counts of words from nothing. Returns how many entries there are then."""
    texts = Text.objects.filter(published__isnull=False)
    stamps = Stamp.objects.order_by("pk")
    if brand_id is not None:
        texts, stamps = texts.filter(article__brand=brand_id), stamps.filter(brand=brand_id)
    for stamp in stamps:
        with transaction.atomic():
            locked = locked_stamp(stamp.brand_id, stamp.language)
            locked.words.all().delete()
            Entry.objects.filter(brand=stamp.brand_id, language=stamp.language).delete()
            Stamp.objects.filter(pk=locked.pk).update(texts=0, number=F("number") + 1)
    places = texts.order_by("article__brand", "language").values_list("article__brand", "language").distinct()
    return sum(write_new(brand, language) for brand, language in places)


def write_new(brand_id: int, language: str) -> int:
    """Entries for all published texts of a brand and language that have none, many in one go. Returns how many."""
    texts = Text.objects.filter(article__brand=brand_id, language=language, published__isnull=False)
    there = set(Entry.objects.filter(brand=brand_id, language=language).values_list("pk", flat=True))
    ids = texts.filter(article__archived_at__isnull=True).order_by("pk").values_list("pk", flat=True)
    new = [pk for pk in ids if pk not in there]
    return sum(write_together(brand_id, language, new[at : at + BATCH]) for at in range(0, len(new), BATCH))


def write_together(brand_id: int, language: str, ids: list[int]) -> int:
    with transaction.atomic():
        stamp = locked_stamp(brand_id, language)
        there = set(Entry.objects.filter(pk__in=ids).values_list("pk", flat=True))
        texts = Text.objects.filter(pk__in=set(ids) - there).select_related("article", "published")
        entries = [entry_of(text, text.published) for text in texts.order_by("pk") if text.published]
        if not entries:
            return 0
        counts: Counter[str] = Counter()
        for entry in entries:
            counts.update(words_in(entry))
        stems = stems_of(language, sorted(counts))
        Entry.objects.bulk_create(entries)
        put_vectors(entries, stems)
        count_words(stamp, counts, stems)
        raise_stamp(stamp, len(entries))
    return len(entries)


def locked_stamp(brand_id: int, language: str) -> Stamp:
    Stamp.objects.get_or_create(brand_id=brand_id, language=language)
    return Stamp.objects.select_for_update().get(brand=brand_id, language=language)


def raise_stamp(stamp: Stamp, texts: int = 0) -> None:
    """Tell those who keep something in memory. `texts`: so many entries more."""
    Stamp.objects.filter(pk=stamp.pk).update(number=F("number") + 1, texts=F("texts") + texts)


def entry_of(text: Text, version: Version) -> Entry:
    asked = "\n".join(fold(one) for one in (version.title, version.summary, *version.phrases) if one)
    return Entry(
        text=text,
        article=text.article,
        brand_id=text.article.brand_id,
        language=text.language,
        visibility=text.article.visibility,
        title=version.title,
        asked=asked,
        body=" ".join(html_to_text(version.html).split())[:LONGEST_BODY],
        version_id=version.pk,
    )


def same(old: Entry, entry: Entry) -> bool:
    return all(getattr(old, name) == getattr(entry, name) for name in SAID)


def put(stamp: Stamp, entry: Entry, old: Entry | None) -> None:
    """Store the entry with its vectors of words. The meaning of a text that says the same stays."""
    words = words_in(entry)
    counts = Counter(dict.fromkeys(words, 1))
    if old is not None:
        counts.subtract(dict.fromkeys(words_in(old), 1))
        if (old.title, old.asked, old.body) == (entry.title, entry.asked, entry.body):
            entry.meaning, entry.meaning_model = old.meaning, old.meaning_model
    entry.updated_at = now()
    if old is None:
        entry.save(force_insert=True)
    else:
        entry.save(update_fields=KEPT)
    stems = stems_of(stamp.language, sorted(words))
    count_words(stamp, counts, stems)
    put_vectors([entry], stems)


def put_vectors(entries: list[Entry], stems: dict[str, str]) -> None:
    asked, everything = zip(*(vectors_of(entry, stems) for entry in entries), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE knowledge_base_entry e SET asked_words = row.asked::tsvector, words = row.words::tsvector
            FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS row(pk, asked, words) WHERE e.text_id = row.pk
            """,
            [[entry.pk for entry in entries], list(asked), list(everything)],
        )


def words_in(entry: Entry) -> set[str]:
    return set(words_of(entry.asked)) | set(words_of(entry.body)[:MOST_WORDS])


def vectors_of(entry: Entry, stems: dict[str, str]) -> tuple[str, str]:
    """Two tsvectors as text: of what is asked, and of everything. Weight A is the title, B what it is also called."""
    title, *others = entry.asked.split("\n")
    places: dict[str, list[str]] = {}
    asked: dict[str, list[str]] = {}
    place = 0
    for weight, said in (("A", title), ("B", "\n".join(others)), ("D", entry.body)):
        for word in words_of(said)[:MOST_WORDS]:
            place = min(place + 1, MOST_PLACES)
            if not (stem := stems.get(word, "")):
                continue
            if weight != "D":
                asked.setdefault(stem, []).append(f"{place}{weight}")
            if len(places.setdefault(stem, [])) < 200:
                places[stem].append(f"{place}{weight}")
    return as_tsvector(asked), as_tsvector(places)


def as_tsvector(places: dict[str, list[str]]) -> str:
    return " ".join(f"{quoted(stem)}:{','.join(found)}" for stem, found in places.items())


def quoted(stem: str) -> str:
    return "'" + stem.replace("\\", "\\\\").replace("'", "''") + "'"


def count_words(stamp: Stamp, counts: Counter[str], stems: dict[str, str] | None = None) -> None:
    """In how many entries each word stands. Words that stand nowhere any more go."""
    changed = {word: count for word, count in counts.items() if count}
    if not changed:
        return
    stems = stems if stems is not None else stems_of(stamp.language, sorted(changed))
    rows = sorted((word, stems.get(word, ""), count) for word, count in changed.items())
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO knowledge_base_word AS kept (stamp_id, word, stem, is_spelt, count)
            SELECT %s, word, stem, is_spelt, count
            FROM unnest(%s::text[], %s::text[], %s::bool[], %s::int[]) AS row(word, stem, is_spelt, count)
            ON CONFLICT (stamp_id, word) DO UPDATE SET count = kept.count + excluded.count
            """,
            [stamp.pk, *columns(rows)],
        )
        cursor.execute(
            "DELETE FROM knowledge_base_word WHERE stamp_id = %s AND word = ANY(%s) AND count <= 0",
            [stamp.pk, [row[0] for row in rows]],
        )


def columns(rows: Iterable[tuple[str, str, int]]) -> list[list[object]]:
    words, stems, counts = zip(*rows, strict=True)
    return [list(words), list(stems), [is_spelt(word) for word in words], list(counts)]
