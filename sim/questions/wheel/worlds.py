"""How a wheel moves in plausible worlds: in how many it accelerates, coasts, stalls or spins down."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from sim.questions.over_worlds import telling_apart, variance_by_worlds
from sim.questions.wheel.motion import measure_motion
from sim.scenario.errors import InputError
from sim.studies.statistics import ALPHA
from sim.studies.worlds import how_found, worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sim.questions.wheel.motion import Motion
    from sim.scenario.scenario import Scenario
    from sim.studies.worlds import PlausibleWorld

SEEDS = 12
"""Sets of twin runs in each world, the same luck in all; a verdict takes ten."""

HORIZON = 260
"""Weeks after which the multiplier of a pulse is read."""

VERDICTS = ("accelerates", "coasts", "stalls", "spins down", "cannot be told")
COLUMNS = ("world", "verdict", "acceleration", "low", "high", "multiplier", "multiplier_low", "multiplier_high")


@dataclass(frozen=True)
class WheelOverWorlds:
    """How the wheel moves in every world that was finished.

    Attributes:
        worlds: Those worlds.
        table: Columns `COLUMNS`, a row a world: its verdict of `VERDICTS`, acceleration [1 / year] and multiplier of a
            pulse after `HORIZON` weeks (not a number where the market has no room for one), with 95% intervals by luck.
        seeds: Sets of twin runs in each.
        asked: Worlds that were asked for.
    """

    worlds: Sequence[PlausibleWorld]
    table: pd.DataFrame
    seeds: int
    asked: int

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped before all worlds were finished."""
        return len(self.worlds) < self.asked

    def counts(self) -> Counter[str]:
        """Count the worlds of each verdict, in the order of `VERDICTS`."""
        found = Counter(self.table["verdict"])
        return Counter({verdict: found[verdict] for verdict in VERDICTS})

    def spread(self, column: str) -> tuple[float, float, float]:
        """Mean over worlds, and between what it lies in nineteen of twenty of them, luck included."""
        values = self.table[column].dropna()
        if not len(values):
            return np.nan, np.nan, np.nan
        low, high = np.quantile(values, (ALPHA / 2.0, 1.0 - ALPHA / 2.0))
        return float(values.mean()), float(low), float(high)

    def by_worlds(self) -> float:
        """Part of the variance of the acceleration that is the worlds' own, the rest being luck. [share]."""
        mean, low, high = (self.table[name].to_numpy(dtype=float) for name in ("acceleration", "low", "high"))
        return variance_by_worlds(mean, low, high, self.seeds)

    def apart(self) -> list[tuple[str, float, float, float]]:
        """Find what tells the worlds in which it accelerates from the others, as `telling_apart`."""
        some = (self.table["verdict"] == VERDICTS[0]).to_numpy()
        return telling_apart(self.worlds, some, how_found()["active"])


def wheel_worlds(
    scenario: Scenario, which: int | str | None = None, *, seeds: int = SEEDS, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> WheelOverWorlds:  # fmt: skip
    """Measure how the wheel moves in plausible worlds, each with a burn-in of its own, all with the same seeds.

    Args:
        scenario: The organization.
        which: How many worlds, or a file that names some; all there are by default.
        seeds: Sets of twin runs in each.
        workers: Threads; as many as there are cores by default.
        progress: Told how many sets are done and how many there are.

    Raises:
        InputError: There are not so many worlds, or they belong to other rules.
        KeyboardInterrupt: It was stopped before a world was finished.
    """
    chosen, rows = worlds(which), []
    for number, world in enumerate(chosen):

        def tell(done: int, _: int, before: int = number * seeds) -> None:
            if progress:
                progress(before + done, len(chosen) * seeds)

        try:
            motion = _motion(world.of(scenario), seeds, workers, tell)
        except KeyboardInterrupt:
            break
        if len(motion.spun) < seeds:
            break
        rows.append(_row(world, motion))
    if not rows:
        raise KeyboardInterrupt
    return WheelOverWorlds(chosen[: len(rows)], pd.DataFrame(rows, columns=list(COLUMNS)), seeds, len(chosen))


def _motion(scenario: Scenario, seeds: int, workers: int | None, tell: Callable[[int, int], None]) -> Motion:
    """Measure a motion with its pulses, or without them where the market of that world has no room for one."""
    try:
        return measure_motion(scenario, seeds, parts=("pulse",), whole=1.0, workers=workers, progress=tell)
    except InputError:
        return measure_motion(scenario, seeds, parts=(), workers=workers, progress=tell)


def _row(world: PlausibleWorld, motion: Motion) -> tuple[object, ...]:
    moved = motion.acceleration
    pulsed = all(one.pulsed for one in motion.spun)
    found = motion.multiplier(HORIZON) if pulsed else None
    ends = (found.mean, found.low, found.high) if found else (np.nan,) * 3
    named = next(verdict for verdict in VERDICTS if motion.verdict.startswith(verdict))
    return world.name, named, moved.mean, moved.low, moved.high, *ends
