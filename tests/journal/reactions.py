"""Handlers for the tests of the journal."""

from journal.models import Event

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
