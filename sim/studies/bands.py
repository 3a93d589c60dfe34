"""Measures by week and by quarter with their bands, gathered seed by seed in memory that does not grow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.measures.weekly import by_week
from sim.scenario.measures import DERIVED, RECORDED, WEEKLY_MEASURES
from sim.studies.cases import AS_IS
from sim.studies.statistics import Floats, RunningMoments

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agents.machinery.record import Rows

MEASURED = tuple(WEEKLY_MEASURES)
"""Every measure with a band, the recorded ones first; flows by quarter are sums of its weeks."""

_IS_FLOW = np.array([measure.flow for measure in RECORDED.values()])


def weekly_values(rows: Rows) -> Floats:
    """Lay out the measures of a run by week, from the rows of the weekly record. [len(MEASURED), weeks]."""
    return with_derived(np.array([rows[name] for name in RECORDED], dtype=float).reshape(len(RECORDED), -1))


def quarterly_values(weekly: Floats) -> Floats:
    """Sum flows and average states of `weekly_values` over complete quarters. [len(MEASURED), quarters]."""
    quarters = weekly.shape[1] // WEEKS_PER_QUARTER
    recorded = weekly[: len(RECORDED), : quarters * WEEKS_PER_QUARTER]
    parts = recorded.reshape(len(RECORDED), quarters, WEEKS_PER_QUARTER)
    return with_derived(np.where(_IS_FLOW[:, None], parts.sum(axis=2), parts.mean(axis=2)))


def with_derived(recorded: Floats) -> Floats:
    """Add the measures that follow from the recorded ones. [len(MEASURED), periods]."""
    columns = dict(zip(RECORDED, recorded, strict=True))
    return np.vstack([recorded, *(by_week(columns, measure) for measure in DERIVED.values())])


class Bands:
    """Running means of every measure by case and time, and of the paired differences from `as_is`."""

    def __init__(self, cases: Sequence[str], periods: int) -> None:
        """Start without runs of the cases, `as_is` among them; periods are the weeks or quarters of a run."""
        shape = (len(MEASURED), periods)
        self._levels = {case: RunningMoments(shape) for case in cases}
        self._differences = {case: RunningMoments(shape) for case in cases if case != AS_IS}

    def add(self, values: Mapping[str, Floats]) -> None:
        """Take in the runs of one seed by case; a case whose run failed is absent."""
        for case, matrix in values.items():
            self._levels[case].add(matrix)
            if case != AS_IS and AS_IS in values:
                self._differences[case].add(matrix - values[AS_IS])

    def frame(self, period: str, alpha: float) -> pd.DataFrame:
        """Make the table: case, `period` (week, quarter), measure, n, mean, low, high, sd, difference with interval."""
        return pd.concat([self._part(case, period, alpha) for case in self._levels], ignore_index=True)

    def _part(self, case: str, period: str, alpha: float) -> pd.DataFrame:
        level, difference = self._levels[case], self._differences.get(case)
        measures, periods = level.n.shape
        (low, high), gap = level.band(alpha), np.full(level.n.shape, np.nan)
        columns = {"n": level.n.astype(int), "mean": level.mean, "low": low, "high": high, "sd": level.sd}
        ends = difference.band(alpha) if difference else (gap, gap)
        columns |= {"difference": difference.mean if difference else gap}
        columns |= {"difference_low": ends[0], "difference_high": ends[1]}
        keys = {"case": case, period: np.tile(np.arange(periods), measures), "measure": np.repeat(MEASURED, periods)}
        return pd.DataFrame(keys | {name: values.ravel() for name, values in columns.items()})
