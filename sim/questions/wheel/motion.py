"""Whether a wheel gathers or loses speed, what a pulse and a push come to, and how long it coasts, in twin runs.

Every twin of a seed parts from one burned-in organization before week 0 and has the same luck. No link is cut and no
rule is changed: a twin is given a pulse, a quarter's push of one lever, a stop of what drives the wheel, or has one of
two loops switched off, money (the force funds itself) or customers (cross-sell, referral, regard).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from agents.machinery.formulas import with_burden
from agents.machinery.rule import uncompiled
from sim.engine.world import World
from sim.measures.momentum import MIDDLE, WEEKS, acceleration, coasting_week, echoes, multiplier
from sim.measures.words import counted
from sim.questions.wheel.hysteresis import MOST_SEEDS, give_pulse, in_threads
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter
from sim.scenario.seeds import read_seeds
from sim.studies.executor import go_on_unless
from sim.studies.statistics import mean_interval

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping, Sequence

    from agents.machinery.record import Rows
    from sim.scenario.parameters.base import Value
    from sim.scenario.scenario import Scenario
    from sim.studies.statistics import Floats, Interval

EDGE = 0.05  # acceleration beyond which a wheel does not coast [1 / year]

PULSE = 0.1  # contract value of a pulse, as a share of a year's bookings

PULSES = (PULSE / 2, PULSE, PULSE * 2)

FEWEST = 10  # seeds below which there is no verdict

WHOLE = 2.0 / 3.0  # share of the seeds on which everything besides acceleration is measured

Part = Literal["pulse", "pushes", "coasting", "loops"]
PARTS: tuple[Part, ...] = ("pulse", "pushes", "coasting", "loops")

LOOPS_OFF: Mapping[str, Mapping[str, Value]] = {
    "reinvestment": {"mechanisms.self_funding": False},
    "customers": {"mechanisms.cross_sell": False, "mechanisms.referral": False, "mechanisms.regard": False},
}
"""What each of the two loops needs, switched off from week 0 on."""

STOPPED: Mapping[str, float] = {
    "training.hours_per_quarter": 0.0,
    "enablement.coaching_hours_per_month": 0.0,
    "operations.protected_prospecting_hours": 0.0,
    "operations.marketing_leads_per_week": 0.0,
}
"""Levers that drive the wheel, and where they stand when it is left to coast; prospecting in spare hours stops too."""


PEOPLE = "specialists"
"""Weekly measure of a push that employs people."""


@dataclass(frozen=True, slots=True)
class Push:
    """A quarter's spend on one stage of the sales flywheel.

    Attributes:
        stage: The stage.
        lever: What is moved, by dotted name.
        step: By how much.
        what: It in words.
        hours: Weekly measure of the reps' hours it takes, or of people it employs; empty for none.
        with_manager: Whether a manager spends each of these hours too.
        field: Whether it takes managers' hours only, the step of each manager a week.
        price: Parameter of the money an hour, or a lead, costs besides; of people, a year of one. Empty for none.
    """

    stage: str
    lever: str
    step: float
    what: str
    hours: str = ""
    with_manager: bool = False
    field: bool = False
    price: str = ""


PUSHES = (
    Push("capability", "training.hours_per_quarter", 24.0, "24 more hours of training", "hours_training",
         price="training.cost_per_hour"),
    Push("experience", "enablement.coaching_hours_per_month", 6.0, "6 more hours of coaching a month",
         "hours_coaching", with_manager=True),
    Push("access", "operations.marketing_leads_per_week", 0.5, "a lead more from marketing in two weeks",
         price="operations.marketing_cost_per_lead"),
    Push("preference", "structure.field_hours_per_week", 8.0, "8 more hours a week of managers in the field",
         field=True),
    Push("results", "structure.installed_base_specialists", 2.0, "two more specialists for the installed base",
         PEOPLE, price="structure.specialist_cost"),
)  # fmt: skip
"""One push a stage; hours are priced at what they cost the firm, so that coaching is not free.

