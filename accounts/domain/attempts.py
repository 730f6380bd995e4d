"""Guesses, of passwords and of codes: counted, and locked out after too many."""

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import transaction

from accounts.domain import events, throttle
from accounts.domain.errors import SignInLocked
from carecenter.lib.time import now
from journal.actors import SYSTEM
from journal.domain.recording import record

Found = TypeVar("Found")
security = logging.getLogger("carecenter.security")


def counted(
    keys: list[str], look: Callable[[], Found | None], *, whom: Callable[[], int | None]
) -> Found | None:
    """What `look` finds, None when the guess is wrong. `whom`: id of the person guessed at, for the log.

    Raises SignInLocked while one of the keys is locked, for a right guess too, and for the guess that locks it.
    A right guess clears the first key; the others, which many people share, only get this attempt back.
    """
    throttle.refuse_locked(keys)
    counts = {key: throttle.count_attempt(key) for key in keys}
    if any(count > throttle.limit_of(key) for key, count in counts.items()):
        _lock_out(counts, whom())
    found = look()
    if found is None:
        security.warning("refused: %s of person %s", keys[0].partition(":")[0], whom() or "unknown")
        if any(count >= throttle.limit_of(key) for key, count in counts.items()):
            _lock_out(counts, whom())
        return None
    throttle.forget(keys[0])
    for key in keys[1:]:
        throttle.take_back(key)
    return found


def _lock_out(counts: dict[str, int], known: int | None) -> None:
    """Lock every key over its limit, record it once a lock, and raise SignInLocked."""
    with transaction.atomic():
        for key, count in counts.items():
            if count >= throttle.limit_of(key) and throttle.lock(key):
                subject = events.user_subject(known) if known else ""
                record(events.LOCKED_OUT, actor=SYSTEM, subject=subject, by=key.partition(":")[0])
    throttle.refuse_locked(list(counts))
    raise SignInLocked(now())  # another lock ran out in this very moment
