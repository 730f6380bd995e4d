"""Reactions that open follow-ups."""

from feedback.domain.follow_ups import react_to
from journal.models import Event


def open_follow_up(event: Event) -> None:
    """A low score or an angry comment wants somebody to care; a no to "is it settled?" wants it again."""
    kind, _, number = event.subject.partition(":")
    if kind == "answer":
        react_to(int(number))
