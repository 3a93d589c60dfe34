"""Why deals end differently in two cases; and why a measure is missed in plausible worlds.

A deal flips if it is won in one case only. Its reason is the first noticeable difference between its two stories
(`sim.studies.flips`); over several seeds that gives each reason's deals and amounts a run, with intervals.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.engine.world import prepare
from sim.questions.over_worlds import SEEDS
from sim.questions.why.explain import MOST_SEEDS, explain
from sim.scenario.measures import MEASURES, check_measure
from sim.scenario.seeds import read_seeds, weeks_of
from sim.studies.cases import AS_IS, Case, read_cases
from sim.studies.executor import Batch
from sim.studies.flips import all_flips
from sim.studies.replicate import SeedJob
from sim.studies.statistics import ALPHA, Effect, Interval, mean_interval, paired_effect
from sim.studies.worlds import worlds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sim.questions.why.explain import Why
    from sim.scenario.scenario import Scenario
    from sim.studies.cases import Changes
    from sim.studies.statistics import Floats


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


STORY_SEEDS = 12  # paired seeds unless something else is asked for; stories are followed week by week, which takes time

EXAMPLES = 5  # deals shown one by one


@dataclass(frozen=True)
class PartingReason:
    """Deals that part for one reason."""

    text: str  # where their stories part, in words
    gained: Interval  # deals a run that only the case wins, and that only `as_is` wins
    lost: Interval
    net: Interval  # gained less lost, a run
    amount: Interval  # the same in contract value [currency a run]


@dataclass(frozen=True)
class DealsCompared:
    """Why deals end differently in a case.

    Attributes:
        scenario, case: The organization and the name of the case.
        changed: What the case changes.
        measure: What the case changes, see `effect`.
        effect: Paired difference of the measure, case less as is.
        bookings: Paired difference of bookings.
        weeks, seeds: Length and number of the runs.
        flipped: Deals a run that flip.
        won: Deals a run that are won as is.
        reasons: Those with the largest net amount first.
        amount: Contract value of the flips, net; with `resized` the difference in bookings. [currency a run]
        examples: Some flipped deals, the largest first; columns of `sim.studies.flips.COLUMNS`.
        table: All of them.
    """

    scenario: Scenario
    case: str
    changed: Case
    measure: str
    effect: Effect
    bookings: Effect
    weeks: int
    seeds: int
    flipped: Interval
    won: Interval
    reasons: tuple[PartingReason, ...]
    amount: Interval
    table: pd.DataFrame = field(repr=False)

    @property
    def resized(self) -> float:
        """What deals both win differ by: a line bought again is smaller where it is installed. [currency a run]."""
        return self.bookings.difference.mean - self.amount.mean

    @property
    def examples(self) -> pd.DataFrame:
        """The largest deals that flipped."""
        return self.table.sort_values("amount", ascending=False).head(EXAMPLES)


def compare_deals(
    scenario: Scenario,
    case: str,
    changes: Changes,
    *,
    measure: str = "bookings",
    seeds: int = STORY_SEEDS,
    weeks: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> DealsCompared:
    """Find the deals that a case wins or loses against doing nothing, and why.

    Args:
        scenario: The organization as it is.
        case: Name of the case.
        changes: Parameters by dotted name, or interventions.
        measure: Headline measure whose difference is told beside the deals.
        seeds: Paired seeds 0, 1, ...
        weeks: Weeks of each run, `organization.weeks` unless given.
        workers: Threads, as many as there are cores by default.
        progress: Told after each seed how many are done and how many there are.

    Raises:
        InputError: Something asked for cannot be used.
        KeyboardInterrupt: It was stopped.
        RuntimeError: A run failed.
    """
    check_measure(measure)
    cases = read_cases(scenario, {case: changes})
    horizon = weeks_of(scenario, weeks)
    keys = read_seeds(seeds, 2, MOST_SEEDS)
    batch = Batch(_Briefly(SeedJob(cases, horizon, whole=frozenset(keys))), workers, scenario)
    prepare()
    done = list(batch.results(keys, progress))
    if batch.stopped.is_set():
        raise KeyboardInterrupt
    return _joined(scenario, cases[1], measure, horizon, done)


@dataclass(frozen=True)
class PartedSeed:
    """What one seed tells: the flipped deals and the headline measures."""

    seed: int
    summaries: dict[str, dict[str, float]]  # by case
    flips: list[dict[Any, list[Any]]]  # tables as `sim.studies.flips.flips_frame` makes them, column by column


@dataclass(frozen=True)
class _Briefly:
    """Runs a seed and lets go of everything that takes room."""

    job: SeedJob

    def __call__(self, seed: int, stopped: Any) -> PartedSeed:
        done = self.job(seed, stopped)
        if done.failures:
            raise RuntimeError(f"a run failed: {done.failures[0]}") from done.failures[0].cause
        return PartedSeed(seed, done.summaries, [table.to_dict("list") for table in done.flips])


def _joined(scenario: Scenario, changed: Case, measure: str, weeks: int, done: list[PartedSeed]) -> DealsCompared:
    seeds = [one.seed for one in done]
    table = all_flips([pd.DataFrame(columns) for one in done for columns in one.flips])

    def effect(name: str) -> Effect:
        sides = [[one.summaries[side][name] for one in done] for side in (changed.name, AS_IS)]
        return paired_effect(sides[0], sides[1], MEASURES[name].better)

    years = np.array([one.summaries[AS_IS]["won_per_year"] for one in done]) * weeks / 52.0
    sides = np.where(table["direction"] == "won by the case only", 1.0, -1.0)
    signed = table.assign(side=sides, net=sides * table["amount"])
    amount = _by_seed(signed, seeds, signed["net"])
    return DealsCompared(
        scenario=scenario, case=changed.name, changed=changed, measure=measure, effect=effect(measure),
        bookings=effect("bookings"),
        weeks=weeks, seeds=len(done), flipped=mean_interval(_by_seed(signed, seeds, signed["side"].abs())),
        won=mean_interval(years), reasons=_reasons(signed, seeds), amount=mean_interval(amount),
        table=table,
    )  # fmt: skip


def _by_seed(rows: pd.DataFrame, seeds: list[int], values: Any) -> Floats:
    """Sum values over the deals of each seed. [seeds]."""
    sums: Floats = values.groupby(rows["seed"]).sum().reindex(seeds, fill_value=0.0).to_numpy(dtype=float)
    return sums


def _reasons(rows: pd.DataFrame, seeds: list[int]) -> tuple[PartingReason, ...]:
    reasons = []
    for text, group in rows.groupby("reason", sort=True):
        gained, lost = (_by_seed(group, seeds, (group["side"] == side).astype(float)) for side in (1.0, -1.0))
        net = _by_seed(group, seeds, group["net"])
        parts = (mean_interval(values) for values in (gained, lost, gained - lost, net))
        reasons.append(PartingReason(str(text), *parts))
    return tuple(sorted(reasons, key=lambda values: -abs(values.amount.mean)))
