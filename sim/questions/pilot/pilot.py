"""Bullets before cannonballs: does trying a lever in some teams first pay, and how large and long should a trial be?

In every plausible world the same organization goes on in several ways with the same luck: never
(nothing is done), now (everybody gets the lever in week 0), and pilots of each size and length (some teams get it in
week 0; after the trial a difference in differences of bookings decides, or an index of what else can be measured).
Where a trial decides, the world parts in two: one carries out the verdict, the other the opposite, and from this pair
one sees whether the verdict was wrong.
"""

from __future__ import annotations

import datetime as dt
import traceback
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.engine import interventions, rollout
from sim.engine.world import World, prepare
from sim.measures.whole_run import Past, measured
from sim.questions.pilot.reading import booked_a_year, changes, follow, observed
from sim.questions.pilot.study import PilotStudy, TrialOutcome, WorldResult
from sim.questions.pilot.terms import (
    BOOKINGS,
    FEWEST_FOR_INDEX,
    INDEX,
    PilotDesign,
    PilotTerms,
    read_levers,
    read_terms,
)
from sim.scenario.errors import InputError
from sim.scenario.measures import MEASURES
from sim.scenario.seeds import check_seed, weeks_of
from sim.studies.executor import Batch, RunStopped, go_on_unless
from sim.studies.programs import versions
from sim.studies.replicate import Failure
from sim.studies.worlds import plausible_draws

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Sequence

    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec
    from sim.studies.statistics import Floats

WORLDS = 300  # worlds unless something else is asked for


@dataclass(frozen=True, slots=True)
class _Job:
    """What is done in a world."""

    scenario: Scenario
    draws: Sequence[dict[str, float]]
    ideas: Sequence[Sequence[InterventionSpec]]
    terms: PilotTerms
    weeks: int

    def __call__(self, number: int, stopped: threading.Event) -> WorldResult:
        done = WorldResult(number, number % len(self.ideas))
        try:
            self._run(done, stopped)
        except RunStopped:
            raise
        except Exception as error:  # noqa: BLE001 - a world that breaks is a result, whatever broke it
            done.failure = Failure(f"world {number}", number, error, traceback.format_exc())
        return done

    def _run(self, done: WorldResult, stopped: threading.Event) -> None:
        drawn: dict[str, Value] = {**self.draws[done.world]}
        scenario = self.scenario.override(drawn, f"world {done.world}")
        base = World.lay_out(scenario, done.world, self.weeks, deals=False, tables=False)
        longest = max(design.quarters for design in self.terms.designs) * WEEKS_PER_QUARTER
        base.advance(base.burn_in - longest)
        before = [observed(base.state), *follow(base, longest)]
        done.scale = booked_a_year(before)
        done.never = self._finish(base.fork(), stopped)
        specs = self.ideas[done.idea]
        done.now = self._finish(self._planned(base, specs), stopped)
        teams = np.random.default_rng((self.terms.seed, done.world)).permutation(team_count(base)).tolist()
        for design in self.terms.designs:
            trial = [self.terms.trial_of(spec, design, teams[: design.teams]) for spec in specs]
            seen = before[-1 - design.quarters * WEEKS_PER_QUARTER :]
            done.outcomes.append(self._try(self._planned(base, trial), design, seen, stopped))

    def _try(
        self, world: World, design: PilotDesign, before: Sequence[Floats], stopped: threading.Event
    ) -> TrialOutcome:
        """Run one trial to its verdict, then both what it says and the opposite."""
        looks = 0
        during: list[Floats] = []
        pilots = [int(team) for team in world.planned[0].pilot or ()]
        verdict = rollout.WAIT
        while verdict == rollout.WAIT:
            during += follow(world, weeks_to_look(world, design))
            judged = rollout.judged(world)[0]
            verdict, looks = judged.verdict, looks + 1
            twin = world.fork()
            rollout.settle(world)
        rollout.settle(twin, rollout.DROPPED if verdict == rollout.ROLLED_OUT else rollout.ROLLED_OUT)
        other = self._finish(twin, stopped)
        net, readings = self._finish(world, stopped), changes(before, during, pilots).tolist()
        return TrialOutcome(design, verdict, looks, judged.gain, net, other, readings)

    def _planned(self, base: World, specs: Sequence[InterventionSpec]) -> World:
        world = base.fork()
        for spec in specs:
            world.plan(spec)
        return world

    def _finish(self, world: World, stopped: threading.Event) -> float:
        go_on_unless(stopped)
        return measured(MEASURES["net_contribution"], Past.of(world.finish()))


def team_count(world: World) -> int:
    """Count the teams of an organization."""
    return int(np.sum(world.state.managers["level"] == 1))


def weeks_to_look(world: World, design: PilotDesign) -> int:
    """Weeks until a trial that begins or goes on now is looked at: its quarters, up to the end of one."""
    weeks = design.quarters * WEEKS_PER_QUARTER
    return weeks + -(world.burn_in + world.week + weeks) % WEEKS_PER_QUARTER


def pilot(scenario: Scenario, levers: Sequence[str], **options: Any) -> PilotStudy:
    """Compare pilots of one lever, or of several that are pulled together; arguments as `pilot_ideas`."""
    return pilot_ideas(scenario, [levers], **options)


