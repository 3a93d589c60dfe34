"""Means, paired differences and their intervals, and how many seeds are enough.

Sources: paired differences under common random numbers, Law, Simulation Modeling and Analysis (2015), ch. 11; levels
of repeated looks, Lan and DeMets, Biometrika 70 (1983) 659-663; intervals that hold whatever the stopping rule,
Jennison and Turnbull, J. R. Stat. Soc. B 51 (1989) 305-361; several tests, Holm, Scand. J. Stat. 6 (1979) 65-70.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import scipy

from sim.scenario.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

Floats = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]

ALPHA = 0.05  # share of intervals that may miss: all intervals are 95% intervals
FIRST_LOOK = 20  # seeds before the first look at the precision; each look has twice the seeds of the one before
_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(120)


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its interval, in the unit of the values.

    Attributes:
        n: Values it rests on, those that are no number left out.
        mean: Mean; not a number without values.
        low, high: Ends of the interval; not a number with fewer than two values.
    """

    n: int
    mean: float
    low: float
    high: float

    @property
    def half_width(self) -> float:
        """Half of the interval's length."""
        return (self.high - self.low) / 2.0

    @property
    def contains_zero(self) -> bool:
        """Whether 0 cannot be told from the mean; true for an interval that is not known."""
        return not (self.low > 0.0 or self.high < 0.0)


def half_width(n: ArrayLike, sd: ArrayLike, alpha: float = ALPHA) -> Any:
    """Half-width of Student's interval of a mean [unit and shape of sd]; not a number where n < 2.

    `sd` has n - 1 in the denominator; `alpha` is the share of intervals that may miss the mean.
    """
    count = np.asarray(n, dtype=float)
    with np.errstate(invalid="ignore", divide="ignore"):
        quantile = -scipy.special.stdtrit(count - 1, alpha / 2.0)
        return np.where(count > 1, quantile * np.asarray(sd) / np.sqrt(count), np.nan)


def mean_interval(values: ArrayLike, alpha: float = ALPHA) -> Interval:
    """Mean of independent values with Student's interval; values that are no number are left out."""
    numbers = np.asarray(values, dtype=float)
    numbers = numbers[np.isfinite(numbers)]
    if numbers.size == 0:
        return Interval(0, math.nan, math.nan, math.nan)
    mean = float(numbers.mean())
    width = float(half_width(numbers.size, numbers.std(ddof=1), alpha)) if numbers.size > 1 else math.nan
    return Interval(numbers.size, mean, mean - width, mean + width)


def bootstrap_interval(
    samples: tuple[Floats, ...], statistic: Callable[..., Any], resamples: int, alpha: float = ALPHA
) -> Interval:
    """Percentile interval of a statistic of paired samples, which takes `axis`; pairs are drawn anew. [n] each."""
    count = len(samples[0])
    if count == 0:
        return Interval(0, math.nan, math.nan, math.nan)
    middle = float(statistic(*samples))
    if count == 1:
        return Interval(1, middle, math.nan, math.nan)
    ends = scipy.stats.bootstrap(
        samples,
        statistic,
        n_resamples=resamples,
        batch=500,
        vectorized=True,
        paired=True,
        confidence_level=1.0 - alpha,
        method="percentile",
        rng=np.random.default_rng(0),
    ).confidence_interval
    return Interval(count, middle, float(ends.low), float(ends.high))


@dataclass(frozen=True, slots=True)
class Effect:
    """Paired difference of one measure between a case and `as_is`, over the same seeds."""

    difference: Interval  # mean difference, case minus `as_is`, with its interval
    base: float  # mean of `as_is` over the same seeds
    size: float  # mean difference in standard deviations of the differences (Cohen's d_z)
    better: float  # share of seeds in which the case is better; half of the ties count
    p: float  # of the t test that the mean difference is 0

    @property
    def relative(self) -> tuple[float, float, float]:
        """Difference and interval as shares of the size of the mean of `as_is`, which is taken as known."""
        scale = abs(self.base) or math.nan
        return self.difference.mean / scale, self.difference.low / scale, self.difference.high / scale


def paired_effect(case: ArrayLike, base: ArrayLike, sign: int = 1, alpha: float = ALPHA) -> Effect:
    """Compare a case with `as_is`, both by seed [n]; pairs with a value that is no number are left out.

    The sign is 1 where more is better, -1 where less is; with 0 `better` is the share of seeds with more.
    """
    first, second = np.asarray(case, dtype=float), np.asarray(base, dtype=float)
    finite = np.isfinite(first) & np.isfinite(second)
    differences = first[finite] - second[finite]
    interval = mean_interval(differences, alpha)
    if interval.n == 0:
        return Effect(interval, math.nan, math.nan, math.nan, math.nan)
    spread = float(differences.std(ddof=1)) if interval.n > 1 else math.nan
    gains = differences * (sign or 1)
    better = float(np.mean(gains > 0) + np.mean(gains == 0) / 2.0)
    size = interval.mean / spread if spread > 0 else (0.0 if interval.mean == 0 else math.nan)
    return Effect(interval, float(second[finite].mean()), size, better, float(p_of(interval.n, interval.mean, spread)))


