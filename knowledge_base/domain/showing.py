"""In which articles a picture stands, and so who may see it."""

from django.core.cache import cache
from redis.exceptions import RedisError

from knowledge_base.domain.reading import newest_change
from knowledge_base.models import Picture, Text

KEPT_SECONDS = 3600


def is_shown(picture: Picture, visibilities: tuple[str, ...]) -> bool:
    """Does it stand in a published text of an article that such readers may read?

    The answer is kept under the moment of the last change of any article of the brand: it is true until then.
    """
    changed = newest_change(picture.brand)
    if changed is None:
        return False
    key = f"help-picture:{picture.pk}:{','.join(sorted(visibilities))}:{changed.timestamp()}"
    kept = kept_answer(key)
    if kept is None:
        kept = stands_in(picture, visibilities)
        keep(key, kept)
    return kept


def stands_in(picture: Picture, visibilities: tuple[str, ...]) -> bool:
    return Text.objects.filter(
        article__brand=picture.brand_id,
        article__archived_at__isnull=True,
        article__visibility__in=visibilities,
        published__html__contains=f"/pictures/{picture.key}",
    ).exists()


def kept_answer(key: str) -> bool | None:
    try:
        found: bool | None = cache.get(key)
    except (RedisError, OSError):
        return None
    return found


def keep(key: str, answer: bool) -> None:
    try:
        cache.set(key, answer, KEPT_SECONDS)
    except (RedisError, OSError):
        return
