"""What a search says: the posterior of each parameter, what the data cannot tell, and whether the model agrees."""

from __future__ import annotations

import math
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike

    from sim.questions.calibrate.plan import CalibrationPlan, CalibrationTarget, Prior
    from sim.studies.statistics import Floats

CANNOT_TELL = 0.2
"""Contraction below which the data cannot tell: the posterior is still at least 80% as wide as the prior. Assumed."""

TOLD = 0.5  # contraction from which the data tell: the posterior is at most half as wide as the prior. Assumed.
JOINTLY = 0.7  # correlation from which two parameters are only known together. Assumed.
EDGE = 0.02  # share of a range: a 90% interval that ends so near to an end of a narrowed one is cut off by it. Assumed.
BOOTSTRAPS = 500

POSTERIOR = (
    "parameter", "unit", "mean", "sd", "median", "low", "high", "prior_low", "prior_high", "prior_source",
    "contraction", "contraction_low", "contraction_high", "verdict",
)  # fmt: skip
"""Columns of the posterior's table; `low` and `high` are the 5% and 95% quantiles."""

PREDICTIVE = (
    "measure", "unit", "fitted", "data", "sd", "prior_low", "prior_high", "low", "median", "high", "inside", "scenario",
)  # fmt: skip
"""Columns of the predictive check; `low` to `high` has 90% of single runs, `scenario` is the calibrated file's mean."""


def weighted_quantile(values: ArrayLike, weights: ArrayLike, at: Sequence[float]) -> Floats:
    """Quantiles, at some shares, of values with weights, interpolated between the middles of their weights. [shares].

    Weights are from 0, one a value; their sum does not matter. [n]
    """
    numbers, shares = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    order = np.argsort(numbers, kind="stable")
    numbers, shares = numbers[order], shares[order] / shares.sum()
    quantiles: Floats = np.interp(at, np.cumsum(shares) - shares / 2.0, numbers)
    return quantiles


def weighted_sd(values: ArrayLike, weights: ArrayLike) -> float:
    """Standard deviation of values with weights."""
    numbers, shares = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    mean = np.average(numbers, weights=shares)
    return math.sqrt(max(0.0, float(np.average((numbers - mean) ** 2, weights=shares))))


def effective(weights: ArrayLike) -> float:
    """How many equal draws are as good as these with weights (Kish)."""
    shares = np.asarray(weights, dtype=float)
    return float(shares.sum() ** 2 / np.sum(shares**2))


def contraction(values: Floats, weights: Floats, prior_sd: float, seed: int = 0) -> tuple[float, float, float]:
    """How much narrower the posterior is than the prior: 1 - sd / prior sd, with its 95% bootstrap interval.

    Values [n] and the prior's sd are on the scale the prior is even on; weights [n]; `seed` is the bootstrap's key.
    """
    rng = np.random.default_rng(seed)
    resampled = []
    for _ in range(BOOTSTRAPS):
        rows = rng.integers(0, len(values), len(values))
        resampled.append(1.0 - weighted_sd(values[rows], weights[rows]) / prior_sd)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return 1.0 - weighted_sd(values, weights) / prior_sd, float(low), float(high)


def places_of(prior: Prior, values: ArrayLike) -> Floats:
    """Put values of a parameter on the scale its prior is even on."""
    numbers = np.asarray(values, dtype=float)
    return np.log(numbers) if prior.log else numbers


def pairs_table(plan: CalibrationPlan, draws: pd.DataFrame) -> pd.DataFrame:
    """Correlations, strongest first: first, second, correlation, jointly (only known together). [pairs]."""
    weights = draws["weight"].to_numpy(dtype=float)
    columns = [places_of(prior, draws[prior.dotted]) for prior in plan.priors]
    spread = np.atleast_2d(np.cov(np.array(columns), aweights=weights))
    scale = np.sqrt(np.maximum(np.diag(spread), 1e-300))
    matrix = spread / np.outer(scale, scale)
    rows = [
        (plan.priors[i].dotted, plan.priors[j].dotted, float(matrix[i, j]), bool(abs(matrix[i, j]) > JOINTLY))
        for i, j in combinations(range(len(columns)), 2)
    ]
    rows.sort(key=lambda row: -abs(row[2]))
    return pd.DataFrame(rows, columns=["first", "second", "correlation", "jointly"])


