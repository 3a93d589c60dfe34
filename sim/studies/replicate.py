"""One seed of a comparison: all its cases run from the same burned-in world."""

from __future__ import annotations

import traceback
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sim.engine.world import World
from sim.measures.run import Run
from sim.measures.whole_run import summary_of
from sim.scenario.measures import MEASURES, RECORDED
from sim.studies.bands import weekly_values
from sim.studies.cases import AS_IS, Case
from sim.studies.executor import RunStopped, go_on_unless
from sim.studies.flips import Story, find_flips, flips_frame, part
from sim.studies.plan import digest_of

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    import pandas as pd

    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats


@dataclass(frozen=True, slots=True)
class Failure:
    """A run that broke: which, what was raised, and where, as Python prints it."""

    case: str
    seed: int
    cause: Exception
    trace: str = field(repr=False)

    def __str__(self) -> str:
        """Say it in one sentence."""
        return f"{self.case}, seed {self.seed}: {type(self.cause).__name__}: {self.cause}"


@dataclass(slots=True)
class Replicate:
    """What is kept of the runs of one seed, by case; a case whose run failed is absent."""

    seed: int
    summaries: dict[str, dict[str, float]] = field(default_factory=dict)  # headline measures
    weekly: dict[str, Floats] = field(default_factory=dict)  # measures by week, as `weekly_values` gives them
    failures: list[Failure] = field(default_factory=list)  # runs that broke
    runs: dict[str, Run] = field(default_factory=dict)  # whole runs, where they were asked for
    stories: dict[str, Story] = field(default_factory=dict, repr=False)  # until their deals have been compared
    flips: list[pd.DataFrame] = field(default_factory=list)  # won in one case, not in `as_is`, of whole runs

    @contextmanager
    def attempt(self, *cases: str) -> Iterator[None]:
        """Turn an exception into failures of these cases."""
        try:
            yield
        except RunStopped:
            raise
        except Exception as error:  # noqa: BLE001 - a run that breaks is a result, whatever broke it
            trace = traceback.format_exc()
            self.failures += [Failure(case, self.seed, error, trace) for case in cases]


@dataclass(frozen=True, slots=True)
class SeedJob:
    """What to do for a seed: all cases, `as_is` first; runs of seeds in `whole` are kept, with their deals."""

    cases: Sequence[Case]
    weeks: int
    whole: frozenset[int]

    @property
    def scenario(self) -> Scenario:
        """The organization as it is."""
        return self.cases[0].scenario

    @property
    def question(self) -> str:
        """What is asked, for people."""
        return f"compare {self.scenario.name}: {', '.join(case.name for case in self.cases[1:])}"

    @property
    def key(self) -> str:
        """Digest of what decides the runs of a seed, but for the program: cases, weeks, measures. [24 hex digits]."""
        return digest_of([self.weeks, list(MEASURES), list(RECORDED), *map(_case_parts, self.cases)])

    def __call__(self, seed: int, stopped: threading.Event) -> Replicate:
        """Run all cases of a seed; RunStopped if somebody wants to stop."""
        done = Replicate(seed)
        with done.attempt(*(case.name for case in self.cases)):
            base = self._begin(self.cases[0], seed)
            for case in self.cases:
                go_on_unless(stopped)
                with done.attempt(case.name):
                    self._run(done, base, case)
            self._compare_deals(done)
        return done

    def _begin(self, case: Case, seed: int) -> World:
        whole = seed in self.whole
        return World.begin(case.scenario, seed, self.weeks, deals=whole, tables=whole)

    def _at_week_0(self, base: World, case: Case) -> World:
        """Make the case's world as it stands before week 0; what begins then or later shares the seed's burn-in."""
        if case.always:
            return self._begin(case, base.seed)
        world = base.fork(case.overrides)
        for spec in case.interventions:
            world.plan(spec)
        world.scenario = case.scenario
        return world

    def _run(self, done: Replicate, base: World, case: Case) -> None:
        world = self._at_week_0(base, case)
        if done.seed in self.whole:
            story = done.stories[case.name] = Story()
            for _ in range(self.weeks):
                world.advance(1)
                story.record(world)
            done.runs[case.name] = Run(world)
        world.advance(self.weeks - world.week)
        done.summaries[case.name] = summary_of(world)
        done.weekly[case.name] = weekly_values(world.weekly(end=self.weeks))

    def _compare_deals(self, done: Replicate) -> None:
        """Find the deals won in one world only; organizations of different size have no opportunity in common."""
        for case in self.cases[1:]:
            if not {AS_IS, case.name} <= done.runs.keys():
                continue
            as_is, other = done.runs[AS_IS].world, done.runs[case.name].world
            if len(as_is.state.opportunities) != len(other.state.opportunities):
                continue
            flips = find_flips(as_is, other)
            stories = done.stories[AS_IS], done.stories[case.name]
            parted = part(*stories, flips, as_is.burn_in, self.weeks)
            done.flips.append(flips_frame(case.name, flips, parted, as_is))
        done.stories.clear()


def _case_parts(case: Case) -> list[Any]:
    interventions = [item.model_dump(mode="json", exclude_unset=True) for item in case.interventions]
    return [case.name, case.scenario.digest(), sorted(case.overrides.items()), interventions, case.always]
