"""Bullets before cannonballs: a lever is tried by some teams first, and rolled out only where that pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from agents.machinery.clock import WEEKS_PER_QUARTER
from sim.engine import interventions
from sim.engine.interventions import Applied, Order, resolve
from sim.scenario.errors import InputError
from sim.scenario.parameters import parameter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.machinery.state import State
    from sim.engine.interventions import Change, Numbers
    from sim.scenario.scenario import Scenario
    from sim.scenario.schema import InterventionSpec

ROLLED_OUT, DROPPED, WAIT = "rolled out", "dropped", "waits"
"""What may become of a trial; after waiting it is looked at again, once."""

_WORDS = {ROLLED_OUT: "rolled out", DROPPED: "dropped", WAIT: "waits for a second look"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a look at a trial says."""

    verdict: str  # `ROLLED_OUT`, `DROPPED` or `WAIT`
    gain: float  # difference in differences: growth of bookings of the pilots less that of the others [share]


@dataclass(slots=True)
class Pilot:
    """A trial under way."""

    whole: Order  # the intervention for everybody it was meant for
    trial: Order  # the same for the pilot teams
    applied: Applied  # its entry in the log
    before: Numbers  # bookings of each rep in a quarter before the trial [reps, currency / quarter]
    leaked: int = 0  # how many of the last changes of the entry are what spilled over to the others
    looks: int = 1  # the look that comes next, 1 or 2

    @property
    def quarters(self) -> int:
        """Quarters the trial has lasted at its next look."""
        return self.whole.spec.pilot_quarters * self.looks

    def decides_at(self, week: int, week_of_quarter: int) -> bool:
        """Whether the trial's quarters are over and a quarter has just been closed."""
        return week >= self.applied.week + WEEKS_PER_QUARTER * self.quarters and week_of_quarter == 0

    def gain(self, after: Numbers) -> float:
        """Growth of bookings of the pilots less the others' [share], `after` a quarter. [reps, currency / quarter]."""
        pilots = self.trial.reps
        others = np.setdiff1d(self.whole.reps, pilots)
        return _growth(self.before, after, pilots) - _growth(self.before, after, others)

    def judge(self, after: Numbers) -> Judgement:
        """Look at the difference in differences; arguments as `gain`."""
        gain, spec = self.gain(after), self.whole.spec
        if gain >= spec.threshold:
            return Judgement(ROLLED_OUT, gain)
        unclear = spec.drop_below is not None and gain >= spec.drop_below
        return Judgement(WAIT if unclear and self.looks == 1 else DROPPED, gain)

    def carry_out(self, verdict: str, log: Sequence[Applied], state: State) -> None:
        """Roll the lever out to everybody, take it back from the pilots, or wait."""
        if verdict == WAIT:
            self.looks += 1
        elif verdict == DROPPED:
            interventions.undo(self.applied, log, state)
        else:
            self._take_back_leak(log, state)
            self.applied.changes = [*self.applied.changes, *interventions.pull(rest_of(self.whole, self.trial), state)]

    def _take_back_leak(self, log: Sequence[Applied], state: State) -> None:
        """Undo what has spilled over as if it had been an intervention of its own, made right after the trial's."""
        kept = len(self.applied.changes) - self.leaked
        leak = Applied(self.applied.week, self.whole.spec, self.applied.changes[kept:])
        self.applied.changes = self.applied.changes[:kept]
        place = next(number for number, entry in enumerate(log) if entry is self.applied) + 1
        interventions.undo(leak, [*log[:place], leak, *log[place:]], state)


def _growth(before: Numbers, after: Numbers, rows: Numbers) -> float:
    old = float(before[rows].sum())
    return float(after[rows].sum()) / old - 1.0 if old > 0 else 0.0


class TrialWorld(Protocol):
    """What a trial needs of the world it happens in."""

    scenario: Scenario
    state: State
    log: list[Applied]
    trials: list[Pilot]

    @property
    def week(self) -> int:
        """Weeks of the run that have passed."""

    def best_first(self, rows: Numbers) -> Numbers:
        """Sort rows of reps by what they booked."""

    def booked_a_quarter(self, quarters: int) -> Numbers:
        """Bookings of each rep in a quarter, as a mean over this many of the last. [currency / quarter]."""


