"""Bullets before cannonballs: a lever is tried by some teams first, and rolled out only where that pays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim import interventions
from sim.errors import InputError
from sim.interventions import Applied, Order, resolve

if TYPE_CHECKING:
    from collections.abc import Sequence

    from agents.state_type import State
    from sim.scenario import Scenario
    from sim.scenario_schema import InterventionSpec

Numbers = np.ndarray[Any, np.dtype[Any]]
WEEKS_PER_QUARTER = 13


@dataclass(slots=True)
class Pilot:
    """A trial under way.

    Attributes:
        whole: The intervention for everybody it was meant for.
        trial: The same for the pilot teams.
        applied: Its entry in the log.
        before: Bookings of each rep in a quarter before the trial. [reps, currency / quarter]
    """

    whole: Order
    trial: Order
    applied: Applied
    before: Numbers

    def decides_at(self, week: int, week_of_quarter: int) -> bool:
        """Whether the trial's quarters are over and a quarter has just been closed."""
        over = week >= self.applied.week + WEEKS_PER_QUARTER * self.whole.spec.pilot_quarters
        return over and week_of_quarter == 0

    def gain(self, after: Numbers) -> float:
        """Difference in differences: growth of bookings of the pilots less that of the others. [share].

        Args:
            after: Bookings of each rep in a quarter of the trial. [reps, currency / quarter]
        """
        pilots = self.trial.reps
        others = np.setdiff1d(self.whole.reps, pilots)
        return _growth(self.before, after, pilots) - _growth(self.before, after, others)

    def decide(self, after: Numbers, log: Sequence[Applied], state: State) -> str:
        """Roll the lever out to everybody, or take it back from the pilots; return the verdict in words."""
        gain, needed = self.gain(after), self.whole.spec.threshold
        words = f"pilot teams grew {100 * gain:+.1f} points against the others, {100 * needed:.1f} were asked for"
        if gain < needed:
            interventions.undo(self.applied, log, state)
            return f"dropped: {words}"
        rest = Order(
            self.whole.spec,
            np.setdiff1d(self.whole.reps, self.trial.reps),
            np.setdiff1d(self.whole.managers, self.trial.managers),
        )
        self.applied.changes = [*self.applied.changes, *interventions.pull(rest, state)]
        return f"rolled out: {words}"


def _growth(before: Numbers, after: Numbers, rows: Numbers) -> float:
    old = float(before[rows].sum())
    return float(after[rows].sum()) / old - 1.0 if old > 0 else 0.0


def pilot_of(order: Order, scenario: Scenario, state: State) -> Order:
    """Narrow an intervention to its pilot teams.

    Raises:
        InputError: The lever belongs to the whole organization, a team does not exist, or no team is left to compare.
    """
    spec = order.spec
    where = f"intervention in week {spec.week}"
    if not spec.pilot:
        raise InputError(f'{where}: rollout = "bullets" needs pilot, a list of teams that try it first')
    if spec.event:
        raise InputError(f"{where}: an event cannot be tried by some teams first; use a lever")
    teams = {"teams": list(spec.pilot)}
    narrowed: InterventionSpec = spec.model_validate({**spec.model_dump(), "target": teams})
    trial = resolve(narrowed, scenario, state)
    if not len(np.setdiff1d(order.reps, trial.reps)):
        raise InputError(f"{where}: every team concerned is a pilot team, so there is none to compare with")
    return trial
