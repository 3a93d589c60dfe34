"""Compare cases with doing nothing: the same organization, the same luck, another decision at week 0."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.engine.world import prepare
from sim.measures.conservation import Check, check_laws
from sim.measures.words import listed, title_of
from sim.questions.compare.comparison import Comparison, Precision
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES, check_measure
from sim.scenario.seeds import read_seeds, weeks_of
from sim.studies.bands import Bands, quarterly_values
from sim.studies.cases import AS_IS, Case, read_cases
from sim.studies.drivers import FACTORS, TOTALS, drivers_frame, parts_of
from sim.studies.executor import Batch
from sim.studies.flips import all_flips, reasons_frame
from sim.studies.programs import versions
from sim.studies.replicate import Replicate, SeedJob
from sim.studies.result_store import ResultStore
from sim.studies.statistics import (
    ALPHA,
    Effect,
    check_base,
    holm,
    levels,
    looks,
    mean_interval,
    paired_effect,
    read_precision,
)

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from sim.measures.run import Run
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import UnknownSpec
    from sim.studies.cases import Case, Changes
    from sim.studies.replicate import Failure, Replicate
    from sim.studies.statistics import Floats


class SeedResults:
    """What is gathered from the seeds, in their order.

    Attributes:
        names: Names of the cases, `as_is` first.
        seeds: Seeds taken in.
        measured: Headline measures by case: one list for each seed, in the order of `MEASURES`.
        parts: Factors and totals by case, as `parts_of` gives them.
        weekly, quarterly: Bands.
        failures, runs, flips: Those of all seeds.
    """

    def __init__(self, cases: Sequence[Case], weeks: int) -> None:
        self.names = [case.name for case in cases]
        self.seeds: list[int] = []
        self.measured: dict[str, list[list[float]]] = {name: [] for name in self.names}
        self.parts: dict[str, list[Floats]] = {name: [] for name in self.names}
        self.weekly, self.quarterly = Bands(self.names, weeks), Bands(self.names, weeks // WEEKS_PER_QUARTER)
        self.failures: list[Failure] = []
        self.runs: dict[tuple[str, int], Run] = {}
        self.flips: list[pd.DataFrame] = []

    def add(self, replicate: Replicate) -> None:
        """Take in a seed; InputError if the first one shows that a case cannot be run."""
        if not self.seeds:
            for failure in replicate.failures:
                if isinstance(failure.cause, InputError):
                    raise failure.cause
        self.seeds.append(replicate.seed)
        gap, no_parts = [math.nan] * len(MEASURES), np.full(len(FACTORS) + len(TOTALS), np.nan)
        for name in self.names:
            finished = name in replicate.summaries
            self.measured[name].append([replicate.summaries[name][key] for key in MEASURES] if finished else gap)
            self.parts[name].append(parts_of(replicate.weekly[name]) if finished else no_parts)
        self.weekly.add(replicate.weekly)
        self.quarterly.add({name: quarterly_values(matrix) for name, matrix in replicate.weekly.items()})
        self.failures += replicate.failures
        self.runs |= {(name, replicate.seed): run for name, run in replicate.runs.items()}
        self.flips += replicate.flips

    def of(self, name: str, measure: str) -> Floats:
        """Values of a measure in a case by seed, not a number where a run failed. [seeds]."""
        column = list(MEASURES).index(measure)
        return np.array([row[column] for row in self.measured[name]])


def means_frame(results: SeedResults, alpha: float) -> pd.DataFrame:
    """Make the table of means by case and measure, with the columns of `Comparison.table`."""
    rows = [
        {"case": name, "measure": measure, "unit": item.unit, **asdict(mean_interval(results.of(name, measure), alpha))}
        for name in results.names
        for measure, item in MEASURES.items()
    ]
    return pd.DataFrame(rows)


def effects_frame(results: SeedResults, main: str, alpha: float) -> pd.DataFrame:
    """Make the table of effects by case and measure, with the columns of `Comparison.effects`."""
    rows = []
    for name in results.names[1:]:
        for measure, item in MEASURES.items():
            effect = paired_effect(results.of(name, measure), results.of(AS_IS, measure), item.better, alpha)
            rows.append({"case": name, "measure": measure, "unit": item.unit, "better": item.better, **_row(effect)})
    empty = {"case": "", "measure": "", "unit": "", "better": 0, **_row(paired_effect([], []))}
    table = pd.DataFrame(rows, columns=list(empty))
    is_main = table["measure"] == main
    table["p_holm"] = np.nan
    for group in (is_main, ~is_main):
        table.loc[group, "p_holm"] = holm(table.loc[group, "p"].to_numpy(dtype=float))
    return table


def _row(effect: Effect) -> dict[str, float]:
    difference, relative = effect.difference, effect.relative
    return {
        "n": difference.n, "base": effect.base, "difference": difference.mean, "low": difference.low,
        "high": difference.high, "relative": relative[0], "relative_low": relative[1], "relative_high": relative[2],
        "effect_size": effect.size, "share_better": effect.better, "p": effect.p,
    }  # fmt: skip


def per_seed_frame(results: SeedResults) -> pd.DataFrame:
    """Make the long table of every measure by case and seed."""
    seeds, measures = np.array(results.seeds, dtype=np.int64), list(MEASURES)
    parts = [
        pd.DataFrame({
            "case": name, "seed": np.repeat(seeds, len(measures)), "measure": measures * len(seeds),
            "value": np.array(results.measured[name], dtype=float).ravel(),
        })
        for name in results.names
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def deals_frame(results: SeedResults) -> pd.DataFrame:
    """Put the deal logs of the whole runs under each other."""
    parts = []
    for (name, seed), run in results.runs.items():
        deals = run.deals.copy()
        deals.insert(0, "seed", seed)
        deals.insert(0, "case", name)
        parts.append(deals)
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["case", "seed"])


SEEDS = 200  # paired seeds unless something else is asked for
MOST_SEEDS = 2000  # seeds a precision may take unless something else is said
MOST_LISTED = 1_000_000  # seeds that may be asked for
WHOLE_SEEDS = 3  # first seeds whose runs are kept whole, for the deals and where their stories part


@dataclass(frozen=True, slots=True)
class _Plan:
    """Seeds to run, where to look at the precision, and at what level."""

    seeds: tuple[int, ...]
    asked: float | None
    looks: tuple[int, ...]
    levels: tuple[float, ...]


def compare(
    scenario: Scenario, cases: Mapping[str, Changes] | Sequence[tuple[str, Changes]],
    seeds: int | Iterable[int] | None = None, *, precision: float | str | None = None, max_seeds: int = MOST_SEEDS,
    measure: str = "net_contribution", weeks: int | None = None, workers: int | None = None, from_start: bool = False,
    progress: Callable[[int, int], None] | None = None,
    watch: Callable[[SeedResults, threading.Event], None] | None = None, folder: Path | str | None = None,
    cluster: str | None = None, whole: int = WHOLE_SEEDS,
) -> Comparison:  # fmt: skip
    """Run every case over the same seeds and compare each with `as_is`, which is always there.

    All cases of a seed go on from the same burned-in organization; chance is keyed, so they meet the same luck. The
    answer is the same for any number of workers, here or on a cluster. Ctrl-C keeps the seeds that are finished; with a
    folder so does whatever else ends it, and the same call goes on where it stopped, or adds seeds.

    Args:
        scenario: The organization as it is.
        cases: Changes by name: parameters by dotted name, or a list of interventions.
        seeds: How many (0, 1, ...; 200 by default), or which.
        precision: Instead of a number of seeds: add seeds until the interval of the difference in the main measure
            has at most this half-width, as a share of the mean of `as_is`, in every case; "2%" or 0.02.
        max_seeds: Most seeds a precision may take.
        measure: The main measure.
        weeks: Weeks of each run, `organization.weeks` unless given.
        workers: Threads, as many as there are cores by default.
        from_start: Give each case that changes parameters a burn-in of its own: an organization that always was so.
        progress: Told after each seed how many are done and how many there are at most.
        watch: Shown after each seed what is known so far, with an event to set if that is enough.
        folder: Where seeds that are finished are kept, or a URL that fsspec knows; in memory only by default. One that
            keeps another comparison is refused.
        cluster: Address of a Dask scheduler such as tcp://10.0.0.5:8786, or `local`; this machine's threads by default.
        whole: First seeds whose runs are kept whole, for deals, flips and checks; each takes some six times as long.

    Raises:
        InputError: Something asked for cannot be used; nothing was run, or the first seed showed it.
        KeyboardInterrupt: It was stopped before any seed was finished.
        RuntimeError: No run of `as_is` finished.
    """
    started = dt.datetime.now(dt.UTC)
    horizon = weeks_of(scenario, weeks)
    checked = read_cases(scenario, cases, from_start=from_start, weeks=weeks)
    check_measure(measure)
    plan = _plan(seeds, precision, max_seeds)
    job = SeedJob(checked, horizon, frozenset(plan.seeds[:whole]))
    store = None if folder is None else ResultStore(folder, job.key, job.question, job.whole)
    batch = Batch(job, workers, cluster=cluster, store=store)
    results = SeedResults(checked, horizon)
    prepare()

    def tell() -> None:
        if progress:
            progress(len(results.seeds), len(plan.seeds))
        if watch:
            watch(results, batch.stopped)

    reached = _run(batch, plan, results, measure, tell)
    _check_any(results)
    stopped = batch.stopped.is_set()
    alpha = _alpha(plan, len(results.seeds), interrupted=stopped)
    return Comparison(
        scenario=scenario, cases={case.name: case for case in checked}, measure=measure, weeks=horizon,
        seeds=results.seeds, from_start=from_start, alpha=alpha, **_frames(results, measure, alpha), runs=results.runs,
        failures=results.failures, precision=reached, interrupted=stopped,
        notes=[
            *_notes(results, plan, reached, interrupted=stopped), *_apart(checked), *leaning(scenario, measure)
        ],
        versions=versions(),
        started=started, finished=dt.datetime.now(dt.UTC), checks=_checks(results),
    )  # fmt: skip


def _checks(results: SeedResults) -> list[Check]:
    """Hold the first seed's runs of all cases against what no run may break, and all seeds against each other."""
    first = [run.world for (_, seed), run in results.runs.items() if seed == results.seeds[0]]
    if not first:
        return []
    measured = np.array(results.measured[AS_IS])
    finished = measured[np.isfinite(measured).any(axis=1)]
    different = len(np.unique(np.nan_to_num(finished), axis=0))
    words = f"{different} different runs of {len(finished)}"
    seeds = Check("every seed brings its own luck", words, different == len(finished))
    return [*check_laws(first), seeds]