def begin(world: TrialWorld, whole: Order) -> Pilot:
    """Start a trial: the pilot teams get the lever, the others what spills over; it is put in the world's log."""
    trial = pilot_of(whole, world.scenario, world.state)
    changes = interventions.apply(trial, world.state, world.best_first)
    leak = _leak(rest_of(whole, trial), world.state)
    world.log.append(Applied(world.week, whole.spec, [*changes, *leak]))
    return Pilot(whole, trial, world.log[-1], world.booked_a_quarter(whole.spec.pilot_quarters), len(leak))


def judged(world: TrialWorld) -> list[Judgement]:
    """Look at the trials that are over with the week that has just passed, in the order they began."""
    return [_look(world, pilot) for pilot in _due(world)]


def settle(world: TrialWorld, verdict: str = "") -> None:
    """Decide about the trials that are over, by what they say or a verdict: `ROLLED_OUT` or `DROPPED`."""
    for pilot in _due(world):
        judgement = _look(world, pilot)
        pilot.carry_out(verdict or judgement.verdict, world.log, world.state)
        pilot.applied.verdict = _sentence(judgement, verdict or judgement.verdict, pilot.whole.spec)
        if (verdict or judgement.verdict) == DROPPED:
            pilot.applied.undone = world.week
        if (verdict or judgement.verdict) != WAIT:
            world.trials.remove(pilot)


def _due(world: TrialWorld) -> list[Pilot]:
    into_quarter = int(world.state.clock["week"][0]) % WEEKS_PER_QUARTER
    lasting = [trial for trial in world.trials if trial.applied.undone is None]
    return [trial for trial in lasting if trial.decides_at(world.week, into_quarter)]


def _look(world: TrialWorld, pilot: Pilot) -> Judgement:
    return pilot.judge(world.booked_a_quarter(pilot.quarters))


def _sentence(judgement: Judgement, verdict: str, spec: InterventionSpec) -> str:
    gain, needed = 100 * judgement.gain, 100 * spec.threshold
    return f"{_WORDS[verdict]}: pilot teams grew {gain:+.1f} points against the others, {needed:.1f} were asked for"


def rest_of(whole: Order, trial: Order) -> Order:
    """Those an intervention is meant for who are not in its trial."""
    return Order(whole.spec, np.setdiff1d(whole.reps, trial.reps), np.setdiff1d(whole.managers, trial.managers))


def _leak(rest: Order, state: State) -> list[Change]:
    """Give the others a share of the lever."""
    spec, share = rest.spec, rest.spec.spill_over
    if not share:
        return []
    if spec.action == "add":
        return interventions.pull(_valued(rest, "add", spec.value * share), state)
    if spec.action == "scale":
        return interventions.pull(_valued(rest, "scale", 1.0 + share * (spec.value - 1.0)), state)
    lever = parameter(spec.parameter)
    rows = getattr(rest, lever.array)
    values = getattr(state, lever.array)[lever.field_name][rows]
    changes: list[Change] = []
    for value in np.unique(values):
        part = Order(spec, **{"reps": rest.reps, "managers": rest.managers, lever.array: rows[values == value]})
        mixed = float(value) + share * (float(spec.value) - float(value))
        mixed = round(mixed) if lever.type is int else mixed
        changes += interventions.pull(_valued(part, "set", mixed), state)
    return changes


def _valued(order: Order, action: str, value: float) -> Order:
    return Order(order.spec.model_copy(update={"action": action, "value": value}), order.reps, order.managers)


def pilot_of(order: Order, scenario: Scenario, state: State) -> Order:
    """Narrow an intervention to its pilot teams; InputError if it cannot be tried, or leaves none to compare with."""
    spec = order.spec
    where = f"intervention in week {spec.week}"
    if not spec.pilot:
        raise InputError(f'{where}: rollout = "bullets" needs pilot, a list of teams that try it first')
    if spec.event:
        raise InputError(f"{where}: an event cannot be tried by some teams first; use a lever")
    if spec.spill_over and parameter(spec.parameter).low is None:
        raise InputError(f"{where}: {spec.parameter} has no values in between, so spill_over must be 0")
    teams = {"teams": list(spec.pilot)}
    narrowed: InterventionSpec = spec.model_validate({**spec.model_dump(), "target": teams})
    trial = resolve(narrowed, scenario, state)
    if not len(np.setdiff1d(order.reps, trial.reps)):
        raise InputError(f"{where}: every team concerned is a pilot team, so there is none to compare with")
    return trial
