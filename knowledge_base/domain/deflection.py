"""How many people need not write to us because they are shown answers while they write: a difference, not a claim.

Who reads an answer and does not write proves nothing: many never send what they begin. So a few visitors, drawn by
their own key, are shown nothing, and we compare.

- **Who counts.** Each visitor once: from the first moment in the period at which they were writing (form or chat) and
  answers were found for them. Up to that moment the arms do not differ, so neither does who gets there.
- **What counts.** Whether the same visitor wrote to us, by form or chat, from then on within FOLLOWED.
- **By intention.** A visitor counts in the arm that was drawn, whatever they did: found an answer in the help centre
  although held out, or never looked at what they were shown. The arm does not change when the share does.
- **Like with like.** Visitors of different brands, or drawn at different shares, are compared among themselves only
  (strata); otherwise a share that was raised in a busy week would look like an effect.
- **How sure.** Wilson's interval for each rate; for the difference Newcombe's, and over several strata the same way
  of joining intervals (Zou and Donner's): for one stratum it is Newcombe's exactly.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import NormalDist
from typing import Any

from django.db import connection

from knowledge_base.domain.visits import OFFERED, Place
from knowledge_base.models import Arm, StepName

FOLLOWED = timedelta(days=7)
CONFIDENCE = 0.95
FEW = 30  # visitors in an arm: below, the difference is shown but called too early
POWER = 0.8
# Without a script answers stand between "Send" and sending, and robots, which never press twice, would count as helped.
COUNTED = (Place.FORM, Place.CHAT)


@dataclass(frozen=True)
class Group:
    """Visitors of one arm: how many, and how many of them wrote to us."""

    n: int = 0
    wrote: int = 0

    @property
    def rate(self) -> float:
        return self.wrote / self.n if self.n else 0.0

    def interval(self, confidence: float = CONFIDENCE) -> tuple[float, float]:
        return wilson(self.wrote, self.n, confidence)

    def __add__(self, other: "Group") -> "Group":
        return Group(self.n + other.n, self.wrote + other.wrote)


@dataclass(frozen=True)
class Stratum:
    """Visitors who may be compared: of one brand, drawn at one share (percent held out)."""

    brand_id: int
    share: int
    shown: Group = field(default_factory=Group)
    held_out: Group = field(default_factory=Group)

    @property
    def weight(self) -> float:
        """Mantel and Haenszel's: what a stratum can tell. Nothing while one arm is empty."""
        n = self.shown.n + self.held_out.n
        return self.shown.n * self.held_out.n / n if n else 0.0


@dataclass(frozen=True)
class Estimate:
    """`difference`: rate of those who see no suggestions minus rate of those who do, 0.12 is twelve in a hundred.

    `low` and `high` are its interval. `shown` and `held_out` are the visitors it rests on.
    """

    strata: Sequence[Stratum]
    confidence: float
    shown: Group
    held_out: Group
    difference: float
    low: float
    high: float

    @property
    def n(self) -> int:
        return self.shown.n + self.held_out.n

    @property
    def is_early(self) -> bool:
        return min(self.shown.n, self.held_out.n) < FEW

    @property
    def is_clear(self) -> bool:
        """Chance alone would rarely make such a difference: the interval leaves out zero."""
        return not self.is_early and (self.low > 0 or self.high < 0)

    def spared(self) -> tuple[int, int, int]:
        """(about so many, at least, at most) contacts fewer among those who were shown answers; less than 0 is more."""
        return (
            round(self.difference * self.shown.n),
            round(self.low * self.shown.n),
            round(self.high * self.shown.n),
        )


