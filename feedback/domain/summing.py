"""Add up what was answered and asked, day by day, and go on as the journal tells of more.

A day of a brand is added up by counting its rows anew and putting the sums in the place of those before, each step in
one transaction with the place it has come to. So a step may be repeated, or lost with its worker, and the sums are
those of a count from nothing. The days since yesterday are left to the reader: in them most of it happens.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any, Final

from django.db import connection, transaction
from django.db.models import Max, Min

from accounts.models import Brand
from carecenter.lib.time import now
from feedback.domain.periods import DAY, next_of
from feedback.models import Answer, Axis, Grain, Invitation, ResultSum, SumProgress
from journal.models import Event

EVENTS: Final = 4000  # read at once
AGAIN: Final = 120  # days of a brand that are counted anew at once
DAYS: Final = 15  # added up at once on the way to yesterday
OPEN_DAYS: Final = 1  # yesterday is still told by its rows
Days = set[tuple[int, dt.date]]  # brand and day

SCORES: Final = 11  # 0 to 10
VECTOR: Final = ", ".join(f"count(*) FILTER (WHERE score = {score})" for score in range(SCORES))
ADDED: Final = ", ".join(f"sum(scores[{place}])" for place in range(1, SCORES + 1))
COLUMNS: Final = "brand_id, team_id, axis, value, agent_id, measure, grain, day, scores, asked, answered"
# One row for each answer and each question of these days, four times: in all, by inbox, by agent and by both.
COUNT_DAYS: Final = f"""
    INSERT INTO feedback_resultsum ({COLUMNS})
    WITH wanted AS (
        SELECT brand_id, day, day::timestamp AT TIME ZONE 'UTC' AS low, (day + 1)::timestamp AT TIME ZONE 'UTC' AS high
        FROM unnest(%s::bigint[], %s::date[]) AS one(brand_id, day)
    ), found AS (
        SELECT wanted.brand_id, wanted.day, team_id, inbox_id, agent_id, measure, score, false AS is_asked,
            false AS done
        FROM wanted JOIN feedback_answer AS given
            ON given.brand_id = wanted.brand_id AND answered_at >= low AND answered_at < high
        UNION ALL
        SELECT wanted.brand_id, wanted.day, team_id, inbox_id, agent_id, measure, NULL, true, state = 'answered'
        FROM wanted JOIN feedback_survey AS survey ON survey.brand_id = wanted.brand_id
        CROSS JOIN LATERAL (
            SELECT team_id, inbox_id, agent_id, state FROM feedback_invitation
            WHERE brand_id = wanted.brand_id AND survey_id = survey.id AND sent_at >= low AND sent_at < high
                AND kind <> '' OFFSET 0
        ) AS asked
    )
    SELECT brand_id, coalesce(team_id, 0), one.axis, one.value, one.agent, measure, '{Grain.DAY}', day, ARRAY[{VECTOR}],
        count(*) FILTER (WHERE is_asked), count(*) FILTER (WHERE done)
    FROM found CROSS JOIN LATERAL (VALUES
        ('{Axis.ALL}', 0, 0), ('{Axis.INBOX}', coalesce(inbox_id, 0), 0), ('{Axis.AGENT}', coalesce(agent_id, 0), 0),
        ('{Axis.BOTH}', coalesce(inbox_id, 0), coalesce(agent_id, 0))
    ) AS one(axis, value, agent)
    GROUP BY 1, 2, 3, 4, 5, 6, 8
"""  # noqa: S608 -- names of our own
COUNT_MONTHS: Final = f"""
    INSERT INTO feedback_resultsum ({COLUMNS})
    SELECT brand_id, team_id, axis, value, agent_id, measure, '{Grain.MONTH}', month, ARRAY[{ADDED}], sum(asked),
        sum(answered)
    FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS wanted(brand, month, following)
    JOIN feedback_resultsum ON brand_id = brand AND grain = '{Grain.DAY}' AND day >= month AND day < following
    GROUP BY 1, 2, 3, 4, 5, 6, 8
"""  # noqa: S608 -- names of our own
FORGET: Final = """
    DELETE FROM feedback_resultsum USING unnest(%s::bigint[], %s::date[]) AS wanted(brand, first)
    WHERE brand_id = brand AND grain = %s AND day = first
"""
# A team that ended has no answers any more: its rows are those of no team.
END_TEAMS: Final = f"""
    WITH gone AS (
        DELETE FROM feedback_resultsum WHERE team_id = ANY(%s)
            OR (team_id = 0 AND (brand_id, day) IN (
                SELECT brand_id, day FROM feedback_resultsum WHERE team_id = ANY(%s)
            ))
        RETURNING *
    )
    INSERT INTO feedback_resultsum ({COLUMNS})
    SELECT brand_id, 0, axis, value, agent_id, measure, grain, day, ARRAY[{ADDED}], sum(asked), sum(answered)
    FROM gone GROUP BY 1, 3, 4, 5, 6, 7, 8
