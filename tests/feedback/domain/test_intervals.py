import pytest

from feedback.domain.intervals import Estimate, difference, is_clear, mean, net_promoter, wilson


@pytest.mark.parametrize(
    ("good", "n", "low", "high"),
    [(45, 50, 78.6, 95.7), (9, 10, 59.6, 98.2), (0, 10, 0.0, 27.8), (10, 10, 72.2, 100.0)],
)
def test_wilson_has_the_known_ends(good, n, low, high):
    found = wilson(good, n)
    assert (round(found.value, 1), round(found.low, 1), round(found.high, 1)) == (100 * good / n, low, high)


def test_net_promoter_score_has_the_known_half_width():
    found = net_promoter(50, 20, 100)
    assert (round(found.value), round(found.half_width, 1)) == (30, 15.3)


def test_net_promoter_score_stays_on_its_scale():
    found = net_promoter(1, 0, 2)
    assert found.high == 100


def test_mean_has_the_spread_of_its_answers():
    assert mean([(1, 2), (5, 2)]).value == 3
    assert mean([(4, 7)]).half_width == 0


def test_of_nothing_there_is_no_figure():
    assert (wilson(0, 0), net_promoter(0, 0, 0), mean([]), mean([(3, 0)])) == (None, None, None, None)


def test_difference_is_clear_only_beyond_chance():
    few, many = wilson(9, 10), wilson(900, 1000)
    assert not is_clear(difference(few, wilson(7, 10)))
    assert is_clear(difference(many, wilson(700, 1000)))
    assert difference(Estimate(5, 4, 6), Estimate(5, 4, 6)).value == 0
