"""Run a sensitivity analysis: screen, then share the variance out among what is left.

Shares are read off a polynomial that is fitted to ever more points until it foretells well enough, which takes far
fewer of them than Saltelli's design; that design is run where it does not.

Whether the same parameters decide in other plausible worlds is read off a small polynomial for those that matter.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.questions.sensitivity.chaos import ENOUGH, HOPELESS, first_points
from sim.questions.sensitivity.designs import (
    CHAOS,
    MORRIS,
    SOBOL,
    block_of,
    chaos_design,
    choose_factors,
    morris_design,
    sobol_design,
)
from sim.questions.sensitivity.indices import Indices, analyse
from sim.scenario.errors import InputError
from sim.scenario.measures import check_measure
from sim.scenario.seeds import check_seed, check_whole
from sim.studies.folders import WORLDS
from sim.studies.plan import MOST_RUNS, StudyCase, StudyPlan
from sim.studies.run import run_study
from sim.studies.worlds import worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from sim.questions.sensitivity.designs import FactorScale, Range, SensitivityDesign, VariedParameter
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats


SALTELLI = "saltelli"
METHODS = ("both", MORRIS, CHAOS, SALTELLI)
_EARLIER = {"sobol": SALTELLI}  # names that methods had before
OTHERS = "all others"  # name of the group of all parameters that were screened out
TRAJECTORIES, SAMPLES, KEEP, SEEDS = 10, 256, 8, 2
_FEWEST_KEPT, _MOST_KEPT = 2, 50
_FEWEST_SAMPLES, _MOST_SAMPLES = 8, 65_536
_FEWEST_TRAJECTORIES, _MOST_TRAJECTORIES = 4, 10_000
POINTS = 256  # fewest points a polynomial begins with, unless so many are asked for
_FEWEST_POINTS, _MOST_POINTS = 16, 8192
_TIMES = 4  # times the first points that are given to a polynomial at most


@dataclass(frozen=True)
class Sensitivity:
    """What decides a measure."""

    scenario: Scenario  # the organization
    measure: str  # name in `sim.scenario.measures.MEASURES`
    factors: tuple[VariedParameter, ...]  # what was varied
    left_out: tuple[str, ...]  # decisions that were not varied, because there is no range around their value
    kept: tuple[str, ...]  # names of those that were looked at one by one after the screening; all, without one
    screening: Indices | None  # what Morris' trajectories say; None if they were not asked for
    variance: Indices | None  # what Sobol's indices say; None if they were not asked for
    method: str  # how it was asked for, of `METHODS`
    chaos: Indices | None  # what the polynomial says, enough or not; None if none was fitted
    first_points: int  # points a polynomial has to begin with; 0 where none was asked for
    seeds: tuple[int, ...]  # seeds of every point
    weeks: int  # weeks of each run
    from_start: bool  # whether each point had a burn-in of its own
    seed: int  # key of the samples
    fix_others: bool  # whether those screened out stayed at the scenario's values
    failures: pd.DataFrame  # runs that broke: `run`, `case`, `seed`, `error`
    runs: int  # how many runs there were

    @property
    def morris(self) -> pd.DataFrame:
        """The screening as `Indices.table` describes it, with `kept`; empty without one."""
        if self.screening is None:
            return pd.DataFrame()
        return self.screening.table.assign(kept=self.screening.table["parameter"].isin(self.kept))

    @property
    def sobol(self) -> pd.DataFrame:
        """First and total indices as `Indices.table` describes them; empty without them."""
        return pd.DataFrame() if self.variance is None else self.variance.table

    @property
    def second(self) -> pd.DataFrame:
        """Indices of pairs as `Indices.pairs` describes them; empty without them."""
        return pd.DataFrame() if self.variance is None else self.variance.pairs

    @property
    def ranges(self) -> pd.DataFrame:
        """What was varied: `parameter`, `value` (the scenario's), `low`, `high`, `unit`, `doc`, `source`."""
        rows = [
            (varied.name, str(self.scenario[varied.name]), str(varied.value(0.0)), str(varied.value(1.0)),
             varied.item.unit, varied.item.doc, str(varied.item.source))
            for varied in self.factors
        ]  # fmt: skip
        return pd.DataFrame(rows, columns=["parameter", "value", "low", "high", "unit", "doc", "source"])


def sensitivity(
    scenario: Scenario, measure: str = "net_contribution",
    parameters: Mapping[str, Range] | Iterable[str] | None = None, *, drivers: Iterable[str] = (), levers: bool = False,
    method: str = "both", trajectories: int = TRAJECTORIES, samples: int = SAMPLES, points: int | None = None,
    keep: int = KEEP, fix_others: bool = False, seeds: int | Iterable[int] = SEEDS, seed: int = 0,
    weeks: int | None = None, from_start: bool | None = None, store: Path | str | None = None,
    every_measure: bool = True, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
) -> Sensitivity:  # fmt: skip
    """Find out which parameters decide a measure, and how much of its uncertainty is due to each.

    With `both`, Morris' screening finds the `keep` parameters that move the measure most, of those that rise above
    chance; Sobol's indices are then given for these, and for all others together as one group.

    Args:
        scenario: The organization.
        measure: What is explained, of `sim.scenario.measures.MEASURES`.
        parameters: What is varied: dotted names, alone or as `name=low:high`, or ranges by name; the uncertain facts
            about the world in their plausible ranges by default (`sim.studies.draws`).
        drivers: Drivers whose decisions are varied.
        levers: Whether all decisions are varied.
        method: `both` (screening, then shares), `morris` (screening), or for shares alone `chaos` (a polynomial, and
            Saltelli's design where it explains too little) or `saltelli`. `both` fits a polynomial where it begins with
            no more points than Saltelli's design has.
        trajectories: Trajectories of the screening, 4 to 10,000.
        samples: Base points of Saltelli's design, a power of 2 from 8 to 65,536.
        points: Points the polynomial begins with, a power of 2 from 16 to 8,192, or as many more as its terms need;
            256 by default. There are up to four times as many, 8,192 at most, where it explains too little.
        keep: Most parameters left by the screening, 2 to 50.
        fix_others: Leave those screened out at the scenario's values, rather than varying them as one group.
        seeds: How many seeds every point is run with, or which; at least 2.
        seed: Key of the samples.
        weeks: Weeks of each run; the scenario's own by default.
        from_start: Whether each point has a burn-in of its own; unless all that is varied are decisions, by default.
        store: Folder that keeps the runs, so that a stopped analysis goes on; in memory only by default.
        every_measure: Whether that folder keeps every measure and so answers for others later, or this one alone.
        workers: How many work at a time; as many as there are cores by default.
        progress: Told how many runs are done and how many there are.

    Raises:
        InputError: Something cannot be used, or too many runs failed.
        KeyboardInterrupt: It was stopped before every run was done.
    """
    factors, left_out = choose_factors(scenario, parameters, drivers=drivers, levers=levers)
    method = _EARLIER.get(method, method)
    _check(measure, method, keep, trajectories=trajectories, samples=samples, points=points)
    own = from_start
    if own is None:
        own = any(not factor.is_decision or factor.item.when == "start" for factor in factors)
    numbers, horizon = _seeds_and_weeks(scenario, factors, seeds, weeks, from_start=own)
    study = DesignRunner(scenario, measure, factors, numbers, horizon, own, store, every_measure, workers, progress)
    key = check_seed(seed)
    study.expect(method, trajectories, samples, points, keep)
    names = tuple(factor.name for factor in factors)
    screening = study.indices(morris_design(names, trajectories, key)) if method in ("both", MORRIS) else None
    kept = names if screening is None else _kept(screening.table, keep)
    variance, chaos, first = None, None, 0
    if method != MORRIS:
        varied = [name for name in names if name in kept or not fix_others]
        groups = [name if name in kept or len(names) == len(kept) + 1 else OTHERS for name in varied]
        most = min(_MOST_POINTS, samples * block_of(SOBOL, len({*groups})) if method == "both" else _MOST_POINTS)
        if method != SALTELLI:
            first = study.first_points(varied, groups, points)
            if method == CHAOS and first > most:
                raise InputError(
                    f"a polynomial in {len(varied)} parameters needs {first:,} points and may have {most:,}; screen "
                    "them first (--method both), or name fewer"
                )
            chaos = study.polynomial(varied, groups, key, first, most) if first <= most else None
        variance = chaos if chaos and chaos.enough else study.indices(sobol_design(varied, groups, samples, key))
    return Sensitivity(
        scenario, measure, factors, left_out, kept, screening, variance, method, chaos, first, study.seeds, study.weeks,
        own, key, fix_others, pd.concat(study.failures, ignore_index=True), study.done,
    )  # fmt: skip


def _check(measure: str, method: str, keep: int, *, trajectories: int, samples: int, points: int | None) -> None:
    check_measure(measure)
    if method not in METHODS:
        raise InputError(f'method "{method}" is not known; choose one of {", ".join(METHODS)}')
    for name, value, low, high in (
        ("trajectories", trajectories, _FEWEST_TRAJECTORIES, _MOST_TRAJECTORIES),
        ("samples", samples, _FEWEST_SAMPLES, _MOST_SAMPLES),
        ("points", POINTS if points is None else points, _FEWEST_POINTS, _MOST_POINTS),
        ("keep", keep, _FEWEST_KEPT, _MOST_KEPT),
    ):
        check_whole(name, value, low, high)
        if name in ("samples", "points") and value & (value - 1):
            below = 1 << (value.bit_length() - 1)
            raise InputError(
                f"{name} = {value} is not allowed; a Sobol sequence needs a power of 2, such as {below} or {2 * below}"
            )


def _seeds_and_weeks(
    scenario: Scenario, factors: tuple[VariedParameter, ...], seeds: int | Iterable[int], weeks: int | None, *,
    from_start: bool,
) -> tuple[tuple[int, ...], int]:  # fmt: skip
    """Check the ends of all ranges together, seeds and weeks, before anything is run."""
    ends = [StudyCase(f"end {at}", {factor.name: factor.value(at) for factor in factors}) for at in (0, 1)]
    plan = StudyPlan.of(scenario, ends, seeds, weeks=weeks, from_start=from_start)
    if len(plan.seeds) < 2:
        raise InputError("seeds = 1 is not allowed: chance cannot be told from the parameters with fewer than 2")
    return plan.seeds, plan.weeks


def _kept(table: pd.DataFrame, keep: int) -> tuple[str, ...]:
    """Choose what is looked at further: the first of those above chance, and two at least."""
    clear = table.loc[table["clear"], "parameter"]
    chosen = clear if len(clear) >= _FEWEST_KEPT else table["parameter"][:_FEWEST_KEPT]
    return tuple(chosen[:keep])


@dataclass
class DesignRunner:
    """Runs the designs of an analysis, each as a study, and keeps count."""

    scenario: Scenario
    measure: str
    factors: tuple[VariedParameter, ...]
    seeds: tuple[int, ...]
    weeks: int
    from_start: bool
    store: Path | str | None
    every_measure: bool
    workers: int | None
    progress: Callable[[int, int], None] | None
    done: int = 0
    expected: int = 0
    failures: list[pd.DataFrame] = field(default_factory=list)

    def expect(self, method: str, trajectories: int, samples: int, points: int | None, keep: int) -> None:
        """Count the runs beforehand, as if no polynomial explained enough; InputError if there would be too many."""
        count = len(self.factors)
        left = min(keep + 1, count) if method == "both" else count
        screened = (method in ("both", MORRIS)) * trajectories * block_of(MORRIS, count)
        blocks = (method != MORRIS) * samples * block_of(SOBOL, left)
        fitted = (method in ("both", CHAOS)) * (points or POINTS)
        self.expected = (screened + (min(fitted, blocks) or blocks)) * len(self.seeds)
        most = (screened + blocks + fitted) * len(self.seeds)
        if most > MOST_RUNS:
            raise InputError(f"{most:,} runs are not allowed; an analysis has at most {MOST_RUNS:,}")

    def indices(self, design: SensitivityDesign) -> Indices:
        """Run all points of a design with all seeds, and work out its indices."""
        return analyse(design, self._values(design))

    def first_points(self, names: Sequence[str], groups: Sequence[str], points: int | None) -> int:
        """Points a polynomial begins with."""
        return first_points(self._scales(names), groups, points or POINTS)

    def polynomial(self, names: Sequence[str], groups: Sequence[str], key: int, first: int, most: int) -> Indices:
        """Fit a polynomial to ever more points until it explains enough, or more would not help or are not allowed."""
        values, points = np.empty((0, len(self.seeds))), first
        most = min(most, _TIMES * first, _MOST_POINTS)
        while True:
            design = chaos_design(names, groups, points, key, self._scales(names))
            values = np.vstack([values, self._values(design, len(values))])
            found = analyse(design, values)
            points *= 2
            if found.enough or points > most or (found.fit and found.fit.q2 < HOPELESS):
                return found

    def _scales(self, names: Sequence[str]) -> list[FactorScale]:
        return [factor.scale for name in names for factor in self.factors if factor.name == name]

    def _values(self, design: SensitivityDesign, start: int = 0) -> Floats:
        """Run the points of a design, but for the first so many; a column a seed. [points, seeds]."""
        by_name = {factor.name: factor for factor in self.factors}
        points = [
            {name: by_name[name].value(float(at)) for name, at in zip(design.names, point, strict=True)}
            for point in design.points[start:]
        ]
        cases = [StudyCase(f"{design.kind} {number}", changes) for number, changes in enumerate(points, start)]
        kept = None if self.store and self.every_measure else [self.measure]
        plan = StudyPlan.of(
            self.scenario, cases, self.seeds, weeks=self.weeks, from_start=self.from_start, measures=kept
        )
        self.expected = max(self.expected, self.done + plan.runs)
        folder = Path(self.store) / design.kind if self.store else None
        study = run_study(plan, folder, workers=self.workers, progress=self._tell)
        if study.interrupted:
            raise KeyboardInterrupt
        self.done += plan.runs
        self.failures.append(study.failures)
        return np.asarray(study.matrix(self.measure), dtype=float)

    def _tell(self, done: int, _total: int) -> None:
        if self.progress:
            self.progress(self.done + done, self.expected)


LEAST_POINTS = 32
"""Points of a polynomial in one world at least; more where its terms need them."""

MOST_IN_WORLDS = 50_000
"""Runs in all worlds together at most: half an hour of two cores for the baseline. Assumed."""


@dataclass(frozen=True)
class SensitivityOverWorlds:
    """Indices of the parameters that matter, in every world that was finished and in which they can be told.

    Attributes:
        found: Indices by name of the world.
        points, seeds: Points in each world, and runs of each point.
        asked: Worlds that were asked for.
        interrupted: Whether it was stopped before all were finished.
    """

    found: Mapping[str, Indices]
    points: int
    seeds: int
    asked: int
    interrupted: bool

    @property
    def rough(self) -> int:
        """Worlds in which the polynomial explains less than is believed otherwise."""
        return sum(one.fit is not None and one.fit.q2 < ENOUGH for one in self.found.values())

    def shares(self) -> pd.DataFrame:
        """Total index of each parameter in each world, and its rank there: world, parameter, st, clear, rank."""
        parts = []
        for world, one in self.found.items():
            table = one.table[["parameter", "st", "clear"]]
            rank = table["st"].rank(ascending=False)
            parts.append(table.assign(rank=rank).assign(world=world))
        return pd.concat(parts, ignore_index=True)[["world", "parameter", "st", "clear", "rank"]]

    def ranks(self) -> pd.DataFrame:
        """Say how each parameter ranks over worlds, the first first.

        Columns `parameter`, `rank` (mean), `rank_low`, `rank_high` (best and worst), `first` (worlds in which it is
        first), `clear` (worlds in which its share is surely above 0), `st` (mean), `st_low`, `st_high` (extremes).
        """
        by = self.shares().groupby("parameter", sort=False)
        table = by.agg(
            rank=("rank", "mean"), rank_low=("rank", "min"), rank_high=("rank", "max"),
            first=("rank", lambda ranks: int((ranks == 1.0).sum())), clear=("clear", "sum"),
            st=("st", "mean"), st_low=("st", "min"), st_high=("st", "max"),
        )  # fmt: skip
        return table.sort_values(["rank", "st"], ascending=[True, False], kind="stable").reset_index()

    def orders(self) -> pd.Series:
        """Count the orders in which parameters stand over worlds, the most frequent first."""
        ordered = self.shares().sort_values("rank", kind="stable").groupby("world")["parameter"].agg(tuple)
        return ordered.value_counts()


def sensitivity_worlds(
    study: Sensitivity, which: int | str | None = None, *, store: Path | str | None = None,
    every_measure: bool = True, workers: int | None = None, progress: Callable[[int, int], None] | None = None,
) -> SensitivityOverWorlds:  # fmt: skip
    """Fit a small polynomial in each plausible world to the parameters that were kept, over the same ranges.

    All others are as in the world, whether they were varied before or not.

    Args:
        study: What decides at the scenario's own values.
        which: How many worlds, or a file that names some; all there are by default.
        store: Folder that keeps the runs of the analysis, and these; in memory only by default.
        every_measure: Whether it keeps every measure, or the one that is explained alone.
        workers: How many work at a time; as many as there are cores by default.
        progress: Told how many runs are done and how many there are.

    Raises:
        InputError: There are not so many worlds, they belong to other rules, it would be too many runs, or shares
            can be told in no world.
        KeyboardInterrupt: It was stopped before a world was finished.
    """
    chosen = worlds(which)
    factors = tuple(factor for factor in study.factors if factor.name in study.kept)
    names = [factor.name for factor in factors]
    points = first_points([factor.scale for factor in factors], names, LEAST_POINTS)
    runs, done = check_runs(len(chosen), points, len(study.seeds)), 0
    found: dict[str, Indices] = {}
    for world in chosen:
        values = {name: value for name, value in world.within(study.scenario).items() if name not in names}
        scenario = study.scenario.override(values, origin=f"plausible world {world.name}")
        runner = DesignRunner(
            scenario, study.measure, factors, study.seeds, study.weeks, study.from_start,
            Path(store) / WORLDS / world.name if store else None, every_measure, workers, progress,
            done * runs // len(chosen), runs,
        )  # fmt: skip
        try:
            one = runner.polynomial(names, names, study.seed, points, points)
            if np.isfinite(one.table["st"]).all():
                found[world.name] = one
        except InputError:  # too many points failed there, which costs this world alone
            pass
        except KeyboardInterrupt:
            break
        done += 1
    if not done:
        raise KeyboardInterrupt
    if not found:
        raise InputError("in no plausible world the shares can be told from chance; give more --seeds")
    return SensitivityOverWorlds(found, points, len(study.seeds), len(chosen), done < len(chosen))


def check_runs(count: int, points: int, seeds: int) -> int:
    """Count the runs in so many worlds; InputError if they are too many."""
    runs = count * points * seeds
    if runs > MOST_IN_WORLDS:
        raise InputError(
            f"{count} plausible worlds x {points} points x {seeds} seeds are {runs:,} runs, and {MOST_IN_WORLDS:,} are "
            "the most; take fewer worlds, seeds or parameters (--keep)"
        )
    return runs
