"""Tickets that cannot be counted stand aside, with the reason, and are tried again later; all others are counted."""

import datetime as dt
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from carecenter.lib.time import now
from insights.models import ParkedTicket

FIRST_PAUSE: Final = dt.timedelta(minutes=10)
LONGEST_PAUSE: Final = dt.timedelta(days=1)
AT_ONCE: Final = 20


def park(ticket_id: int, error: Exception) -> None:
    """What was counted of it before stays. The reason names the place in the code, and nothing of what was said."""
    row, _is_new = ParkedTicket.objects.get_or_create(ticket_id=ticket_id)
    row.reason, row.tries = reason_of(error), row.tries + 1
    row.next_try_at = now() + min(FIRST_PAUSE * 2 ** min(row.tries - 1, 10), LONGEST_PAUSE)
    row.save(update_fields=["reason", "tries", "next_try_at"])


def reason_of(error: Exception) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "insights" in Path(frame.filename).parts] or list(frames)
    place = f" at {Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else ""
    return f"{type(error).__name__}{place}"[:200]


def release(ticket_ids: Iterable[int]) -> None:
    """They could be counted."""
    if ParkedTicket.objects.exists():
        ParkedTicket.objects.filter(pk__in=set(ticket_ids)).delete()


def due(at: dt.datetime) -> set[int]:
    rows = ParkedTicket.objects.filter(next_try_at__lte=at).order_by("next_try_at")
    return set(rows.values_list("pk", flat=True)[:AT_ONCE])