Doors are opened by leads, orders by managers who go along, results by those who tend what is installed. Sizes are
assumed: about a doubling of what the baseline spends, so that a quarter of it is seen.
"""


@dataclass(frozen=True, slots=True)
class Spun:
    """One seed: orders of each week, as it is and otherwise. [weeks] each."""

    base: Floats
    pulsed: tuple[Floats, ...] = ()  # by size of the pulse
    pulses: tuple[float, ...] = ()  # value of each [currency / year]
    pushed: tuple[Floats, ...] = ()  # by push
    spent: tuple[float, ...] = ()  # money spent on each [currency]
    stopped: Floats | None = None
    without: tuple[Floats, ...] = ()  # by loop that is off


@dataclass(frozen=True)
class Motion:
    """What was found.

    Attributes:
        scenario: The organization.
        weeks: Weeks of each run.
        spun: Seed by seed.
        unanswered: Orders of twins in which misses are not answered, where the wheel stalls. [seeds, weeks]
    """

    scenario: Scenario
    weeks: int
    spun: tuple[Spun, ...]
    unanswered: Floats | None = field(default=None)

    @cached_property
    def base(self) -> Floats:
        """Orders of the undisturbed twins. [seeds, weeks]."""
        return np.array([one.base for one in self.spun])

    def _both(self, part: str) -> tuple[list[Spun], Floats]:
        """Seeds of which a part was run, and their undisturbed orders. [seeds, weeks]."""
        run = [one for one in self.spun if getattr(one, part) is not None and len(getattr(one, part))]
        return run, np.array([one.base for one in run])

    @cached_property
    def acceleration(self) -> Interval:
        """Growth of bookings from years 1 and 2 to years 5 and 6. [1 / year]."""
        return mean_interval(acceleration(self.base))

    @property
    def late_acceleration(self) -> Interval:
        """Growth of bookings from years 3 and 4 to years 5 and 6. [1 / year]."""
        return mean_interval(acceleration(self.base, MIDDLE))

    @property
    def answer_to_misses(self) -> Interval | None:
        """Acceleration less that of the twin without an answer to misses, where the wheel stalls. [1 / year]."""
        if self.unanswered is None:
            return None
        return mean_interval(acceleration(self.base[: len(self.unanswered)]) - acceleration(self.unanswered))

    @property
    def verdict(self) -> str:
        """Say whether it "accelerates", "coasts", "stalls" or "spins down", or that it cannot be told."""
        return verdict(self.acceleration, self.answer_to_misses)

    def echoes(self) -> tuple[Interval, ...]:
        """What a pulse of 10% adds to bookings of each year, as a share; from all sizes, as `multiplier`."""
        run, base = self._both("pulsed")
        summed = np.array([np.sum([pulsed - one.base for pulsed in one.pulsed], axis=0) for one in run])
        found = echoes(base + summed * PULSE / sum(PULSES), base)
        return tuple(mean_interval(column) for column in found.T)

    def multiplier(self, weeks: int, size: int | None = None) -> Interval:
        """Bookings a pulse has added after so many weeks, for each unit of it; all sizes together unless one is asked.

        Together they have half the noise of one: what all added over what all were worth.
        """
        run, base = self._both("pulsed")
        sizes = range(len(PULSES)) if size is None else (size,)
        values = np.array([sum(one.pulses[k] for k in sizes) for one in run])
        pulsed = np.array([np.sum([one.pulsed[k] for k in sizes], axis=0) for one in run])
        return mean_interval(multiplier(pulsed, base * len(sizes), values, weeks))

    @cached_property
    def pushes(self) -> tuple[Interval, ...]:
        """Bookings over the run for each unit of money spent on 13 weeks of each push; a ratio of means."""
        return tuple(self._push(number) for number in range(len(PUSHES)))

    def _push(self, number: int) -> Interval:
        run, _ = self._both("pushed")
        gained = np.array([one.pushed[number].sum() - one.base.sum() for one in run])
        spent = float(np.mean([one.spent[number] for one in run]))
        return mean_interval(gained / spent if spent > 0.0 else np.full(len(gained), np.nan))

    @property
    def next_step(self) -> int | None:
        """The push that brings most for its money; None where none can be told from nothing."""
        sure = [(push.mean, number) for number, push in enumerate(self.pushes) if push.low > 0.0]
        return max(sure)[1] if sure else None

    @property
    def coasting(self) -> float:
        """Weeks until orders have fallen below half of the twin's; `weeks` where they have not. [weeks]."""
        run, base = self._both("stopped")
        return coasting_week(np.array([one.stopped for one in run]), base)

    def without(self, loop: str) -> Interval:
        """Acceleration with one of the two loops switched off. [1 / year]."""
        run, _ = self._both("without")
        return mean_interval(acceleration(np.array([one.without[list(LOOPS_OFF).index(loop)] for one in run])))


