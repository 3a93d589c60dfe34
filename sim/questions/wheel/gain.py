"""Loop gain, turn time, transfers and weakest link of a flywheel, by experiment in twin runs with the same luck.

A wheel is turned like this, for each seed. One twin is left alone. For each stage another has the wheel cut there: what
the stage passes on is played back from the undisturbed twin, 5% larger. What then arrives at the stage itself has gone
round the loop once. Its relative size over the 5% is the **gain**: the wheel accelerates above 1 and brakes below. The
push lasts, so what has arrived after 104 weeks is the same as the sum, over 104 weeks, of what a push of one week
brings, at a tenth of the noise; it is read as the mean of the 26 weeks around the 104th. The **turn time** is when half
of that has arrived. A stage that is a stock, such as a belief or a skill, therefore counts with what has built up
within 104 weeks, and a flow, such as orders, with its level of the last quarter.

The **transfer** of a link is the response of the next stage to the same push. Gains of different cuts agree where the
wheel is a single ring; where a stage can be passed by, a cut there finds only what goes through it.

The **weakest link** is the one whose execution, 10 points better, raises the last stage most relative to what the same
does in a sound organization: its fields count 1.1 times wherever they are read, and the change of the last stage in the
second year decides. The sound organization is `healthy`, or `young_healthy` where the force funds itself, measured once
on other seeds (`scenarios/loops/norms.json`). A loop of one's own has no such norm, and is ranked by the rise itself.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from scenarios import norms_path
from sim.engine.links import attach, linked_drive, number_of
from sim.engine.world import World, prepare
from sim.measures.loops import FLOWS, LOOPS, levels_of, program_of
from sim.measures.words import counted
from sim.questions.wheel.hysteresis import in_threads
from sim.scenario.errors import InputError
from sim.studies.executor import check_workers, go_on_unless
from sim.studies.statistics import Interval, mean_interval

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from agents.machinery.state import State
    from sim.measures.loops import Link, Loop
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats


@dataclass(frozen=True, slots=True)
class Twins:
    """A world before the experiment, from which its twins part."""

    world: World  # with factors on its links; it is forked, never run
    links: tuple[Link, ...]  # fields that are watched
    drive: Callable[[State, int], None]  # what moves a twin on
    weeks: int  # weeks of each twin

    @classmethod
    def of(cls, world: World, loop: Loop, weeks: int) -> Twins:
        """Prepare a world; it is changed, and must not be run by itself any more."""
        program = program_of(loop)
        world.state = attach(world.state, program.links)
        world.checked = False  # a push may lift a number above its bound, which is what it is for
        return cls(world, loop.links, linked_drive(world.state, program), weeks)

    def run(
        self, factors: Callable[[int, Floats], Mapping[Link, float]], watched: Sequence[Link] | None = None
    ) -> Floats:
        """Run a twin: levels of the watched fields, all by default, by week; nan for the others. [weeks x links].

        `factors` is called before each week with the number of weeks run and the levels so far (those to come are 0),
        and gives the factors that differ from those of the week before.
        """
        twin = self.world.fork()
        links = self.links if watched is None else tuple(watched)
        columns = [self.links.index(link) for link in links]
        levels = np.full((self.weeks, len(self.links)), np.nan)
        levels[:, columns] = 0.0
        for week in range(self.weeks):
            for link, factor in factors(week, levels).items():
                twin.state.p[number_of(link)] = factor
            twin.advance(1, self.drive)
            levels[week, columns] = levels_of(twin.state, links)
        return levels

    def carried_out(self, execution: Mapping[Link, float]) -> Floats:
        """Run a twin whose links are carried out as given, 1 for those not named; shape as `run`."""
        return self.run(lambda week, _: execution if week == 0 else {})

    def end_of(self, execution: Mapping[Link, float], weeks: int, watched: Link) -> Floats:
        """Run such a twin and watch one field at the end: its column in the last weeks of `carried_out`. [weeks]."""
        twin = self.world.fork()
        for link, factor in execution.items():
            twin.state.p[number_of(link)] = factor
        twin.advance(self.weeks - weeks, self.drive)
        levels = np.zeros(weeks)
        for week in range(weeks):
            twin.advance(1, self.drive)
            (levels[week],) = levels_of(twin.state, [watched])
        return levels

    def cut(
        self, base: Floats, fields: Sequence[Link], push: float, standing: Mapping[Link, float] | None = None,
        watched: Sequence[Link] | None = None,
    ) -> Floats:  # fmt: skip
        """Run a twin in which what some fields pass on is played back from the undisturbed one, larger by the push.

        Whoever reads a field gets its value times the level of the undisturbed twin over its own, a week before: in
        the mean what the undisturbed twin has. For orders, whose levels differ much by luck alone, it is 1 less the
        difference over the mean of both, which is the same for small differences and does not add on average.
        `standing` factors hold throughout, in the undisturbed twin too; fields that are cut are watched as well.
        """
        always = standing or {}
        columns = {link: self.links.index(link) for link in fields}

        def factors(week: int, levels: Floats) -> dict[Link, float]:
            changed = {} if week else dict(always)
            for link, column in columns.items():
                played = _played_back(base[:week, column], levels[:week, column], is_flow=link[1] in FLOWS)
                changed[link] = (1.0 + push) * always.get(link, 1.0) * played
            return changed

        return self.run(factors, None if watched is None else tuple({*watched, *fields}))


def _played_back(base: Floats, levels: Floats, *, is_flow: bool) -> float:
    """Factor that takes back what a field has gained over the undisturbed twin. [weeks so far] both."""
    span = WEEKS_PER_QUARTER if is_flow else 1
    was, now = float(base[-span:].sum()), float(levels[-span:].sum())
    if was <= 0.0 or now <= 0.0:
        return 1.0
    return max(0.0, 1.0 - 2.0 * (now - was) / (now + was)) if is_flow else was / now


def check_alive(base: Floats, loop: Loop) -> None:
    """Raise InputError for a stage whose measure is zero in every week of the undisturbed twin."""
    for stage in loop.stages:
        if not base[:, loop.links.index(stage.fields[0])].any():
            name = ".".join(stage.fields[0])
            raise InputError(
                f"the stage {stage.name} ({name}) is constantly zero here, so no share of it can pass round the loop; "
                "switch on what it needs, or leave the stage out"
            )


PUSH = 0.05  # size of the push on a cut link

WINDOW = 104  # weeks within which what comes back counts

LATE = 26  # weeks around the end of the window over which it is read

STEP = 0.1  # what the finder of the weakest link adds to the execution of each link

FEWEST = 5  # seeds below which nothing is said


def read_push(text: str) -> float:
    """Read a push such as "5%" or 0.05; InputError if it is no share."""
    try:
        return float(text.strip().removesuffix("%")) / (100.0 if text.strip().endswith("%") else 1.0)
    except ValueError:
        raise InputError(f"--push {text} is not allowed; it must be a share such as 5%") from None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of a loop.

    Attributes:
        push: Share by which a cut link is pushed.
        at: Stages at which the wheel is cut, from 0; all by default, and with none only the weakest link is looked for.
        window: Weeks within which what comes back counts.
        step: Execution the finder adds to each link; 0 leaves the finder out.
        execution: Execution of stages that are not carried out fully, by name, from week 0 on.
        delay: Weeks before the experiment begins.
    """

    push: float = PUSH
    at: tuple[int, ...] | None = None
    window: int = WINDOW
    step: float = STEP
    execution: Mapping[str, float] = field(default_factory=dict)
    delay: int = 0

    @property
    def weeks(self) -> int:
        """Weeks of each twin."""
        return self.window + LATE // 2

    def check(self, loop: Loop) -> None:
        """Raise InputError for a size or length that is not allowed, or an unknown stage."""
        if not 0.001 <= abs(self.push) <= 0.5:
            raise InputError(
                f"a push of {self.push:.4g} is not allowed; nothing comes round from none, so it must be from 0.1% "
                "to 50%, up or down"
            )
        if not 2 * LATE <= self.window <= 520:
            raise InputError(f"a window of {self.window} weeks is not allowed; it must be from {2 * LATE} to 520 weeks")
        for name, share in self.execution.items():
            loop.number(name)
            if not 0.0 < share <= 2.0:
                raise InputError(f"an execution of {share:.4g} of {name} is not allowed; it must be above 0, up to 2")


