"""Runs of mixes: a study for each world, all mixes of a generation over the same seeds; or a wheel turned for each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from sim.scenario.errors import InputError, nearest
from sim.scenario.measures import MEASURES, Measure
from sim.studies.executor import RunStopped
from sim.studies.plan import StudyCase, StudyPlan
from sim.studies.run import run_study
from sim.studies.worlds import plausible_draws

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats

    Changes = Mapping[str, Value]

LOOP_GAIN = "loop_gain"
DELAY = 52  # weeks from the decision until the wheel is turned


GAIN = Measure(LOOP_GAIN, "ratio", "What a turn of the sales flywheel passes on.", 1, "Gain of the sales flywheel")
"""A goal that no run measures: twins of runs do."""


def goal_of(name: str) -> Measure:
    """Find a goal by its name; InputError if there is none, or it is neither good nor bad."""
    goals = {LOOP_GAIN: GAIN} | MEASURES
    if name not in goals:
        directed = [measure.name for measure in goals.values() if measure.better]
        raise InputError(f"--goal {name}: there is no such measure{nearest(name, directed)}")
    if not goals[name].better:
        raise InputError(
            f"--goal {name}: more of it is neither better nor worse; choose another, such as net_contribution"
        )
    return goals[name]


@dataclass(frozen=True, slots=True)
class SeededOrganization:
    """An organization, by what differs from the scenario, and the seeds it is run with."""

    drawn: Changes
    seeds: tuple[int, ...]


def worlds_of(scenario: Scenario, count: int, key: int, first: int, seeds: int) -> list[SeededOrganization]:
    """Draw so many worlds around a scenario, each with seeds of its own.

    `key` is that of the draw, `first` the first seed, and `seeds` how many each world has.
    """
    return [
        SeededOrganization(drawn, tuple(range(first + number * seeds, first + (number + 1) * seeds)))
        for number, drawn in enumerate(plausible_draws(count, key, scenario))
    ]


@dataclass
class Runs:
    """Runs mixes and gives what the goal was worth."""

    scenario: Scenario  # the organization as it is
    goal: Measure  # what is read of each run
    weeks: int  # weeks of each run
    from_start: bool = False  # whether mixes have a burn-in of their own
    workers: int | None = None  # threads
    progress: Callable[[int], None] | None = None  # told after every few runs how many more have been done
    failures: list[str] = field(default_factory=list)  # what broke, one sentence each
    folder: Path | None = None  # where runs are kept, a study a generation and world; those of the loop gain are not

    def __call__(self, mixes: Sequence[Changes], worlds: Sequence[SeededOrganization]) -> Floats:
        """Run every mix, by the parameters that differ, in every world.

        Returns:
            Result of the goal, more is better, mean over each world's seeds where there are several worlds.
            Of one world: [mixes x seeds]; else [mixes x worlds].

        Raises:
            RunStopped: Somebody pressed Ctrl-C; nothing of these mixes counts.
        """
        run = self._gains if self.goal.name == LOOP_GAIN else self._measures
        results = [self.goal.better * run(mixes, world) for world in worlds]
        return results[0] if len(results) == 1 else np.stack([values.mean(axis=1) for values in results], axis=1)

    def _drawn(self, world: SeededOrganization) -> Scenario:
        return self.scenario.override(dict(world.drawn), "a drawn world") if world.drawn else self.scenario

    def _measures(self, mixes: Sequence[Changes], world: SeededOrganization) -> Floats:
        """[mixes x seeds]."""
        cases = [StudyCase(f"mix {number}", changes) for number, changes in enumerate(mixes)]
        plan = StudyPlan.of(
            self._drawn(world), cases, world.seeds, weeks=self.weeks, from_start=self.from_start,
            measures=[self.goal.name],
        )  # fmt: skip
        before = 0

        def tell(now: int, _: int) -> None:
            nonlocal before
            self._tell(now - before)
            before = now

        study = run_study(plan, self.folder / plan.key if self.folder else None, workers=self.workers, progress=tell)
        if study.interrupted:
            raise RunStopped
        self.failures += [f"seed {row.seed}: {row.error}" for row in study.failures.itertuples()]
        return study.matrix(self.goal.name).to_numpy(dtype=float)

    def _gains(self, mixes: Sequence[Changes], world: SeededOrganization) -> Floats:
        """[mixes x seeds]."""
        scenario = self._drawn(world)
        return np.array([self._gain(scenario, changes, world.seeds) for changes in mixes])

    def _gain(self, scenario: Scenario, changes: Changes, seeds: Sequence[int]) -> Floats:
        """Gain of the sales flywheel found at its first stage, a year after the mix began. [seeds]."""
        from sim.questions.wheel.gain import Question, turn_wheel  # noqa: PLC0415 - compiles a program of its own
        from sim.questions.wheel.loops import LOOPS  # noqa: PLC0415

        if self.from_start:
            mixed = scenario.override(dict(changes))
        else:
            steps = [{"week": 0, "parameter": dotted, "value": value} for dotted, value in changes.items()]
            mixed = scenario.with_interventions(steps)
        asked = Question(at=(0,), step=0.0, delay=DELAY)
        try:
            wheel = turn_wheel(mixed, LOOPS["sales"], seeds, asked, workers=self.workers)
        except InputError as error:  # a stage stands still: there is no wheel to turn
            self.failures.append(str(error))
            return np.full(len(seeds), np.nan)
        except KeyboardInterrupt:
            raise RunStopped from None
        if len(wheel.turns) < len(seeds):
            raise RunStopped
        self._tell(len(seeds))
        gains: Floats = wheel.late[:, 0, 0]
        return gains

    def _tell(self, more: int) -> None:
        if self.progress and more:
            self.progress(more)