"""  # noqa: S608 -- names of our own


def step(*, events: int = EVENTS, days: int = DAYS) -> bool:
    """One batch. False when there was nothing to do, or somebody else is at it."""
    SumProgress.objects.get_or_create(pk=1)
    with transaction.atomic():
        progress = SumProgress.objects.select_for_update(skip_locked=True).filter(pk=1).first()
        if progress is None:
            return False
        if progress.until is None:
            begin(progress)
        moved = advance(progress, days)
        read = follow(progress, events)
        if moved or read:
            progress.updated_at = now()
            progress.save(update_fields=["position", "until", "updated_at"])
    return moved or read > 0


def begin(progress: SumProgress) -> None:
    """From the first day there is; the journal is followed from here on, what it said before is in the rows."""
    progress.position = Event.objects.aggregate(last=Max("position"))["last"] or 0
    first = Answer.objects.aggregate(at=Min("answered_at"))["at"], first_asked()
    known = [moment.astimezone(dt.UTC).date() for moment in first if moment is not None]
    progress.until = min([*known, open_since()])


def first_asked() -> dt.datetime | None:
    found: dt.datetime | None = Invitation.objects.aggregate(at=Min("sent_at"))["at"]
    return found


def open_since() -> dt.date:
    return now().astimezone(dt.UTC).date() - OPEN_DAYS * DAY


def advance(progress: SumProgress, days: int) -> bool:
    """The next days that are over. False when there are none."""
    first, end = progress.until, open_since()
    if first is None or first >= end:
        return False
    after = min(first + days * DAY, end)
    brands = brand_ids()
    count({(brand, first + number * DAY) for number in range((after - first).days) for brand in brands})
    progress.until = after
    return True


def brand_ids() -> list[int]:
    return list(Brand.objects.order_by("pk").values_list("pk", flat=True))


def follow(progress: SumProgress, limit: int) -> int:
    """The next events by position. Returns how many."""
    rows = Event.objects.filter(position__gt=progress.position).order_by("position")
    events = list(rows.values_list("position", "name", "subject")[:limit])
    if not events:
        return 0
    count(days_of(events, progress.until))
    end_teams([number_of(subject) for _position, name, subject in events if name == "team.deleted"])
    progress.position = events[-1][0] or 0
    return len(events)


def number_of(subject: str) -> int:
    return int(subject.partition(":")[2])


def days_of(events: Iterable[tuple[Any, ...]], until: dt.date | None) -> Days:
    """The days before `until` on which these answers were given, and these questions, or theirs, asked."""
    answers = {number_of(subject) for _position, name, subject in events if name == "survey.answered"}
    asked = {number_of(subject) for _position, name, subject in events if name == "survey.sent"}
    given = Answer.objects.filter(pk__in=answers)
    found = [
        *given.values_list("brand", "answered_at"),
        *given.values_list("brand", "invitation__sent_at"),
        *Invitation.objects.filter(pk__in=asked).values_list("brand", "sent_at"),
    ]
    days = {(brand, moment.astimezone(dt.UTC).date()) for brand, moment in found if moment is not None}
    return {(brand, day) for brand, day in days if until is not None and day < until}


def count(days: Days) -> None:
    """These days anew, then their months. In the caller's transaction."""
    listed = sorted(days)
    for start in range(0, len(listed), AGAIN):
        put(listed[start : start + AGAIN], Grain.DAY, COUNT_DAYS)
    months = sorted({(brand, day.replace(day=1)) for brand, day in days})
    for start in range(0, len(months), AGAIN):
        put(months[start : start + AGAIN], Grain.MONTH, COUNT_MONTHS)


def put(wanted: list[tuple[int, dt.date]], grain: str, insert: str) -> None:
    brands, firsts = [brand for brand, _day in wanted], [day for _brand, day in wanted]
    ends = [[next_of("month", day) for day in firsts]] if grain == Grain.MONTH else []
    with connection.cursor() as cursor:
        # Each day is a range of an index; joined by brand alone, all rows of the brand would be read for each day.
        cursor.execute("SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off")
        cursor.execute(FORGET, [brands, firsts, grain])
        cursor.execute(insert, [brands, firsts, *ends])


def end_teams(gone: list[int]) -> None:
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(END_TEAMS, [gone, gone])


def forget() -> None:
    """The next steps add up from nothing. Until they have come to a day, it is read row by row."""
    SumProgress.objects.get_or_create(pk=1)
    with transaction.atomic():
        progress = SumProgress.objects.select_for_update().get(pk=1)
        ResultSum.objects.all().delete()
        progress.until = None
        progress.save(update_fields=["until"])


def is_done() -> bool:
    """Is every day that is over added up?"""
    return SumProgress.objects.filter(pk=1, until__gte=open_since()).exists()
