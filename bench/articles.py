"""A help centre of so many articles, and somebody who types into its search field.

`python -m bench.articles N` fills the scratch installation, and prints as JSON where and what to type. Vectors are
drawn at random: finding the nearest takes as long as with real ones, working real ones out would take an hour.
"""

import json
import os
import random
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import django

TITLE_WORDS, BODY_WORDS = 7, 120
QUESTIONS = 60
BATCH = 500
Typed = dict[str, Any]


def fill(count: int) -> Typed:
    """Articles of one brand in its language, made of the words of the fill, published and indexed."""
    from accounts.models import Brand
    from carecenter.demo.fill.text import Writer

    brand = Brand.objects.order_by("pk")[0]
    rng = random.Random(5)  # noqa: S311  load
    written = Writer().texts([[TITLE_WORDS, BODY_WORDS]] * count, rng)
    pairs = [(title, body) for (title, body), _words in written]
    for start in range(0, count, BATCH):
        put(brand, start, pairs[start : start + BATCH])
    draw_vectors(brand.pk)
    asked = [
        title.replace(".", "").replace("\\n", " ") for title, _ in rng.sample(pairs, min(QUESTIONS, count))
    ]
    return {"help": f"/help/{brand.slug}/", "asked": asked}


def put(brand: Any, start: int, pairs: list[tuple[str, str]]) -> None:
    from django.utils import timezone

    from knowledge_base.domain import indexing
    from knowledge_base.models import Article, Text, Version

    articles = [Article(brand=brand, slug=f"bench-{start + number}") for number in range(len(pairs))]
    Article.objects.bulk_create(articles)
    values = [{"title": plain(title), "html": f"<p>{plain(body)}</p>"} for title, body in pairs]
    texts = [
        Text(article=article, language=brand.language, published_at=timezone.now(), **value)
        for article, value in zip(articles, values, strict=True)
    ]
    Text.objects.bulk_create(texts)
    versions = [Version(text=text, number=1, **value) for text, value in zip(texts, values, strict=True)]
    Version.objects.bulk_create(versions)
    for text, version in zip(texts, versions, strict=True):
        text.published = version
    Text.objects.bulk_update(texts, ["published"])
    indexing.write_new(brand.pk, brand.language)


def plain(text: str) -> str:
    """Without the line breaks that the fill writes for COPY."""
    return " ".join(text.replace("\\n", " ").split())


def draw_vectors(brand_id: int) -> None:
    from knowledge_base.domain.embedders import embedder
    from knowledge_base.models import Entry

    model = embedder()
    if model is None:
        return
    import numpy as np

    rng = np.random.default_rng(5)
    width = model.questions(["how wide"]).shape[1]
    head = (1).to_bytes(2, "little") + width.to_bytes(2, "little")
    for entry in Entry.objects.filter(brand=brand_id).only("pk").iterator():
        rows = rng.standard_normal((2, width)).astype(np.float32)
        rows /= np.linalg.norm(rows, axis=1, keepdims=True)
        Entry.objects.filter(pk=entry.pk).update(
            meaning=head + rows.astype(np.float16).tobytes(), meaning_model=model.name
        )


def keystrokes(facts: Typed) -> list[str]:
    """What the field sends while each question is typed: at the pauses, some within a word, some after one."""
    return [
        f"{facts['help']}suggest/?q={quote(begun)}" for asked in facts["asked"] for begun in pauses(asked)
    ]


def pauses(asked: str) -> Iterator[str]:
    words = asked.split()
    for number in range(1, len(words) + 1):
        begun = " ".join(words[:number])
        if number % 2 and len(words[number - 1]) > 3:
            begun = begun[:-2]
        yield begun


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carecenter.settings")
    django.setup()
    sys.stdout.write(json.dumps(fill(int(sys.argv[1]))))


if __name__ == "__main__":
    main()