def _frames(results: SeedResults, measure: str, alpha: float) -> dict[str, Any]:
    """Make every table."""
    flips = all_flips(results.flips)
    return {
        "table": means_frame(results, alpha),
        "effects": effects_frame(results, measure, alpha),
        "per_seed": per_seed_frame(results),
        "weekly": results.weekly.frame("week", alpha),
        "quarterly": results.quarterly.frame("quarter", alpha),
        "drivers": drivers_frame({name: np.array(rows) for name, rows in results.parts.items()}, AS_IS, alpha),
        "flips": flips,
        "flip_reasons": reasons_frame(flips),
        "deals": deals_frame(results),
    }


def _alpha(plan: _Plan, done: int, *, interrupted: bool) -> float:
    """Level of the intervals; stopped between two looks, that of the look which would have come next."""
    if not plan.levels:
        return ALPHA
    taken = sum(end <= done for end in plan.looks)
    return plan.levels[min(taken if interrupted else taken - 1, len(plan.levels) - 1)]


def _plan(seeds: int | Iterable[int] | None, precision: float | str | None, max_seeds: int) -> _Plan:
    if precision is None:
        return _Plan(read_seeds(SEEDS if seeds is None else seeds, 2, MOST_LISTED), None, (), ())
    if isinstance(seeds, int):
        raise InputError("give either a number of seeds or a precision; --max-seeds limits what a precision may take")
    asked = read_precision(precision)
    allowed = read_seeds(max_seeds if seeds is None else seeds, 2, MOST_LISTED)
    numbers = looks(len(allowed))
    return _Plan(allowed, asked, numbers, levels(numbers))


