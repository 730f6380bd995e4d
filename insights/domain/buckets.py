"""Durations counted in buckets, so that any sum of counts has a median, a 90th percentile and a share within a target.

The ends of the buckets grow by about a seventh each, and every target one may choose is such an end. So a share
within a target is exact, and a percentile lies in the bucket it is told from: it is off by less than `ERROR` of
its value.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from feedback.domain.intervals import Estimate, Z

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86_400
TARGETS: Final = (20, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 7 * DAY)
ANCHORS: Final = (*TARGETS, 30 * DAY, 365 * DAY, 3650 * DAY)
GROWTH: Final = 8 / 7


def ends() -> tuple[int, ...]:
    """Every second up to the first anchor, then from anchor to anchor by equal factors."""
    found = list(range(ANCHORS[0] + 1))
    for low, high in pairwise(ANCHORS):
        steps = math.ceil(math.log(high / low) / math.log(GROWTH))
        found += [round(low * (high / low) ** (step / steps)) for step in range(1, steps + 1)]
    return tuple(dict.fromkeys(found))


ENDS: Final = ends()  # bucket number n holds what is more than ENDS[n - 1] and at most ENDS[n] seconds
ERROR: Final = max(high / low for low, high in pairwise(ENDS) if low >= ANCHORS[0]) - 1
Counts = Mapping[int, int]  # bucket -> how many


@dataclass(frozen=True)
class Spread:
    """A percentile with its interval, in seconds."""

    estimate: Estimate
    n: int


def bucket_of(seconds: int) -> int:
    return min(bisect_left(ENDS, max(0, seconds)), len(ENDS) - 1)


def within(counts: Counts, target: int) -> int:
    """How many took at most `target` seconds: exact, when it is one of the TARGETS."""
    last = bucket_of(target)
    return sum(many for bucket, many in counts.items() if bucket <= last)


def percentile(counts: Counts, share: float) -> Spread | None:
    """None of nothing. The interval is that of the rank: 95 % of the time the true rank lies in it."""
    n = sum(counts.values())
    if n <= 0:
        return None
    reach = Z * math.sqrt(n * share * (1 - share))
    low, value, high = (at_rank(counts, n * share + move) for move in (-reach, 0, reach))
    return Spread(Estimate(value, low, high), n)


def at_rank(counts: Counts, rank: float) -> float:
    """The duration with so many below it; inside a bucket as if they were spread evenly over its logarithm."""
    n = sum(counts.values())
    rank, seen = min(max(rank, 0.0), float(n)), 0.0
    for bucket in sorted(bucket for bucket, many in counts.items() if many > 0):
        many = counts[bucket]
        if seen + many >= rank:
            return inside(bucket, (rank - seen) / many)
        seen += many
    return float(ENDS[-1])


def inside(bucket: int, share: float) -> float:
    low, high = ENDS[bucket - 1] if bucket else 0, ENDS[bucket]
    if high <= ANCHORS[0]:
        return float(high)  # single seconds
    return float(low * (high / low) ** share)


def grouped(counts: Counts, limits: tuple[int, ...]) -> list[int]:
    """How many up to each limit, and more than the last. The limits are TARGETS."""
    upto = [within(counts, limit) for limit in limits]
    upto.append(sum(counts.values()))
    return [upto[0], *(later - earlier for earlier, later in pairwise(upto))]
