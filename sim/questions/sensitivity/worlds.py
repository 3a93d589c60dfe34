"""Whether the same parameters decide in other plausible worlds: a small polynomial for those that matter, in each."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.questions.sensitivity.chaos import ENOUGH, first_points
from sim.questions.sensitivity.run import DesignRunner
from sim.scenario.errors import InputError
from sim.studies.folders import WORLDS
from sim.studies.worlds import worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.questions.sensitivity.indices import Indices
    from sim.questions.sensitivity.run import Sensitivity

LEAST_POINTS = 32
"""Points of a polynomial in one world at least; more where its terms need them."""

MOST_RUNS = 50_000
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
    if runs > MOST_RUNS:
        raise InputError(
            f"{count} plausible worlds x {points} points x {seeds} seeds are {runs:,} runs, and {MOST_RUNS:,} are the "
            "most; take fewer worlds, seeds or parameters (--keep)"
        )
    return runs
