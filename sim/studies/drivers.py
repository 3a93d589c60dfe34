"""What drove a difference: bookings as a product of five factors, and what each contributed.

Bookings = filled rep-years x customer hours a rep-year x opportunities closed an hour x win rate x deal size. The
contribution of a factor is its Shapley value: what the product gains when the factor changes, averaged over all
orders in which the five could change. Contributions add up to the difference exactly, whatever its size (Shorrocks,
J. Economic Inequality 11 (2013) 99-126).
"""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_YEAR
from sim.measures.weekly import amounts, by_week
from sim.scenario.measures import DERIVED, MEASURES, RECORDED, Measure
from sim.studies.shapley import exact
from sim.studies.statistics import Floats, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

FACTORS = {measure.name: measure for measure in (
    Measure("reps", "rep years", "Filled seats, in years.", 0, "Reps at work"),
    Measure("customer_hours", "hours / rep year", "Hours a rep-year that reach a buyer.", 1, "Customer hours a rep"),
    Measure("opportunities_per_hour", "opportunities / hour", "Opportunities closed per such hour.", 1,
            "Opportunities closed an hour"),
    MEASURES["win_rate"],
    MEASURES["deal_size"],
)}  # fmt: skip
"""Factors whose product is bookings, by name."""

TOTALS = ("bookings", "renewed", "cost", "net_contribution")
"""What is kept of a run beside the factors."""


def parts_of(weekly: Floats) -> Floats:
    """Factors (nan where nothing is to divide by) and totals of `weekly_values`. [len(FACTORS) + len(TOTALS)]."""
    week = {name: weekly[index] for index, name in enumerate(RECORDED)}
    reps = week["reps"].sum()
    hours = (by_week(week, DERIVED["customer_hours"]) * week["reps"]).sum()
    won, closed = (amount.sum() for amount in amounts(week, DERIVED["win_rate"]))
    steps = (1.0, reps / WEEKS_PER_YEAR, hours, closed, won, week["bookings"].sum())
    factors = [after / before if before > 0 else math.nan for before, after in itertools.pairwise(steps)]
    return np.array([*factors, *(week[name].sum() for name in TOTALS)])


def shapley(before: Floats, after: Floats, of: Callable[[Floats], Floats] | None = None) -> Floats:
    """Split the change of the factors' product, or of another function of them, over the factors. All [factors, n].

    A factor that one side lacks, such as the size of deals where none was won, explains nothing.
    """
    first = np.nan_to_num(np.where(np.isnan(before), after, before))
    last = np.nan_to_num(np.where(np.isnan(after), before, after))
    numbers = np.arange(len(before))[:, None]

    def value(changed: frozenset[int]) -> Floats:
        factors = np.where(np.isin(numbers, list(changed)), last, first)
        return factors.prod(axis=0) if of is None else of(factors)

    split: Floats = exact(len(before), value)
    return split


def contributions(case: Floats, base: Floats) -> dict[str, Floats]:
    """Split the differences of bookings and of net contribution, of parts of runs with the same seeds. [n, parts].

    By name: each factor's contribution to bookings, `bookings`, `renewed`, `cost` (a saving counts as positive), and
    `net_contribution`, all in currency. [n] each
    """
    before, after = base[:, : len(FACTORS)].T, case[:, : len(FACTORS)].T
    factors = dict(zip(FACTORS, shapley(before, after), strict=True))
    totals = dict(zip(TOTALS, (case - base)[:, len(FACTORS) :].T, strict=True))
    return {**factors, **totals, "cost": -totals["cost"]}


def drivers_frame(parts: Mapping[str, Floats], as_is: str, alpha: float) -> pd.DataFrame:
    """Make the table of contributions: case, factor, of, contribution, low, high.

    `of` is `bookings` for factors of bookings, and `net_contribution` for what that is made of: there bookings and
    renewals count before the gross margin. Parts are by case, failed seeds not a number. [n, parts] each
    """
    rows = []
    for case, values in parts.items():
        both = np.isfinite(values[:, -1]) & np.isfinite(parts[as_is][:, -1])
        if case == as_is or not both.any():
            continue
        for name, gains in contributions(values[both], parts[as_is][both]).items():
            interval = mean_interval(gains, alpha)
            of = "bookings" if name in FACTORS else "net_contribution"
            rows.append((case, name, of, interval.mean, interval.low, interval.high))
    return pd.DataFrame(rows, columns=["case", "factor", "of", "contribution", "low", "high"])
