"""Fit parameters to what was measured, and say what the data cannot tell."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.calibrate.search import (
    SEEDS_APART,
    ScenarioRuns,
    Search,
    check_package,
    check_search,
    search_posterior,
)
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import parameter
from sim.studies.executor import RunStopped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import ArrayLike

    from sim.questions.calibrate.plan import CalibrationPlan, CalibrationTarget, Prior
    from sim.questions.calibrate.search import SearchResult, Simulator
    from sim.scenario.scenario import Scenario
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


CHECK_RUNS = 200  # runs of the predictive check, each a draw of the posterior with new luck

CENTRE_RUNS = 24  # runs of the calibrated scenario, which show that its values together give what was fitted

_CHECK_SEED, _CENTRE_SEED = 6_000_000, 7_000_000  # beyond the search's, which has at most 5,000,000 runs
_POOR = 0.25  # share of the particles below which weights are said to be uneven


@dataclass(frozen=True)
class Calibration:
    """What a calibration found.

    Attributes:
        plan: What was fitted to what.
        search: How much was searched.
        draws: The posterior: `draw`, `weight` (sum 1), `distance` (of its run from the targets), the parameters, and
            the plan's measures of its run. [draws]
        prior: Draws of the prior: the parameters and the measures of their runs. [draws]
        posterior: Columns `sim.questions.calibrate.find.POSTERIOR`. [parameters]
        pairs: Correlations: `first`, `second`, `correlation`, `jointly`. [pairs]
        predictive: Columns `sim.questions.calibrate.find.PREDICTIVE`. [targets and checks]
        predicted: Runs of draws of the posterior with new luck: the parameters and the measures. [runs]
        populations: How the search went: `population`, `tolerance`, `runs`, `accepted`.
        scenario: The scenario with the middle of the posterior.
        failures: Runs that broke: `seed`, `error`.
        notes: What a reader has to know.
        tolerance: Distance that was asked for.
        interrupted: Whether Ctrl-C ended the search early.
    """

    plan: CalibrationPlan
    search: Search
    draws: pd.DataFrame
    prior: pd.DataFrame
    posterior: pd.DataFrame
    pairs: pd.DataFrame
    predictive: pd.DataFrame
    predicted: pd.DataFrame
    populations: pd.DataFrame
    scenario: Scenario
    failures: pd.DataFrame
    notes: tuple[str, ...]
    tolerance: float
    interrupted: bool

    @property
    def reached(self) -> bool:
        """Whether the posterior is as near to the targets as their own uncertainty allows."""
        return bool(self.populations["tolerance"].iloc[-1] <= self.tolerance * (1.0 + 1e-9))

    @property
    def runs(self) -> int:
        """Runs of the search."""
        return int(self.populations["runs"].sum())

    @property
    def first_seed(self) -> int:
        """Seed of the search's first run; the others follow."""
        return (1 + self.search.seed) * SEEDS_APART

    def scenario_text(self) -> str:
        """Write the calibrated scenario as TOML, with what it was fitted to; reading it gives an equal `scenario`."""
        lines = ["# Calibrated: the values below are the middle of a posterior; the draws are in draws.parquet.", "#"]
        for row in self.posterior.to_dict("records"):
            value = self.scenario[str(row["parameter"])]
            lines.append(
                f"# {row['parameter']} = {value:.6g}, 90% {row['low']:.4g} to {row['high']:.4g} {row['unit']}"
                f" (before {row['prior_low']:.4g} to {row['prior_high']:.4g}): {row['verdict']}"
            )
        stated = {check.name for check in self.scenario.data_checks}
        added = [_data_check(row) for row in self.predictive.to_dict("records") if row["measure"] not in stated]
        return "\n\n".join(["\n".join(lines), self.scenario.to_toml(), *added])


def calibrate(
    plan: CalibrationPlan,
    search: Search | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
    simulate: Simulator | None = None,
) -> Calibration:
    """Fit a plan's parameters to its targets.

    Args:
        plan: What is fitted to what.
        search: How much is searched.
        workers: Threads; as many as there are cores by default. The answer is the same for any number.
        progress: Told how many runs are done and how many there are at most.
        simulate: What runs a point of the parameters; the plan's scenario by default.

    Raises:
        InputError: Something cannot be used, or a target cannot be reached.
        KeyboardInterrupt: It was stopped before there was anything to tell.
    """
    chosen = search or Search()
    check_package()
    check_search(chosen, len(plan.priors))
    run = simulate or ScenarioRuns(plan.scenario, plan.weeks, workers, plan.measures)
    total = chosen.runs + CHECK_RUNS + CENTRE_RUNS
    result = search_posterior(plan, run, chosen, lambda done: progress(done, total) if progress else None)
    try:
        answer = _judged(plan, chosen, result, run)
    except RunStopped:
        raise KeyboardInterrupt from None
    if progress:
        progress(total, total)
    return answer


