"""What to read after an article: what answers nearly the same, then what stands beside it."""

from django.core.cache import cache
from redis.exceptions import RedisError

from knowledge_base.domain import searching
from knowledge_base.domain.reading import Reader, Shown, in_order, neighbours

KEPT_SECONDS = 3600


def related(shown: Shown, reader: Reader, *, limit: int = 4) -> list[Shown]:
    """Other articles, each once, all of them for this reader. What is alike is looked for once an hour."""
    near = in_order(reader, alike_ids(shown, reader))[:limit]
    if len(near) == limit:
        return near
    known = {one.article.pk for one in near}
    beside = [one for one in neighbours(shown, reader, limit=2 * limit) if one.article.pk not in known]
    return [*near, *beside][:limit]


def alike_ids(shown: Shown, reader: Reader) -> list[int]:
    version = shown.text.published_id
    key = f"help-related:{version}:{reader.language}:{','.join(sorted(reader.visibilities))}"
    try:
        kept: list[int] | None = cache.get(key)
        if kept is None:
            kept = find_alike(shown, reader)
            cache.set(key, kept, KEPT_SECONDS)
    except (RedisError, OSError):  # without Valkey it is looked for each time
        kept = find_alike(shown, reader)
    return kept


def find_alike(shown: Shown, reader: Reader) -> list[int]:
    return searching.alike(
        reader.brand,
        shown.title,
        but=shown.article.pk,
        language=shown.language,
        visibilities=reader.visibilities,
    )
