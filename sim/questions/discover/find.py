"""Scenario discovery: in which worlds something happens, as limits on what describes them.

Half of the worlds are learned from, the other half judges what was learned: a box that was fitted looks denser on its
own worlds than it is. Where many inputs were varied, those are searched that tell both kinds of worlds apart best, one
by one (Monte Carlo filtering).

Sources: scenario discovery, Bryant and Lempert, Technological Forecasting and Social Change 77 (2010) 34-49; Monte
Carlo filtering, Hornberger and Spear, Journal of Environmental Management 12 (1981) 7-18.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import scipy

from sim.questions.discover.box import ALPHA, SLICES, Box, Limit, Tally, best_of, is_choice, peel, pruned, quasi_p
from sim.questions.discover.tree import Tree, check_extra, grow
from sim.scenario.errors import InputError
from sim.scenario.seeds import check_seed
from sim.studies.statistics import holm

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping, Sequence

    from sim.questions.discover.box import Flags

FEWEST = 40  # worlds below which nothing is looked for
FEWEST_OF_A_KIND = 10  # worlds of each kind, of interest or not, below which there is nothing to tell apart
SEARCHED = 12  # most inputs in which boxes are searched for
LIKELY = 0.1  # greatest p, of an input alone in the half that is learned from, with which it is searched
RESAMPLES = 20


@dataclass(frozen=True)
class WorldBox:
    """A box for one of the two kinds of worlds.

    Attributes:
        interest: Which: those where the outcome holds, or the others.
        box: Limits that held up where they were found; none where none did.
        learned: What the box holds of the worlds it was found in.
        held: What it holds of the others.
        p: Of Fisher's test on these others, for both kinds together (Holm); 1 without a box.
        limits: A row an end of a limit: `input`, `end`, `value`, `quasi_p` (of the worlds learned from, for all that
            was searched: Bonferroni), `quasi_p_held`, and the tenth and ninetieth percentile of its place over
            resamples, `spread_low` and `spread_high`, with `found`, the share of resamples that set it.
        trajectory: A row a step of the search: `step`, `limits`, `coverage`, `density`, `mass`, `held_coverage`,
            `held_density`, and `chosen`.
    """

    interest: bool
    box: Box
    learned: Tally
    held: Tally
    p: float
    limits: pd.DataFrame
    trajectory: pd.DataFrame

    @property
    def holds(self) -> bool:
        """Whether there is a box that beats the share of all worlds where it was not found."""
        return bool(self.box) and self.p <= ALPHA


@dataclass(frozen=True)
class Discovery:
    """What was discovered.

    Attributes:
        inputs: What describes the worlds; switches and choices as words. [worlds x inputs]
        outcome: Whether a world is of interest. [worlds]
        learning: Whether a world was learned from; the others judge. [worlds]
        searched: Inputs in which boxes were searched for.
        separation: A row an input: `input`, `distance` (largest difference of the two cumulative distributions, for
            choices Cramer's V), `p`, `p_adjusted` (Holm), over all worlds, largest distance first.
        findings: For the worlds of interest and for the others; none where there are too few of a kind.
        tree: A tree over all worlds; None where there are too few of a kind.
    """

    inputs: pd.DataFrame
    outcome: Flags
    learning: Flags
    searched: tuple[str, ...]
    separation: pd.DataFrame
    findings: tuple[WorldBox, ...] = ()
    tree: Tree | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the inputs."""
        return tuple(map(str, self.inputs))

    @property
    def share(self) -> float:
        """Share of all worlds that are of interest."""
        return float(self.outcome.mean())


def discover(
    inputs: pd.DataFrame, outcome: pd.Series[Any] | Sequence[bool] | Flags, *, seed: int = 0, resamples: int = RESAMPLES
) -> Discovery:
    """Find where an outcome holds, and where not.

    Args:
        inputs: What describes each world: numbers, switches or words, a column each. [worlds x inputs]
        outcome: Whether it holds. [worlds]
        seed: Key of which half is learned from.
        resamples: How often the search is repeated on resampled worlds to see how firm a limit is.

    Raises:
        InputError: Too few worlds, nothing varied, missing values, or the extra `discover` is not installed.
    """
    check_extra()
    flags = _flags(outcome, len(inputs))
    tidy = _tidy(inputs)
    rng = np.random.default_rng((check_seed(seed), len(tidy)))
    learning = _half(flags, rng)
    everything = separation_of(tidy, flags)
    if min(flags.sum(), (~flags).sum()) < FEWEST_OF_A_KIND:
        return Discovery(tidy, flags, learning, (), everything)
    search = _Search.of(tidy, flags, learning, resamples, rng)
    boxes = [search.run(flags, interest=True), search.run(~flags, interest=False)]
    adjusted = holm([kind.held.p if kind.box else 1.0 for kind in boxes])
    findings = tuple(replace(kind, p=float(p)) for kind, p in zip(boxes, adjusted, strict=True))
    return Discovery(tidy, flags, learning, search.searched, everything, findings, grow(tidy, flags, seed=seed))


def separation_of(inputs: pd.DataFrame, outcome: Flags) -> pd.DataFrame:
    """Say how well each input alone tells the worlds apart, as `Discovery.separation`; 0 if all are of one kind."""
    rows = [(name, *_distance(inputs[name], outcome)) for name in inputs]
    table = pd.DataFrame(rows, columns=["input", "distance", "p"])
    table["p_adjusted"] = holm(table["p"])
    return table.sort_values("distance", ascending=False, kind="stable", ignore_index=True)


def _distance(values: pd.Series[Any], outcome: Flags) -> tuple[float, float]:
    """Distance of both kinds in one input, and its p: Kolmogorov and Smirnov's, or Cramer's V and chi squared."""
    if not outcome.any() or outcome.all():
        return 0.0, 1.0
    if not is_choice(values):
        numbers = values.to_numpy(dtype=float)
        test = scipy.stats.ks_2samp(numbers[outcome], numbers[~outcome], method="asymp")
        return float(test.statistic), float(test.pvalue)
    table = pd.crosstab(values.to_numpy(), outcome).to_numpy()
    if table.shape[0] < 2:
        return 0.0, 1.0
    test = scipy.stats.chi2_contingency(table, correction=False)
    return float(np.sqrt(test.statistic / len(outcome))), float(test.pvalue)


@dataclass(frozen=True)
class _Step:
    """The best box of a trajectory, once pruned, and where it came from."""

    gain: float = -1.0
    box: Box = ()
    boxes: Sequence[Box] = ((),)
    chosen: int = 0


@dataclass(frozen=True)
class _Search:
    """The search for one box, in the half that is learned from."""

    inputs: pd.DataFrame
    learning: Flags
    sure: tuple[str, ...]
    searched: tuple[str, ...]
    looks: Mapping[str, int]
    resamples: int
    rng: np.random.Generator

    @classmethod
    def of(
        cls, inputs: pd.DataFrame, outcome: Flags, learning: Flags, resamples: int, rng: np.random.Generator
    ) -> _Search:
        """Choose the inputs to search in, by how well each alone tells the worlds apart that are learned from.

        Limits of those that do so beyond doubt are one choice among the limits of these; limits of the others are one
        among all.
        """
        ranked = separation_of(inputs[learning], outcome[learning]).head(SEARCHED)
        sure = set(ranked.loc[ranked["p_adjusted"] <= ALPHA, "input"])
        likely = set(ranked.loc[ranked["p"] <= LIKELY, "input"])
        ends = {str(name): 1 if is_choice(inputs[name]) else 2 for name in inputs}
        few, many = (sum(count for name, count in ends.items() if name in names) for names in (sure, ends))
        return cls(
            inputs, learning, tuple(name for name in ends if name in sure),
            tuple(name for name in ends if name in likely),
            {name: few if name in sure else many for name in ends}, resamples, rng,
        )  # fmt: skip

    def run(self, outcome: Flags, *, interest: bool) -> WorldBox:
        """Search, leave out what does not hold up, search again in what is left."""
        best = _Step()
        for start in dict.fromkeys((self.sure, self.searched)):
            names = start
            while names:
                step = self._once(outcome, names)
                best = max(best, step, key=attrgetter("gain"))
                left = tuple(limit.name for limit in step.box)
                names = left if len(left) < len(names) else ()
        trajectory = self._trajectory(best.boxes, outcome, best.chosen)
        learned, held = self._tallies(best.box, outcome)
        return WorldBox(interest, best.box, learned, held, held.p, self._limits(best.box, outcome), trajectory)

    def _tallies(self, box: Box, outcome: Flags) -> tuple[Tally, Tally]:
        """Count in the half that is learned from, and in the other."""
        return (
            Tally.of(box, self.inputs[self.learning], outcome[self.learning]),
            Tally.of(box, self.inputs[~self.learning], outcome[~self.learning]),
        )

    def _once(self, outcome: Flags, names: tuple[str, ...]) -> _Step:
        """Peel in some inputs, prune every box on the way, and keep the best."""
        inputs, flags = self.inputs.loc[self.learning, list(names)], outcome[self.learning]
        best = _Step()
        for slice_ in SLICES:
            boxes = peel(inputs, flags, slice_)
            firm = [pruned(box, inputs, flags, self.looks) for box in boxes]
            chosen = best_of(firm, inputs, flags)
            step = _Step(Tally.of(firm[chosen], inputs, flags).gain(), firm[chosen], boxes, chosen)
            best = max(best, step, key=attrgetter("gain"))
        return best

    def _trajectory(self, boxes: Sequence[Box], outcome: Flags, chosen: int) -> pd.DataFrame:
        rows: list[dict[str, object]] = []
        for step, box in enumerate(boxes):
            learned, held = self._tallies(box, outcome)
            rows.append({
                "step": step, "limits": len(box), "coverage": learned.coverage, "density": learned.density,
                "mass": learned.mass, "held_coverage": held.coverage, "held_density": held.density,
                "chosen": step == chosen,
            })  # fmt: skip
        return pd.DataFrame(rows)

    def _limits(self, box: Box, outcome: Flags) -> pd.DataFrame:
        """Describe every end of a box, with how firm it is."""
        rows: list[tuple[object, ...]] = []
        again = self._again(box, outcome)
        learned = self.inputs[self.learning], outcome[self.learning]
        held = self.inputs[~self.learning], outcome[~self.learning]
        for limit in box:
            for end in limit.ends():
                value = ", ".join(limit.words) if end == "words" else getattr(limit, end)
                p = min(1.0, self.looks[limit.name] * quasi_p(box, limit.name, end, *learned))
                p_held = quasi_p(box, limit.name, end, *held)
                rows.append((limit.name, end, value, p, p_held, *_spread(again, limit.name, end)))
        return pd.DataFrame(rows, columns=_LIMIT_COLUMNS)

    def _again(self, box: Box, outcome: Flags) -> list[dict[str, Limit]]:
        """Search in the same inputs on resampled worlds."""
        if not box:
            return []
        inputs = self.inputs.loc[self.learning, [limit.name for limit in box]].reset_index(drop=True)
        flags = outcome[self.learning]
        again = []
        for _ in range(self.resamples):
            rows = self.rng.integers(len(flags), size=len(flags))
            drawn, kind = inputs.iloc[rows].reset_index(drop=True), flags[rows]
            if kind.any():
                boxes = peel(drawn, kind)
                again.append({limit.name: limit for limit in boxes[best_of(boxes, drawn, kind)]})
        return again


_LIMIT_COLUMNS = ["input", "end", "value", "quasi_p", "quasi_p_held", "spread_low", "spread_high", "found"]


def _spread(again: list[dict[str, Limit]], name: str, end: str) -> tuple[float, float, float]:
    """Tenth and ninetieth percentile of an end over resamples, and the share of resamples in which it was set."""
    set_there = [limits[name] for limits in again if name in limits and end in limits[name].ends()]
    share = len(set_there) / len(again) if again else np.nan
    if end == "words" or not set_there:
        return np.nan, np.nan, share
    low, high = np.quantile([getattr(limit, end) for limit in set_there], [0.1, 0.9])
    return float(low), float(high), share


def _flags(outcome: pd.Series[Any] | Sequence[bool] | Flags, worlds: int) -> Flags:
    """Read the outcome, yes or no for every world."""
    values = np.asarray(outcome)
    if values.shape != (worlds,):
        raise InputError(f"an outcome of shape {values.shape} does not fit {worlds} worlds; give one value a world")
    if values.dtype != np.bool_:
        raise InputError(f"an outcome of {values.dtype} is not allowed; it must be true or false for every world")
    if worlds < FEWEST:
        raise InputError(
            f"{worlds} worlds are too few to discover anything; there must be at least {FEWEST}, half of which judge"
        )
    return values


def _tidy(inputs: pd.DataFrame) -> pd.DataFrame:
    """Leave out what is the same everywhere, and write switches and choices as words."""
    if missing := [str(name) for name in inputs if inputs[name].isna().any()]:
        raise InputError(f"values of {', '.join(missing)} are missing in some worlds; give them or leave it out")
    kept: dict[Hashable, Any] = {}
    for name in inputs:
        values = inputs[name].reset_index(drop=True)
        if values.nunique() < 2:
            continue
        if pd.api.types.is_bool_dtype(values.dtype):
            values = values.map({True: "on", False: "off"})
        kept[name] = values.astype(str).astype(object) if is_choice(values) else values
    if not kept:
        raise InputError("every input is the same in all worlds; vary at least one")
    return pd.DataFrame(kept)


def _half(flags: Flags, rng: np.random.Generator) -> Flags:
    """Draw the half that is learned from, half of each kind."""
    learning = np.zeros(len(flags), dtype=bool)
    for kind in (flags, ~flags):
        rows = rng.permutation(np.flatnonzero(kind))
        learning[rows[: (len(rows) + 1) // 2]] = True
    return learning
