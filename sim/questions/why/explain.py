"""Why a measure is missed: the question, the runs, and the answer as data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from agents.machinery.codes import Cause as Named
from agents.machinery.codes import Reason
from sim.engine.world import prepare
from sim.questions.why.chain import Digger
from sim.questions.why.graph import NODES, node_of
from sim.questions.why.measures import READINGS
from sim.questions.why.perception import COLUMNS, TeamView
from sim.questions.why.reference import HEALTHY, Reference
from sim.questions.why.twins import TwinRuns
from sim.scenario.errors import InputError
from sim.scenario.seeds import read_seeds, weeks_of
from sim.studies.executor import check_workers
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.questions.why.chain import End, Level
    from sim.scenario.scenario import Scenario

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