def wilson(good: int, n: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Limits of a rate; (0, 1) of nothing."""
    if not n:
        return 0.0, 1.0
    z = z_of(confidence)
    rate, z2 = good / n, z * z
    middle = (rate + z2 / (2 * n)) / (1 + z2 / n)
    reach = z / (1 + z2 / n) * math.sqrt(rate * (1 - rate) / n + z2 / (4 * n * n))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def z_of(confidence: float) -> float:
    return NormalDist().inv_cdf(0.5 + confidence / 2)


def estimate(strata: Iterable[Stratum], *, confidence: float = CONFIDENCE) -> Estimate | None:
    """The weighted difference over the strata in which both arms have visitors; None when there is none.

    Each rate enters the sum with its own interval: the reach of the sum to a side is the root of the squared reaches
    to that side, those of the shown arm turned round, as they are taken away.
    """
    counted = [stratum for stratum in strata if stratum.weight]
    if not counted:
        return None
    total = sum(stratum.weight for stratum in counted)
    value = down = up = 0.0
    for stratum in counted:
        share = stratum.weight / total
        held_low, held_high = stratum.held_out.interval(confidence)
        shown_low, shown_high = stratum.shown.interval(confidence)
        held, shown = stratum.held_out.rate, stratum.shown.rate
        value += share * (held - shown)
        down += share**2 * ((held - held_low) ** 2 + (shown_high - shown) ** 2)
        up += share**2 * ((held_high - held) ** 2 + (shown - shown_low) ** 2)
    return Estimate(
        strata=counted,
        confidence=confidence,
        shown=sum((stratum.shown for stratum in counted), Group()),
        held_out=sum((stratum.held_out for stratum in counted), Group()),
        difference=value,
        low=max(-1.0, value - math.sqrt(down)),
        high=min(1.0, value + math.sqrt(up)),
    )


def needed(share: int, effect: float, *, rate: float = 0.5) -> int:
    """So many visitors in both arms together show such a difference in four of five tries; `share` is in percent."""
    if not 0 < share < 100 or not effect:
        return 0
    reach = z_of(CONFIDENCE) + NormalDist().inv_cdf(POWER)
    less = min(1.0, max(0.0, rate - effect))
    spread = rate * (1 - rate) / (share / 100) + less * (1 - less) / (1 - share / 100)
    return math.ceil(reach**2 * spread / effect**2)


# Each visitor at their first moment in the period, then whether they wrote from there on.
STRATA = """
    WITH first AS (
        SELECT DISTINCT ON (visit.brand_id, visit.visitor)
            visit.brand_id, visit.visitor, visit.arm, visit.share, step.at
        FROM knowledge_base_visit AS visit JOIN knowledge_base_step AS step ON step.visit_id = visit.id
        WHERE visit.brand_id = ANY(%(brands)s) AND visit.share > 0
            AND visit.began_at >= %(since)s AND visit.began_at < %(until)s
            AND step.name = ANY(%(offered)s) AND step.place = ANY(%(places)s)
        ORDER BY visit.brand_id, visit.visitor, step.at
    )
    SELECT brand_id, share, arm, count(*), count(*) FILTER (WHERE EXISTS (
        SELECT FROM knowledge_base_visit AS later JOIN knowledge_base_step AS sent ON sent.visit_id = later.id
        WHERE later.brand_id = first.brand_id AND later.visitor = first.visitor
            AND sent.name = %(sent)s AND sent.at >= first.at AND sent.at < first.at + %(followed)s
    ))
    FROM first GROUP BY brand_id, share, arm ORDER BY brand_id, share
"""


def strata_of(brand_ids: Iterable[int], since: datetime, until: datetime) -> list[Stratum]:
    """Who began to write in visits that began within the period, counted once each."""
    asked: dict[str, Any] = {
        "brands": list(brand_ids),
        "since": since,
        "until": until,
        "offered": [str(name) for name in OFFERED],
        "places": list(COUNTED),
        "sent": str(StepName.SENT),
        "followed": FOLLOWED,
    }
    groups: dict[tuple[int, int], dict[str, Group]] = {}
    with connection.cursor() as cursor:
        cursor.execute(STRATA, asked)
        for brand_id, share, arm, n, wrote in cursor.fetchall():
            groups.setdefault((brand_id, share), {})[arm] = Group(n, wrote)
    return [
        Stratum(brand_id, share, arms.get(Arm.SHOWN, Group()), arms.get(Arm.HELD_OUT, Group()))
        for (brand_id, share), arms in groups.items()
    ]


# What happened on the way, for each arm: visits in which it happened at least once.
JOURNEY = """
    SELECT visit.arm, step.name, count(DISTINCT visit.id)
    FROM knowledge_base_visit AS visit JOIN knowledge_base_step AS step ON step.visit_id = visit.id
    WHERE visit.brand_id = ANY(%(brands)s) AND visit.began_at >= %(since)s AND visit.began_at < %(until)s
    GROUP BY visit.arm, step.name
"""


def journey(brand_ids: Iterable[int], since: datetime, until: datetime) -> dict[tuple[str, str], int]:
    """(arm, step) to the number of visits with such a step: every visit, compared or not."""
    asked: dict[str, Any] = {"brands": list(brand_ids), "since": since, "until": until}
    with connection.cursor() as cursor:
        cursor.execute(JOURNEY, asked)
        return {(arm, name): count for arm, name, count in cursor.fetchall()}