def p_of(n: ArrayLike, mean: ArrayLike, sd: ArrayLike) -> Floats:
    """Two-sided p of Student's test that a mean is 0; values that are all alike are certain. [shape of sd]."""
    count, means, spread = (np.asarray(part, dtype=float) for part in (n, mean, sd))
    with np.errstate(invalid="ignore", divide="ignore"):
        p = 2.0 * scipy.special.stdtr(count - 1, -np.abs(means) * np.sqrt(count) / spread)
    return np.where(spread == 0.0, np.where(means == 0.0, 1.0, 0.0), np.where(count > 1, p, np.nan))


def holm(p: ArrayLike) -> Floats:
    """Adjust p [n] so that a false finding is as rare as in one test (Holm); nan stays, and is no test."""
    values = np.asarray(p, dtype=float)
    adjusted = np.full(values.shape, np.nan)
    order = [index for index in np.argsort(values, kind="stable") if np.isfinite(values[index])]
    worst = 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(order) - rank) * values[index]))
        adjusted[index] = worst
    return adjusted


class RunningMoments:
    """Running mean and spread of arrays of one shape, one array a seed; memory does not grow (Welford 1962).

    Attributes:
        n: How many numbers each cell has seen; what is no number is left out. [shape]
        mean: Mean of each cell; not a number without values. [shape]
    """

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.n = np.zeros(shape)
        self.mean = np.full(shape, np.nan)
        self._squares = np.zeros(shape)

    def add(self, values: NDArray[np.float64]) -> None:
        """Take in one array."""
        finite = np.isfinite(values)
        self.n += finite
        before = np.where(self.n == 1, 0.0, self.mean)
        step = np.where(finite, values, before) - before
        after = before + step / np.maximum(self.n, 1.0)
        self._squares += np.where(finite, step * (values - after), 0.0)
        self.mean = np.where(finite, after, self.mean)

    @property
    def sd(self) -> Floats:
        """Standard deviation of each cell; not a number with fewer than two values."""
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.where(self.n > 1, np.sqrt(self._squares / (self.n - 1)), np.nan)

    def band(self, alpha: float = ALPHA) -> tuple[Floats, Floats]:
        """Ends of the interval of each cell's mean."""
        width = half_width(self.n, self.sd, alpha)
        return self.mean - width, self.mean + width


def read_precision(asked: float | str) -> float:
    """Read a precision such as "2%" or 0.02 as a share of the mean of `as_is`; InputError outside 0.01% to 100%."""
    text = str(asked).strip()
    try:
        share = float(text.removesuffix("%")) / (100.0 if text.endswith("%") else 1.0)
    except ValueError:
        share = math.nan
    if not 0.0001 <= share <= 1.0:
        raise InputError(f"precision {text} is not allowed; it must be a share from 0.01% to 100%, such as 2%")
    return share


def looks(most: int, first: int = FIRST_LOOK) -> tuple[int, ...]:
    """Numbers of seeds at which the precision is looked at: 20, 40, 80 ... and at last `most`."""
    numbers = [first]
    while numbers[-1] * 2 < most:
        numbers.append(numbers[-1] * 2)
    return (*(number for number in numbers if number < most), most)


@cache
def levels(numbers: tuple[int, ...], alpha: float = ALPHA) -> tuple[float, ...]:
    """Level of the interval at each look, so that all of them together hold with probability 1 - alpha.

    Each look spends the same part of alpha: with twice the seeds at every look, that is spending in proportion to the
    logarithm of the information. The bounds follow from the joint normal distribution of the running mean, integrated
    from look to look; Student's quantile of the same level is then used for the width (Jennison and Turnbull, Group
    Sequential Methods, 2000, ch. 11).

    Args:
        numbers: Seeds at each look, growing.
        alpha: Share of sets of intervals that may miss.

    Returns:
        For each look the alpha of its own interval.
    """
    part = alpha / len(numbers)
    alphas: list[float] = []
    density, nodes, weights = np.ones(1), np.zeros(1), np.ones(1)
    before = 0
    for number in numbers:
        step = math.sqrt(number - before)
        bound = _bound(density * weights, nodes, step, part, math.sqrt(number))
        alphas.append(float(2.0 * scipy.special.ndtr(-bound / math.sqrt(number))))
        inside = bound * _NODES
        apart = (inside[:, None] - nodes[None, :]) / step
        density = np.exp(-(apart**2) / 2.0) / math.sqrt(2.0 * math.pi) @ (density * weights) / step
        nodes, weights, before = inside, bound * _WEIGHTS, number
    return tuple(alphas)


def _bound(mass: Floats, nodes: Floats, step: float, part: float, scale: float) -> float:
    """Bound of the running sum that is first crossed at this look with probability `part`."""

    def excess(bound: float) -> float:
        crossing = scipy.special.ndtr((nodes - bound) / step) + scipy.special.ndtr((-bound - nodes) / step)
        return float(mass @ crossing) - part

    return float(scipy.optimize.brentq(excess, 0.0, 12.0 * scale))


def check_base(base: Interval, measure: str) -> None:
    """Raise InputError for a precision relative to a mean of `as_is` whose interval contains 0."""
    if base.contains_zero:
        raise InputError(
            f"a precision is a share of the mean of as_is, and the interval of its {measure}, {base.low:,.4g} to "
            f"{base.high:,.4g} over {base.n} seeds, contains 0; give a number of seeds or another measure"
        )
