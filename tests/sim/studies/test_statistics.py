"""Intervals cover what they should, with and without looking repeatedly; worked values; bad input."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from sim.scenario.errors import InputError
from sim.studies import statistics
from sim.studies.statistics import Interval, RunningMoments, holm, levels, looks, mean_interval, paired_effect

numbers = st.floats(-1e6, 1e6)


def test_interval_of_a_mean_by_hand():
    found = mean_interval([1.0, 2.0, 3.0, 4.0, 5.0])
    # t with 4 degrees of freedom at 97.5% is 2.776; the standard error is sqrt(2.5 / 5)
    assert found.mean == 3.0
    assert found.half_width == pytest.approx(2.7764451 * math.sqrt(0.5), rel=1e-6)


def test_interval_of_few_values():
    assert mean_interval([]).n == 0
    assert math.isnan(mean_interval([7.0]).low)
    assert mean_interval([7.0, math.nan]).n == 1
    assert mean_interval([7.0]).contains_zero


def test_paired_effect_agrees_with_scipy():
    chance = np.random.default_rng(5)
    base = chance.normal(10, 3, 40)
    case = base + chance.normal(0.5, 1, 40)
    effect = paired_effect(case, base)
    theirs = stats.ttest_rel(case, base)
    assert effect.p == pytest.approx(theirs.pvalue)
    assert (effect.difference.low, effect.difference.high) == pytest.approx(theirs.confidence_interval())
    assert effect.size == pytest.approx((case - base).mean() / (case - base).std(ddof=1))
    assert effect.better == np.mean(case > base)
    assert paired_effect(case, base, sign=-1).better == np.mean(case < base)
    assert effect.relative[0] == pytest.approx((case - base).mean() / base.mean())


def test_effect_without_spread():
    same = paired_effect([1.0, 2.0], [1.0, 2.0])
    assert (same.p, same.size, same.better) == (1.0, 0.0, 0.5)
    shifted = paired_effect([2.0, 3.0], [1.0, 2.0])
    assert shifted.p == 0.0
    assert math.isnan(shifted.size)
    assert shifted.difference.low == shifted.difference.high == 1.0


def test_effect_leaves_out_pairs_with_a_gap():
    effect = paired_effect([1.0, math.nan, 3.0], [0.0, 0.0, math.nan])
    assert effect.difference.n == 1
    assert effect.base == 0.0
    assert math.isnan(effect.relative[0])
    assert math.isnan(paired_effect([], []).p)


@given(arrays(float, st.tuples(st.integers(2, 30), st.just(3)), elements=numbers))
def test_running_moments_equal_those_of_all_values(values):
    moments = RunningMoments((3,))
    for row in values:
        moments.add(row)
    np.testing.assert_allclose(moments.mean, values.mean(axis=0), rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(moments.sd, values.std(axis=0, ddof=1), rtol=1e-6, atol=1e-3)
    assert (moments.n == len(values)).all()


def test_running_moments_leave_out_gaps():
    moments = RunningMoments((2,))
    for row in ([1.0, math.nan], [math.nan, math.nan], [3.0, 5.0]):
        moments.add(np.array(row))
    np.testing.assert_array_equal(moments.n, [2, 1])
    np.testing.assert_array_equal(moments.mean, [2, 5])
    low, high = moments.band()
    assert low[0] < 2 < high[0]
    assert np.isnan(low[1])
    assert np.isnan(high[1])


def test_holm_by_hand():
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
    np.testing.assert_allclose(holm([0.9, math.nan, 0.8]), [1.0, math.nan, 1.0])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_never_lowers_and_keeps_the_order(p):
    adjusted = holm(p)
    assert (adjusted >= np.array(p)).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


@pytest.mark.parametrize(
    ("most", "expected"), [(20, (20,)), (30, (20, 30)), (40, (20, 40)), (100, (20, 40, 80, 100)), (5, (5,))]
)
def test_looks_double(most, expected):
    assert looks(most) == expected


def test_levels_spend_alpha_exactly():
    assert levels((50,)) == pytest.approx((0.05,))
    two = levels((20, 40))
    assert two[0] == pytest.approx(0.025)
    # the chance that either look misses, from the joint normal distribution of the two means
    bounds = [stats.norm.isf(level / 2) for level in two]
    joint = stats.multivariate_normal(cov=[[1, math.sqrt(0.5)], [math.sqrt(0.5), 1]])
    inside = joint.cdf(bounds, lower_limit=[-bound for bound in bounds])
    assert 1 - inside == pytest.approx(0.05, abs=1e-4)


def test_levels_of_all_looks_are_stricter_than_one_and_looser_than_apart():
    found = levels(looks(2000))
    assert all(0.05 / 8 <= level < 0.05 for level in found)


def stopped_intervals(replicates: int, mean: float, precision: float, *, corrected: bool) -> np.ndarray:
    """Return for each replicate whether the interval at which the rule stopped covers the mean."""
    chance = np.random.default_rng(11)
    numbers = looks(320)
    values = chance.normal(mean, 1.0, (replicates, 320))
    covered = np.zeros(replicates, dtype=bool)
    running = np.ones(replicates, dtype=bool)
    for number, level in zip(numbers, levels(numbers), strict=True):
        seen = values[:, :number]
        width = statistics.half_width(number, seen.std(axis=1, ddof=1), level if corrected else 0.05)
        stop = running & ((width <= precision) | (number == 320))
        covered[stop] = (np.abs(seen.mean(axis=1) - mean) <= width)[stop]
        running &= ~stop
    return covered


def test_intervals_cover_after_stopping():
    covered = stopped_intervals(4000, 3.0, 0.25, corrected=True)
    assert covered.mean() >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 4000)


def test_repeated_intervals_hold_at_every_look_together():
    chance = np.random.default_rng(3)
    numbers = looks(320)
    sums = np.cumsum(chance.normal(0.0, 1.0, (6000, 320)), axis=1)
    squares = np.cumsum(np.diff(sums, axis=1, prepend=0) ** 2, axis=1)
    missed = np.zeros(6000, dtype=bool)
    for number, level in zip(numbers, levels(numbers), strict=True):
        mean = sums[:, number - 1] / number
        sd = np.sqrt((squares[:, number - 1] - number * mean**2) / (number - 1))
        missed |= np.abs(mean) > statistics.half_width(number, sd, level)
    # within four standard errors of 5%: neither too narrow nor wastefully wide
    assert abs(missed.mean() - 0.05) < 4 * math.sqrt(0.05 * 0.95 / 6000)


def test_a_fixed_number_of_values_is_covered_in_95_percent():
    chance = np.random.default_rng(17)
    found = [mean_interval(row) for row in chance.normal(2.0, 5.0, (3000, 12))]
    share = np.mean([one.low <= 2.0 <= one.high for one in found])
    assert abs(share - 0.95) < 4 * math.sqrt(0.05 * 0.95 / 3000)


@pytest.mark.parametrize(("text", "share"), [("2%", 0.02), (0.02, 0.02), (" 0.5 % ", 0.005), ("0.1", 0.1)])
def test_precision_is_read(text, share):
    assert statistics.read_precision(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["2", "0", "-1%", "two", "nan", "", "200%"])
def test_precision_that_is_no_share_is_refused(text):
    with pytest.raises(InputError, match=r"share from 0\.01% to 100%"):
        statistics.read_precision(text)


def test_precision_relative_to_nothing_is_refused():
    with pytest.raises(InputError, match=r"net_contribution, -2 to 4 over 20 seeds, contains 0"):
        statistics.check_base(Interval(20, 1.0, -2.0, 4.0), "net_contribution")
    statistics.check_base(Interval(20, 3.0, 2.0, 4.0), "net_contribution")
