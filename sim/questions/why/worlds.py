"""Why a measure is missed in plausible worlds: whether it is, which cause is the largest, and where the chain ends."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.questions.over_worlds import SEEDS
from sim.questions.why.explain import explain
from sim.studies.statistics import ALPHA
from sim.studies.worlds import worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.questions.why.explain import Why

VERDICTS = ("missed", "undecided", "met")


@dataclass(frozen=True)
class WhyOverWorlds:
    """The same question in every plausible world that was finished.

    Attributes:
        found: Answers by name of the world, in the order they were asked.
        seeds: Pairs of runs in each.
        asked: Worlds that were asked for.
    """

    found: Mapping[str, Why]
    seeds: int
    asked: int

    @property
    def interrupted(self) -> bool:
        """Whether it was stopped before all worlds were finished."""
        return len(self.found) < self.asked

    def verdicts(self) -> Counter[str]:
        """Count the worlds of each of `VERDICTS`."""
        counts = Counter(why.verdict for why in self.found.values())
        return Counter({verdict: counts[verdict] for verdict in VERDICTS})

    def ends(self) -> Counter[str]:
        """Count the worlds in which the first chain ends at each lever, or where causes cannot be told apart."""
        counts = Counter(why.ends[0].path[-1] for why in self.found.values() if why.ends)
        return Counter(dict(counts.most_common()))

    def explained(self) -> int:
        """Count the worlds in which there is a chain."""
        return sum(bool(why.ends) for why in self.found.values())

    def recovered(self) -> tuple[float, float, float]:
        """What all levers recover: mean over worlds, and between what it lies in nineteen of twenty, luck included."""
        values = [why.recovered.mean for why in self.found.values() if np.isfinite(why.recovered.mean)]
        return _spread(values)

    def every(self) -> pd.DataFrame:
        """Every cause in every world: world, of (whose cause), cause, recovered, low, high, first (the largest)."""
        rows = [
            (world, level.name, cause.name, cause.recovered.mean, cause.recovered.low, cause.recovered.high, place == 0)
            for world, why in self.found.items()
            for level in why.levels
            for place, cause in enumerate(level.causes)
        ]
        return pd.DataFrame(rows, columns=["world", "of", "cause", "recovered", "low", "high", "first"])

    def causes(self) -> pd.DataFrame:
        """Say of each cause in how many worlds it was asked about, and what it is there.

        Columns `of`, `cause`, `worlds` (in which the chain came by), `helps` and `hurts` (in which it surely recovers
        something, or less than nothing), `first` (in which it is the largest), `recovered` (mean over these worlds),
        `low` and `high` (nineteen of twenty of them), those asked about in most worlds first.
        """
        rows: list[tuple[Any, ...]] = []
        for (of, cause), part in self.every().groupby(["of", "cause"], sort=False):
            helps, hurts = (part["low"] > 0.0).sum(), (part["high"] < 0.0).sum()
            counts = (len(part), int(helps), int(hurts), int(part["first"].sum()))
            rows.append((of, cause, *counts, *_spread(list(part["recovered"]))))
        columns = ["of", "cause", "worlds", "helps", "hurts", "first", "recovered", "low", "high"]
        table = pd.DataFrame(rows, columns=columns)
        return table.sort_values(["worlds", "recovered"], ascending=False, kind="stable", ignore_index=True)


def why_worlds(
    why: Why, which: int | str | None = None, *, seeds: int = SEEDS, workers: int | None = None,
    progress: Callable[[int, int], None] | None = None, **options: Any,
) -> WhyOverWorlds:  # fmt: skip
    """Ask the same in plausible worlds, each with a burn-in of its own, all with the same seeds.

    Args:
        why: The answer at the scenario's own values.
        which: How many worlds, or a file that names some; all there are by default.
        seeds: Pairs of runs in each.
        workers: Threads; as many as there are cores by default.
        progress: Told how many worlds are done and how many there are.
        options: `reference`, `goal` and `branches`, as they were asked for.

    Raises:
        InputError: There are not so many worlds, they belong to other rules, or seeds are too few.
        KeyboardInterrupt: It was stopped before a world was finished.
    """
    chosen = worlds(which)
    found: dict[str, Why] = {}
    for world in chosen:
        try:
            found[world.name] = explain(
                world.of(why.scenario), why.measure, seeds=seeds, weeks=why.weeks, workers=workers, **options
            )
        except KeyboardInterrupt:
            break
        if progress:
            progress(len(found), len(chosen))
    if not found:
        raise KeyboardInterrupt
    return WhyOverWorlds(found, seeds, len(chosen))


def _spread(values: list[float]) -> tuple[float, float, float]:
    if not values:
        return np.nan, np.nan, np.nan
    low, high = np.quantile(values, (ALPHA / 2.0, 1.0 - ALPHA / 2.0))
    return float(np.mean(values)), float(low), float(high)