def verdict(found: Interval, answered: Interval | None = None) -> str:
    """Name a motion from its acceleration, and what the answer to misses adds to it where it stalls."""
    if found.n >= FEWEST and found.low > EDGE:
        return "accelerates"
    if found.n >= FEWEST and found.high < -EDGE:
        return "spins down" if answered is not None and answered.high < 0.0 else "stalls"
    if found.n >= FEWEST and found.low >= -EDGE and found.high <= EDGE:
        return "coasts"
    return f"cannot be told with {counted(found.n, 'seed')}"


def measure_motion(
    scenario: Scenario,
    seeds: int | Sequence[int] = 60,
    *,
    parts: Sequence[Part] = PARTS,
    weeks: int = WEEKS,
    whole: float = WHOLE,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Motion:
    """Run the twins of so many seeds, from 0, or those listed.

    Args:
        scenario: The organization.
        seeds: Seeds, or how many.
        parts: What is measured besides the acceleration.
        weeks: Weeks of each run, at least six years.
        whole: Share of the seeds, the first ones, on which the parts are measured.
        workers: Threads.
        progress: Told how many seeds are done, of how many.

    Raises:
        InputError: A number is not allowed, or the market has no room for the pulse.
        KeyboardInterrupt: It was stopped before a seed was finished.
    """
    if weeks < WEEKS:
        raise InputError(f"{weeks} weeks are too few; whether a wheel accelerates is read over {WEEKS}")

    chosen = read_seeds(seeds, 1, MOST_SEEDS)
    first = set(chosen[: max(1, round(whole * len(chosen)))])

    def job(seed: int, stopped: threading.Event) -> Spun:
        return _spin(scenario, seed, weeks, parts if seed in first else (), stopped)

    motion = Motion(scenario, weeks, tuple(in_threads(job, seeds, workers, progress)))
    if motion.verdict != "stalls":
        return motion
    silent = without_answer(scenario)

    def twin(seed: int, stopped: threading.Event) -> Floats:
        go_on_unless(stopped)
        return _booked(World.begin(silent, seed, weeks, deals=False, tables=False))

    unanswered = np.array(in_threads(twin, chosen[: len(motion.spun)], workers, None))
    return Motion(scenario, weeks, motion.spun, unanswered)


def without_answer(scenario: Scenario) -> Scenario:
    """Give the same organization in which misses are not answered from week 0 on."""
    kept = [
        spec.model_dump(exclude_unset=True)
        for spec in scenario.interventions
        if spec.parameter != "management.response"
    ]
    return scenario.with_interventions(
        [*kept, {"week": 0, "parameter": "management.response", "value": "none"}], instead=True
    )


def _spin(scenario: Scenario, seed: int, weeks: int, parts: Sequence[Part], stopped: threading.Event) -> Spun:
    world = World.begin(scenario, seed, weeks, deals=False, tables=False)
    still = world.fork()
    base = still.finish().weekly()
    spun: dict[str, tuple[Floats, ...]] = {"pulsed": (), "pushed": (), "without": ()}
    pulses: list[float] = []
    spent: list[float] = []
    if "pulse" in parts:
        for size in PULSES:
            go_on_unless(stopped)
            twin = world.fork()
            pulses.append(give_pulse(twin, size))
            spun["pulsed"] += (_booked(twin),)
    if "pushes" in parts:
        for push in PUSHES:
            go_on_unless(stopped)
            twin = world.fork()
            twin.intervene(
                {"week": 0, "until": WEEKS_PER_QUARTER, "action": "add", "parameter": push.lever, "value": push.step}
            )
            rows = twin.finish().weekly()
            spent.append(money_spent(push, twin, base, rows))
            spun["pushed"] += (np.array(rows["bookings"], dtype=float),)
    halted = _coasting(world, stopped) if "coasting" in parts else None
    if "loops" in parts:
        for switches in LOOPS_OFF.values():
            go_on_unless(stopped)
            spun["without"] += (_booked(world.fork(switches)),)
    booked = np.array(base["bookings"], dtype=float)
    return Spun(booked, spun["pulsed"], tuple(pulses), spun["pushed"], tuple(spent), halted, spun["without"])


def _coasting(world: World, stopped: threading.Event) -> Floats:
    go_on_unless(stopped)
    twin = world.fork({"mechanisms.prospecting": False})
    for lever, value in STOPPED.items():
        twin.intervene({"week": 0, "parameter": lever, "value": value})
    return _booked(twin)


def _moved(world: World, values: Mapping[str, Value]) -> World:
    """A twin in which some parameters are changed from week 0 on, whatever the scenario does to them at its start."""
    twin = world.fork({dotted: value for dotted, value in values.items() if not parameter(dotted).lever})
    for dotted, value in values.items():
        if parameter(dotted).lever:
            twin.intervene({"week": 0, "parameter": dotted, "value": value})
    return twin


def _booked(world: World) -> Floats:
    """Orders of each week of the whole run. [weeks]."""
    return np.array(world.finish().weekly()["bookings"], dtype=float)


def money_spent(push: Push, world: World, base: Rows, pushed: Rows) -> float:
    """Money a push takes: hours of reps and managers at what they cost, and what is paid besides. [currency].

    Args:
        push: The push.
        world: Any twin of the seed, for prices and managers.
        base: Weekly measures without it. [weeks]
        pushed: With it. [weeks]
    """
    scenario, weeks = world.scenario, slice(0, WEEKS_PER_QUARTER)
    pay = uncompiled(with_burden)(
        _number(scenario, "talent.on_target_earnings"), _number(scenario, "talent.pay_burden")
    )
    of_rep = float(pay) / 52.0 / _number(scenario, "operations.week_hours")
    of_manager = _number(scenario, "management.cost") / 52.0 / _number(scenario, "management.week_hours")
    if push.field:
        leading = int((world.state.managers["level"] == 1).sum())
        return push.step * leading * WEEKS_PER_QUARTER * of_manager
    if not push.hours:
        leads = push.step * float(pushed["reps"][weeks].sum())
        return leads * _number(scenario, push.price)
    if push.hours == PEOPLE:
        return float((pushed[PEOPLE] - base[PEOPLE])[weeks].sum()) * _number(scenario, push.price) / 52.0
    hours = float((pushed[push.hours] * pushed["reps"] - base[push.hours] * base["reps"])[weeks].sum())
    each = of_rep + (of_manager if push.with_manager else 0.0) + (_number(scenario, push.price) if push.price else 0.0)
    return hours * each


def _number(scenario: Scenario, dotted: str) -> float:
    return float(scenario[dotted])


def motion_map(
    scenario: Scenario,
    rows: tuple[str, Sequence[float]],
    columns: tuple[str, Sequence[float]],
    seeds: int | Sequence[int] = 12,
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[list[Interval]]:
    """Measure acceleration over the values of two parameters, changed before week 0 of the same burned-in twins.

    Args:
        scenario: The organization.
        rows: A parameter by dotted name, and its values.
        columns: Another.
        seeds: Seeds, or how many.
        workers: Threads.
        progress: Told how many seeds are done, of how many.

    Returns:
        Acceleration with its interval, by row and column.

    Raises:
        InputError: A parameter is unknown, a value out of its range, or it cannot change overnight.
    """
    (row, row_values), (column, column_values) = rows, columns
    pairs = [(one, other) for one in row_values for other in column_values]
    for one, other in pairs:
        scenario.override({row: one, column: other})

    def job(seed: int, stopped: threading.Event) -> Floats:
        world = World.begin(scenario, seed, WEEKS, deals=False, tables=False)
        found = []
        for one, other in pairs:
            go_on_unless(stopped)
            found.append(_booked(_moved(world, {row: one, column: other})))
        return np.array(found)

    booked = np.array(in_threads(job, seeds, workers, progress))
    intervals = [mean_interval(acceleration(booked[:, k])) for k in range(len(pairs))]
    width = len(column_values)
    return [intervals[start : start + width] for start in range(0, len(pairs), width)]