def _judged(plan: CalibrationPlan, search: Search, result: SearchResult, run: Simulator) -> Calibration:
    """Run the predictive check and lay everything out."""
    names = [prior.dotted for prior in plan.priors]
    draws = _draws(result, names)
    pairs = pairs_table(plan, draws)
    posterior = posterior_table(plan, draws, pairs)
    first = (1 + search.seed) * SEEDS_APART
    points = drawn(draws, names, CHECK_RUNS, search.seed)
    runs = run(points, [first + _CHECK_SEED + number for number in range(len(points))])
    centre = centre_of(plan, draws)
    at_centre = run([centre] * CENTRE_RUNS, [first + _CENTRE_SEED + number for number in range(CENTRE_RUNS)])
    prior = result.records.iloc[result.first].drop(columns="error").reset_index(drop=True)
    checks = [(target, True) for target in plan.targets] + [(target, False) for target in plan.checks]
    broken = result.records["error"] != ""
    failures = pd.DataFrame({"seed": first + np.flatnonzero(broken), "error": result.records.loc[broken, "error"]})
    return Calibration(
        plan, search, draws, prior, posterior, pairs, predictive_table(checks, prior, runs, at_centre),
        pd.concat([pd.DataFrame(points), runs.drop(columns="error")], axis=1), result.populations,
        plan.scenario.override(centre, origin="calibrated"), failures.reset_index(drop=True),
        _notes(plan, search, result, posterior), result.tolerance, result.interrupted,
    )  # fmt: skip


def _draws(result: SearchResult, names: list[str]) -> pd.DataFrame:
    """The last population with its parameters and measures."""
    rows = result.records.iloc[result.particles["run"]].reset_index(drop=True)
    weights = pd.DataFrame(
        {"draw": np.arange(len(rows)), **{key: result.particles[key] for key in ("weight", "distance")}}
    )
    measures = [name for name in rows if name in MEASURES]
    return pd.concat([weights, rows[[*names, *measures]]], axis=1)


def drawn(draws: pd.DataFrame, names: list[str], count: int, seed: int) -> list[dict[str, float]]:
    """Draw points of the posterior by weight, with replacement, evenly (systematic resampling); `seed` is the key."""
    start = np.random.default_rng(seed).random()
    edges = np.cumsum(draws["weight"].to_numpy(dtype=float))
    rows = np.searchsorted(edges / edges[-1], (start + np.arange(count)) / count)
    return [{str(key): value for key, value in row.items()} for row in draws.iloc[rows][names].to_dict("records")]


def _notes(plan: CalibrationPlan, search: Search, result: SearchResult, posterior: pd.DataFrame) -> tuple[str, ...]:
    """What a reader has to know before leaning on it."""
    own = "Each run has a burn-in of its own: what is fitted holds from its beginning, not from week 0."
    notes = [*plan.notes, own]
    last = float(result.populations["tolerance"].iloc[-1])
    if result.interrupted:
        notes.append("Stopped with Ctrl-C: the posterior is that of the last complete population.")
    if not result.reached:
        notes.append(
            f"The search ended at distance {last:.3g} from the targets, and {result.tolerance:.3g} would be as near as "
            "their uncertainty allows: the posterior is too wide. Give more with --runs and --populations; where the "
            "predictive check shows data outside, the model cannot meet all targets together."
        )
    broken = int((result.records["error"] != "").sum())
    if broken:
        first = result.records.loc[result.records["error"] != "", "error"].iloc[0]
        notes.append(f"{broken:,} of {len(result.records):,} runs broke and were left out; the first with {first}")
    enough = effective(result.particles["weight"])
    if enough < _POOR * search.particles:
        notes.append(f"The weights of the draws are uneven: they are worth {enough:.0f} equal ones.")
    notes += [
        f"The posterior of {name} ends where its range does: the truth may lie beyond it; widen the range."
        for name in cut_off(plan, posterior)
    ]
    return tuple(notes)


def _data_check(row: dict[Any, Any]) -> str:
    """Keep a target beside the scenario, so that reports put the as-is case beside it."""
    value, sd = float(row["data"]), float(row["sd"])
    fitted = str(bool(row["fitted"])).lower()
    return "\n".join([
        "[[data_checks]]", f"name = {json.dumps(row['measure'])}", f"target = {value!r}",
        f"unit = {json.dumps(row['unit'])}", f"low = {value - 1.96 * sd!r}", f"high = {value + 1.96 * sd!r}",
        f"fitted = {fitted}", 'source = "target of the calibration"', "",
    ])  # fmt: skip
