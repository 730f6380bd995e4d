"""Handlers for the tests of the journal."""

from collections.abc import Sequence

from journal.models import Event
from journal.wiring import together

seen: list[int] = []
broken: list[Exception] = []


def remember(event: Event) -> None:
    seen.append(event.pk)


def remember_too(event: Event) -> None:
    seen.append(-event.pk)


def fail_while_broken(event: Event) -> None:
    if broken:
        raise broken[0]
    seen.append(event.pk)


@together
def remember_together(events: Sequence[Event]) -> None:
    """One that is marked as bad takes the whole call down, as a statement for all of them would."""
    if any(event.data.get("bad") for event in events):
        raise ValueError("a bad one")
    seen.append(tuple(event.pk for event in events))  # type: ignore[arg-type]
