"""An answer over plausible worlds: where it holds besides luck, what tells the worlds apart, what to measure first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import scipy

from sim.measures.words import amount, percent
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.parameters import by_name
from sim.scenario.parameters.base import plain
from sim.studies.statistics import ALPHA, holm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats
    from sim.studies.worlds import PlausibleWorld

SEEDS = 8
"""Pairs of runs in each world, the same in all."""

NO_PROBABILITY = (
    "These worlds are what the evidence leaves possible; they were not drawn from anything, so a share of them is no "
    "probability."
)
VERDICTS = ("better", "worse", "cannot be told")
"""What a case is in a world, by the world's own interval."""

_FEWEST_TO_TELL = 20  # worlds below which no assumption is named
_MOST_NAMED = 3


@dataclass(frozen=True)
class OverWorlds:
    """The effect of one case in every plausible world that was run.

    Attributes:
        measure: What is read.
        worlds: The worlds, in the order of the rest.
        base: Mean of `as_is` over seeds. [worlds]
        difference: Mean difference over seeds. [worlds]
        low, high: Ends of its 95% interval by luck alone. [worlds]
        seeds: Pairs of runs in each.
    """

    measure: str
    worlds: Sequence[PlausibleWorld]
    base: Floats
    difference: Floats
    low: Floats
    high: Floats
    seeds: int

    @property
    def better(self) -> int:
        """1 if more of the measure is better, -1 if less is."""
        return MEASURES[self.measure].better or 1

    @property
    def helps(self) -> np.ndarray:
        """Worlds in which the case surely helps. [worlds]."""
        return np.asarray(self.low > 0.0 if self.better > 0 else self.high < 0.0)

    @property
    def hurts(self) -> np.ndarray:
        """Worlds in which it surely hurts. [worlds]."""
        return np.asarray(self.high < 0.0 if self.better > 0 else self.low > 0.0)

    def interval(self) -> tuple[float, float, float]:
        """Mean effect over worlds, and between what it lies in nineteen of twenty of them, luck included."""
        low, high = np.quantile(self.difference, (ALPHA / 2.0, 1.0 - ALPHA / 2.0))
        return float(self.difference.mean()), float(low), float(high)

    def by_worlds(self) -> float:
        """Part of the variance of the effect that is the worlds' own, the rest being luck. [share]."""
        return variance_by_worlds(self.difference, self.low, self.high, self.seeds)

    def separating(self, active: Sequence[str]) -> list[tuple[str, float, float, float]]:
        """Find the assumptions that tell worlds in which it helps from the others.

        Args:
            active: Parameters that were found to matter at all.

        Returns:
            At most three: dotted name, distance of the two distributions, and the quarter and three quarters of its
            values where the case does not surely help; only beyond doubt after looking at all of them (Holm).
        """
        return telling_apart(self.worlds, ~self.helps, active)

    def worth_knowing(self, active: Sequence[str]) -> tuple[str, float] | None:
        """Find the assumption whose value would be worth most before deciding.

        Expected value of partial perfect information by regression (Strong, Oakley and Brennan, Medical Decision
        Making 34 (2014) 311-326), with a parabola for each assumption; what chance alone would give, by permutation,
        is taken off.

        Returns:
            Its name and what it is worth in the unit of the measure; None where no assumption changes the decision.
        """
        gain = self.better * self.difference
        if len(gain) < _FEWEST_TO_TELL or not active:
            return None
        rng = np.random.default_rng(len(gain))
        best: tuple[str, float] | None = None
        for name in active:
            column = np.array([world.assumed[name] for world in self.worlds])
            chance = np.quantile([_value_of_knowing(rng.permutation(column), gain) for _ in range(60)], 0.95)
            value = _value_of_knowing(column, gain) - float(chance)
            if value > 0.0 and (best is None or value > best[1]):
                best = (name, value)
        return best


def variance_by_worlds(mean: Floats, low: Floats, high: Floats, seeds: int) -> float:
    """Part of the variance of a mean over worlds that is the worlds' own, the rest being luck. [share].

    Args:
        mean: In each world. [worlds]
        low: Lower end of its 95% interval by luck alone. [worlds]
        high: Its upper end. [worlds]
        seeds: Runs, or pairs, in each.
    """
    half = scipy.stats.t.ppf(1.0 - ALPHA / 2.0, max(seeds - 1, 1))
    luck = float(np.mean(((high - low) / 2.0 / half) ** 2))
    whole = float(mean.var(ddof=1)) if len(mean) > 1 else 0.0
    return max(0.0, 1.0 - luck / whole) if whole > 0.0 else 0.0


