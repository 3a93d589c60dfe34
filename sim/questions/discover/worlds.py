"""Worlds to discover something in: drawn and run in pairs, or taken from a study.

A world is an organization with other values of what is not known, of what differs between markets, and of how much is
done. In each it is run as it is and with the case, from the same burned-in organization and with the same seeds; what
is discovered in is the mean difference.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from sim.engine.world import prepare
from sim.questions.discover.draws import CaseDecision, draw, read_decision, read_varied
from sim.questions.discover.find import FEWEST
from sim.questions.discover.tree import check_extra
from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES
from sim.scenario.seeds import check_seed
from sim.studies.cases import AS_IS
from sim.studies.executor import Batch, RunStopped
from sim.studies.plan import StudyPlan
from sim.studies.run import run_study
from sim.studies.statistics import ALPHA

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from sim.questions.discover.box import Flags
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.run import Study

MOST_WORLDS = 100_000
MOST_SEEDS = 1000


@dataclass(frozen=True)
class Worlds:
    """Worlds and what came out in each.

    Attributes:
        scenario: The organization around which they lie.
        inputs: What describes each world. [worlds x inputs]
        results: What came out, a column a seed: the case's measure minus that of as is, or of a study the measure
            itself. [worlds x seeds]
        measure: Name of the measure.
        decision: What the case does; None for a study.
        weeks: Weeks of each run.
        left_out: Worlds of which no run went well, by what went wrong.
        asked: Worlds there should have been.
        interrupted: Whether it was stopped before all were done.
    """

    scenario: Scenario
    inputs: pd.DataFrame
    results: pd.DataFrame
    measure: str
    decision: CaseDecision | None
    weeks: int
    left_out: Mapping[str, int]
    asked: int
    interrupted: bool = False

    @cached_property
    def mean(self) -> pd.Series[float]:
        """Mean over the seeds of each world. [worlds]."""
        return self.results.mean(axis=1)

    @cached_property
    def half_width(self) -> NDArray[np.float64]:
        """Half of the 95% interval of each world's mean, from the spread of seeds within all worlds together.

        One spread for all, because few seeds of one world give none; not a number with one seed a world. [worlds]
        """
        count = self.results.notna().sum(axis=1).to_numpy(dtype=float)
        freedom = int((count - 1.0).sum())
        if freedom < 1:
            return np.full(len(count), math.nan)
        squares = float(np.nansum((self.results.to_numpy() - self.mean.to_numpy()[:, None]) ** 2))
        width = -float(scipy.special.stdtrit(freedom, ALPHA / 2.0)) * math.sqrt(squares / freedom)
        return np.asarray(width / np.sqrt(count), dtype=float)

    def outcome(self, above: float = 0.0) -> pd.Series[bool]:
        """Tell of each world whether its mean lies above a value in the unit of the measure. [worlds]."""
        return self.mean > above

    def unclear(self, above: float = 0.0) -> Flags | None:
        """Tell of each world whether its interval holds the value, so that luck may decide; None with one seed."""
        if np.isnan(self.half_width).all():
            return None
        return np.asarray(np.abs(self.mean.to_numpy() - above) <= self.half_width, dtype=bool)


@dataclass(frozen=True)
class _Job:
    """What is run in every world."""

    scenario: Scenario
    draws: Sequence[Mapping[str, Value]]
    decision: CaseDecision
    changes: Sequence[Mapping[str, Value]]
    seeds: int
    weeks: int
    measure: str
    folder: Path | None

    def plan(self, world: int) -> StudyPlan:
        """Plan one world: as it is and with the case, from one burned-in organization."""
        scenario = self.scenario.override(dict(self.draws[world]), f"world {world}")
        cases = {AS_IS: {}, self.decision.name: self.changes[world]}
        return StudyPlan.of(scenario, cases, self.seeds, weeks=self.weeks, measures=[self.measure])

    def __call__(self, world: int, stopped: threading.Event) -> NDArray[np.float64] | str:
        """Run one world: the differences by seed, or what went wrong."""
        if stopped.is_set():
            raise RunStopped
        plan = self.plan(world)
        study = run_study(plan, self.folder / plan.key if self.folder else None, workers=1)
        values = study.matrix(self.measure)
        pair = values.loc[[AS_IS, self.decision.name]].to_numpy(dtype=float)
        gaps: NDArray[np.float64] = pair[1] - pair[0]
        if np.isfinite(gaps).any():
            return gaps
        return str(study.failures["error"].iloc[0]) if len(study.failures) else f"{self.measure} is not defined"


def run_worlds(
    scenario: Scenario, case: str, vary: Sequence[str] = (), *, samples: int = 400, seeds: int = 2,
    measure: str = "net_contribution", seed: int = 0, weeks: int | None = None, only: bool = False,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None, folder: Path | None = None,
) -> Worlds:  # fmt: skip
    """Draw worlds and run each as it is and with a case. The answer is the same for any number of workers.

    Args:
        scenario: The organization around which worlds are drawn.
        case: What is done at week 0, such as "overlays: structure.product_specialists=9"; a range, as in
            "overlays: structure.product_specialists=4:24", is drawn as well.
        vary: What differs between worlds, `NAME` or `NAME=low:high`; facts of the market by default.
        samples: Worlds, 40 or more.
        seeds: Pairs of runs in each world; with one the luck in it is not known.
        measure: Of `sim.scenario.measures.MEASURES`.
        seed: Key of the draw.
        weeks: Weeks of each run; the scenario's own by default.
        only: Whether nothing but `vary` differs between worlds; otherwise everything that is assumed does.
        workers: Threads; as many as there are cores by default.
        progress: Told how many worlds are done and how many there are.
        folder: Where runs are kept, a study for each world: the same call goes on where it was stopped.

    Raises:
        InputError: Something cannot be used; nothing was run.
        KeyboardInterrupt: It was stopped before there were worlds enough.
        RuntimeError: Too few worlds could be run.
    """
    check_extra()
    _check_counts(samples, seeds, measure)
    decision = read_decision(case, scenario)
    varied = read_varied(vary, scenario, decision)
    inputs, draws, changes = draw(scenario, decision, varied, samples, check_seed(seed), only=only)
    horizon = int(scenario["organization.weeks"]) if weeks is None else weeks
    job = _Job(scenario, draws, decision, changes, seeds, horizon, measure, folder)
    job.plan(0)
    batch = Batch(job, workers)
    prepare()
    gaps: dict[int, NDArray[np.float64]] = {}
    wrong: list[str] = []
    with batch.stop_on_interrupt():
        for done, (world, result) in enumerate(batch.run(range(samples)), start=1):
            if isinstance(result, str):
                wrong.append(result)
            else:
                gaps[world] = result
            if progress:
                progress(done, samples)
    _check_enough(len(gaps), wrong, stopped=batch.stopped.is_set())
    values = pd.DataFrame.from_dict(gaps, orient="index").sort_index()
    return Worlds(
        scenario, inputs.loc[values.index].reset_index(drop=True), values.reset_index(drop=True), measure, decision,
        horizon, {text: wrong.count(text) for text in dict.fromkeys(wrong)}, samples, batch.stopped.is_set(),
    )  # fmt: skip


def worlds_of(study: Study, measure: str) -> Worlds:
    """Take a study's cases as worlds, by the parameters that differ; InputError if they or the measure cannot serve."""
    if measure not in study.plan.measures:
        kept = nearest(measure, study.plan.measures) or f"; it has {', '.join(study.plan.measures)}"
        raise InputError(f'the study did not keep the measure "{measure}"{kept}')
    cases = study.cases
    if cases.shape[1] == 1:
        raise InputError("the cases of the study differ in nothing, so there is nothing to discover")
    values = study.matrix(measure)
    there = values.notna().any(axis=1).to_numpy()
    if there.sum() < FEWEST:
        raise InputError(
            f"the study has {there.sum()} cases with {measure}; to discover anything there must be at least {FEWEST}"
        )
    errors = study.failures.groupby("case")["error"].first()
    wrong = [str(errors.get(name, f"{measure} is not defined")) for name in values.index[~there]]
    return Worlds(
        study.plan.scenario, cases.loc[there].drop(columns="case").reset_index(drop=True),
        values.loc[there].reset_index(drop=True), measure, None, study.plan.weeks,
        {text: wrong.count(text) for text in dict.fromkeys(wrong)}, len(cases), study.interrupted,
    )  # fmt: skip


def _check_counts(samples: Any, seeds: Any, measure: str) -> None:
    if measure not in MEASURES:
        raise InputError(f'unknown measure "{measure}"{nearest(measure, MEASURES)}')
    if type(samples) is not int or not FEWEST <= samples <= MOST_WORLDS:
        raise InputError(
            f"{samples} samples are not allowed; it must be a whole number from {FEWEST} to {MOST_WORLDS:,}: "
            "half of them find the limits, the other half judge them"
        )
    if type(seeds) is not int or not 1 <= seeds <= MOST_SEEDS:
        raise InputError(f"{seeds} seeds are not allowed; it must be a whole number from 1 to {MOST_SEEDS:,}")


def _check_enough(count: int, wrong: Sequence[str], *, stopped: bool) -> None:
    if count >= FEWEST:
        return
    if stopped:
        raise KeyboardInterrupt
    raise RuntimeError(f"only {count} worlds could be run, {len(wrong)} could not; the first: {wrong[0]}")
