"""Words that a page says many times are looked up once for each language, not once for each row."""

import functools
from collections.abc import Callable
from typing import TypeVar

from django.utils.translation.trans_real import catalog

T = TypeVar("T")
LANGUAGES = 16  # more than we have


def once_a_language(words: Callable[[], T]) -> Callable[[], T]:
    """Keeps what `words()` answers for the language that is spoken. It must depend on nothing else."""

    @functools.lru_cache(maxsize=LANGUAGES)
    def kept(_catalogue: object) -> T:
        return words()

    @functools.wraps(words)
    def spoken() -> T:
        return kept(catalog())

    return spoken