@dataclass(frozen=True, slots=True)
class Turn:
    """One seed of a wheel."""

    base: Floats  # levels of the undisturbed twin [weeks, stages]
    gained: Floats  # levels above it, with the wheel cut and pushed at each stage [cuts, weeks, stages]
    output: Floats  # level of the last stage in the last 52 weeks, with each link carried out better [stages]


@dataclass(frozen=True)
class Wheel:
    """What was found."""

    loop: Loop  # the loop
    scenario: Scenario  # the scenario
    question: Question  # what was asked
    turns: tuple[Turn, ...]  # seed by seed
    norm: tuple[float, ...] = ()  # rise by each link in the sound organization, empty where there is none [stages]

    @cached_property
    def base(self) -> Floats:
        """Mean levels of the undisturbed twins. [weeks, stages]."""
        mean: Floats = np.array([turn.base for turn in self.turns]).mean(axis=0)
        return mean

    @cached_property
    def late(self) -> Floats:
        """Response of each stage to each cut when the window ends. [seeds, cuts, stages].

        As a share of the mean level over all seeds, which is taken as known, and of the push: the share of each seed's
        own level would be too high on average where orders are few.
        """
        scale = self.base[-LATE:].mean(axis=0) * self.question.push
        return np.array([turn.gained[:, -LATE:].mean(axis=1) / scale for turn in self.turns])

    def curves(self, k: int) -> Floats:
        """Response of each stage to the cut at one, week by week. [seeds, weeks, stages].

        As `late`, with levels of the last 26 weeks.
        """
        scale = trailing_mean(self.base, LATE) * self.question.push
        return np.array([turn.gained[k] for turn in self.turns]) / np.where(scale > 0.0, scale, np.nan)

    @cached_property
    def gains(self) -> tuple[Interval, ...]:
        """Gain found at each cut."""
        return tuple(mean_interval(self.late[:, k, k]) for k in range(len(self.loop.stages)))

    @property
    def gain(self) -> Interval:
        """Gain found at the first stage."""
        return self.gains[0]

    @cached_property
    def transfers(self) -> tuple[Interval, ...]:
        """Transfer of each link: response of the next stage to a push on this one."""
        n = len(self.loop.stages)
        return tuple(mean_interval(self.late[:, k, (k + 1) % n]) for k in range(n))

    @cached_property
    def turn_times(self) -> tuple[tuple[float, float, float], ...]:
        """Turn time and its 95% interval at each cut, not a number where the gain cannot be told from 0. [weeks]."""
        return tuple(self._turn_time(k) for k in range(len(self.loop.stages)))

    def _turn_time(self, k: int) -> tuple[float, float, float]:
        if not self.turns or self.gains[k].contains_zero:
            return (np.nan, np.nan, np.nan)
        curves = self.curves(k)[:, :, k]
        rng = np.random.default_rng(0)
        picks = rng.integers(0, len(curves), (500, len(curves)))
        drawn = np.array([half_week(curves[pick].mean(axis=0)) for pick in picks])
        low, high = np.quantile(drawn, (0.025, 0.975))
        return half_week(curves.mean(axis=0)), float(low), float(high)

    def verdict(self, k: int = 0) -> str:
        """Say whether the wheel "accelerates" or "brakes" at a cut, or that it cannot be told."""
        gain = self.gains[k]
        if len(self.turns) >= FEWEST and gain.low > 1.0:
            return "accelerates"
        if len(self.turns) >= FEWEST and gain.high < 1.0:
            return "brakes"
        return f"cannot be told with {counted(len(self.turns), 'seed')}"

    @cached_property
    def rises(self) -> tuple[Interval, ...]:
        """Rise of the last stage's output with each link carried out better, as a share of it."""
        return tuple(mean_interval(column) for column in self._rises.T)

    @cached_property
    def _rises(self) -> Floats:
        as_is = np.array([turn.base[-52:, -1].mean() for turn in self.turns])
        rises: Floats = (np.array([turn.output for turn in self.turns]) - as_is[:, None]) / as_is.mean()
        return rises

    @cached_property
    def _compared(self) -> Floats:
        """Rises over those of the sound organization, where there is one. [seeds, stages]."""
        compared: Floats = self._rises / np.array(self.norm) if self.norm else self._rises
        return compared

    @property
    def shortfalls(self) -> tuple[Interval, ...]:
        """Rise by each link over that in the sound organization: above 1 the link lags it; rises without a norm."""
        return tuple(mean_interval(column) for column in self._compared.T)

    @property
    def weakest(self) -> int:
        """Stage whose better execution raises the last stage most, relative to the sound organization."""
        return int(np.argmax(self._compared.mean(axis=0)))

    @property
    def weakest_is_sure(self) -> bool:
        """Whether it does so more than every other, each with its 95% interval."""
        if len(self.turns) < FEWEST:
            return False
        lead = self._compared[:, [self.weakest]] - np.delete(self._compared, self.weakest, axis=1)
        return all(mean_interval(column).low > 0.0 for column in lead.T)