def pilot_ideas(
    scenario: Scenario,
    ideas: Sequence[Sequence[str]],
    *,
    sizes: Sequence[int] = (2,),
    lengths: Sequence[int] = (2,),
    threshold: float = 0.05,
    drop_below: float | None = None,
    spill_over: float = 0.0,
    read: str = BOOKINGS,
    worlds: int = WORLDS,
    seed: int = 0,
    weeks: int | None = None,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> PilotStudy:
    """Compare pilots of every size and length with immediate roll-out and with never, over drawn worlds.

    Every world tries one idea, the worlds taking turns, so that what is found holds for ideas of that
    kind. The answer is the same for any number of workers. Ctrl-C keeps the worlds that are finished.

    Args:
        scenario: The organization as it is.
        ideas: Each the levers that are pulled together, such as ["training.hours_per_quarter=+12"]; see `read_levers`.
        sizes: Numbers of pilot teams, each drawn at random in every world; larger pilots contain the smaller ones.
        lengths: Quarters of the trial, 1 to 4.
        threshold: Growth of the pilots above the others' that is asked for. [share]
        drop_below: Below it the trial is dropped, between it and the threshold it goes on once for as long again; by
            default it is the threshold, and there is no waiting. [share]
        spill_over: Share of the lever that reaches the teams one compares with while the trial lasts.
        read: What decides at the end of a trial: "bookings" against the threshold, or the expected value by an "index"
            whose weights are learned on the other worlds. What the other would have said is told as well.
        worlds: How many, 2 or more; 20 or more for an index.
        seed: Key of the draw of worlds and of pilot teams.
        weeks: Weeks of each run, `organization.weeks` unless given.
        workers: Threads, as many as there are cores by default.
        progress: Told after each world how many are done and how many there are.

    Raises:
        InputError: The lever cannot be tried by some teams, changes nothing, or an argument is not allowed.
        KeyboardInterrupt: It was stopped before any world was finished.
        RuntimeError: No world could be run.
    """
    started = dt.datetime.now(dt.UTC)
    horizon = weeks_of(scenario, weeks)
    terms = read_terms(
        sizes, lengths, threshold=threshold, drop_below=drop_below, spill_over=spill_over, seed=check_seed(seed),
        read=read,
    )  # fmt: skip
    specs = tuple(read_levers(scenario, levers) for levers in ideas)
    job = _checked(scenario, specs, terms, worlds, horizon)
    batch = Batch(job, workers)
    prepare()
    results: list[WorldResult] = []
    for result in batch.results(range(worlds), progress):
        if not results and result.failure and isinstance(result.failure.cause, InputError):
            raise result.failure.cause
        results.append(result)
    _check_any(results)
    return PilotStudy.of(
        scenario,
        specs,
        terms,
        results,
        weeks=horizon,
        asked=worlds,
        draws=job.draws,
        interrupted=batch.stopped.is_set(),
        versions=versions(),
        started=started,
    )


def _checked(
    scenario: Scenario, ideas: Sequence[Sequence[InterventionSpec]], terms: PilotTerms, worlds: Any, weeks: int
) -> _Job:
    """Draw the worlds; InputError for too few teams, weeks or worlds, or a lever that leaves its range."""
    if worlds == 1:
        raise InputError("worlds = 1 is not allowed; an interval needs at least 2")
    if terms.read == INDEX and isinstance(worlds, int) and worlds < FEWEST_FOR_INDEX:
        raise InputError(f"--read index learns on other worlds and needs at least {FEWEST_FOR_INDEX}, not {worlds}")
    sections = sorted({spec.parameter.split(".")[0] for idea in ideas for spec in idea})
    draws = plausible_draws(worlds, terms.seed, scenario, sections)
    world = World.lay_out(scenario, 0, weeks, deals=False, tables=False)
    _check_room(world, terms, weeks)
    for idea in ideas:
        try:
            _rehearse(world, idea, terms)
        except InputError as error:
            raise InputError(str(error).replace("intervention in week 0", "--lever", 1)) from None
    return _Job(scenario, draws, ideas, terms, weeks)


def _rehearse(world: World, idea: Sequence[InterventionSpec], terms: PilotTerms) -> None:
    """Find the rows of the roll-out and of the largest trial, and pull the levers on a copy."""
    scenario, state = world.scenario, world.state
    interventions.rehearse([interventions.resolve(spec, scenario, state) for spec in idea], state)
    for spec in idea:
        trial = terms.trial_of(spec, terms.designs[-1], range(terms.designs[-1].teams))
        rollout.pilot_of(interventions.resolve(trial, scenario, state), scenario, state)


def _check_room(world: World, terms: PilotTerms, weeks: int) -> None:
    teams, largest = team_count(world), max(design.teams for design in terms.designs)
    longest = max(design.quarters for design in terms.designs)
    if teams < 2:
        raise InputError("the organization has one team only, so there is no other to compare a pilot with")
    if largest >= teams:
        raise InputError(f"{largest} pilot teams of {teams} leave none to compare with; at most {teams - 1} can try it")
    if world.burn_in < longest * WEEKS_PER_QUARTER:
        raise InputError(
            f"a trial of {longest} quarters is compared with as many before it; organization.burn_in_weeks is "
            f"{world.burn_in} and must be at least {longest * WEEKS_PER_QUARTER}"
        )
    needed = terms.looks * longest * WEEKS_PER_QUARTER + WEEKS_PER_QUARTER
    if weeks < needed:
        raise InputError(
            f"a run of {weeks} weeks is too short for {terms.looks * longest} quarters of trial and what "
            f"follows; it must have at least {needed}"
        )


def _check_any(results: Sequence[WorldResult]) -> None:
    if not results:
        raise KeyboardInterrupt
    failures = [result.failure for result in results if result.failure]
    if len(failures) == len(results):
        raise RuntimeError(f"no world could be run; the first: {failures[0]}") from failures[0].cause
