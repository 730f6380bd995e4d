"""How well the search finds: questions with known answers, asked of articles made of them.

Everything happens in one transaction that is rolled back: brand, articles and vectors are gone when it ends.
"""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import connection, transaction
from django.utils.crypto import get_random_string

from accounts.models import Brand, CustomerPool
from carecenter.lib.html import text_to_html
from knowledge_base.domain import indexing, meaning
from knowledge_base.domain.articles import Draft, create_article
from knowledge_base.domain.embedders import embedder
from knowledge_base.domain.languages import language_of
from knowledge_base.domain.publishing import publish
from knowledge_base.domain.searching import SHOWN, search
from knowledge_base.models import Article, Entry

SAMPLE: Final = 400  # questions that the language is told from
LIMIT: Final = 10
LONGEST_TITLE: Final = 200


@dataclass
class Faq:
    id: str
    question: str
    answers: list[str]


@dataclass
class Asked:
    query: str
    relevant: frozenset[str]


@dataclass
class Scores:
    """What was seen, one entry a question."""

    ranks: list[int] = field(default_factory=list)  # of the first right article, from 1; 0 for none
    shown: list[bool] = field(default_factory=list)  # of those: was anything suggested?
    right_shown: list[bool] = field(default_factory=list)  # of those: is the first suggestion right?
    shown_for_nothing: list[bool] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def figures(self) -> dict[str, float | int]:
        return {
            "n": len(self.milliseconds),
            "hit@1": share([rank == 1 for rank in self.ranks]),
            # Over what is shown, and over everything: there, nothing shown is a miss.
            "hit@1_shown": share(
                [right for right, shown in zip(self.right_shown, self.shown, strict=True) if shown]
            ),
            "hit@1_or_missed": share(self.right_shown),
            "hit@5": share([1 <= rank <= 5 for rank in self.ranks]),
            "mrr": share([1 / rank if rank else 0.0 for rank in self.ranks]),
            "suggested_when_relevant": share(self.shown),
            "suggested_when_none": share(self.shown_for_nothing),
            "ms_p50": percentile(self.milliseconds, 0.5),
            "ms_p95": percentile(self.milliseconds, 0.95),
        }


def share(values: list[Any]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def percentile(values: list[float], part: float) -> float:
    ordered = sorted(values) or [0.0]
    return round(ordered[max(0, math.ceil(part * len(ordered)) - 1)], 1)


@contextmanager
def scratch_brand(language: str) -> Iterator[Brand]:
    """A brand that nobody else ever sees."""
    mark = get_random_string(12).lower()
    with transaction.atomic():
        pool = CustomerPool.objects.create(name=f"Scratch {mark}")
        brand = Brand.objects.create(
            pool=pool, name=f"Scratch {mark}", slug=f"scratch-{mark}", language=language
        )
        try:
            yield brand
        finally:
            transaction.set_rollback(True)
            meaning.forget()


def evaluate(faqs: list[Faq], asked: list[Asked], say: Callable[[str], None]) -> Scores:
    """Import, ask, and forget. `say` is told how far it is."""
    language = language_of([faq.question for faq in faqs[:SAMPLE]])
    say(f"{len(faqs)} articles in {language!r}, {len(asked)} questions")
    with scratch_brand(language) as brand:
        ids = {put(brand, faq): faq.id for faq in faqs}
        indexing.write_new(brand.pk, language)
        work_out(brand, say)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE knowledge_base_entry")
            cursor.execute("ANALYZE knowledge_base_word")
        return ask_all(brand, asked, ids)


def put(brand: Brand, faq: Faq) -> int:
    """One article, published."""
    title = faq.question[:LONGEST_TITLE]
    rest = [faq.question] if len(faq.question) > LONGEST_TITLE else []
    html = "".join(text_to_html(answer) for answer in [*rest, *faq.answers]) or text_to_html(faq.question)
    draft = Draft(title=title, html=html)
    article: Article = create_article(actor=None, brand=brand, language=brand.language, draft=draft)
    text = article.texts.get()
    publish(text, actor=None)
    return article.pk


def work_out(brand: Brand, say: Callable[[str], None]) -> None:
    model = embedder()
    say(f"meaning: {model.name if model else 'off'}")
    if model is None:
        return
    rows = list(Entry.objects.filter(brand=brand).order_by("pk").values_list("pk", "version_id"))
    for number, (pk, version) in enumerate(rows, start=1):
        vectors = meaning.vectors_for(version, model)
        Entry.objects.filter(pk=pk).update(meaning=vectors, meaning_model=model.name)
        if number % 500 == 0:
            say(f"{number} of {len(rows)} texts have vectors")
    indexing.raise_stamp(indexing.locked_stamp(brand.pk, brand.language))


def ask_all(brand: Brand, asked: list[Asked], ids: dict[int, str]) -> Scores:
    scores = Scores()
    search(brand, "begin", language=brand.language)  # the model and the vectors are read in once
    for one in asked:
        begun = time.perf_counter()
        hits = search(brand, one.query, language=brand.language, limit=LIMIT).hits
        scores.milliseconds.append((time.perf_counter() - begun) * 1000)
        sure = [hit for hit in hits[:SHOWN] if hit.is_sure]
        if not one.relevant:
            scores.shown_for_nothing.append(bool(sure))
            continue
        right = [place for place, hit in enumerate(hits, start=1) if ids[hit.article_id] in one.relevant]
        scores.ranks.append(right[0] if right else 0)
        scores.shown.append(bool(sure))
        scores.right_shown.append(bool(sure) and ids[sure[0].article_id] in one.relevant)
    return scores
