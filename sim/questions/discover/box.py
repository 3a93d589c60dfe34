"""Boxes: limits on some inputs within which an outcome is more frequent, and how they are judged.

Sources: coverage, density and quasi-p-values, Bryant and Lempert, Technological Forecasting and Social Change 77 (2010)
34-49; the weighted relative accuracy that chooses a box on the trajectory, Lavrac, Flach and Zupan, ILP-99, LNAI 1634,
174-185.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]

ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Limit:
    """What a box asks of one input.

    Attributes:
        name: The input.
        low, high: Least and greatest value; None where there is no such end. [unit of the input]
        words: Values of a choice that are in the box; empty for numbers.
    """

    name: str
    low: float | None = None
    high: float | None = None
    words: tuple[str, ...] = ()

    def holds(self, values: pd.Series[Any]) -> Flags:
        """Tell of each value whether it is within. [worlds]."""
        if self.words:
            return np.asarray(values.isin(self.words), dtype=bool)
        numbers = values.to_numpy(dtype=float)
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return np.asarray((numbers >= low) & (numbers <= high), dtype=bool)

    def ends(self) -> tuple[str, ...]:
        """Name the ends that are set: of `low`, `high`, or `words`."""
        if self.words:
            return ("words",)
        return tuple(end for end in ("low", "high") if getattr(self, end) is not None)

    def without(self, end: str) -> Limit:
        """Give the limit with one end open."""
        opened: Any = {end: () if end == "words" else None}
        return replace(self, **opened)


Box = tuple[Limit, ...]


def inside(box: Box, inputs: pd.DataFrame) -> Flags:
    """Tell of each world whether it lies in a box; all do in a box without limits. [worlds]."""
    within = np.ones(len(inputs), dtype=bool)
    for limit in box:
        within &= limit.holds(inputs[limit.name])
    return within


@dataclass(frozen=True, slots=True)
class Tally:
    """What a box holds of some worlds: how many there are, are of interest, are inside, and are both."""

    worlds: int
    of_interest: int
    inside: int
    both: int

    @classmethod
    def of(cls, box: Box, inputs: pd.DataFrame, outcome: Flags) -> Tally:
        """Count worlds."""
        within = inside(box, inputs)
        return cls(len(outcome), int(outcome.sum()), int(within.sum()), int((within & outcome).sum()))

    @property
    def density(self) -> float:
        """Share of the worlds in the box that are of interest; nan for an empty box."""
        return self.both / self.inside if self.inside else math.nan

    @property
    def coverage(self) -> float:
        """Share of the worlds of interest that are in the box; nan without any."""
        return self.both / self.of_interest if self.of_interest else math.nan

    @property
    def mass(self) -> float:
        """Share of all worlds that are in the box."""
        return self.inside / self.worlds

    @property
    def base(self) -> float:
        """Share of all worlds that are of interest."""
        return self.of_interest / self.worlds

    @property
    def p(self) -> float:
        """Of Fisher's exact test that worlds of interest are no more frequent in the box than outside."""
        outside = self.worlds - self.inside
        rest = self.of_interest - self.both
        table = [[self.both, self.inside - self.both], [rest, outside - rest]]
        return float(scipy.stats.fisher_exact(table, alternative="greater").pvalue)

    def gain(self) -> float:
        """Weighted relative accuracy: mass x (density - base)."""
        return self.mass * (self.density - self.base) if self.inside else -math.inf


def share_interval(part: int, whole: int) -> tuple[float, float]:
    """Give the exact 95% interval of a share (Clopper and Pearson), which is no point where all or none hold.

    It is not a number for a part of nothing.
    """
    if not whole:
        return math.nan, math.nan
    ends = scipy.stats.binomtest(part, whole).proportion_ci(1.0 - ALPHA, method="exact")
    return float(ends.low), float(ends.high)


def quasi_p(box: Box, name: str, end: str, inputs: pd.DataFrame, outcome: Flags) -> float:
    """Probability of a box as dense as this, or denser, if one of its limits made no difference.

    One-sided binomial test of the worlds [worlds x inputs] in the box against the density without one end (`low`,
    `high` or `words`) of the limit on an input (Bryant and Lempert 2010).
    """
    within = inside(box, inputs)
    without = inside(_without(box, name, end), inputs)
    if not within.any():
        return 1.0
    hits, count, share = int(outcome[within].sum()), int(within.sum()), float(outcome[without].mean())
    return float(scipy.stats.binomtest(hits, count, share, alternative="greater").pvalue)


def _without(box: Box, name: str, end: str) -> Box:
    opened = (limit.without(end) if limit.name == name else limit for limit in box)
    return tuple(limit for limit in opened if limit.ends())


def pruned(box: Box, inputs: pd.DataFrame, outcome: Flags, looks: Mapping[str, int]) -> Box:
    """Leave out limits that do not hold up in the worlds the box was found in, the least sure first. [worlds x inputs].

    `looks` has for each input the number of limits among which the search chose; the quasi-p-value is multiplied by it
    (Bonferroni).
    """
    while box:
        ends = [(limit.name, end) for limit in box for end in limit.ends()]
        worst, name, end = max(
            (looks[name] * quasi_p(box, name, end, inputs, outcome), name, end) for name, end in ends
        )
        if worst <= ALPHA:
            break
        box = _without(box, name, end)
    return box


def is_choice(values: pd.Series[Any]) -> bool:
    """Tell whether an input holds words or switches rather than numbers."""
    return pd.api.types.is_bool_dtype(values.dtype) or not pd.api.types.is_numeric_dtype(values.dtype)


def readable(value: float, span: float, *, whole: bool, up: bool) -> float:
    """Round a limit to about a hundredth to a thousandth of its range, and inwards to a whole number.

    `span` is the length of the range; `up` says that it is a lower limit.
    """
    if whole:
        return float(math.ceil(value) if up else math.floor(value))
    return float(round(value, 2 - math.floor(math.log10(span)))) + 0.0


def best_of(boxes: Sequence[Box], inputs: pd.DataFrame, outcome: Flags) -> int:
    """Choose the box that gains most: mass x (density - base); the first of equals."""
    return int(np.argmax([Tally.of(box, inputs, outcome).gain() for box in boxes]))
