"""Every number there is, once: what it is called, how it is counted, and from which sums."""

from insights.domain.metrics.base import Behind, Definition, Figure, Metric, Section, Unit
from insights.domain.metrics.registry import REGISTRY, metric_of, metrics_in

__all__ = [
    "REGISTRY",
    "Behind",
    "Definition",
    "Figure",
    "Metric",
    "Section",
    "Unit",
    "metric_of",
    "metrics_in",
]
