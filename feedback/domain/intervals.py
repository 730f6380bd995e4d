"""How sure a figure is: 95 % intervals of shares, of the net promoter score and of means. Plain arithmetic."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

Z: Final = 1.959963984540054  # 95 %, two-sided
PROMOTER: Final = 9
DETRACTOR: Final = 6


@dataclass(frozen=True)
class Estimate:
    """A figure with its interval, all on the scale it is shown in."""

    value: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        return (self.high - self.low) / 2


def wilson(good: int, n: int) -> Estimate | None:
    """A share as per cent with Wilson's interval; None of nothing. 45 of 50: 90 (78.6 to 95.7)."""
    if n <= 0:
        return None
    share, z2 = good / n, Z * Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    reach = Z / (1 + z2 / n) * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    low = 0.0 if good == 0 else max(0.0, middle - reach)
    high = 1.0 if good == n else min(1.0, middle + reach)
    return Estimate(100 * share, 100 * low, 100 * high)


def net_promoter(promoters: int, detractors: int, n: int) -> Estimate | None:
    """Promoters minus detractors in points, -100 to 100, with 1.96 standard errors to either side."""
    if n <= 0:
        return None
    p, d = promoters / n, detractors / n
    reach = Z * math.sqrt(max(0.0, p + d - (p - d) ** 2) / n)
    value = p - d
    return Estimate(100 * value, 100 * max(-1.0, value - reach), 100 * min(1.0, value + reach))


def mean(counts: Iterable[tuple[int, int]]) -> Estimate | None:
    """Of (score, how many) pairs: the mean with 1.96 standard errors to either side; of one answer it has no width."""
    pairs = [(score, many) for score, many in counts if many > 0]
    n = sum(many for _, many in pairs)
    if n == 0:
        return None
    value = sum(score * many for score, many in pairs) / n
    spread = sum(many * (score - value) ** 2 for score, many in pairs) / max(n - 1, 1)
    reach = Z * math.sqrt(spread / n)
    return Estimate(value, value - reach, value + reach)


def difference(after: Estimate, before: Estimate) -> Estimate:
    """After minus before, with the interval of a difference of two figures (Newcombe's way of joining intervals)."""
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return Estimate(value, value - down, value + up)


def is_clear(change: Estimate) -> bool:
    """Does the interval leave out zero? If not, chance alone may have made the change."""
    return change.low > 0 or change.high < 0
