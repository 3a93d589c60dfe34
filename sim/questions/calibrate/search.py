"""The search of a calibration: approximate Bayesian computation by sequential Monte Carlo, with pyABC.

It asks for many points of the parameters, each with luck of its own.

Source: T. Toni et al., Approximate Bayesian computation scheme for parameter inference and model selection in dynamical
systems, J. R. Soc. Interface 6 (2009) 187-202; Y. Schälte et al., pyABC, J. Open Source Software 7 (2022) 4304. That
the tolerance stands for the error of measurement and model: R. D. Wilkinson, Stat. Appl. Genet. Mol. Biol. 12 (2013)
129-141.
"""

from __future__ import annotations

import logging
import math
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd

from sim.engine.world import World, prepare
from sim.measures.whole_run import summary_of
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.seeds import check_seed
from sim.studies.executor import Batch, RunStopped, go_on_unless
from sim.studies.work import error_text

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sim.questions.calibrate.plan import CalibrationPlan, CalibrationTarget
    from sim.scenario.scenario import Scenario


Point = dict[str, float]  # values of the fitted parameters by dotted name


class Simulator(Protocol):
    """Runs points of the parameters; a test may put a function there whose truth is known."""

    def __call__(self, points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> pd.DataFrame:
        """Run each point with its own seed; RunStopped if somebody wants to stop.

        Returns:
            A row a point, in their order: `error`, empty where it went well, and measures by name.
        """


class ScenarioRuns:
    """Runs of one scenario on threads. Every point is an organization that always was so: it has its own burn-in."""

    def __init__(
        self, scenario: Scenario, weeks: int, workers: int | None = None, measures: Sequence[str] = tuple(MEASURES)
    ) -> None:
        """Keep what all runs share: weeks after the burn-in, threads (as many as there are cores), measures."""
        prepare()
        self.scenario, self.weeks, self.workers, self.measures = scenario, weeks, workers, measures

    def __call__(self, points: Sequence[Mapping[str, float]], seeds: Sequence[int]) -> pd.DataFrame:
        """Run each point with its own seed; see `Simulator`."""

        def job(number: int, stopped: threading.Event) -> dict[str, Any]:
            go_on_unless(stopped)
            return self.run(points[number], seeds[number])

        batch = Batch(job, self.workers, self.scenario)
        rows = list(batch.results(range(len(points))))
        if batch.stopped.is_set():
            raise RunStopped
        return pd.DataFrame(rows, columns=["error", *self.measures])

    def run(self, point: Mapping[str, float], seed: int) -> dict[str, Any]:
        """Run one point; a run that breaks is a row with its error."""
        try:
            world = World.begin(self.scenario.override(dict(point)), seed, self.weeks, deals=False, tables=False)
            return {"error": "", **summary_of(world.finish(), self.measures)}
        except Exception as error:  # noqa: BLE001 - a run that breaks is a result, whatever broke it
            return {"error": error_text(error)}


SEEDS_APART = 10_000_000
"""Distance between the first seeds of two keys: no run of one calibration has the luck of another's."""

MOST_KEY = 100_000_000

LEAST_RATE = 0.02
"""Share of proposals that must be accepted for the search to go on: below it, a population costs 50 runs a particle."""

_BLOCK = 64  # proposals that are run at once
_MARGIN = 0.5  # of the middle 90% of the prior's runs, beyond their ends, is still within reach
_FAR = 1e12  # tolerance of the first population: every run that has the measures is accepted


@dataclass(frozen=True, slots=True)
class Search:
    """How much is searched."""

    particles: int = 150  # accepted runs of each population
    populations: int = 8  # populations at most, the first being draws of the prior
    runs: int = 4000  # runs at most
    seed: int = 0  # key of the search, from 0


@dataclass
class SearchResult:
    """What the search found."""

    particles: pd.DataFrame  # last population: `run` (its number), `weight` (sum 1), `distance` [particles]
    populations: pd.DataFrame  # A row a population: `population`, `tolerance`, `runs`, `accepted`
    records: pd.DataFrame  # parameters, `error` and measures of every run, in the order of the seeds [runs]
    first: list[int]  # numbers of the runs of the first population, which are draws of the prior
    tolerance: float  # the least that is asked for; see `least_tolerance`
    interrupted: bool  # whether Ctrl-C ended it

    @property
    def reached(self) -> bool:
        """Whether the last population is as near to the targets as their own uncertainty allows."""
        return bool(self.populations["tolerance"].iloc[-1] <= self.tolerance * (1.0 + 1e-9))


def least_tolerance(targets: int) -> float:
    """Distance below which nearer tells nothing: a ball of this radius has the targets' own sd in each direction.

    In as many dimensions as there are targets, one with radius sqrt(targets + 2) has variance 1 in each.
    """
    return math.sqrt(targets + 2.0)


def check_search(search: Search, parameters: int) -> None:
    """Raise InputError for too few particles, populations or runs for a posterior, or a key that cannot be."""
    if check_seed(search.seed) > MOST_KEY:
        raise InputError(f"seed {search.seed} is not allowed; the key of a calibration is from 0 to {MOST_KEY:,}")
    least = max(50, 10 * (parameters + 1))
    if not least <= search.particles <= 100_000:
        raise InputError(
            f"{search.particles} particles are not allowed; for {parameters} fitted parameters it must be from {least} "
            "to 100,000"
        )
    if not 2 <= search.populations <= 100:
        raise InputError(
            f"{search.populations} populations are not allowed; it must be from 2 to 100, the first only draws from "
            "the prior"
        )
    if not 2 * search.particles <= search.runs <= SEEDS_APART // 2:
        raise InputError(
            f"{search.runs:,} runs are not allowed; it must be at least twice the particles, {2 * search.particles:,}, "
            f"and at most {SEEDS_APART // 2:,}"
        )


def check_package() -> None:
    """Raise InputError where pyABC is not installed."""
    if find_spec("pyabc") is None:
        raise InputError(
            "a calibration needs the package pyabc; install it with: pip install 'sales-flywheel[calibrate]'"
        )


@dataclass
class _Desk:
    """Stands for the model before pyABC: first it only notes what is proposed, then it hands out what came of it."""

    plan: CalibrationPlan
    simulate: Simulator
    first_seed: int
    asking: bool = True
    asked: list[dict[str, float]] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    next: int = 0

    def __call__(self, parameter: Any) -> dict[str, float]:
        """Answer one proposal."""
        if self.asking:
            self.asked.append({key: float(value) for key, value in parameter.items()})
            return {target.measure: math.nan for target in self.plan.targets}
        row, number = self.rows[self.next], self.next
        self.next += 1
        return {"run": float(number)} | {target.measure: float(row[target.measure]) for target in self.plan.targets}

    def run(self) -> None:
        """Run what was asked and keep the answers."""
        points = [
            {prior.dotted: prior.value(asked[f"p{number}"]) for number, prior in enumerate(self.plan.priors)}
            for asked in self.asked
        ]
        begin = self.next
        answers = self.simulate(points, [self.first_seed + begin + number for number in range(len(points))])
        listed: list[dict[str, Any]] = answers.to_dict("records")  # type: ignore[assignment]  # columns are names
        self.rows = self.rows[:begin] + [{**point, **row} for point, row in zip(points, listed, strict=True)]


def search_posterior(
    plan: CalibrationPlan, simulate: Simulator, search: Search, progress: Callable[[int], None] | None = None
) -> SearchResult:
    """Search the parameters that give the targets.

    The same key gives the same answer, for any number of workers. numpy's global generator, which pyABC draws from, is
    seeded for the time of the search and put back afterwards.

    Args:
        plan: What is fitted to what.
        simulate: Runs points of the parameters.
        search: How much is searched.
        progress: Told how many runs are done.

    Raises:
        InputError: A target cannot be reached from the ranges, or no run has it.
        KeyboardInterrupt: It was stopped before the second population was complete.
    """
    check_package()
    check_search(search, len(plan.priors))
    desk = _Desk(plan, simulate, (1 + search.seed) * SEEDS_APART)
    interrupted = False
    # A file, because the connection of a database in memory may only be closed by the thread that opened it.
    keep = TemporaryDirectory(prefix="calibrate-", ignore_cleanup_errors=True)
    with keep as folder, _own_chance(search.seed), warnings.catch_warnings(), _quiet():
        warnings.simplefilter("ignore")  # pyABC subtracts infinities and divides by sums it knows to be 0
        smc = _smc(plan, desk, search, progress)
        smc.new(f"sqlite:///{folder}/search.db", {target.measure: target.value for target in plan.targets})
        try:
            smc.run(
                minimum_epsilon=least_tolerance(len(plan.targets)), max_nr_populations=search.populations,
                min_acceptance_rate=LEAST_RATE, max_total_nr_simulations=search.runs,
            )  # fmt: skip
        except RunStopped:
            interrupted = True
        return _read_store(smc.history, desk, plan, interrupted=interrupted)


def _smc(plan: CalibrationPlan, desk: _Desk, search: Search, progress: Callable[[int], None] | None) -> Any:
    """Set pyABC up: even priors, targets weighed by their sd, tolerance falling to the median of the last distances."""
    import pyabc  # noqa: PLC0415 - an extra, and slow to import

    floor = least_tolerance(len(plan.targets))

    class Tolerance(pyabc.QuantileEpsilon):  # type: ignore[misc]  # pyABC ships no types
        def __call__(self, t: int) -> float:
            return max(float(super().__call__(t)), floor)

    class Sampler(pyabc.sampler.Sampler):  # type: ignore[misc]  # as above
        """Proposes many, runs them together, then judges them in the order they were proposed.

        Both passes draw the same numbers, because the generator is put back between them.
        """

        def sample_until_n_accepted(
            self, n: int, simulate_one: Any, t: int, *, max_eval: float = math.inf, **_: Any
        ) -> Any:
            sample, used = self._create_empty_sample(), 0
            while sample.n_accepted < n and used < max_eval:
                size = _next_block(n, sample.n_accepted, used)
                before = np.random.get_state()  # noqa: NPY002 - pyABC draws from the global generator
                desk.asking, desk.asked = True, []
                for _number in range(size):
                    simulate_one()
                desk.run()
                np.random.set_state(before)  # noqa: NPY002 - as above
                desk.asking = False
                for _number in range(size):
                    sample.append(simulate_one())
                    used += 1
                    if sample.n_accepted >= n:
                        break
                if progress:
                    progress(desk.next)
                _check_runs(desk, plan, sample.n_accepted)
            if t == 0:
                _check_reach(desk, plan)
            self.nr_evaluations_ = used
            sample.ok = sample.n_accepted >= n
            return sample

    ends = {f"p{number}": prior.ends for number, prior in enumerate(plan.priors)}
    return pyabc.ABCSMC(
        desk,
        pyabc.Distribution(**{name: pyabc.RV("uniform", low, high - low) for name, (low, high) in ends.items()}),
        pyabc.PNormDistance(p=2, fixed_weights={target.measure: 1.0 / target.sd for target in plan.targets}),
        population_size=search.particles,
        eps=Tolerance(initial_epsilon=_FAR, alpha=0.5),
        sampler=Sampler(),
    )


def _next_block(wanted: int, accepted: int, used: int) -> int:
    """How many proposals to run together: about as many as are still needed at the present rate, 8 to 64."""
    rate = accepted / used if used and accepted else 1.0
    return int(min(_BLOCK, max(8, math.ceil((wanted - accepted) / rate))))


def _check_runs(desk: _Desk, plan: CalibrationPlan, accepted: int) -> None:
    """Do not go on for ever where no run has what is asked."""
    if accepted or desk.next < _BLOCK:
        return
    rows = pd.DataFrame(desk.rows)
    broken = rows.loc[rows["error"] != "", "error"]
    if len(broken) == len(rows):
        raise InputError(f"all of the first {len(rows)} runs broke; the first with {broken.iloc[0]}")
    for target in plan.targets:
        if rows[target.measure].isna().all():
            raise InputError(
                f"the target {target.measure} cannot be fitted: none of the first {len(rows)} runs has it; "
                "run for more weeks, or leave it out"
            )


def _check_reach(desk: _Desk, plan: CalibrationPlan) -> None:
    """Refuse a target that lies far beyond all that the prior gives."""
    rows = pd.DataFrame(desk.rows[: desk.next])
    for target in plan.targets:
        low, high = reach_of(rows[target.measure], target)
        if not low <= target.value <= high:
            values = rows[target.measure].dropna()
            names = ", ".join(prior.dotted for prior in plan.priors)
            raise InputError(
                f"the target {target.measure} = {target.value:g} cannot be reached: {len(values)} runs over the whole "
                f"ranges of {names} give {values.min():.4g} to {values.max():.4g}; widen a range, fit another "
                "parameter, or mend the target"
            )


def reach_of(values: pd.Series[float], target: CalibrationTarget) -> tuple[float, float]:
    """Ends of what the prior can reach: its runs and half of their middle 90% more, and twice the target's sd."""
    low, high = values.quantile(0.05), values.quantile(0.95)
    more = _MARGIN * float(high - low) + 2.0 * target.sd
    return float(values.min()) - more, float(values.max()) + more


def _read_store(history: Any, desk: _Desk, plan: CalibrationPlan, *, interrupted: bool) -> SearchResult:
    """Read pyABC's store."""
    table = history.get_all_populations()
    table = table[table["t"] >= 0]
    if len(table) < 2:
        if interrupted:
            raise KeyboardInterrupt
        raise InputError("the runs did not suffice for a second population; give more with --runs, or fewer particles")
    weights, stats = history.get_weighted_sum_stats_for_model(0, history.max_t)
    records = pd.DataFrame(desk.rows[: desk.next])
    numbers = [int(particle["run"]) for particle in stats]
    apart = sum(((records[target.measure] - target.value) / target.sd) ** 2 for target in plan.targets) ** 0.5
    particles = pd.DataFrame({"run": numbers, "weight": np.asarray(weights) / np.sum(weights)})
    particles["distance"] = apart.to_numpy()[numbers]
    first = [int(particle["run"]) for particle in history.get_weighted_sum_stats_for_model(0, 0)[1]]
    populations = pd.DataFrame({
        "population": np.arange(len(table)), "tolerance": table["epsilon"].to_numpy(dtype=float),
        "runs": table["samples"].to_numpy(dtype=int), "accepted": table["particles"].to_numpy(dtype=int),
    })  # fmt: skip
    populations.loc[0, "tolerance"] = math.inf
    tolerance = least_tolerance(len(plan.targets))
    return SearchResult(
        particles.sort_values("run", ignore_index=True), populations, records, sorted(first), tolerance, interrupted
    )


@contextmanager
def _own_chance(seed: int) -> Iterator[None]:
    """Seed numpy's global generator, which pyABC draws from, and put it back as it was."""
    before = np.random.get_state()  # noqa: NPY002 - pyABC knows no other
    np.random.seed(seed % 2**32)  # noqa: NPY002 - as above
    try:
        yield
    finally:
        np.random.set_state(before)  # noqa: NPY002 - as above


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep pyABC's logs off the user's screen; they get their levels when it is imported."""
    import pyabc  # noqa: F401, PLC0415 - as below

    logs = [logging.getLogger(name) for name in logging.root.manager.loggerDict if name.split(".")[0] == "ABC"]
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for log, level in zip(logs, before, strict=True):
            log.setLevel(level)