def telling_apart(
    worlds: Sequence[PlausibleWorld], some: np.ndarray, active: Sequence[str]
) -> list[tuple[str, float, float, float]]:
    """Find the assumptions that tell some worlds from the others, beyond doubt after looking at all of them (Holm).

    Args:
        worlds: All of them.
        some: Which are told from the others. [worlds]
        active: Parameters that were found to matter at all.

    Returns:
        At most three: dotted name, distance of the two distributions (Kolmogorov and Smirnov), and the quarter and
        three quarters of its values in `some`; none with fewer than 20 worlds, or 5 on either side.
    """
    if len(worlds) < _FEWEST_TO_TELL or min(some.sum(), (~some).sum()) < 5:
        return []
    values = {name: np.array([world.assumed[name] for world in worlds]) for name in active}
    tests = [scipy.stats.ks_2samp(column[some], column[~some], method="asymp") for column in values.values()]
    found: list[tuple[str, float, float, float]] = [
        (name, float(test.statistic), float(np.quantile(column[some], 0.25)), float(np.quantile(column[some], 0.75)))
        for (name, column), test, p in zip(values.items(), tests, holm([one.pvalue for one in tests]), strict=True)
        if p <= ALPHA
    ]
    return sorted(found, key=lambda row: -row[1])[:_MOST_NAMED]


def frame_of(found: Mapping[str, OverWorlds]) -> pd.DataFrame:
    """Make a table of every case in every world: case, world, base, difference, low, high, verdict."""
    import pandas as pd  # noqa: PLC0415 - slow to import

    return pd.concat([
        pd.DataFrame({
            "case": case, "world": [world.name for world in one.worlds], "base": one.base,
            "difference": one.difference, "low": one.low, "high": one.high,
            "verdict": np.select([one.helps, one.hurts], VERDICTS[:2], VERDICTS[2]),
        })
        for case, one in found.items()
    ], ignore_index=True)  # fmt: skip


def _value_of_knowing(column: Floats, gain: Floats) -> float:
    """What deciding by the expected gain at each value brings over deciding once for all."""
    spread = float(column.std())
    if spread == 0.0:
        return 0.0
    terms = np.stack(
        [np.ones_like(column), (column - column.mean()) / spread, ((column - column.mean()) / spread) ** 2]
    )
    fitted = terms.T @ np.linalg.lstsq(terms.T, gain, rcond=None)[0]
    return float(np.maximum(fitted, 0.0).mean() - max(float(fitted.mean()), 0.0))


def over_worlds(
    effects: Sequence[tuple[PlausibleWorld, pd.DataFrame]], case: str, measure: str, seeds: int
) -> OverWorlds:
    """Put the effects of one case together.

    Args:
        effects: Effects of a comparison in each world, as `Comparison.effects`.
        case: Name of the case.
        measure: What is read.
        seeds: Pairs of runs in each world.

    Raises:
        InputError: It was not compared.
    """
    rows = [frame[(frame["case"] == case) & (frame["measure"] == measure)].to_dict("records") for _, frame in effects]
    if not rows or not all(rows):
        raise InputError(f"{case} has no {measure} in every plausible world")
    columns = {name: np.array([row[0][name] for row in rows], dtype=float)
               for name in ("base", "difference", "low", "high")}  # fmt: skip
    return OverWorlds(measure, [world for world, _ in effects], **columns, seeds=seeds)


def sentences(found: OverWorlds, title: str, scenario: Scenario, active: Sequence[str]) -> list[str]:
    """Say in how many worlds a case helps and hurts, how bad it gets, what tells them apart and what to find out.

    Args:
        found: The effect in each world.
        title: What the case is called.
        scenario: For the currency.
        active: Parameters that were found to matter.
    """
    unit, label = MEASURES[found.measure].unit, MEASURES[found.measure].label.lower()
    n, better, worse = len(found.worlds), int(found.helps.sum()), int(found.hurts.sum())

    def say(value: float) -> str:
        return amount(value, unit, scenario.currency, signed=True)

    mean, low, high = found.interval()
    worst = int(np.argmin(found.better * found.difference))
    part = found.difference[worst] / abs(found.base[worst])
    ends = scipy.stats.binomtest(better, n).proportion_ci(1.0 - ALPHA, method="wilson")
    counted = (
        f"Over {n} plausible worlds with {found.seeds} pairs each, it is surely better with {title} in {better} "
        f"({ends.low:.0%} to {ends.high:.0%} of such worlds), surely worse in {worse}, and cannot be told in "
        f"{n - better - worse}: {label} {say(mean)} on average, {say(low)} to {say(high)} in nineteen of twenty, "
        f"at worst {say(float(found.difference[worst]))} ({percent(part)}); {found.by_worlds():.0%} of the variance "
        f"between worlds is theirs, the rest luck."
    )
    lines = [counted]
    apart = found.separating(active)
    if apart:
        lines.append(f"Worlds in which {title} cannot be told to help have {ranges_of(apart)}.")
    known = found.worth_knowing(active)
    if known:
        lines.append(
            f"Before {title}, the assumption most worth measuring is {_meaning(known[0])}: knowing it would be worth "
            f"{amount(known[1], unit, scenario.currency)}."
        )
    return lines


def ranges_of(apart: Sequence[tuple[str, float, float, float]]) -> str:
    """Name assumptions that tell worlds apart, as `telling_apart` gives them, with where they mostly lie."""
    return "; ".join(
        f"{_meaning(name)} of mostly {plain(float(f'{first:.2g}'))} to {plain(float(f'{last:.2g}'))}"
        for name, _, first, last in apart
    )


def _meaning(name: str) -> str:
    """Call a parameter by its label, with what it means and its name in brackets."""
    item = by_name()[name]
    return f"{item.label} ({item.doc[:1].lower()}{item.doc[1:].rstrip('.')}; {name})"
