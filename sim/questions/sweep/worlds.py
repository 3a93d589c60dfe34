"""The same sweep in plausible worlds: which case and which values are best besides luck, and in how many worlds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.over_worlds import SEEDS, OverWorlds, over_worlds
from sim.questions.sweep.responses import contrast_of, parts_of, responses_of
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.studies.cases import AS_IS
from sim.studies.effects import effects_of, not_told_from
from sim.studies.plan import MOST_RUNS, StudyPlan
from sim.studies.run import Study, run_study
from sim.studies.statistics import ALPHA
from sim.studies.worlds import PlausibleWorld, worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sim.questions.sweep.run import Sweep
    from sim.studies.designs import Design

_ENDS = ("base", "difference", "low", "high")


@dataclass(frozen=True)
class WorldSweep:
    """The sweep in one world.

    Attributes:
        world: Which.
        effects: Its paired effects on the main measure, as `sim.studies.effects.effects_of` gives them.
        best: Case with the best mean there; `as_is` where no case is better.
        rivals: Cases that cannot be told from that one.
        contrasts: For each parameter what its highest value, or part of its range, brings against its lowest: a row
            with `case` (the parameter), `measure`, `base`, `difference`, `low`, `high`.
        responses: How the main measure goes with each parameter there, as `responses_of` gives it.
        failed: Runs that failed and were left out.
    """

    world: PlausibleWorld
    effects: pd.DataFrame
    best: str
    rivals: Sequence[str]
    contrasts: pd.DataFrame
    responses: pd.DataFrame
    failed: int


@dataclass(frozen=True)
class SweepOverWorlds:
    """A sweep in every plausible world that was finished.

    Attributes:
        found: What was found in each world.
        measure: The measure that decides.
        seeds: Runs of each case in each world.
        interrupted: Whether it was stopped before all worlds were finished.
    """

    found: Sequence[WorldSweep]
    measure: str
    seeds: int
    interrupted: bool

    def cases(self) -> dict[str, OverWorlds]:
        """Give the effect of each case in every world."""
        return self._each("effects")

    def contrasts(self) -> dict[str, OverWorlds]:
        """Give for each parameter what its highest value brings against its lowest, in every world."""
        return self._each("contrasts")

    def best(self) -> Counter[str]:
        """Count the worlds in which each case has the best mean, the most frequent first."""
        return Counter(dict(Counter(one.best for one in self.found).most_common()))

    def told_apart(self, case: str) -> int:
        """Count the worlds in which another case is surely better than this one."""
        return sum(case != one.best and case not in one.rivals for one in self.found)

    def values(self) -> pd.DataFrame:
        """Give for each value of each parameter in how many worlds its mean is best, and the effect over worlds.

        Columns `parameter`, `position`, `label`, `best` (worlds), `difference` from as is (mean over worlds), and
        between `low` and `high` of which it lies in nineteen of twenty worlds, luck included. Empty for listed cases.
        """
        rows = pd.concat([one.responses.assign(world=one.world.name) for one in self.found], ignore_index=True)
        rows = rows.astype({"difference": float})
        gain = (rows["difference"] * (MEASURES[self.measure].better or 1)).fillna(-np.inf)
        rows["best"] = rows.index.isin(gain.groupby([rows["world"], rows["parameter"]]).idxmax())
        by = rows.groupby(["parameter", "position", "label"], sort=False)
        ends = {"low": ALPHA / 2.0, "high": 1.0 - ALPHA / 2.0}
        table = by.agg(best=("best", "sum"), difference=("difference", "mean"))
        return table.assign(**{end: by["difference"].quantile(at) for end, at in ends.items()}).reset_index()

    def _each(self, frames: str) -> dict[str, OverWorlds]:
        effects = [(one.world, getattr(one, frames)) for one in self.found]
        names = list(dict.fromkeys(effects[0][1]["case"]))
        return {name: over_worlds(effects, name, self.measure, self.seeds) for name in names}


def sweep_worlds(
    sweep: Sweep, count: int | str | None = None, *, seeds: int = SEEDS, folder: Path | None = None,
    progress: Callable[[int, int], None] | None = None, **options: Any,
) -> SweepOverWorlds:  # fmt: skip
    """Run the cases of a sweep in plausible worlds, each with a burn-in of its own, all with the same seeds.

    What the cases change is as the scenario has it in the as is of every world, so that the changes are the same.

    Args:
        sweep: What was found at the scenario's own values.
        count: Worlds, or a file that names some; all there are by default.
        seeds: Runs of each case in each world.
        folder: Where a study a world is kept; in memory only by default.
        progress: Told how many runs are done and how many there are.
        options: `workers`, `executor` and `cluster`, as `sim.studies.run.run_study` takes them.

    Raises:
        InputError: There are not so many worlds, they belong to other rules, it would be too many runs, or no world
            has the measure for all cases.
        KeyboardInterrupt: It was stopped before a world was finished.
    """
    chosen, plan = worlds(count), sweep.study.plan
    each = runs_of(plan, len(chosen), seeds) // len(chosen)
    found: list[WorldSweep] = []
    finished = 0
    for world in chosen:
        inside = _plan_in(world, plan, seeds)
        tell = _counted(progress, finished * each, len(chosen) * each)
        study = run_study(inside, folder and folder / world.name, progress=tell, **options)
        if study.interrupted:
            break
        finished += 1
        one = _found(world, study, sweep.design, sweep.measure)
        if np.isfinite(one.effects[list(_ENDS)].to_numpy(dtype=float)).all():
            found.append(one)
    if not finished:
        raise KeyboardInterrupt
    if not found:
        raise InputError(f"in no plausible world every case has a {sweep.measure} that can be compared")
    return SweepOverWorlds(found, sweep.measure, seeds, finished < len(chosen))


def runs_of(plan: StudyPlan, count: int, seeds: int = SEEDS) -> int:
    """Count the runs of a sweep in so many worlds; InputError if they are too many."""
    runs = len(plan.cases) * seeds * count
    if runs > MOST_RUNS:
        raise InputError(
            f"{len(plan.cases):,} cases (with as_is) x {seeds} seeds in {count} plausible worlds are {runs:,} runs, "
            f"and a study has at most {MOST_RUNS:,}; take fewer worlds, samples, levels or parameters"
        )
    return runs


def _plan_in(world: PlausibleWorld, plan: StudyPlan, seeds: int) -> StudyPlan:
    varied = {name for case in plan.cases for name in case.changes}
    values = {name: value for name, value in world.within(plan.scenario).items() if name not in varied}
    scenario = plan.scenario.override(values, origin=f"plausible world {world.name}")
    return StudyPlan.of(
        scenario, plan.cases, seeds, weeks=plan.weeks, from_start=plan.from_start, measures=plan.measures
    )


def _counted(tell: Callable[[int, int], None] | None, before: int, total: int) -> Callable[[int, int], None] | None:
    return None if tell is None else lambda done, _: tell(before + done, total)


def _found(world: PlausibleWorld, study: Study, design: Design, measure: str) -> WorldSweep:
    failed, study = len(study.failures), Study(replace(study.plan, measures=(measure,)), study.results)
    effects, responses = effects_of(study, measure), responses_of(study, design)
    gains = {AS_IS: 0.0, **dict(zip(effects["case"], effects["difference"], strict=True))}
    best = max(gains, key=lambda case: (MEASURES[measure].better or 1) * np.nan_to_num(gains[case], nan=-np.inf))
    contrasts = pd.DataFrame(_contrasts(study, design, measure), columns=["case", "measure", *_ENDS])
    rivals = not_told_from(study, measure, best)
    return WorldSweep(world, effects, best, rivals, contrasts, responses, failed)


def _contrasts(study: Study, design: Design, measure: str) -> list[tuple[Any, ...]]:
    values = study.matrix(measure).to_numpy(dtype=float)
    base, rows = float(np.nanmean(values[0])), []
    for factor in design.factors:
        parts = list(parts_of(study, design, factor))
        sampled = design.kind in ("latin", "sobol")
        ends = contrast_of(values[parts[0].rows], values[parts[-1].rows], ALPHA, sampled=sampled)
        rows.append((factor.dotted, measure, base, *ends))
    return rows


def best_values(table: pd.DataFrame) -> Mapping[str, tuple[str, int]]:
    """Give for each parameter the value that is best in most worlds, and in how many, of `SweepOverWorlds.values`."""
    first = table.loc[table.groupby("parameter", sort=False)["best"].idxmax()]
    return {row["parameter"]: (row["label"], int(row["best"])) for row in first.to_dict("records")}
