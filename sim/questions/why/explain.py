"""Why a measure is missed: five whys, computed, down to a lever, level by level.

Every number is a difference between runs with the same week 0 and the same luck. Above, where a measure is arithmetic
of others, its gap to the run with every lever at its reference is split exactly (Shapley values of the factors). Below,
a cause is what its levers recover when they are put at their reference, averaged over the orders in which the causes of
a level could be put right (Shapley values again: all sets for two causes, else one random order a seed, every second
the reverse of the one before). Amounts are carried up in proportion, so that all are in the unit of the measure asked
about; what a level does not explain is shown as its remainder. The chain goes on below the cause that recovers most.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.codes import Cause as Named
from agents.machinery.codes import Reason
from sim.engine.world import prepare
from sim.questions.why.graph import NODES, READINGS, WhyNode, is_lever, levers_below, node_of
from sim.questions.why.twins import COLUMNS, HEALTHY, NONE, Levers, Reference, TeamView, TwinRuns
from sim.scenario.errors import InputError
from sim.scenario.seeds import read_seeds, weeks_of
from sim.studies.drivers import shapley
from sim.studies.executor import check_workers
from sim.studies.shapley import along, exact
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats


_ALL_SETS = 2  # causes up to which every set of them is run for every seed
_ORDERS = 1953  # start of the stream of random orders


@dataclass(frozen=True)
class WhyCause:
    """One cause of a level."""

    name: str  # node, lever by dotted name, or event
    words: str  # the same for a sentence
    lever: bool  # whether it is a lever or an event
    recovered: Interval  # what it recovers of the measure asked about, counted so that more is better
    now: float | str  # its own measure as it is and with every lever at its reference; for a lever its setting, as text
    aim: float | str
    unit: str  # of its own measure; empty for a lever

    @property
    def certain(self) -> bool:
        """Whether the interval of what it recovers lies above 0."""
        return self.recovered.low > 0.0


@dataclass(frozen=True)
class Level:
    """One "why"."""

    name: str  # whose causes these are
    words: str
    path: tuple[str, ...]  # nodes above it, the measure asked about first
    exact: bool  # whether the split is arithmetic, not runs
    given: Interval  # what there is to explain here, in the unit of the measure asked about
    causes: tuple[WhyCause, ...]  # those with something off its reference, the one that recovers most first
    rest: Interval  # what the causes leave: effects of other levers, and of several together
    lead: Interval | None  # by how much the first is ahead of the second; None for one cause alone


@dataclass(frozen=True)
class End:
    """Where a chain ends."""

    path: tuple[str, ...]  # from the measure asked about down to a lever, or to where causes cannot be told apart
    reached: bool  # whether it ends at a lever or an event
    alone: Interval  # what the last cause recovers when nothing but it is put at its reference


def _mean(values: Floats) -> float:
    """Mean of those that are numbers; not a number if none is."""
    return mean_interval(values).mean


@dataclass(frozen=True)
class _Below:
    """What is known of a cause when its own causes are looked for: see `Digger._down`."""

    node: WhyNode
    anchor: WhyNode
    scale: float
    amounts: Floats
    path: tuple[str, ...]


@dataclass
class Digger:
    """Goes down the causes of a measure."""

    twins: TwinRuns  # makes the runs
    sign: int  # 1 if more of the measure asked about is better, else -1
    branches: bool = False  # whether to follow every certain cause, not only the first
    levels: list[Level] = field(default_factory=list)  # what was found, in the order of digging
    ends: list[End] = field(default_factory=list)  # where the chains end

    def dig(self, node: WhyNode) -> None:
        """Go down from the measure asked about."""
        self.top = node.measure
        self._down(node, node, float(self.sign), self._gap(node.measure) * self.sign, (node.name,))

    def _gap(self, measure: str) -> Floats:
        """Change of a measure when every lever is put at its reference. [seeds]."""
        gap: Floats = self.twins.values(measure, self.twins.everything) - self.twins.values(measure)
        return gap

    def _down(self, node: WhyNode, anchor: WhyNode, scale: float, given: Floats, path: tuple[str, ...]) -> None:
        """Split what a node recovers [seeds], then go on below its causes.

        Runs are judged by the measure of the anchor, of which a unit is `scale` units of the measure asked about.
        """
        names = list(node.factors) or self._active(node)
        amounts = scale * (self._factors(node) if node.factors else self._game(names, anchor.measure))
        order = np.argsort([-_mean(row) for row in amounts], kind="stable").tolist()
        causes = [self._cause(names[row], amounts[row]) for row in order]
        lead = mean_interval(amounts[order[0]] - amounts[order[1]]) if len(order) > 1 else None
        rest = mean_interval(given - amounts.sum(axis=0))
        words = node.words
        self.levels.append(
            Level(node.name, words, path, bool(node.factors), mean_interval(given), tuple(causes), rest, lead)
        )
        sure = [cause for cause in causes if cause.certain]
        for cause in sure if self.branches else sure[:1]:
            below = _Below(node, anchor, scale, amounts[names.index(cause.name)], path)
            self._follow(cause.name, below)
        if not sure and len(path) > 1:
            self._end(path, reached=False)

    def _follow(self, name: str, above: _Below) -> None:
        """Go on below one cause; where only one lever below it is off, that is the end."""
        levers, path = self._off_below(name), (*above.path, name)
        if is_lever(name) or len(levers) == 1:
            (lever,) = levers
            self._end(path if name == lever else (*path, lever), reached=True)
        elif not levers:
            self._end(path, reached=False)
        elif above.node.factors:
            child = NODES[name]
            gap = self._gap(child.measure)
            unit = _mean(above.amounts) / _mean(gap)
            self._down(child, child, unit, unit * gap, path)
        else:
            self._down(NODES[name], above.anchor, above.scale, above.amounts, path)

    def _end(self, path: tuple[str, ...], *, reached: bool) -> None:
        levers = self._off_below(path[-1])
        self.twins.all_seeds(levers)
        alone = self.sign * (self.twins.values(self.top, levers) - self.twins.values(self.top))
        self.ends.append(End(path, reached, mean_interval(alone)))

    def _off_below(self, name: str) -> Levers:
        return levers_below(name) & self.twins.everything

    def _active(self, node: WhyNode) -> list[str]:
        return [name for name in node.causes if self._off_below(name)]

    def _cause(self, name: str, amounts: Floats) -> WhyCause:
        recovered = mean_interval(amounts)
        if is_lever(name):
            settings = self.twins.reference.now(name), self.twins.reference.aim(name)
            return WhyCause(name, name.removeprefix("event:"), True, recovered, *settings, "")
        node = NODES[name]
        now, aim = (_mean(self.twins.values(node.measure, side)) for side in (NONE, self.twins.everything))
        return WhyCause(name, node.words, False, recovered, now, aim, READINGS[node.measure].unit)

    def _factors(self, node: WhyNode) -> Floats:
        """Split the gap of a node over its factors. [factors, seeds]."""
        measures = [NODES[name].measure for name in node.factors]
        before, after = (
            np.array([self.twins.values(measure, side) for measure in measures])
            for side in (NONE, self.twins.everything)
        )
        return shapley(before, after, node.of)

    def _game(self, names: list[str], measure: str) -> Floats:
        """What each cause recovers of a measure, by runs. [causes, seeds]."""
        parts = [self._off_below(name) for name in names]

        def levers(chosen: frozenset[int]) -> Levers:
            return NONE.union(*(parts[cause] for cause in chosen))

        orders = {seed: self._order(index, len(parts)) for index, seed in enumerate(self.twins.seeds)}
        if len(parts) <= _ALL_SETS:
            sets = [
                frozenset[int]().union({cause for cause in range(len(parts)) if bits >> cause & 1}) for bits in range(4)
            ]
            wanted = {seed: [levers(cause) for cause in sets] for seed in self.twins.seeds}
        else:
            sizes = range(len(parts) + 1)
            wanted = {seed: [levers(frozenset(order[:n])) for n in sizes] for seed, order in orders.items()}
        self.twins.run(wanted)
        recovered = np.zeros((len(parts), len(self.twins.seeds)))
        for column, (seed, order) in enumerate(orders.items()):

            def value(chosen: frozenset[int], seed: int = seed) -> float:
                return self.twins.value(seed, measure, levers(chosen))

            recovered[:, column] = exact(len(parts), value) if len(parts) <= _ALL_SETS else along(order, value)
        return recovered

    @staticmethod
    def _order(index: int, n: int) -> list[int]:
        """A random order of the causes for a seed; every second is the reverse of the one before."""
        order: list[int] = np.random.default_rng((_ORDERS, n, index // 2)).permutation(n).tolist()
        return order[::-1] if index % 2 else order


SEEDS = 24  # paired seeds unless something else is asked for

MOST_SEEDS = 10_000

GOALS = {"attainment": 1.0, "median_attainment": 1.0}
"""What a measure should be; the others should be what they are with every lever at its reference."""


@dataclass(frozen=True)
class Said:
    """What is said about the misses, and what is so; counts over all seeds."""

    told: dict[str, int]  # losses with a reason, by reported reason
    true: dict[str, int]  # the same by true reason
    named: dict[str, int]  # misses of teams in a quarter, by the cause their managers named
    causes: dict[str, int]  # the same by true cause
    right: int  # misses whose true cause was named


@dataclass(frozen=True)
class Why:
    """Why a measure is missed.

    Attributes:
        scenario: The organization.
        reference: Name of the scenario whose levers are the reference.
        measure, unit: What was asked about.
        sign: 1 if more of it is better, else -1.
        weeks, seeds: Length and number of the runs.
        runs: Runs made.
        as_is: Its value.
        goal: What it should be; not a number where that is what the reference gives.
        at_reference: Its value with every lever at its reference.
        recovered: Difference of both, counted so that more is better.
        verdict: `missed`, `met`, or `undecided` for too few replicates.
        levels: The causes, level by level; empty if nothing is to be explained or no lever explains it.
        ends: Where the chains end, that of the largest causes first.
        settings: Where each lever is that a chain ends at, and its reference, in words.
        said: What is said instead.
        teams: What managers see, what the CRM says and what is, by team; see `teams_frame`.
    """

    scenario: Scenario
    reference: str
    measure: str
    unit: str
    sign: int
    weeks: int
    seeds: int
    runs: int
    as_is: Interval
    goal: float
    at_reference: Interval
    recovered: Interval
    verdict: str
    levels: tuple[Level, ...]
    ends: tuple[End, ...]
    settings: dict[str, str]
    said: Said
    teams: pd.DataFrame

    @property
    def missing(self) -> float:
        """What is missing to the goal, counted positive; what the reference would recover where that is the goal."""
        return self.sign * (self.goal - self.as_is.mean) if np.isfinite(self.goal) else self.recovered.mean

    @property
    def manager_cause(self) -> str:
        """What managers call the cause the first chain ends at; empty where they have no word for it."""
        path = self.ends[0].path if self.ends else ()
        words = [NODES[name].manager for name in path if name in NODES]
        return next((word for word in reversed(words) if word), "")


def explain(
    scenario: Scenario,
    measure: str = "attainment",
    *,
    reference: str | Scenario = HEALTHY,
    goal: float | None = None,
    seeds: int = SEEDS,
    weeks: int | None = None,
    workers: int | None = None,
    branches: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Why:
    """Look for the causes of a missed measure, down to a lever.

    Args:
        scenario: The organization.
        measure: What is missed; see `sim.questions.why.graph.NODES`.
        reference: Scenario whose levers are the reference practice.
        goal: What the measure should be, see `GOALS` for what is taken otherwise.
        seeds: Paired seeds 0, 1, ...
        weeks: Weeks of each run, `organization.weeks` unless given.
        workers: Threads, as many as there are cores by default.
        branches: Whether to follow every certain cause down, not only the largest.
        progress: Told how many runs are made and how many are planned so far.

    Raises:
        InputError: Something asked for cannot be used.
        KeyboardInterrupt: It was stopped.
    """
    node = node_of(measure)
    reading = READINGS[node.measure]
    if reading.better == 0:
        raise InputError(f"{measure} has no better direction, so it cannot be missed; ask about attainment")
    if goal is not None and not np.isfinite(goal):
        raise InputError(f"goal = {goal} is not allowed; it must be a number, in the unit of {measure}")
    practice = Reference.of(scenario, reference)
    horizon = weeks_of(scenario, weeks)
    twins = TwinRuns(practice, horizon, read_seeds(seeds, 2, MOST_SEEDS), check_workers(workers), progress)
    prepare()
    twins.all_seeds(frozenset(), twins.everything)
    before, after = twins.values(node.measure), twins.values(node.measure, twins.everything)
    recovered = mean_interval(reading.better * (after - before))
    wanted = GOALS.get(measure) if goal is None else goal
    verdict = _verdict(mean_interval(before), recovered, wanted, reading.better)
    digger = Digger(twins, reading.better, branches)
    if verdict != "met" and recovered.low > 0.0:
        digger.dig(node)
    return Why(
        scenario=scenario, reference=practice.name, measure=measure, unit=reading.unit, sign=reading.better,
        weeks=horizon, seeds=len(twins.seeds), runs=twins.made, as_is=mean_interval(before),
        goal=float("nan") if wanted is None else float(wanted), at_reference=mean_interval(after), recovered=recovered,
        verdict=verdict, levels=tuple(digger.levels), ends=tuple(digger.ends),
        settings={
            name: f"it is {practice.now(name)}, the reference is {practice.aim(name)}"
            for name in sorted({end.path[-1] for end in digger.ends if end.reached})
        },
        said=_said(twins.views), teams=teams_frame(twins.views),
    )  # fmt: skip


def _verdict(as_is: Interval, recovered: Interval, goal: float | None, sign: int) -> str:
    """Judge whether there is something to explain."""
    if goal is None:
        missing = recovered
    else:
        ends = sorted((sign * (goal - as_is.high), sign * (goal - as_is.low)))
        missing = Interval(as_is.n, sign * (goal - as_is.mean), *ends)
    if not np.isfinite(missing.mean) or missing.mean <= 0.0:
        return "met"
    return "missed" if missing.low > 0.0 else "undecided"


def _said(views: list[TeamView]) -> Said:
    def counted(name: str, words: type[Reason | Named]) -> dict[str, int]:
        counts = np.sum([getattr(view, name).sum(axis=0) for view in views], axis=0)
        pairs = [(word.name.lower(), int(counts[word])) for word in words if int(counts[word])]
        return dict(sorted(pairs, key=lambda pair: -pair[1]))

    right = int(sum(view.right.sum() for view in views))
    return Said(
        counted("told", Reason), counted("true", Reason), counted("named", Named), counted("causes", Named), right
    )


def teams_frame(views: list[TeamView]) -> pd.DataFrame:
    """Put what managers see, what the CRM says and what is beside each other, by team, means over the seeds.

    Returns:
        team; attainment of the run; at its end: potential a quarter as believed, as the CRM shows it and as it is;
        pipeline as logged and as it is (amounts weighted by the sales stage and by the buying stage); honesty of the
        reports; over the run: the reason most often told and the true one, the cause most often named and the true
        one, the number of misses a run and the share of them whose cause was named.
    """
    teams = max((view.teams for view in views), key=len, default=())
    frame = pd.DataFrame({"team": list(teams)})
    for column, name in enumerate(COLUMNS):
        frame[name] = [mean_interval(team).mean for team in np.array([view.levels[:, column] for view in views]).T]
    total = {
        name: np.sum([getattr(view, name) for view in views], axis=0) for name in ("told", "true", "named", "causes")
    }
    for name, words in (("told", Reason), ("true", Reason), ("named", Named), ("causes", Named)):
        frame[f"most_{name}"] = [_most(row, words) for row in total[name]]
    misses = total["causes"].sum(axis=1)
    frame["misses"] = misses / max(len(views), 1)
    right = np.sum([view.right for view in views], axis=0)
    frame["named_right"] = np.divide(right, misses, out=np.full(len(misses), np.nan), where=misses > 0)
    return frame


def _most(counts: Any, words: type[Reason | Named]) -> str:
    return words(int(counts.argmax())).name.lower() if counts.sum() else ""