def _run(
    batch: Batch[Replicate], plan: _Plan, results: SeedResults, measure: str, tell: Callable[[], None]
) -> Precision | None:
    """Run the seeds, up to the look that finds them enough."""
    ends = plan.looks or (len(plan.seeds),)
    precision: Precision | None = None
    begin = 0
    with batch.stop_on_interrupt():
        for number, end in enumerate(ends):
            for _, replicate in batch.run(plan.seeds[begin:end]):
                results.add(replicate)
                tell()
            begin = end
            if plan.asked is not None and len(results.seeds) == end:
                precision = _look(results, plan, number, measure)
            if batch.stopped.is_set() or (precision and precision.enough):
                break
    return precision


def _look(results: SeedResults, plan: _Plan, number: int, measure: str) -> Precision:
    """See how narrow the intervals are by now; InputError if the mean of `as_is` may be 0."""
    values, alpha = results.of(AS_IS, measure), plan.levels[number]
    base = mean_interval(values)
    check_base(base, measure)
    effects = [paired_effect(results.of(name, measure), values, alpha=alpha) for name in results.names[1:]]
    shares = [effect.difference.half_width / abs(base.mean) for effect in effects]
    reached = float(np.max(shares, initial=0.0))  # not a number where a case has too few runs: never enough
    asked = plan.asked or 0.0
    return Precision(asked, reached, len(results.seeds), (number + 1, len(plan.looks)), reached <= asked)


