"""Which handlers react to which event. The table itself is `carecenter/wiring.py`, named by a setting."""

from collections.abc import Callable, Sequence
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from journal.models import Event

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


class Together:
    """A handler that takes many events at once, in their order; called with one it is a handler like any other."""

    def __init__(self, react: Callable[[Sequence[Event]], None]) -> None:
        self.react = react
        self.__doc__ = react.__doc__

    def __call__(self, event: Event) -> None:
        self.react([event])


def together(react: Callable[[Sequence[Event]], None]) -> Together:
    """For what reacts to nearly everything: it reads and writes once for a chunk of events.

    One that raises is called again with each event alone, so that only the reaction to the bad one fails.
    """
    return Together(react)