def half_week(curve: Floats) -> float:
    """Week in which a response, smoothed over 13 weeks, reaches half of where it ends. [weeks]."""
    smooth = np.convolve(np.concatenate([np.zeros(6), curve, np.repeat(curve[-1], 6)]), np.ones(13) / 13.0, "valid")
    end = curve[-LATE:].mean()
    reached = np.flatnonzero(smooth / end >= 0.5) if end else np.array([], dtype=int)
    return float(reached[0]) if len(reached) else float("nan")


def trailing_mean(levels: Floats, weeks: int) -> Floats:
    """Mean of the last weeks, of as many as there are at first, along the first axis."""
    sums = np.cumsum(levels, axis=0)
    sums[weeks:] -= sums[:-weeks].copy()
    means: Floats = sums / np.minimum(np.arange(1, len(levels) + 1), weeks)[:, None]
    return means


def turn_wheel(
    scenario: Scenario,
    loop: Loop,
    seeds: int | Sequence[int] = 20,
    question: Question | None = None,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Wheel:
    """Turn a wheel with so many seeds, from 0, or those listed; the usual question by default.

    InputError if a number is not allowed, or a stage is unknown or constantly zero.
    """
    asked = question or Question()
    asked.check(loop)
    check_workers(workers)
    make_ready(scenario, loop)

    def job(seed: int, stopped: threading.Event) -> Turn:
        return turn_once(scenario, seed, loop, asked, stopped)

    return Wheel(loop, scenario, asked, tuple(in_threads(job, seeds, workers, progress)), norm_of(scenario, loop))


SOUND = {False: "healthy", True: "young_healthy"}
"""Sound organization that others are held against, by whether the force funds itself."""


@cache
def norms() -> dict[str, Any]:
    """Read what better execution does in the sound organizations: scenario, loop, stage -> rise."""
    kept: dict[str, Any] = json.loads(norms_path().read_text(encoding="utf-8"))
    return kept


def norm_of(scenario: Scenario, loop: Loop) -> tuple[float, ...]:
    """Rise by each link in the sound organization; empty for a loop that has none. [stages]."""
    name = SOUND[bool(scenario["mechanisms.self_funding"])]
    rises = norms().get(name, {}).get(loop.name, {})
    stages = [stage.name for stage in loop.stages]
    same = LOOPS.get(loop.name) == loop and list(rises) == stages
    return tuple(rises.values()) if same and all(rise > 0.0 for rise in rises.values()) else ()


def make_ready(scenario: Scenario, loop: Loop) -> None:
    """Compile both programs before threads start, so that a bar can say so."""
    prepare()
    program = program_of(loop)
    linked_drive(attach(World.lay_out(scenario, 0, 1).state, program.links), program)


def turn_once(scenario: Scenario, seed: int, loop: Loop, asked: Question, stopped: threading.Event) -> Turn:
    """Turn a wheel with one seed; RunStopped if somebody wants to stop, InputError if a stage is constantly zero."""
    world = World.begin(scenario, seed, asked.delay + asked.weeks, deals=False, tables=False)
    world.advance(asked.delay)
    twins = Twins.of(world, loop, asked.weeks)
    standing = {link: share for name, share in asked.execution.items() for link in _fields(loop, loop.number(name))}
    base = twins.carried_out(standing)
    check_alive(base, loop)
    watched = tuple(stage.fields[0] for stage in loop.stages)
    firsts = [loop.links.index(link) for link in watched]
    gained = np.full((len(loop.stages), asked.weeks, len(loop.stages)), np.nan)
    output = np.full(len(loop.stages), np.nan)
    for k in range(len(loop.stages)):
        go_on_unless(stopped)
        if asked.at is None or k in asked.at:
            levels = twins.cut(base, _fields(loop, k), asked.push, standing, watched)
            gained[k] = (levels - base)[:, firsts]
        if asked.step:
            better = {link: standing.get(link, 1.0) + asked.step for link in _fields(loop, k)}
            output[k] = twins.end_of({**standing, **better}, 52, watched[-1]).mean()
    return Turn(base[:, firsts], gained, output)


def _fields(loop: Loop, k: int) -> tuple[Link, ...]:
    return loop.stages[k].fields
