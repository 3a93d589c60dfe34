"""Whether an export has a season, and what trend is left beside it: a seasonal export is not a drift."""

from __future__ import annotations

import calendar
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from agents.machinery.clock import QUARTERS_PER_YEAR, WEEKS_PER_QUARTER
from sim.studies.statistics import Interval, half_width

LEAST_YEARS = 2  # whole quarters of each kind that are needed to tell a season from chance. [years]
LEAST_FREE = 2  # quarters beyond what is estimated from which a trend has an interval that says anything
CHANCE = 0.01  # chance below which differences between the quarters of a year are a season. Assumed.


@dataclass(frozen=True, slots=True)
class Season:
    """What the quarters of a year weigh.

    Attributes:
        weights: Of each calendar quarter relative to the mean quarter, trend taken out. Shape (4,). [ratio]
        chance: Probability that chance alone makes quarters differ so. [share]
    """

    weights: tuple[float, float, float, float]
    chance: float

    @property
    def fiscal_start(self) -> int:
        """Month in which the fiscal year begins, 1 to 12: the one after the strongest quarter."""
        return (int(np.argmax(self.weights)) + 1) % QUARTERS_PER_YEAR * 3 + 1

    @property
    def listed(self) -> str:
        """The weights, from January on."""
        return ", ".join(f"{weight:.2f}" for weight in self.weights)

    @property
    def text(self) -> str:
        """The season in one sentence."""
        start = calendar.month_name[self.fiscal_start]
        return (
            f"a season: calendar quarters weigh {self.listed} of the mean; the fiscal year seems to begin in {start}; "
            "whole years alone are measured"
        )

    def from_day(self, day: pd.Timestamp) -> list[float]:
        """Weights of the four quarters of 13 weeks that begin on a day. [ratio]."""
        passed = pd.Timedelta(weeks=WEEKS_PER_QUARTER)
        return [self._over(day + k * passed) for k in range(QUARTERS_PER_YEAR)]

    def _over(self, day: pd.Timestamp) -> float:
        """Mean weight of the 13 weeks that begin on a day."""
        days = pd.date_range(day, periods=7 * WEEKS_PER_QUARTER)
        return float(np.mean(np.array(self.weights)[days.quarter - 1]))


def season_of(quarters: pd.DataFrame, measure: str = "wins") -> Season | None:
    """Tell a season by an F test of calendar quarters beside a trend, on logarithms of a measure; None without one.

    Args:
        quarters: As `Moments.quarters`.
        measure: Column of it.
    """
    time, kind, values = _full(quarters, measure)
    if (
        len(time) < QUARTERS_PER_YEAR * LEAST_YEARS
        or np.bincount(kind, minlength=QUARTERS_PER_YEAR).min() < LEAST_YEARS
    ):
        return None
    _, without = _regression(time, values, None)
    effects, within = _regression(time, values, kind)
    free = len(time) - QUARTERS_PER_YEAR - 1
    ratio = (without - within) / 3.0 / max(within / free, 1e-12)
    chance = float(special.fdtrc(3, free, ratio))
    if chance >= CHANCE:
        return None
    weights = np.exp(np.array([0.0, *effects[2:]]))
    return Season(tuple(map(float, weights / weights.mean())), chance)  # type: ignore[arg-type]


def trend_of(quarters: pd.DataFrame, measure: str, season: Season | None = None) -> Interval:
    """Relative change of a measure in a year over the whole quarters, beside a season if there is one. [1 / year].

    Args:
        quarters: As `Moments.quarters`.
        measure: Column of it.
        season: What `season_of` found.

    Returns:
        The change with its 95% interval by Student's t; not a number where quarters are too few to tell.
    """
    time, kind, values = _full(quarters, measure)
    columns = 2 if season is None else QUARTERS_PER_YEAR + 1
    free = len(time) - columns
    if free < LEAST_FREE:
        return Interval(len(time), np.nan, np.nan, np.nan)
    effects, rest = _regression(time, values, None if season is None else kind)
    design = _design(time, None if season is None else kind)
    variance = rest / free * np.linalg.pinv(design.T @ design)[1, 1]
    half = float(half_width(free + 1, np.sqrt(variance * (free + 1))))
    ends = [float(np.expm1(effects[1] + shift)) for shift in (0.0, -half, half)]
    return Interval(len(time), *ends)


def _full(quarters: pd.DataFrame, measure: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Time [years], calendar quarter from 0, and logarithm of the measure, of the whole quarters with some of it."""
    rows = quarters[quarters["full"] & (quarters[measure] > 0)]
    years = rows["quarter"].str[:4].astype(int).to_numpy()
    kind = rows["quarter"].str[-1].astype(int).to_numpy() - 1
    return years + kind / QUARTERS_PER_YEAR, kind, np.log(rows[measure].to_numpy(dtype=float))


def _design(time: np.ndarray, kind: np.ndarray | None) -> np.ndarray:
    columns = [np.ones(len(time)), time - time.mean()]
    if kind is not None:
        columns += [(kind == quarter).astype(float) for quarter in range(1, QUARTERS_PER_YEAR)]
    return np.column_stack(columns)


def _regression(time: np.ndarray, values: np.ndarray, kind: np.ndarray | None) -> tuple[np.ndarray, float]:
    """Least squares on trend and calendar quarters: effects, and the sum of squares that is left."""
    design = _design(time, kind)
    effects = np.linalg.lstsq(design, values, rcond=None)[0]
    return effects, float(np.sum((values - design @ effects) ** 2))
