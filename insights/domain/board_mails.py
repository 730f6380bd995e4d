"""When a dashboard is mailed to somebody: each by their own clock, once, and tried again when the server is away."""

import datetime as dt
import zoneinfo
from typing import Final

from django.db.models import F

from accounts.access import has
from accounts.models import User
from accounts.permissions import INSIGHTS_VIEW
from carecenter.lib.time import now
from feedback.domain.periods import next_of
from insights.domain import boards
from insights.models import Board, BoardMail, Every

AT_ONCE: Final = 50
LEASE: Final = dt.timedelta(minutes=10)
MOST_TRIES: Final = 6
DAY: Final = dt.timedelta(days=1)


def set_mail(board: Board, user: User, *, every: str, hour: int, with_pdf: bool = False) -> None:
    """Or none, for an empty `every`."""
    if not every:
        BoardMail.objects.filter(board=board, user=user).delete()
        return
    values = {
        "every": every,
        "hour": hour,
        "with_pdf": with_pdf,
        "next_at": following(user, every, hour, now()),
        "tries": 0,
        "error": "",
    }
    BoardMail.objects.update_or_create(board=board, user=user, defaults=values)


def following(user: User, every: str, hour: int, after: dt.datetime) -> dt.datetime:
    """The next time on the person's clock; an hour that the clocks leap over is the one after."""
    zone = zoneinfo.ZoneInfo(user.zone or "UTC")
    day = after.astimezone(zone).date()
    while True:
        moment = dt.datetime.combine(day, dt.time(hour), zone).astimezone(dt.UTC)
        is_day = {Every.DAY: True, Every.WEEK: day.weekday() == 0, Every.MONTH: day.day == 1}[Every(every)]
        if is_day and moment > after:
            return moment
        day = next_of("day", day)


def due() -> list[int]:
    rows = BoardMail.objects.filter(next_at__lte=now()).order_by("next_at")
    return list(rows.values_list("pk", flat=True)[:AT_ONCE])


def claim(pk: int) -> BoardMail | None:
    """For a while it is ours. None when another has it, nobody may see it any more, or it came to nothing too often."""
    at = now()
    if not BoardMail.objects.filter(pk=pk, next_at__lte=at).update(next_at=at + LEASE, tries=F("tries") + 1):
        return None
    mail = BoardMail.objects.select_related("board", "user").get(pk=pk)
    if mail.board.deleted_at is not None or mail.tries > MOST_TRIES:
        skip(mail)  # a deleted one may come back
        return None
    may = mail.user.is_active and has(mail.user, INSIGHTS_VIEW)
    if not may or boards.find_for(mail.user, mail.board_id) is None:
        mail.delete()
        return None
    return mail


def skip(mail: BoardMail) -> None:
    BoardMail.objects.filter(pk=mail.pk, next_at=mail.next_at).update(next_at=next_of_mail(mail), tries=0)


def next_of_mail(mail: BoardMail) -> dt.datetime:
    return following(mail.user, mail.every, mail.hour, now())


def leave(mail: BoardMail) -> None:
    """It is handed over now. Whoever dies in the midst of it loses a mail rather than sending it twice."""
    after = next_of_mail(mail)
    if BoardMail.objects.filter(pk=mail.pk, next_at=mail.next_at).update(next_at=after):
        mail.next_at = after


def settle(mail: BoardMail, error: Exception | None = None) -> None:
    """It left, or it did not: then again after a while, a few times. A schedule changed meanwhile stands."""
    row = BoardMail.objects.filter(pk=mail.pk)
    if error is None:
        row.update(sent_at=now(), error="")
        row.filter(next_at=mail.next_at).update(tries=0)
        return
    row.update(error=type(error).__name__[:60])
    ours = row.filter(next_at=mail.next_at)
    if mail.tries < MOST_TRIES:
        ours.update(next_at=now() + LEASE)
    else:
        ours.update(next_at=next_of_mail(mail), tries=0)
