"""PRIM, the patient rule induction method: boxes in which an outcome is ever more frequent.

Slices are peeled off a box while that raises its density, and then pasted back while that raises it further. Each time
it is the slice that gains most density per world given up or taken in, times the worlds there are then, so that a
choice, whose slices are thick, has no advantage over a number; of equals it is the one that leaves the box with fewest
limits, and a number's before a choice's.

Sources: Friedman and Fisher, Statistics and Computing 9 (1999) 123-143, eq. 14.6 for the gain; for scenario discovery,
Bryant and Lempert, Technological Forecasting and Social Change 77 (2010) 34-49; where a slice ends, the quantile of
their sdtoolkit, which the EMA Workbench follows (Kwakkel, Environmental Modelling and Software 96 (2017) 239-250).
"""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.discover.box import Box, Limit, Tally, inside, is_choice, readable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sim.questions.discover.box import Flags

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