def _check_any(results: SeedResults) -> None:
    if not results.seeds:
        raise KeyboardInterrupt
    failed = {failure.seed for failure in results.failures if failure.case == AS_IS}
    if len(failed) == len(results.seeds):
        first = results.failures[0]
        raise RuntimeError(f"no run of {AS_IS} finished; the first: {first}") from first.cause


def _apart(cases: Iterable[Case]) -> Iterable[str]:
    """Say which cases do not share the burn-in of `as_is`, and why."""
    if apart := [title_of(case.name) for case in cases if case.always]:
        burned = "has a burn-in of its own" if len(apart) == 1 else "have burn-ins of their own"
        yield f"{listed(apart)} {burned}: what differs there holds from its beginning, not from week 0."


MONEY = ("net_contribution", "cost", "sales_efficiency")
"""Measures that pay, cost and margin move; all others rest on deals alone."""


def open_unknowns(scenario: Scenario, measure: str) -> list[UnknownSpec]:
    """List what a measure leans on and nobody has said, in the scenario's file or since."""
    said = scenario.set_later()
    items = scenario.unknowns
    return [item for item in items if item.parameter not in said and (measure in MONEY or not item.money_only)]


def leaning(scenario: Scenario, measure: str) -> Iterable[str]:
    """Say which numbers nobody has said the answer about a measure leans on, each with its plausible range."""
    parts = [
        f"{item.name} {_short(scenario[item.parameter])} ({_short(item.low)} to {_short(item.high)})"
        for item in open_unknowns(scenario, measure)
    ]
    if parts:
        yield f"The answer leans on what no export tells and nobody has said (plausible range): {listed(parts)}."


def _short(value: Value) -> str:
    return value if isinstance(value, str) else f"{value:,.3g}" if abs(value) < 1e4 else f"{value:,.0f}"


def _notes(results: SeedResults, plan: _Plan, precision: Precision | None, *, interrupted: bool) -> Iterable[str]:
    done, planned = len(results.seeds), len(plan.seeds)
    if interrupted:
        yield f"It was stopped: {done} of up to {planned} seeds were finished, and only they count."
    if results.failures:
        seeds = len({failure.seed for failure in results.failures})
        yield f"{len(results.failures)} runs of {seeds} seeds failed and were left out; first: {results.failures[0]}."
    if precision:
        yield precision.sentence()