def partners(pairs: pd.DataFrame, dotted: str) -> list[str]:
    """Parameters this one is only known together with."""
    tied = pairs[pairs["jointly"].astype(bool)]
    return [*tied.loc[tied["first"] == dotted, "second"], *tied.loc[tied["second"] == dotted, "first"]]


def posterior_table(plan: CalibrationPlan, draws: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Tell of each parameter where it lies now, and whether the data said so: columns `POSTERIOR`. [parameters].

    Draws have `weight` and the parameters [draws]; pairs are as `pairs_table` gives them.
    """
    weights = draws["weight"].to_numpy(dtype=float)
    return pd.DataFrame([_row(prior, draws, weights, pairs) for prior in plan.priors], columns=list(POSTERIOR))


def _row(prior: Prior, draws: pd.DataFrame, weights: Floats, pairs: pd.DataFrame) -> tuple[Any, ...]:
    values = draws[prior.dotted].to_numpy(dtype=float)
    low, median, high = (float(quantile) for quantile in weighted_quantile(values, weights, [0.05, 0.5, 0.95]))
    gain = contraction(places_of(prior, values), weights, prior.sd)
    return (
        prior.dotted, parameter(prior.dotted).unit, float(np.average(values, weights=weights)),
        weighted_sd(values, weights), median, low, high, prior.low, prior.high, prior.source, *gain,
        verdict_of(gain[0], partners(pairs, prior.dotted)),
    )  # fmt: skip


def verdict_of(gain: float, tied: Sequence[str]) -> str:
    """Say what the data tell of a parameter, by its contraction and what it is only known together with."""
    alone = "told" if gain >= TOLD else "narrowed" if gain >= CANNOT_TELL else "the data cannot tell"
    return f"{alone}; only jointly known with {', '.join(tied)}" if tied else alone


def cut_off(plan: CalibrationPlan, table: pd.DataFrame) -> list[str]:
    """Name narrowed parameters whose 90% interval ends where the range does: the truth may lie beyond it."""
    names = []
    for prior, row in zip(plan.priors, table.to_dict("records"), strict=True):
        low, high = places_of(prior, [float(row["low"]), float(row["high"])])
        ends, room = prior.ends, EDGE * (prior.ends[1] - prior.ends[0])
        if float(row["contraction"]) >= TOLD and (low < ends[0] + room or high > ends[1] - room):
            names.append(prior.dotted)
    return names


def centre_of(plan: CalibrationPlan, draws: pd.DataFrame) -> dict[str, float]:
    """Middle of the posterior: the mean on the scales the priors are even on, which keeps what is jointly known."""
    weights = draws["weight"].to_numpy(dtype=float)
    return {
        prior.dotted: prior.value(float(np.average(places_of(prior, draws[prior.dotted]), weights=weights)))
        for prior in plan.priors
    }


def predictive_table(
    targets: Iterable[tuple[CalibrationTarget, bool]], prior: pd.DataFrame, runs: pd.DataFrame, centre: pd.DataFrame
) -> pd.DataFrame:
    """Put targets, each with whether it was fitted, beside what a run is predicted: columns `PREDICTIVE`. [targets].

    Runs are of draws of the prior, of draws of the posterior with new luck, and of the calibrated scenario. [runs x
    measures] Data are inside where the 90% interval contains them.
    """
    rows = []
    for target, fitted in targets:
        before = prior[target.measure].dropna().quantile([0.05, 0.95])
        low, median, high = runs[target.measure].dropna().quantile([0.05, 0.5, 0.95])
        inside = bool(low <= target.value <= high)
        rows.append((
            target.measure, target.unit, fitted, target.value, target.sd, *before, low, median, high, inside,
            float(centre[target.measure].mean()),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=list(PREDICTIVE))
