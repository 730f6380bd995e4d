"""The dashboard's cards: each metric of a period against the one before, and what customers said beside them."""

from dataclasses import dataclass
from typing import Final

from accounts.access import has
from accounts.permissions import FEEDBACK_READ
from feedback.domain import cuts, reading, results
from feedback.domain.intervals import difference, is_clear
from feedback.models import Measure
from insights.domain.cuts import Cut
from insights.domain.metrics import REGISTRY, Definition, Figure, Unit
from insights.domain.reading import Read

SAID: Final = (Measure.CSAT, Measure.NPS, Measure.CES_2, Measure.CES_1)


@dataclass(frozen=True)
class Change:
    """Against the period before. `value`: points of a share; of the others per cent of what it was, None from nothing.

    `is_clear`: the interval of the difference leaves out zero. Counts have no interval: they are not marked.
    """

    value: float | None
    is_clear: bool = False
    is_better: bool | None = None


@dataclass(frozen=True)
class Card:
    metric: Definition
    figure: Figure
    before: Figure
    change: Change | None


def cards(cut: Cut, read: Read) -> dict[str, Card]:
    """By code, in the order of the registry. No query."""
    found = {}
    for metric in REGISTRY.values():
        figure, before = metric.figure(cut, read.now), metric.figure(cut, read.before)
        found[metric.code] = Card(metric, figure, before, change_of(metric, figure, before))
    return found


def change_of(metric: Definition, now: Figure, before: Figure) -> Change | None:
    if now.value is None or before.value is None:
        return None
    moved = now.value - before.value
    if now.estimate is None or before.estimate is None:
        return Change(100 * moved / before.value if before.value else None)
    sure = is_clear(difference(now.estimate, before.estimate)) and not (now.is_small or before.is_small)
    is_better = None if not metric.better or not moved else (moved > 0) == (metric.better == "up")
    if metric.unit == Unit.PERCENT:
        return Change(moved, sure, is_better)
    return Change(100 * moved / before.value if before.value else None, sure, is_better)


def said(cut: Cut) -> list[results.Card]:
    """CSAT, NPS and effort, as the feedback pages count them: for who may see those, and not by channel or tag."""
    if not has(cut.user, FEEDBACK_READ) or cut.kind is not None or cut.tag is not None:
        return []
    of = cuts.Cut(cut.user, cut.period, brand=cut.brand, team=cut.team, inbox=cut.inbox, agent=cut.agent)
    found = results.cards(reading.read(of))
    return [found[code] for code in SAID if code in found]
