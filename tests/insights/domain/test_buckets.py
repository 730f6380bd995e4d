"""Percentiles from buckets against the sorted durations."""

import math
import random
from collections import Counter

import pytest

from insights.domain import buckets


def test_every_target_is_the_end_of_a_bucket():
    assert set(buckets.TARGETS) <= set(buckets.ENDS)


def test_error_is_what_the_ends_say():
    assert list(buckets.ENDS) == sorted(set(buckets.ENDS))
    assert 0.1 < buckets.ERROR < 0.2


@pytest.mark.parametrize("share", [0.5, 0.9])
@pytest.mark.parametrize("seed", range(5))
def test_percentile_is_off_by_less_than_the_error(share, seed):
    dice = random.Random(seed)
    values = sorted(
        int(dice.lognormvariate(dice.uniform(3, 11), 1.8)) for _ in range(dice.choice([1, 7, 400]))
    )
    found = buckets.percentile(Counter(buckets.bucket_of(value) for value in values), share)
    true = values[max(0, math.ceil(share * len(values)) - 1)]

    assert found.n == len(values)
    assert abs(found.estimate.value - true) <= max(1, buckets.ERROR * true)
    assert found.estimate.low <= found.estimate.value <= found.estimate.high


def test_interval_of_the_median_holds_the_true_one_nineteen_times_of_twenty():
    dice, inside, true = random.Random(7), 0, math.exp(8)
    for _ in range(400):
        counts = Counter(buckets.bucket_of(int(dice.lognormvariate(8, 1))) for _ in range(80))
        found = buckets.percentile(counts, 0.5).estimate
        inside += found.low <= true <= found.high

    assert 0.92 <= inside / 400 <= 0.98


def test_percentile_of_nothing_is_none():
    assert buckets.percentile({}, 0.5) is None


def test_within_counts_the_target_itself():
    counts = Counter(buckets.bucket_of(value) for value in (59, 60, 61, 3600, 3601))

    assert [buckets.within(counts, target) for target in (60, 3600)] == [2, 4]


def test_groups_add_up():
    counts = Counter(buckets.bucket_of(value) for value in (10, 20, 21, 3600, 90_000, 9_999_999))

    assert buckets.grouped(counts, (20, 3600, 86_400)) == [2, 2, 0, 2]
