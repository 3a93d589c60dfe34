"""Measures by week: what is divided, by what, and over how many weeks; `sim.scenario.measures` declares them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from agents.machinery.record import Rows
    from sim.scenario.measures import Measure

Floats = np.ndarray[Any, np.dtype[np.float64]]


def amounts(weeks: Rows | Mapping[str, Floats], measure: Measure) -> tuple[Floats, Floats]:
    """What is divided, and by what: by ones where the measure is no quotient. [weeks] each.

    Args:
        weeks: Fields of the weekly record by name.
        measure: A measure of a week.
    """
    part: Floats = np.sum([weeks[name] for name in measure.parts], axis=0)
    if measure.times:
        part = part * weeks[measure.times]
    if measure.each_rep:
        part = part * weeks["reps"]
    if not measure.whole:
        return part, np.ones(len(part))
    return part, np.sum([weeks[name] for name in measure.whole], axis=0)


def quotient(measure: Measure, part: Floats, whole: Floats, nothing: float = math.nan) -> Floats:
    """Divide the amounts of a measure; `nothing` stands where there is nothing to divide by. [n]."""
    shares: Floats = np.divide(part, whole, out=np.full(len(part), nothing), where=whole > 0)
    return 1.0 - shares if measure.rest else shares


def by_week(weeks: Rows | Mapping[str, Floats], measure: Measure, nothing: float = math.nan) -> Floats:
    """A measure week by week. [weeks]."""
    return quotient(measure, *amounts(weeks, measure), nothing)


def rolling(weeks: Rows, measure: Measure) -> Floats:
    """A quotient as total over total, anything else as mean, of the 13 weeks up to each. [weeks]."""
    part, whole = amounts(weeks, measure)
    return quotient(measure, last_sums(part), last_sums(whole))


def last_sums(amount: Floats, weeks: int = WEEKS_PER_QUARTER) -> Floats:
    """Sum of some weeks up to each, of as many as there are at first. [weeks]."""
    return np.convolve(amount, np.ones(weeks))[: len(amount)] if len(amount) else amount


def over_weeks(weeks: Rows, measure: Measure) -> float:
    """A quotient as total over total, anything else as mean over the weeks; nan where there is nothing to divide by."""
    part, whole = amounts(weeks, measure)
    return float(quotient(measure, part.sum(keepdims=True), whole.sum(keepdims=True))[0])


def of_quarter(weeks: Rows, measure: Measure) -> float:
    """The last 13 weeks: a flow's sum, a quotient's total over total, anything else as the last week has it."""
    last = weeks[-WEEKS_PER_QUARTER:]
    if measure.flow:
        return float(amounts(last, measure)[0].sum()) if len(last) else math.nan
    return over_weeks(last if measure.whole else last[-1:], measure)
