"""Plausible worlds held against what one organization measured: those that could have given it remain.

History matching goes on where `flywheel match` has left off. A world is ruled out where the mean of its runs is
farther from a target than three standard deviations of all that may make up for it: the luck of those runs, the luck of
what was measured, and the error of measurement and model that the target states. Nothing is fitted.

Source: F. Pukelsheim, The three sigma rule, The American Statistician 48 (1994) 88-91.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.questions.calibrate.plan import AROUND
from sim.questions.calibrate.runs import ScenarioRuns
from sim.questions.calibrate.search import SEEDS_APART, Search, check_search
from sim.questions.over_worlds import telling_apart
from sim.scenario.parameters import parameter
from sim.studies.executor import RunStopped
from sim.studies.worlds import how_found, worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.questions.calibrate.plan import CalibrationPlan, CalibrationTarget
    from sim.questions.calibrate.runs import Simulator
    from sim.studies.worlds import PlausibleWorld

CUT = 3.0
"""Implausibility above which a world is ruled out: of any distribution with one mode at most 5% lie beyond."""

SEEDS = 4
"""Runs of each world, with the same luck in all."""

_BLOCK = 8  # worlds that are run at once


@dataclass(frozen=True)
class ConditionedWorlds:
    """Which plausible worlds remain possible.

    Attributes:
        plan: What was measured.
        worlds: Those that were run.
        runs: A row a run: `world`, `seed`, `error` (empty where it went well), the plan's measures.
        interrupted: Whether Ctrl-C ended it before all worlds were run.
    """

    plan: CalibrationPlan
    worlds: Sequence[PlausibleWorld]
    runs: pd.DataFrame
    interrupted: bool = False

    @cached_property
    def means(self) -> pd.DataFrame:
        """Mean of each measure over the runs of each world. [worlds x measures]."""
        names = [world.name for world in self.worlds]
        return self.runs.groupby("world")[list(self.plan.measures)].mean().reindex(names)

    @cached_property
    def luck(self) -> pd.Series:
        """Standard deviation of each measure by luck alone, of one run, pooled over worlds. [measures]."""
        return self.runs.groupby("world")[list(self.plan.measures)].var(ddof=1).mean() ** 0.5

    @cached_property
    def implausibility(self) -> pd.DataFrame:
        """How far each world is from each target, in standard deviations; infinite without one. [worlds x targets]."""
        return pd.DataFrame({target.measure: self._far(target) for target in self.plan.targets})

    @cached_property
    def remains(self) -> np.ndarray:
        """Which worlds no target rules out. [worlds]."""
        return np.asarray((self.implausibility <= CUT).all(axis=1))

    @property
    def remaining(self) -> list[PlausibleWorld]:
        """Worlds that no target rules out."""
        return [world for world, left in zip(self.worlds, self.remains, strict=True) if left]

    def apart(self) -> list[tuple[str, float, float, float]]:
        """Find what tells the remaining worlds from the others, as `sim.questions.over_worlds.telling_apart`."""
        return telling_apart(self.worlds, self.remains, how_found()["active"])

    def targets_table(self) -> pd.DataFrame:
        """Put what was measured beside the worlds.

        Returns:
            A row a target or check: `measure`, `unit`, `asked` (whether it rules worlds out), `data`, `sd`, `luck` (of
            one run), `low` and `high` (90% of worlds' means), `left_low` and `left_high` (the same of those that
            remain), `out` (worlds it rules out), `alone` (those no other does), `inside` (whether the data lie among
            90% of single runs of worlds that remain).
        """
        asked = {target.measure: True for target in self.plan.targets}
        beyond = self.implausibility > CUT
        rows = []
        for target in (*self.plan.targets, *self.plan.checks):
            name = target.measure
            out = beyond[name] if name in asked else pd.Series(data=False, index=beyond.index)
            alone = out & (beyond.sum(axis=1) == 1)
            left = self.runs.loc[self.runs["world"].isin([world.name for world in self.remaining]), name]
            ends = left.quantile([0.05, 0.95])
            rows.append((
                name, target.unit, name in asked, target.value, target.sd, self.luck[name],
                *self.means[name].quantile([0.05, 0.95]), *self.means.loc[self.remains, name].quantile([0.05, 0.95]),
                int(out.sum()), int(alone.sum()), bool(ends.iloc[0] <= target.value <= ends.iloc[1]),
            ))  # fmt: skip
        columns = ("measure", "unit", "asked", "data", "sd", "luck", "low", "high", "left_low", "left_high", "out",
                   "alone", "inside")  # fmt: skip
        return pd.DataFrame(rows, columns=list(columns))

    def assumptions_table(self) -> pd.DataFrame:
        """Say of each assumption that matters where it lies in all worlds and in those that remain.

        Columns `parameter`, `unit`, `low`, `median`, `high` (90% of all worlds), `left_low`, `left_median`, `left_high`
        and `narrower` (1 less the ratio of standard deviations; below 0 by chance), the most narrowed first.
        """
        rows = []
        for name in how_found()["active"]:
            values = np.array([world.assumed[name] for world in self.worlds])
            left = values[self.remains]
            at = [np.quantile(one, [0.05, 0.5, 0.95]) if len(one) else [np.nan] * 3 for one in (values, left)]
            narrower = 1.0 - left.std(ddof=1) / values.std(ddof=1) if len(left) > 1 else np.nan
            rows.append((name, parameter(name).unit, *at[0], *at[1], narrower))
        columns = ("parameter", "unit", "low", "median", "high", "left_low", "left_median", "left_high", "narrower")
        table = pd.DataFrame(rows, columns=list(columns))
        return table.sort_values("narrower", ascending=False, kind="stable", ignore_index=True)

    def _far(self, target: CalibrationTarget) -> pd.Series:
        runs = self.runs.groupby("world")[target.measure].count().reindex(self.means.index)
        luck = self.luck[target.measure] ** 2
        sd = np.sqrt(target.sd**2 + luck + luck / runs.clip(lower=1))
        far: pd.Series = (self.means[target.measure] - target.value).abs() / sd
        return far.fillna(np.inf)


def condition(
    plan: CalibrationPlan, which: int | str | None = None, *, seeds: int = SEEDS, key: int = 0,
    workers: int | None = None, progress: Callable[[int, int], None] | None = None, simulate: Simulator | None = None,
) -> ConditionedWorlds:  # fmt: skip
    """Run plausible worlds and find which could have given what was measured.

    In each world the organization takes the world's values where it is left at its defaults; what the plan would fit
    moves with the world even where the organization sets it, by `values_in`.

    Args:
        plan: What was measured, and of which organization.
        which: How many worlds, or a file that names some; all there are by default.
        seeds: Runs of each world, the same luck in all.
        key: Key of the luck, from 0.
        workers: Threads; as many as there are cores by default.
        progress: Told how many runs are done and how many there are.
        simulate: What runs a point of the parameters; the plan's scenario by default.

    Raises:
        InputError: There are not so many worlds, they belong to other rules, or the key cannot be.
        KeyboardInterrupt: It was stopped before some worlds were run.
    """
    check_search(Search(seed=key), 0)
    chosen = worlds(which)
    run = simulate or ScenarioRuns(plan.scenario, plan.weeks, workers, plan.measures)
    luck = [(1 + key) * SEEDS_APART + number for number in range(seeds)]
    parts: list[pd.DataFrame] = []
    done = 0
    for begin in range(0, len(chosen), _BLOCK):
        block = [(world, seed) for world in chosen[begin : begin + _BLOCK] for seed in luck]
        try:
            rows = run([values_in(world, plan) for world, _ in block], [seed for _, seed in block])
        except RunStopped:
            break
        ids = pd.DataFrame({"world": [world.name for world, _ in block], "seed": [seed for _, seed in block]})
        parts.append(pd.concat([ids, rows[["error", *plan.measures]]], axis=1))
        done = begin + len(block) // seeds
        if progress:
            progress(done * seeds, len(chosen) * seeds)
    if not parts:
        raise KeyboardInterrupt
    return ConditionedWorlds(plan, chosen[:done], pd.concat(parts, ignore_index=True), done < len(chosen))


def values_in(world: PlausibleWorld, plan: CalibrationPlan) -> dict[str, float]:
    """Give the values an organization takes in a world, where what is fitted to it is known no better than the world.

    What the plan would fit and the scenario sets moves by the ratio of the world's value to the default, or by their
    difference where a zero means nothing, within what is allowed.
    """
    values = world.within(plan.scenario)
    for prior in plan.priors:
        name = prior.dotted
        if name in values or name not in world.assumed:
            continue
        item, own = parameter(name), float(plan.scenario[name])
        default = float(item.default)
        apart = name in AROUND or not default
        moved = own + world.assumed[name] - default if apart else own * world.assumed[name] / default
        values[name] = min(max(moved, float(item.low or 0.0)), float(item.high or 0.0))
    return values
