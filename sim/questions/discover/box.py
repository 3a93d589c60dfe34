"""Boxes: limits on some inputs within which an outcome is more frequent, how they are judged, and found by PRIM.

Sources: coverage, density and quasi-p-values, Bryant and Lempert, Technological Forecasting and Social Change 77 (2010)
34-49; the weighted relative accuracy that chooses a box on the trajectory, Lavrac, Flach and Zupan, ILP-99, LNAI 1634,
174-185.

The patient rule induction method finds boxes in which the outcome is ever more frequent: slices are peeled off a box
while that raises its density, and then pasted back while that raises it further. Each time it is the slice that gains
most density per world given up or taken in, times the worlds there are then, so that a choice, whose slices are thick,
has no advantage over a number; of equals it is the one that leaves the box with fewest limits, and a number's before a
choice's.

Sources: Friedman and Fisher, Statistics and Computing 9 (1999) 123-143, eq. 14.6 for the gain; for scenario discovery,
Bryant and Lempert, Technological Forecasting and Social Change 77 (2010) 34-49; where a slice ends, the quantile of
their sdtoolkit, which the EMA Workbench follows (Kwakkel, Environmental Modelling and Software 96 (2017) 239-250).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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


SMALLEST = 0.05  # least share of the worlds in a box
PASTED = 0.05  # share of the worlds just outside an end that are pasted at a time
SLICES = (0.1, 0.2)
"""Shares of a box that are peeled off at a time: each is tried. Thinner slices follow the luck of a few worlds."""


def peel(inputs: pd.DataFrame, outcome: Flags, slice_: float = SLICES[0]) -> list[Box]:
    """Find boxes of growing density, from the one of all worlds on, their limits in numbers people can read.

    Args:
        inputs: A row a world; numbers, and words for choices. [worlds x inputs]
        outcome: Whether a world is of interest. [worlds]
        slice_: The share of a box that is peeled off at a time.
    """
    boxes: list[Box] = [()]
    ordered = inputs[[name for kind in (False, True) for name in inputs if is_choice(inputs[name]) == kind]]
    while better := _best(boxes[-1], _peeled(boxes[-1], ordered, slice_), ordered, outcome):
        boxes.append(better)
    while better := _best(boxes[-1], _pasted(boxes[-1], ordered), ordered, outcome):
        boxes.append(better)
    limits = [_limits(box, inputs).values() for box in boxes]
    return [tuple(_rounded(limit, inputs[limit.name]) for limit in box if limit.ends()) for box in limits]


def _best(box: Box, options: Iterator[Box], inputs: pd.DataFrame, outcome: Flags) -> Box | None:
    """Choose the box that gains most over another; none if it gains nothing or is too small. [worlds x inputs]."""
    old = Tally.of(box, inputs, outcome)
    tallies = {option: Tally.of(option, inputs, outcome) for option in options}
    best = max(tallies, key=lambda option: (_gain(old, tallies[option]), -len(option)), default=box)
    if best == box or _gain(old, tallies[best]) <= 0.0 or tallies[best].mass < SMALLEST:
        return None
    return best


def _gain(old: Tally, new: Tally) -> float:
    """Gain of density per world given up or taken in, times the worlds there are then."""
    if new.inside in (0, old.inside):
        return 0.0
    return new.inside * (new.density - old.density) / abs(new.inside - old.inside)


def _peeled(box: Box, inputs: pd.DataFrame, slice_: float) -> Iterator[Box]:
    """Give every box that is smaller by a slice of one number, or by one word of a choice. [worlds x inputs]."""
    within, limits = inputs[inside(box, inputs)], _limits(box, inputs)
    for name, limit in limits.items():
        if is_choice(inputs[name]):
            words = limit.words or _words(inputs[name])
            smaller = [replace(limit, words=tuple(other for other in words if other != word)) for word in words]
            options = smaller if len(words) > 1 else []
        else:
            high, low = (_edge(within[name], share) for share in (1 - slice_, slice_))
            options = [replace(limit, high=high), replace(limit, low=low)]
        for option in options:
            yield _box(limits, option)


def _pasted(box: Box, inputs: pd.DataFrame) -> Iterator[Box]:
    """Give every box that is larger by a slice beyond one end, or by one word of a choice. [worlds x inputs]."""
    limits = _limits(box, inputs)
    for limit in box:
        values = inputs[limit.name]
        for word in _words(values) if limit.words else ():
            words = tuple(sorted({*limit.words, word}))
            yield _box(limits, replace(limit, words=() if words == _words(values) else words))
        if limit.low is not None:
            beyond = values[inside(_box(limits, Limit(limit.name, high=limit.low)), inputs)]
            low = _edge(beyond, 1 - PASTED)
            yield _box(limits, replace(limit, low=low if low > values.min() else None))
        if limit.high is not None:
            beyond = values[inside(_box(limits, Limit(limit.name, low=limit.high)), inputs)]
            high = _edge(beyond, PASTED)
            yield _box(limits, replace(limit, high=high if high < values.max() else None))


def _edge(values: pd.Series[Any], share: float) -> float:
    """Place an end below which a share of values [n] lies, halfway between two that differ; not a number of none.

    Where the values around it are equal, it moves towards the nearer tail, and stays with them where they are the last.
    """
    if values.empty:
        return math.nan
    ordered = np.sort(values.to_numpy(dtype=float))
    place = (len(ordered) - 1) * share
    below, above = math.floor(place), math.ceil(place)
    if ordered[below] == ordered[above]:
        if share > 0.5:
            below = max(int(np.searchsorted(ordered, ordered[above])) - 1, 0)
        else:
            above = min(int(np.searchsorted(ordered, ordered[below], side="right")), len(ordered) - 1)
    return float((ordered[below] + ordered[above]) / 2)


def _limits(box: Box, inputs: pd.DataFrame) -> dict[str, Limit]:
    """Give a limit for every input, open ones included."""
    return {str(name): Limit(str(name)) for name in inputs} | {limit.name: limit for limit in box}


def _box(limits: Mapping[str, Limit], new: Limit) -> Box:
    return tuple(limit for limit in {**limits, new.name: new}.values() if limit.ends())


def _words(values: pd.Series[Any]) -> tuple[str, ...]:
    return tuple(sorted(set(values)))


def _rounded(limit: Limit, values: pd.Series[Any]) -> Limit:
    """Read the ends of a limit in numbers people can read."""
    if limit.words:
        return limit
    span, whole = float(values.max() - values.min()), pd.api.types.is_integer_dtype(values.dtype)
    low = None if limit.low is None else readable(limit.low, span, whole=whole, up=True)
    high = None if limit.high is None else readable(limit.high, span, whole=whole, up=False)
    return replace(limit, low=low, high=high)
