"""Which handlers react to which event. The table itself is `carecenter/wiring.py`, named by a setting."""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

Reactions = dict[str, tuple[str, ...]]


@cache
def table() -> Reactions:
    wiring: Reactions = import_string(settings.JOURNAL_WIRING)
    return wiring


def reactions(name: str) -> tuple[str, ...]:
    """Dotted paths of the handlers of an event. LookupError for a name the table does not have."""
    try:
        return table()[name]
    except KeyError:
        raise LookupError(f"{name!r} is not an event of carecenter/wiring.py") from None


@cache
def handler(path: str) -> Callable[..., None]:
    found: Callable[..., None] = import_string(path)
    return found
