"""What customers found by themselves: the steps of visitors, counted for whole brands. No visitor is known by name."""

import datetime as dt
from typing import Any, Final

from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.access import scope
from accounts.permissions import INSIGHTS_VIEW
from feedback.domain.intervals import Estimate
from feedback.domain.periods import Period
from insights.domain.cards import Card, change_of
from insights.domain.cuts import Cut, brand_ids
from insights.domain.metrics import Definition, Figure, Section, Unit
from insights.domain.metrics.base import share_of
from knowledge_base.domain import deflection
from knowledge_base.domain.visits import KEPT
from knowledge_base.models import StepName

ON_BEGAN: Final = _("the day the visit began, in your zone")
DEFLECTION: Final = Definition(
    code="deflection",
    section=Section.SELF_SERVICE,
    unit=Unit.PERCENT,
    better="up",
    name=_("Deflected by suggestions"),
    formula=_(
        "How many of a hundred visitors fewer write to us when an answer is suggested while they write: the share that"
        " wrote within 7 days in the group that sees none, less that in the group that sees some."
    ),
    population=_(
        "Visitors of form and chat for whom there was an answer, each once, drawn into one of two groups. Brands and"
        " shares that differ are compared among themselves."
    ),
    when=ON_BEGAN,
    caution=_(
        "Who reads a suggestion and calls instead counts as not having written: look at contacts beside it."
    ),
)
CONTAINED: Final = Definition(
    code="search_contained",
    section=Section.SELF_SERVICE,
    unit=Unit.PERCENT,
    better="up",
    name=_("Searched and did not write"),
    formula=_("Visits with a search that ended without writing to us, of all visits with a search."),
    population=_("Visits to the help centre in which somebody searched."),
    when=ON_BEGAN,
    caution=_("Who gives up counts as contained too: never read it without the searches that failed."),
)
FAILED: Final = Definition(
    code="search_failed",
    section=Section.SELF_SERVICE,
    unit=Unit.PERCENT,
    better="down",
    name=_("Searches that failed"),
    formula=_(
        "Searches that found nothing, or after which no article was read before the next search, of all."
    ),
    population=_("Searches in the help centre."),
    when=ON_BEGAN,
)
SELF_SERVICE: Final = {one.code: one for one in (DEFLECTION, CONTAINED, FAILED)}
# Each search with the moment of the next one in its visit, and whether the visit wrote to us after its first.
SEARCHES: Final = """
    WITH search AS (
        SELECT visit.id AS visit_id, step.at, step.count AS found,
            lead(step.at) OVER turn AS next_at, row_number() OVER turn AS place
        FROM knowledge_base_visit AS visit JOIN knowledge_base_step AS step ON step.visit_id = visit.id
        WHERE visit.brand_id = ANY(%(brands)s) AND visit.began_at >= %(since)s AND visit.began_at < %(until)s
            AND step.name = %(searched)s
        WINDOW turn AS (PARTITION BY visit.id ORDER BY step.at, step.id)
    )
    SELECT count(*), count(*) FILTER (WHERE found = 0 OR NOT EXISTS (
            SELECT FROM knowledge_base_step AS reading WHERE reading.visit_id = search.visit_id
                AND reading.name = %(read)s AND reading.at >= search.at
                AND (search.next_at IS NULL OR reading.at < search.next_at)
        )),
        count(*) FILTER (WHERE place = 1), count(*) FILTER (WHERE place = 1 AND NOT EXISTS (
            SELECT FROM knowledge_base_step AS sent WHERE sent.visit_id = search.visit_id
                AND sent.name = %(sent)s AND sent.at >= search.at
        ))
    FROM search
"""


def cards(cut: Cut, at: dt.datetime) -> list[Card]:
    """Those that have a case in the period or the one before. Four queries."""
    return [card for card in by_code(cut, at).values() if card.figure.n or card.before.n]


def by_code(cut: Cut, at: dt.datetime) -> dict[str, Card]:
    """Of brands of which the reader may see all; nothing when teams, channels, people or tags are asked for.

    Four queries. Nothing is compared with days whose visits have been forgotten.
    """
    brands = whole_brands(cut)
    if not brands or cut.team is not None or cut.ways or cut.tag is not None:
        return {}
    now = figures(brands, cut.period)
    before = figures(brands, cut.period.before) if cut.period.before.start > at - KEPT else {}
    return {
        code: Card(told, now[code], earlier, change_of(told, now[code], earlier))
        for code, told in SELF_SERVICE.items()
        for earlier in [before.get(code, Figure())]
    }


def whole_brands(cut: Cut) -> list[int]:
    where = scope(cut.user, INSIGHTS_VIEW)
    seen = brand_ids(cut.user) if where.everywhere else sorted(where.brands)
    return [pk for pk in seen if cut.brand in (None, pk)]


def figures(brands: list[int], period: Period) -> dict[str, Figure]:
    searches, failed, visits, contained = searched(brands, period)
    found = deflection.estimate(deflection.strata_of(brands, period.start, period.end))
    return {
        DEFLECTION.code: of_estimate(found),
        CONTAINED.code: share_of(contained, visits),
        FAILED.code: share_of(failed, searches),
    }


def of_estimate(found: deflection.Estimate | None) -> Figure:
    if found is None:
        return Figure()
    points = Estimate(100 * found.difference, 100 * found.low, 100 * found.high)
    return Figure(points.value, found.n, None, points, found.is_early)


def searched(brands: list[int], period: Period) -> tuple[int, int, int, int]:
    """Searches, those that failed, visits with a search, those that did not write. One query."""
    asked: dict[str, Any] = {
        "brands": brands,
        "since": period.start,
        "until": period.end,
        "searched": str(StepName.SEARCHED),
        "read": str(StepName.READ),
        "sent": str(StepName.SENT),
    }
    with connection.cursor() as cursor:
        cursor.execute(SEARCHES, asked)
        row: tuple[int, int, int, int] = cursor.fetchone()
    return row
